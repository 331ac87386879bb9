"""Whole bars of chorales, voice by voice, with the chord of each beat beside them; numpy alone."""

from dataclasses import dataclass, field

import numpy as np

from .grid import GridData, OfGrid, encode_grid
from .harmony import A_BEAT, HARMONIES, KINDS, label_beats
from .heard import HOLD, REST, read_heard
from .tokens import SPLITS

#: Sixteenths of a bar of 4/4
STEPS = 16
#: What a cell is to a rhythm: a note begins, what was there goes on, or silence
BEGIN, GO_ON, SILENT = range(3)


@dataclass
class SegmentData(OfGrid):
    """Segments of whole bars: ``cells[split] (n, V, T) int64`` and ``chords[split] (n, T / 4) int64``.

    Each voice counts from a lowest pitch of its own: cell k below ``hold`` is the pitch ``lows[v] + k``, ``hold`` goes
    on, ``hold + 1`` is silence. A note that was held over the first bar line begins there. A chord is a number of
    :mod:`musicgan_lib.data.harmony` whose root counts from C: the rule's label of a beat of all four voices.
    ``starts[split] (n, 2)`` says which piece, and which of its sixteenths, a segment begins with.
    """

    grid: GridData
    bars: int
    lows: np.ndarray
    hold: int
    cells: dict[str, np.ndarray] = field(default_factory=dict)
    chords: dict[str, np.ndarray] = field(default_factory=dict)
    starts: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def voices(self) -> int:
        """How many voices a segment has, the highest first."""
        return len(self.lows)

    @property
    def size(self) -> int:
        """How many values a cell has."""
        return self.hold + 2

    @property
    def sizes(self) -> tuple[int]:
        return (self.size,)

    @property
    def pieces(self) -> dict[str, list[np.ndarray]]:
        """The segments of each split, as a list."""
        return {split: list(rows) for split, rows in self.cells.items()}

    def decode(self, cells) -> "Piece":  # noqa: F821 - imported where it is used
        """The piece that cells ``(V, T)`` spell, in bars of 4/4; what goes on from silence is silent."""
        from ..representations import grid

        return grid.decode(spell_cells(cells, self.lows, self.hold))


def find_rhythm(cells, hold: int) -> np.ndarray:
    """BEGIN, GO_ON or SILENT of each cell, of any shape."""
    return np.clip(np.asarray(cells) - hold + 1, 0, 2)


def find_pitches(cells, lows, hold: int) -> np.ndarray:
    """The pitch that sounds in each cell, ``(…, V, T)``, -1 for silence; what goes on from nothing is silent."""
    cells = np.asarray(cells)
    at = np.where(cells == hold, 0, np.arange(cells.shape[-1]))
    held = np.take_along_axis(cells, np.maximum.accumulate(at, -1), -1)
    return np.where(held >= hold, -1, held + np.asarray(lows)[:, None])


def spell_cells(cells, lows, hold: int) -> np.ndarray:
    """Cells as :mod:`musicgan_lib.representations.grid` has them: pitches, its HOLD and its REST."""
    pitches = find_pitches(cells, lows, hold)
    goes_on = (np.asarray(cells) == hold) & (pitches >= 0)
    return np.where(pitches < 0, REST, np.where(goes_on, HOLD, pitches))


def move_chords(chords, semitones: int) -> np.ndarray:
    """The same chords that many semitones higher."""
    return (np.asarray(chords) + len(KINDS) * semitones) % HARMONIES


def encode_segments(corpus: str, bars: int, keys: int = 0, voices: int = 4) -> SegmentData:
    """The segments of a corpus of four voices, ``bars`` long, of its ``voices`` highest voices.

    ``keys``: training segments stand in the keys up to so many semitones above and below their own, too. A segment
    begins at every bar line that ``bars`` whole bars of 4/4 follow. In every split it overlaps its neighbours of the
    same piece, and none spans two pieces. ValueError for fewer than one voice or more than four, and where no piece of
    a split has so many bars.
    """
    if not 1 <= voices <= 4:
        raise ValueError(
            f"voices is {voices}: a chorale has one to four to choose, from the highest down"
        )
    grid = encode_grid(corpus)
    cut = {split: cut_pieces(read_heard(grid, split), bars) for split in SPLITS}
    if empty := [split for split in SPLITS if not len(cut[split][0])]:
        raise ValueError(
            f"no {empty[0]} piece of {corpus} has {bars} whole bars: choose fewer bars"
        )
    all_cells = np.concatenate([cut[split][0] for split in SPLITS])[:, :voices]
    sung = np.where(all_cells < HOLD, all_cells, -1)
    highest = sung.max((0, 2))
    lows = np.where(sung < 0, HOLD, sung).min((0, 2)) - keys
    hold = int((highest - lows).max()) + keys + 1
    data = SegmentData(grid, bars, lows, hold)
    for split in SPLITS:
        cells, chords, starts = cut[split]
        numbers = number_cells(cells[:, :voices], lows, hold)
        shifts = range(-keys, keys + 1) if split == "train" else (0,)
        data.cells[split] = np.concatenate(
            [np.where(numbers < hold, numbers + k, numbers) for k in shifts]
        )
        data.chords[split] = np.concatenate([move_chords(chords, k) for k in shifts])
        data.starts[split] = np.concatenate([starts for _ in shifts])
    return data


def number_cells(cells, lows, hold: int) -> np.ndarray:
    """Cells of the grid ``(n, V, T)`` as a network reads them: see :class:`SegmentData`."""
    numbers = cells - np.asarray(lows)[:, None]
    return np.where(cells == HOLD, hold, np.where(cells == REST, hold + 1, numbers))


def cut_pieces(pieces, bars: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Segments ``(n, 4, T)`` of the grid's cells, the chords of their beats ``(n, T / 4)``, and where they begin."""
    length = bars * STEPS
    cells, chords, starts = [], [], []
    for k, piece in enumerate(pieces):
        for first in list_starts(piece.position, bars):
            segment = piece.cells[:, first : first + length].copy()
            segment[:, 0] = find_held(piece.cells, first)
            labels, _ = label_beats(segment, np.arange(0, length, A_BEAT), 0)
            cells.append(segment)
            chords.append(labels)
            starts.append((k, first))
    return (
        np.array(cells, np.int64).reshape(-1, 4, length),
        np.array(chords, np.int64).reshape(-1, length // A_BEAT),
        np.array(starts, np.int64).reshape(-1, 2),
    )


def list_starts(position, bars: int) -> list[int]:
    """The sixteenths at which ``bars`` whole bars of 4/4 begin; ``position`` is 0 on each bar line."""
    lines = np.append(np.flatnonzero(np.asarray(position) == 0), len(position))
    known = set(lines.tolist())
    found = []
    for first in lines[:-1].tolist():
        ends = [first + STEPS * (k + 1) for k in range(bars)]
        between = np.count_nonzero((lines > first) & (lines <= ends[-1]))
        if between == bars and known.issuperset(ends):
            found.append(first)
    return found


def find_held(cells, at: int) -> np.ndarray:
    """What each voice sings at a sixteenth, ``(V,)``: a note that was held comes back as its pitch."""
    found = []
    for voice in cells[:, : at + 1]:
        begun = np.flatnonzero(voice != HOLD)
        found.append(voice[begun[-1]] if len(begun) else REST)
    return np.array(found)
