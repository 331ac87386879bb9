"""Notes as rows of a few numbers: bar, position, voice, pitch, duration; one row is one symbol to a network."""

from dataclasses import dataclass, field

import numpy as np

from .grid import GridData, OfGrid, encode_grid
from .tokens import SPLITS

#: What a row says of its note, in this order
FIELDS = ("bar", "position", "voice", "pitch", "duration")
BAR, POSITION, VOICE, PITCH, DURATION = range(len(FIELDS))
#: Sixteenths of the longest bar, and of the longest duration; a longer note counts as so long
STEPS = 16
#: What fills a window up behind its last note
NOTHING = -1


@dataclass
class NoteData(OfGrid):
    """Windows of whole bars as notes, ``windows[split] (n, N, 5) int64``, rows of :data:`FIELDS` and then NOTHING.

    Bars count from 0 in each window, positions and durations are sixteenths (a duration of k is k + 1 of them), voice
    0 is the highest, and pitch k is the pitch ``grid.lowest + k``. Rows stand in the order of their onsets, those of
    one onset from the highest voice down.
    """

    grid: GridData
    bars: int
    windows: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many values each field has."""
        return self.bars, STEPS, self.grid.voices, self.grid.hold, STEPS

    @property
    def pieces(self) -> dict[str, list[np.ndarray]]:
        """The windows of each split, as a list."""
        return {split: list(rows) for split, rows in self.windows.items()}

    def decode(self, rows) -> "Piece":  # noqa: F821 - imported where it is used
        """The piece that rows ``(N, 5)`` spell, in bars of 4/4; a later note of a voice ends the one before it."""
        return self.grid.decode(write_notes(self.grid, rows, self.bars))


def list_notes(data: GridData, tokens, beside) -> np.ndarray:
    """The notes of a piece, ``(N, 5) int64``; its first bar, whole or not, is bar 0, and an upbeat ends it."""
    voices = data.to_voices(tokens)  # (V, T)
    place = np.reshape(beside, (-1, 2 + data.voices))[:, 0]
    steps, begins = np.arange(len(place)), place == 0  # a bar begins where the place is 0
    since = steps - np.maximum.accumulate(np.where(begins, steps, 0))
    upbeat = int(np.argmax(begins)) if begins.any() else len(place)
    position = np.where(steps < upbeat, steps + STEPS - upbeat, since)
    starts = begins & (steps > 0)
    onset, voice = np.nonzero(voices.T < data.hold)
    breaks = np.concatenate([voices != data.hold, np.ones_like(voices[:, :1], bool)], 1)
    ends = [o + 1 + np.argmax(breaks[v, o + 1 :]) for o, v in zip(onset, voice)]
    lasts = np.minimum(np.array(ends, np.int64) - onset, STEPS) - 1
    bar = np.cumsum(starts)[onset]
    return np.stack([bar, position[onset], voice, voices[voice, onset], lasts], 1).astype(np.int64)


def write_notes(data: GridData, rows, bars: int) -> np.ndarray:
    """The inverse of :func:`list_notes` in bars of 4/4, ``(N, 5) -> (bars * 16 * V,)``; the rest is silence."""
    cells = np.full((data.voices, bars * STEPS), data.rest)
    rows = np.asarray(rows)
    for bar, position, voice, pitch, lasts in rows[rows[:, BAR] != NOTHING]:
        at = bar * STEPS + position
        line = cells[voice]
        held = np.arange(line.size) > at
        after = held & (line == data.hold)  # what the note before it still held
        line[after & (np.cumsum(held & (line != data.hold)) == 0)] = data.rest
        line[at] = pitch
        line[at + 1 : at + 1 + lasts] = data.hold
    return data.to_tokens(cells)


def cut_bars(notes: np.ndarray, bars: int) -> list[np.ndarray]:
    """Windows of so many bars, none longer than sixteen sixteenths, from each bar that begins with a note at 0."""
    found = []
    for first in range(int(notes[:, BAR].max()) + 2 - bars if len(notes) else 0):
        window = notes[(notes[:, BAR] >= first) & (notes[:, BAR] < first + bars)]
        window = window - np.array([first, 0, 0, 0, 0])
        whole = len(np.unique(window[:, BAR])) == bars and window[:, POSITION].max() < STEPS
        if whole and (window[0, :2] == 0).all():
            found.append(window)
    return found


def pad_windows(found: list[np.ndarray], most: int) -> np.ndarray:
    """Windows with NOTHING behind their last note, ``(n, most, 5)``."""
    padded = np.full((len(found), most, len(FIELDS)), NOTHING, np.int64)
    for row, window in zip(padded, found):
        row[: len(window)] = window
    return padded


def encode_notes(corpus: str, bars: int, keys: int = 0) -> NoteData:
    """The notes of a corpus of four voices in windows of whole bars.

    ``keys``: training windows stand in the keys up to so many semitones above and below their own, too. In every
    split a window overlaps its neighbours of the same piece, and none spans two pieces. ValueError where no piece of a
    split has so many bars.
    """
    grid = encode_grid(corpus, range(-keys, keys + 1))
    found = {split: [] for split in SPLITS}
    for split in SPLITS:
        for tokens, beside in zip(grid.pieces[split], grid.beside[split]):
            found[split] += cut_bars(list_notes(grid, tokens, beside), bars)
    for i, moved in enumerate(grid.other_keys):
        for tokens, beside in zip(moved, grid.beside[f"key {i}"]):
            found["train"] += cut_bars(list_notes(grid, tokens, beside), bars)
    if empty := [split for split in SPLITS if not found[split]]:
        raise ValueError(
            f"no {empty[0]} piece of {corpus} has {bars} whole bars: choose fewer bars"
        )
    most = max(len(window) for part in found.values() for window in part)
    return NoteData(grid, bars, {split: pad_windows(found[split], most) for split in SPLITS})
