"""Melodies bar by bar, each bar a picture of pitch against time, with the chord of each beat and the bar before."""

from dataclasses import dataclass

import numpy as np

from . import harmony
from .grid import encode_grid
from .rows import RowData
from .tokens import SPLITS

STEPS, BEATS = 16, 4  # sixteenths and beats of a bar of 4/4
#: Rows of a picture: the sopranos of the chorales, three semitones up and down
LOW, ROWS = 54, 32
KEYS = 3
CHORD = 13  # numbers of a chord: which of twelve roots, and whether its third is minor
FEWEST = 2  # bars of a piece that is read
#: What a row of :class:`BarData` holds: pitches, harmonies, the keynote, and whether it follows the row before
PITCHES, HARMONIES = slice(0, STEPS), slice(STEPS, STEPS + BEATS)
TONIC, FOLLOWS = STEPS + BEATS, STEPS + BEATS + 1


@dataclass
class BarData(RowData):
    """The bars of a corpus of melodies, by split: ``pieces[split]`` has one ``(bars, 22) int64`` array a piece.

    A row is sixteen MIDI pitches, one a sixteenth; four harmonies (numbers of :mod:`~musicgan_lib.data.harmony`, the
    root counted from C), one a beat; the pitch class of the keynote; 1 where the bar follows that of the row before.
    """

    def contexts(self, split: str) -> tuple[np.ndarray, np.ndarray]:
        """All bars of a split and the bars before them, ``(n, 22)`` and ``(n, 16)``; before a first bar -1 stands."""
        bars = np.concatenate(self.pieces[split])
        before = np.roll(bars[:, PITCHES], 1, 0)
        return bars, np.where(bars[:, FOLLOWS, None] == 1, before, -1)

    def decode(self, pitches, harmonies=None) -> "Piece":  # noqa: F821 - imported where it is used
        """The piece that pitches ``(T,)`` spell, a sixteenth each; over its chords ``(T / 4,)`` where they are given.

        Neighbours of one pitch are one note: a picture does not tell a held note from a repeated one.
        """
        from ..notes import Piece, Track

        notes = [(t / 4, n / 4, int(p), 90, 0) for t, n, p in _runs(np.ravel(pitches)) if p >= 0]
        for t, n, number in _runs([] if harmonies is None else np.ravel(harmonies)):
            notes += [(t, n, 48 + pitch, 50, 1) for pitch in sorted(harmony.members(number))]
        return Piece(notes, (Track("melody", 73), Track("chords", 0)), dynamics=False)


def encode_bars(corpus: str) -> BarData:
    """The melody of a corpus of voices, bar by bar: of chorales the soprano, and silver chords of all voices.

    Bars of sixteen sixteenths are read, others left out. A rest takes the pitch before it, as in MidiNet's data.
    ValueError where a split is left empty.
    """
    grid = encode_grid(corpus)
    known = np.array(grid.symbols[0]).astype(np.int64)[:, 0]
    pieces, left = {}, 0
    for split in SPLITS:
        read = []
        for tokens, beside in zip(grid.pieces[split], grid.beside[split]):
            position, _, *fermata = np.reshape(beside, (-1, grid.voices + 2)).T
            piece = harmony.read_chorale(known[grid.to_voices(tokens)], position, np.array(fermata))
            read.append(read_bars(piece, position))
        pieces[split] = [bars for bars in read if len(bars) >= FEWEST]
        left += len(read) - len(pieces[split])
        if not pieces[split]:
            raise ValueError(f"{corpus}: no {split} piece has {FEWEST} bars of 4/4")
    report = f"Left out: {left} pieces with fewer than {FEWEST} bars of 4/4."
    options = {"low": LOW, "rows": ROWS}
    return BarData(str(corpus), pieces, options, f"{grid.data_hash}-bars", "tune", report)


def read_bars(piece: harmony.Harmonised, position) -> np.ndarray:
    """The whole bars of a chorale's first voice, ``(bars, 22) int64``, as :class:`BarData` keeps them."""
    melody = fill_rests(harmony.sounds(piece.cells[:1])[0])
    starts = np.append(np.flatnonzero(position == 0), len(position))
    starts = starts[:-1][np.diff(starts) == STEPS]
    beats = dict(zip(piece.steps.tolist(), piece.harmony.tolist()))
    rows, tonic = [], piece.melody.tonic
    for start in starts:
        at = range(start, start + STEPS, STEPS // BEATS)
        chords = [move_harmony(beats[step], tonic) for step in at]
        follows = start - STEPS in starts
        rows.append([*melody[start : start + STEPS], *chords, tonic, follows])
    return np.array(rows, np.int64).reshape(-1, FOLLOWS + 1)


def fill_rests(pitches) -> np.ndarray:
    """Pitches in which a rest, -1, takes the pitch before it, and at the beginning the first one after it."""
    pitches = np.asarray(pitches)
    at = np.where(pitches < 0, 0, np.arange(len(pitches)))
    filled = pitches[np.maximum.accumulate(at)]
    return np.where(filled < 0, pitches[np.argmax(pitches >= 0)], filled)


def move_harmony(numbers, semitones):
    """Harmonies whose roots are so many semitones higher, of the same kinds."""
    kinds = len(harmony.KINDS)
    root, kind = np.divmod(numbers, kinds)
    return kinds * ((root + semitones) % harmony.ROOTS) + kind


def draw_bar(pitches, low: int = LOW, rows: int = ROWS) -> np.ndarray:
    """Pitches as pictures, ``(..., 16) -> (..., rows, 16) float32``: one row of each column is 1, of -1 none.

    ValueError for a pitch outside of the picture.
    """
    pitches = np.asarray(pitches)
    outside = pitches[(pitches >= 0) & ((pitches < low) | (pitches >= low + rows))]
    if outside.size:
        raise ValueError(
            f"pitch {outside.flat[0]} is outside of {low} to {low + rows - 1}: move the melody, or widen the picture"
        )
    return (pitches[..., None, :] == low + np.arange(rows)[:, None]).astype(np.float32)


def read_picture(pictures, low: int = LOW) -> np.ndarray:
    """The strongest row of each column as a pitch, ``(..., rows, T) -> (..., T) int64``; -1 where all are 0."""
    pictures = np.asarray(pictures)
    return np.where(pictures.max(-2) > 0, low + pictures.argmax(-2), -1)


def write_chords(harmonies) -> np.ndarray:
    """Harmonies as MidiNet hears them, ``(..., 4) -> (..., 13, 4) float32``: a root, and 1 where the third is minor.

    A dominant seventh is written as its major chord, a diminished one as minor.
    """
    root, kind = np.divmod(np.asarray(harmonies), len(harmony.KINDS))
    minor = np.isin(kind, [list(harmony.KINDS).index(k) for k in ("m", "d")])
    roots = root[..., None, :] == np.arange(harmony.ROOTS)[:, None]
    return np.concatenate([roots, minor[..., None, :]], -2).astype(np.float32)


def _runs(values) -> list[tuple[int, int, int]]:
    """Start, length and value of each stretch of one value."""
    values = np.asarray(values)
    starts = np.flatnonzero(np.diff(values, prepend=-2)) if len(values) else []
    ends = [*starts[1:], len(values)]
    return [(int(a), int(b - a), int(values[a])) for a, b in zip(starts, ends)]
