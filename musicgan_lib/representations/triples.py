"""Three numbers a note: pitch, duration, offset since the previous onset (Neo and Saleem, 2024)."""

import numpy as np

from ..notes import Piece
from .round_trip import RoundTrip, carry_source, compare


def encode(piece: Piece, as_published: bool = False) -> np.ndarray:
    """Write a piece as rows: which note, how long, how long after the note before it began.

    Returns ``(N, 3) float32``: MIDI pitch, duration and offset in quarter lengths, in order of onset,
    then pitch. A chord is one row a pitch, and all but its first have offset 0.

    ``as_published`` reads what the authors' notebook reads: the first track alone, and nothing from
    that track's first chord on (its handling of chords raises an error that ends the file).

    Lost: loudness, tracks, instruments, metre, tempo, names; notes of no duration. float32 rounds an
    offset by at most 6e-8 of itself; onsets are their running sum.

    Source: Neo and Saleem (2024), section 4.2, which names the three; chords are ours.
    """
    n = piece.notes[piece.notes["duration"] > 0]
    if as_published:
        n = n[n["track"] == 0]
        chords = np.flatnonzero(np.diff(n["onset"]) == 0)
        n = n[: chords[0]] if len(chords) else n
    n = n[np.lexsort((n["pitch"], n["onset"]))]
    offset = np.diff(n["onset"], prepend=0.0)
    return np.stack([n["pitch"], n["duration"], offset], axis=-1).astype(np.float32)


def decode(
    array, as_published: bool = False, bpm: float = 120.0, like: Piece | None = None
) -> Piece:
    """Play the rows back: each pitch the nearest key, each note its offset after the one before.

    Parameters
    ----------
    array : ``(N, 3)`` as :func:`encode` returns it, or anything a network puts in its place.
    as_published : as the authors' notebook: pitches lose their fraction, and the offsets are ignored,
        so that each note begins where the one before ended. For comparison only.
    bpm : tempo of the piece made, which the rows do not hold.
    like : the piece that was encoded, where there is one: its title, source and licence are carried
        over. Without it the result is ``source="generated"``.

    Rows of no duration are dropped, but their offset passes; negative offsets count as 0; pitches
    outside 0..127 move to the edge. One track, 4/4, no dynamics, ``source="generated"``.

    Raises ValueError for another shape, or numbers that are not finite.
    """
    array = np.asarray(array, float)
    if array.ndim != 2 or array.shape[1] != 3:
        raise ValueError(f"triples have shape (N, 3), got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError("triples hold numbers that are not finite: the network has diverged")
    pitch, duration, offset = array.T
    if as_published:
        pitch = np.trunc(pitch)
        offset = np.concatenate([[0.0], np.maximum(duration, 0)])[: len(array)]
    onset = np.cumsum(np.maximum(offset, 0.0))
    kept = duration > 0
    pitch = np.clip(np.round(pitch), 0, 127).astype(int)
    rows = list(zip(onset[kept], duration[kept], pitch[kept]))
    piece = Piece(rows, tempo=((0.0, bpm),), dynamics=False, source="generated")
    return carry_source(piece, like)


def round_trip(piece: Piece) -> RoundTrip:
    """What a piece loses when it is written as triples and read back."""
    return compare(piece, decode(encode(piece)))
