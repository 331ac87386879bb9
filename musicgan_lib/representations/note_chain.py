"""A note as three choices: how long after the note before, how long it lasts, which pitch (Colombo and Gerstner, 2018).

Times are taken from one table for all music, so that every corpus has the same alphabet: that is what makes a network
over it agnostic of style. What stands between two times of the table goes to the nearer one.
"""

import numpy as np

from ..notes import Piece, Tempo
from .round_trip import RoundTrip, carry_source, compare

#: Quarters that a note may last, and, with 0 before them, that may pass until it begins: eighths of a quarter, thirds,
#: and dotted values
DURATIONS = (
    1 / 8,
    1 / 6,
    1 / 4,
    1 / 3,
    3 / 8,
    1 / 2,
    2 / 3,
    3 / 4,
    1.0,
    4 / 3,
    3 / 2,
    7 / 4,
    2.0,
    5 / 2,
    3.0,
    4.0,
    6.0,
    8.0,
)
WAITS = (0.0, *DURATIONS)
PITCHES = 128
SIZES = (len(WAITS), len(DURATIONS), PITCHES)
FACTORS = ("dT", "T", "P")


def encode(piece: Piece) -> np.ndarray:
    """The notes as ``(N, 3) int64``: numbers of :data:`WAITS` and of :data:`DURATIONS`, and MIDI's pitch.

    Notes of all tracks stand in order of onset, then pitch; drums are left out. Waits are rounded one by one against
    what has been written so far, so that errors do not add up.
    """
    drums = np.array([t.is_drum for t in piece.tracks], bool)[piece.notes["track"]]
    notes = piece.notes[~drums]
    notes = notes[np.lexsort((notes["pitch"], notes["onset"]))]
    at = notes["onset"] - notes["onset"][:1].sum()
    waits, now = np.zeros(len(notes), np.int64), 0.0
    for i, onset in enumerate(at.tolist()):
        waits[i] = _nearest(WAITS, onset - now)
        now += WAITS[waits[i]]
    lasts = _nearest(DURATIONS, notes["duration"])
    return np.stack([waits, lasts, notes["pitch"].astype(np.int64)], 1)


def decode(rows, bpm: float = 100.0, like: Piece | None = None) -> Piece:
    """The piece that rows spell, one track in 4/4. ValueError for another shape, and numbers outside the tables."""
    rows = np.asarray(rows, np.int64)
    if rows.ndim != 2 or rows.shape[1] != 3:
        raise ValueError(f"notes have shape (N, 3), got {rows.shape}")
    if rows.size and ((rows < 0) | (rows >= SIZES)).any():
        raise ValueError(f"a note's numbers are below {SIZES}, got up to {tuple(rows.max(0))}")
    onset = np.cumsum(np.array(WAITS)[rows[:, 0]])
    lasts = np.array(DURATIONS)[rows[:, 1]]
    notes = list(zip(onset.tolist(), lasts.tolist(), rows[:, 2].tolist()))
    piece = Piece(notes, tempo=(Tempo(0.0, bpm),), dynamics=False, source="generated")
    return carry_source(piece, like)


def round_trip(piece: Piece) -> RoundTrip:
    """What a piece loses when it is written as three choices a note and read back; silence before it is not counted."""
    return compare(
        piece.window(float(piece.notes["onset"][:1].sum()), np.inf), decode(encode(piece))
    )


def _nearest(table, times) -> np.ndarray:
    return np.abs(np.asarray(times)[..., None] - np.array(table)).argmin(-1)
