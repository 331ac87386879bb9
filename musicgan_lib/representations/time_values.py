"""A note as four numbers, its times in note values: from the last note on to this one, how long, which, how loud.

Wu, Wang and Lei (2020) write piano music so. A quarter is a quarter at any tempo; counted in seconds, the unit of a
recording, the same score would be other numbers each time it is played.
"""

import numpy as np

from ..notes import Piece, Tempo
from ..notes.piece import NOTE

STREAMS = ("gap", "duration", "pitch", "velocity")
UNITS = ("quarters", "seconds")
#: Times are rounded to a twelfth: sixteenths and triplets are exact.
GRID = 12
LONGEST = 8.0  # quarters; what is longer counts as this
LEVELS = 8  # of loudness: 16 of MIDI's velocities are one


def encode(piece: Piece, unit: str = "quarters") -> np.ndarray:
    """One row a note, ``(N, 4) float64``: gap since the note before, duration, pitch, level of loudness.

    Notes that begin together stand from the lowest up. Lost are tracks, tempo, metre, and what stands beside the notes;
    times are rounded to a twelfth of the unit, and cut at ``LONGEST``. In a piece without dynamics every level is the
    same. ``unit`` is ``"quarters"`` or, to see what the tempo does then, ``"seconds"``. ValueError for another one.
    """
    if unit not in UNITS:
        raise ValueError(f"unit is {unit!r}; choose {' or '.join(UNITS)}")
    notes = piece.notes[np.lexsort((piece.notes["pitch"], piece.notes["onset"]))]
    start, stop = notes["onset"], notes["onset"] + notes["duration"]
    if unit == "seconds":
        start, stop = piece.seconds(start), piece.seconds(stop)
    start, stop = (np.rint(times * GRID) / GRID for times in (start, stop))
    gap = np.diff(start, prepend=start[:1]).clip(0, LONGEST)
    duration = (stop - start).clip(1 / GRID, LONGEST)
    level = notes["velocity"] * LEVELS // 128 if piece.dynamics else np.full(len(notes), 5)
    return np.stack([gap, duration, notes["pitch"], level], 1)


def decode(rows, bpm: float = 80.0) -> Piece:
    """The piece that rows of :func:`encode` in quarters spell, in one track, at any tempo."""
    rows = np.asarray(rows, float).reshape(-1, len(STREAMS))
    notes = np.zeros(len(rows), NOTE)
    notes["onset"], notes["duration"] = np.cumsum(rows[:, 0]), rows[:, 1]
    notes["pitch"] = rows[:, 2].astype(int)
    notes["velocity"] = ((rows[:, 3] + 0.5) * 128 / LEVELS).astype(int)
    dynamics = len(np.unique(rows[:, 3])) > 1
    return Piece(notes, tempo=(Tempo(0.0, bpm),), dynamics=dynamics, source="generated")
