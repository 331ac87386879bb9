"""Four voices cut into beats: what a program that recombines music takes its fragments from. numpy alone."""

from dataclasses import dataclass, replace

import numpy as np

from .grid import GridData, encode_grid
from .tokens import SPLITS

STEPS = 4  # sixteenths of a beat
BEATS = 4  # of a bar: pieces in 4/4 alone are read


@dataclass
class Fragments:
    """F beats in the order of their pieces.

    ``cells (F, STEPS, V)`` tokens as the music has them; ``first (F, V)`` and ``last (F, V)``: the token of the pitch
    that sounds in each voice at the beginning and at the end; ``held (F, V)``: whether that first pitch is held over
    from the beat before. ``place (F,)``: 0..3, the beat of the bar. ``piece (F,)`` counts the pieces; ``closes (F,)``
    is true under a fermata, and at the end of a piece. ``hold`` is the token that holds; the one above it rests.
    """

    cells: np.ndarray
    first: np.ndarray
    last: np.ndarray
    held: np.ndarray
    place: np.ndarray
    piece: np.ndarray
    closes: np.ndarray
    hold: int

    def __len__(self) -> int:
        return len(self.cells)

    def follows(self) -> np.ndarray:
        """``(F,) bool``: whether the next fragment is what the composer wrote next."""
        return np.append(self.piece[1:] == self.piece[:-1], False)


def encode_beats(corpus: str) -> GridData:
    """The pieces of a corpus in C or a on the grid, as many as are in 4/4 from whole beats on."""
    data = encode_grid(corpus, one_key=True)
    kept, beside = {}, {}
    for split in SPLITS:
        pairs = zip(data.pieces[split], data.beside[split])
        fit = [(p, b) for p, b in pairs if _find_bar(b.reshape(-1, 2 + data.voices)[:, 0]) >= 0]
        kept[split], beside[split] = [p for p, _ in fit], [b for _, b in fit]
    count = sum(map(len, kept.values()))
    report = (
        f"{count} pieces are in 4/4 and begin on a beat; the others are left out. {data.report}"
    )
    return replace(data, pieces=kept, beside=beside, report=report)


def _find_bar(position) -> int:
    """The sixteenth of the first bar line, a whole number of beats; -1 for music that is not in 4/4 throughout."""
    bars = np.flatnonzero(position == 0)
    even = len(bars) > 1 and (np.diff(bars) == STEPS * BEATS).all()
    return int(bars[0]) if even and bars[0] % STEPS == 0 else -1


def cut_beats(data: GridData, split: str) -> Fragments:
    """The beats of a split; what is left of a piece after its last whole beat is left out.

    ValueError for a piece that is not in 4/4 (see :func:`encode_beats`), and for a split without music.
    """
    rows = []
    for number, (tokens, beside) in enumerate(zip(data.pieces[split], data.beside[split])):
        beside = beside.reshape(-1, 2 + data.voices)
        bar = _find_bar(beside[:, 0])
        if bar < 0:
            raise ValueError(f"piece {number} of {split} is not in 4/4 from a whole beat on")
        rows.append(_cut_piece(data, tokens.reshape(-1, data.voices), beside, bar, number))
    if not rows:
        raise ValueError(f"{data.name} has no pieces in {split}: there is nothing to cut")
    return Fragments(*(np.concatenate(part) for part in zip(*rows)), data.hold)


def _cut_piece(data: GridData, cells, beside, bar: int, number: int) -> tuple:
    """The fields of :class:`Fragments` for one piece, ``cells (T, V)``."""
    beats = len(cells) // STEPS
    sounds = sound(cells, data.hold)[: beats * STEPS].reshape(beats, STEPS, -1)
    cells = cells[: beats * STEPS].reshape(beats, STEPS, -1)
    place = (np.arange(beats) - bar // STEPS) % BEATS
    closes = beside[: beats * STEPS : STEPS, 2:].any(1)
    closes[-1] = True
    first, last, held = sounds[:, 0], sounds[:, -1], cells[:, 0] == data.hold
    return cells, first, last, held, place, np.full(beats, number), closes


def sound(cells, hold: int) -> np.ndarray:
    """The token that sounds: each hold becomes the last token before it that is none, ``(T, V)``.

    A hold at the very beginning stays one.
    """
    cells = np.asarray(cells)
    begins = np.where(cells == hold, 0, np.arange(len(cells))[:, None])
    return np.take_along_axis(cells, np.maximum.accumulate(begins, 0), 0)
