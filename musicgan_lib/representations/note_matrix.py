"""Three matrices over time and pitch: play, replay, volume (Anokhin & Nuzhin 2018, after DeepJ, 2018).

``matrix[t, p]`` is step ``t`` of ``1 / steps_per_quarter`` quarters and pitch ``low + p``:

- play is 1 while the note sounds;
- replay is 1 where it is struck although it was sounding one step before;
- volume is its velocity / 127.
"""

import numpy as np

from ..notes import Piece
from .round_trip import RoundTrip, carry_source, compare

PLAY, REPLAY, VOLUME = range(3)


def encode(piece: Piece, low=36, high=83, steps_per_quarter=4, as_published=False) -> np.ndarray:
    """Write a piece as three matrices.

    Parameters
    ----------
    low, high : the lowest and highest MIDI pitch kept, 36..83 in the paper; notes outside are lost.
    steps_per_quarter : 4 in the paper, a sixteenth note a step. Onsets and ends move to the nearest
        step, and no note is shorter than one.
    as_published : replay as DeepJ's code computes it. It looks for onsets *between* steps, so in
        music on the grid it is zero everywhere.

    Returns ``(T, P, 3) float32``. All tracks are laid over each other, drums left out. Where two
    tracks hold one pitch, the louder volume stands, as in the paper's code.
    """
    notes = piece.notes
    drums = np.array([t.is_drum for t in piece.tracks], bool)
    inside = (notes["pitch"] >= low) & (notes["pitch"] <= high) & ~drums[notes["track"]]
    notes = notes[inside]
    start, stop = to_steps(notes, steps_per_quarter)
    matrix = np.zeros((int(stop.max(initial=0)), high - low + 1, 3), np.float32)
    key, loud = notes["pitch"].astype(int) - low, notes["velocity"] / 127
    order = np.argsort(loud, kind="stable")  # what is written last stays: the loudest
    many = np.cumsum((stop - start)[order]) // 2**20  # a million cells at a time
    for part in np.split(order, np.flatnonzero(np.diff(many)) + 1):
        length = (stop - start)[part]
        within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
        cells = np.repeat(start[part], length) + within, np.repeat(key[part], length)
        matrix[(*cells, PLAY)] = 1
        matrix[(*cells, VOLUME)] = np.repeat(loud[part], length)
    struck = np.zeros(matrix.shape[:2], bool)
    off_grid = np.abs(notes["onset"] * steps_per_quarter - start) > 1e-6
    begun = off_grid if as_published else slice(None)
    struck[start[begun], key[begun]] = True
    matrix[1:, :, REPLAY] = struck[1:] & (matrix[:-1, :, PLAY] > 0)
    return matrix


def decode(
    matrix, low=36, steps_per_quarter=4, threshold=0.5, dynamics=True, like: Piece | None = None
) -> Piece:
    """Read a piece from three matrices: a note begins where play rises or replay is set.

    Parameters
    ----------
    matrix : ``(T, P, 3)``, or ``(T, P, 2)`` without volume; values above ``threshold`` count as 1.
    dynamics : False where volume carries no information; velocities are then 80.
    like : the piece that was encoded, where there is one: its title, source and licence are carried
        over. Without it the result is ``source="generated"``.

    A note's velocity is its first step's volume, at least 1. Raises ValueError for another shape.
    """
    matrix = np.asarray(matrix)
    if matrix.ndim != 3 or matrix.shape[2] not in (2, 3):
        raise ValueError(f"expected (time, pitch, 3) or (time, pitch, 2), got shape {matrix.shape}")
    if not np.isfinite(matrix).all():
        raise ValueError("the matrices hold values that are not numbers")
    play = matrix[:, :, PLAY] > threshold
    before = np.vstack([np.zeros_like(play[:1]), play[:-1]])
    struck = play & (~before | (matrix[:, :, REPLAY] > threshold))
    rows = []
    for p in np.flatnonzero(play.any(axis=0)).tolist():
        starts = np.flatnonzero(struck[:, p])
        ends = np.flatnonzero(np.concatenate([~play[1:, p], [True]]) & play[:, p]) + 1
        for a, limit in zip(starts.tolist(), [*starts[1:].tolist(), len(play)]):
            b = min(int(ends[np.searchsorted(ends, a, side="right")]), limit)
            velocity = 80
            if dynamics and matrix.shape[2] == 3:
                velocity = int(np.clip(np.rint(matrix[a, p, VOLUME] * 127), 1, 127))
            rows.append((a / steps_per_quarter, (b - a) / steps_per_quarter, low + p, velocity))
    return carry_source(Piece(rows, dynamics=dynamics, source="generated"), like)


def to_steps(notes, steps_per_quarter=4) -> tuple[np.ndarray, np.ndarray]:
    """First step of each note and the step it no longer sounds in, both ``(N,) int``; at least one apart."""
    start = np.rint(notes["onset"] * steps_per_quarter).astype(int)
    stop = np.rint((notes["onset"] + notes["duration"]) * steps_per_quarter).astype(int)
    return start, np.maximum(stop, start + 1)


def round_trip(piece: Piece, low=36, high=83, steps_per_quarter=4) -> RoundTrip:
    """What is left of a piece after encode and decode.

    Exact for music on the grid, within the range, whose tracks never share a pitch; otherwise onsets
    and ends move by at most half a step, notes outside the range are lost, unisons fuse. Tracks, tempo
    and metre are always lost.
    """
    matrix = encode(piece, low, high, steps_per_quarter)
    return compare(
        piece,
        decode(matrix, low, steps_per_quarter, dynamics=piece.dynamics),
        0.5 / steps_per_quarter,
    )


def windows(matrix, length=128, hop=16, pad_left=128) -> tuple[np.ndarray, np.ndarray]:
    """Cut matrices into training pairs: what is heard so far, and the same one step later.

    Returns ``X, Y`` of shape ``(n, length, P, C)`` with ``Y[:, t] = X[:, t + 1]``; windows start every
    ``hop`` steps after ``pad_left`` silent ones (128, 16, 128 in the paper's code, for 8 bars of 16 steps).
    """
    padded = np.concatenate([np.zeros((pad_left, *matrix.shape[1:]), matrix.dtype), matrix])
    starts = range(0, len(padded) - length, hop)
    pick = np.array([np.arange(s, s + length) for s in starts], int).reshape(-1, length)
    return padded[pick], padded[pick + 1]
