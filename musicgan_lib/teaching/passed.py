"""What a reader has passed so far, chapter by chapter."""

from html import escape

from . import progress
from .exercise import list_exercises

_TRADE = (
    "musicgan progress --export FILE writes this down for the cover of the book, "
    "and --import FILE reads what the cover wrote"
)


class Passed:
    """What :func:`show_progress` gives: the exercises passed of each chapter, and where that is kept."""

    def __init__(self, chapters: dict[str, tuple[list[str], list[str]]], answers: dict, told: str):
        self.chapters, self.answers, self.told = chapters, answers, told

    @property
    def lines(self) -> list[str]:
        done = sum(len(passed) for passed, _ in self.chapters.values())
        known = sum(len(all_of_it) for _, all_of_it in self.chapters.values())
        said = [f"You passed {done} of {known} exercises."]
        if made := [x for x in self.answers["exercises"] if x.startswith(progress.MADE)]:
            things = "one thing" if len(made) == 1 else f"{len(made)} things"
            said.append(f"You made {things} to show.")
        if answers := self.answers["quizzes"]:
            first = sum(answers.values())
            said.append(f"Of {len(answers)} quizzes you chose the right option first in {first}.")
        if bets := [bet for bet in self.answers["bets"].values() if "guess" in bet]:
            said.append(f"You placed {len(bets)} {'bet' if len(bets) == 1 else 'bets'}.")
        return [*said, self.told]

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """Of each chapter that was begun: its name, how many of its exercises, and which are left."""
        return [
            (
                name,
                f"{len(passed)} of {len(known)}",
                ", ".join(x for x in known if x not in passed) or "none",
            )
            for name, (passed, known) in self.chapters.items()
            if passed
        ]

    def __repr__(self) -> str:
        rows = [f"  {name}: {count}, left: {left}" for name, count, left in self.rows]
        return "\n".join([*self.lines[:-1], *rows, self.lines[-1]])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th scope='row'>{escape(name)}</th><td>{count}</td><td>{escape(left)}</td></tr>"
            for name, count, left in self.rows
        )
        head = "<tr><th>chapter</th><th>passed</th><th>left</th></tr>"
        table = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>" if rows else ""
        said = "".join(f"<p>{escape(line)}</p>" for line in self.lines)
        return f"{said}{table}"


def show_progress() -> Passed:
    """Show what you have passed: the exercises of each chapter, and what the cover of the book kept for you.

    Where nothing can be read, or no folder can be found, it says so; nothing is sent anywhere. Source: ours.
    """
    chapters = {}
    try:
        kept = progress.read()
        told = f"Your progress is kept in {progress.find_place()}. {_TRADE}."
    except (OSError, RuntimeError, ValueError) as reason:
        kept, told = progress.make_empty(), f"What was kept cannot be read: {reason}."
    for name, judge in sorted(list_exercises().items()):
        passed, known = chapters.setdefault(judge.__module__.rpartition(".")[2], ([], []))
        known.append(name)
        if name in kept["exercises"]:
            passed.append(name)
    return Passed(dict(sorted(chapters.items())), kept, told)
