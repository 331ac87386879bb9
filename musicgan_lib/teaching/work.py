"""A check of something that a reader made: which points hold, and of each that does not, what to do."""

from html import escape

from . import progress
from .exercise import Verdict


class Work(Verdict):
    """What became of a piece of work: ``passed`` where every point holds; ``points`` are ``(holds, sentence)``."""

    def __init__(self, name: str, points: list[tuple[bool, str]]):
        held = sum(holds for holds, _ in points)
        super().__init__(name, held == len(points), f"{held} of {len(points)} points hold.")
        self.points = points

    def __repr__(self) -> str:
        lines = [f"  {'✓' if holds else '·'} {sentence}" for holds, sentence in self.points]
        return "\n".join([super().__repr__(), *lines])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<li>{'✓' if holds else '<strong>Not yet.</strong>'} {escape(sentence)}</li>"
            for holds, sentence in self.points
        )
        return f"{super()._repr_html_()}<ul>{rows}</ul>"


def check_work(name: str, *points: tuple[bool, str, str]) -> Work:
    """Look at what a reader made, point by point.

    Parameters
    ----------
    name : that of the work, ``made-`` and a word.
    points : ``(holds, what is so, what to do where it is not)``, each a truth that was computed and two sentences.

    In a notebook, work of which every point holds is kept on this machine, as a passed exercise is. ValueError for
    another name, and where there is nothing to check. Source: ours.
    """
    if not name.startswith(progress.MADE) or not points:
        raise ValueError(f"{name!r}: work is named {progress.MADE}..., and has points to check")
    work = Work(name, [(bool(holds), so if holds else todo) for holds, so, todo in points])
    if work and progress.is_kept_here() and (lost := progress.keep_exercise(name)):
        work.sentence += f" (Not kept: {lost})"
    return work
