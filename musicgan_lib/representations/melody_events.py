"""A melody as 38 events, one a sixteenth: a note begins, what is goes on, or the sound stops (Waite, 2016).

36 pitches from the C below middle C to the B three octaves above it can begin; ``HOLD`` changes nothing, so a note
sounds on and a silence stays silent; ``OFF`` ends a note. The events stand in bars of sixteen.
"""

from collections import Counter

import numpy as np

from ..notes import Piece, Tempo, Track
from .round_trip import RoundTrip, carry_source, compare

#: Sixteenths of a quarter, and of a bar
STEPS, BAR = 4, 16
LOWEST, PITCHES = 48, 36
HOLD, OFF = PITCHES, PITCHES + 1
SIZE = PITCHES + 2
#: Nobody reads a longer one step by step
MOST_BARS = 10_000


def encode(piece: Piece, track: int = 0) -> np.ndarray:
    """The events of a track, ``(T,) int64``, T a multiple of 16: step 0 is a bar line.

    A pickup stands at the end of a bar of its own, and what lacks of the last bar is held. What has no event is moved
    or left out, and :func:`losses` says so: notes off the sixteenths, several at once, pitches out of range. ValueError
    for a track that there is not, drums, no note at all, and bars that are not four, two or one quarter long.
    """
    return read(piece, track)[0]


def losses(piece: Piece, track: int = 0) -> tuple[str, ...]:
    """What :func:`encode` could not keep of this track, one sentence each; empty where its notes all come back."""
    return read(piece, track)[1]


def read(piece: Piece, track: int = 0) -> tuple[np.ndarray, tuple[str, ...]]:
    """The events of a track, and what they lose: :func:`encode` and :func:`losses` at once."""
    name = piece.title or "this piece"
    if not 0 <= track < len(piece.tracks) or piece.tracks[track].is_drum:
        raise ValueError(f"{name} has no melody on track {track}")
    notes = piece.notes[piece.notes["track"] == track]
    if not len(notes):
        raise ValueError(f"{name} has no note on track {track}")
    told = Counter()
    start, end, pitch = _fit(notes, _find_pickup(piece, name), told)
    if start[-1] >= MOST_BARS * BAR:
        raise ValueError(f"{name} lasts more than {MOST_BARS:,} bars")
    events = np.full(-(-int(end[-1]) // BAR) * BAR, HOLD, np.int64)
    stops = end[end < len(events)]
    events[stops] = OFF
    events[start] = pitch - LOWEST
    return events, tuple(f"{n} of {len(notes)} notes {what}." for what, n in told.items() if n)


def _find_pickup(piece: Piece, name: str) -> int:
    """The sixteenths that stand before the first event, so that bar lines fall on multiples of 16."""
    metre = piece.metre
    short = len(metre) > 1 and metre[1].onset < metre[1].bar_length
    for m in metre[1:] if short else metre:
        if m.bar_length not in (1, 2, 4) or m.onset * STEPS % 1:
            raise ValueError(
                f"{name} has bars of {m.numerator}/{m.denominator}: these events stand in bars of sixteen sixteenths"
            )
    return int(-round(metre[1].onset * STEPS)) % BAR if short else 0


def _fit(notes, before: int, told: Counter) -> tuple:
    """Onsets and ends in sixteenths, and pitches, of one line in range; counts what was moved or left out."""
    at = notes["onset"] * STEPS
    start = np.floor(at + 0.5).astype(np.int64)
    told["began off the sixteenths and were moved to the nearest"] = int(
        (np.abs(at - start) > 1e-3).sum()
    )
    end = np.floor((notes["onset"] + notes["duration"]) * STEPS + 0.5).astype(np.int64)
    order = np.lexsort((-notes["pitch"], start))
    _, first = np.unique(start[order], return_index=True)
    kept = order[first]
    told["began together with a higher one and were left out"] = len(notes) - len(kept)
    start, end = start[kept], np.maximum(end[kept], start[kept] + 1)
    cut = np.append(end[:-1] > start[1:], False)
    told["were cut where the next begins"] = int(cut.sum())
    end[cut] = start[1:][cut[:-1]]
    pitch = notes["pitch"][kept].astype(np.int64)
    fitted = _to_range(pitch)
    told["were moved by octaves into the range"] = int((fitted != pitch).sum())
    return start + before, end + before, fitted


def _to_range(pitch) -> np.ndarray:
    """All moved by the octaves that bring most of them into range; then each that is left, by octaves of its own."""
    moves = sorted(range(-10, 11), key=abs)
    inside = [
        int(((pitch + 12 * k >= LOWEST) & (pitch + 12 * k < LOWEST + PITCHES)).sum()) for k in moves
    ]
    pitch = pitch + 12 * moves[int(np.argmax(inside))]
    under = np.maximum(-(-(LOWEST - pitch) // 12), 0)
    over = np.maximum(-(-(pitch - (LOWEST + PITCHES - 1)) // 12), 0)
    return pitch + 12 * (under - over)


def decode(events, bpm: float = 100.0, like: Piece | None = None) -> Piece:
    """The melody that events spell, in 4/4; any row of numbers below 38 is one. ``like`` lends its title and licence.

    ValueError for numbers that are no events.
    """
    events = np.asarray(events, np.int64).ravel()
    if len(events) and not (0 <= events.min() and events.max() < SIZE):
        raise ValueError(f"events are 0 to {SIZE - 1}, got {events.min()} to {events.max()}")
    changes = np.append(np.flatnonzero(events != HOLD), len(events))
    rows = [
        (start / STEPS, (stop - start) / STEPS, LOWEST + int(events[start]))
        for start, stop in zip(changes[:-1].tolist(), changes[1:].tolist())
        if events[start] < PITCHES
    ]
    piece = Piece(
        rows,
        (Track("melody", 73),),
        tempo=(Tempo(0.0, bpm),),
        dynamics=False,
        source="generated",
    )
    return carry_source(piece, like)


def round_trip(piece: Piece) -> RoundTrip:
    """What the first track loses when it is written as events and read back."""
    line = piece.select(0)
    before = _find_pickup(piece, piece.title) / STEPS
    notes = line.notes.copy()
    notes["onset"] += before
    back = decode(encode(piece))
    return compare(line.replace(notes=notes, annotations=()), back)
