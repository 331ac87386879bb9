"""A performance as 388 events: keys go down and up, time passes in hundredths of a second, loudness changes.

======== ========= ============================================================
events   how many  what they say
======== ========= ============================================================
note on  128       a key goes down, as loud as was last said
note off 128       a key goes up
shift    100       so many hundredths of a second pass, 1 to 100
velocity 32        how loud the keys after it are: MIDI's 1 to 127 in fours
======== ========= ============================================================

The sustain pedal has no events: a note whose key goes up while the pedal is down lasts until the pedal goes up
(``notes.pedal``). Source: Simon and Oore (2017), whose table this is; Oore et al. (2018) have shifts of 8 ms.
"""

import numpy as np

from ..notes import Piece
from ..notes.pedal import apply_pedal
from .round_trip import RoundTrip, carry_source, compare

#: Ticks a second, and the longest shift in ticks
RATE, LONGEST = 100, 100
ON, OFF, SHIFT, VELOCITY = 0, 128, 256, 356
VELOCITIES, LOUDNESS = 32, 4
SIZE = VELOCITY + VELOCITIES
KINDS = ("on", "off", "shift", "velocity")
STARTS = (ON, OFF, SHIFT, VELOCITY)
#: What a note sounds like before anything was said: MIDI's usual 80
UNSAID = 80
#: A longer silence would be a hundred thousand shifts
MOST_SECONDS = 36_000


def encode(piece: Piece, velocity: bool = True, pedal: bool = True) -> np.ndarray:
    """The events of a piece, ``(N,) int64``. At one moment keys go up before others go down, the lowest first.

    ``velocity=False`` leaves loudness out; ``pedal=False`` forgets the pedal, so that notes end with their keys. What
    has no event is told by :func:`losses`. ValueError for a piece of more than ten hours.
    """
    start, end, pitch, loud = _ticks(piece, pedal)
    if not len(start):
        return np.zeros(0, np.int64)
    if end.max() > MOST_SECONDS * RATE:
        raise ValueError(f"{piece!r} lasts more than {MOST_SECONDS / 3600:g} hours")
    moment = np.concatenate([end, start])
    kind = np.repeat([OFF, ON], len(start))
    key, force = np.tile(pitch, 2), np.tile(loud, 2)
    order = np.lexsort((key, kind == ON, moment))
    moment, kind, key, force = moment[order], kind[order], key[order], force[order]
    made, now, said = [], 0, -1
    for at, what, which, bin_ in zip(*map(np.ndarray.tolist, (moment, kind, key, force))):
        full, rest = divmod(at - now, LONGEST)
        made += [SHIFT + LONGEST - 1] * full + [SHIFT + rest - 1] * (rest > 0)
        now = at
        if velocity and what == ON and bin_ != said:
            made.append(VELOCITY + bin_)
            said = bin_
        made.append(what + which)
    return np.array(made, np.int64)


def decode(events, velocity: bool = True, like: Piece | None = None) -> Piece:
    """The performance that events spell: one track, a quarter lasts a second.

    Any row of numbers below 388 is one: a key that goes down again while it is down is struck again, one that goes up
    twice is ignored, and what is down at the end goes up there. ``velocity``: whether loudness means anything in it.
    ValueError for numbers that are no events.
    """
    events = np.asarray(events, np.int64).ravel()
    if len(events) and not (0 <= events.min() and events.max() < SIZE):
        raise ValueError(f"events are 0 to {SIZE - 1}, got {events.min()} to {events.max()}")
    now, loud, down, rows = 0, UNSAID, {}, []

    def release(key):
        start, force = down.pop(key)
        rows.append((start / RATE, max(now - start, 1) / RATE, key, force))

    for event in events.tolist():
        if event >= VELOCITY:
            loud = min(LOUDNESS * (event - VELOCITY) + 2, 127)
        elif event >= SHIFT:
            now += event - SHIFT + 1
        else:
            if event % 128 in down:
                release(event % 128)
            if event < OFF:
                down[event] = now, loud
    for key in list(down):
        release(key)
    piece = Piece(rows, tempo=((0.0, 60.0),), dynamics=velocity, source="generated")
    return carry_source(piece, like)


def sound(piece: Piece, pedal: bool = True, restruck: bool = True) -> Piece:
    """The piece as its keys and the pedal let it sound, a second a quarter, on one track: what events can say of it.

    A key that is struck again is released first, unless not ``restruck``. Times are exact, not rounded.
    """
    heard = apply_pedal(piece) if pedal else piece
    notes = heard.notes[~_drums(heard)].copy()
    starts = heard.seconds(notes["onset"])
    notes["duration"] = heard.seconds(notes["onset"] + notes["duration"]) - starts
    notes["onset"], notes["track"] = starts, 0
    if restruck:
        notes["duration"] = np.minimum(notes["duration"], _until_struck(notes))
    return Piece(notes, tempo=((0.0, 60.0),), dynamics=piece.dynamics, source=piece.source)


def losses(piece: Piece, pedal: bool = True) -> tuple[str, ...]:
    """What a round trip of this piece loses besides fractions of 10 ms, one sentence each."""
    told, moves = [], len(piece.annotated("pedal"))
    if moves and pedal:
        told.append(f"The pedal's {moves} moves are not written: notes last as it lets them sound.")
    if moves and not pedal:
        told.append(f"The pedal's {moves} moves are forgotten: notes end with their keys.")
    if drums := int(_drums(piece).sum()):
        told.append(f"{drums} notes of drums are left out.")
    heard = sound(piece, pedal, restruck=False)
    start = _ticks(piece, pedal)[0]
    if lost := len(heard) - len(start):
        told.append(
            f"{lost} notes are struck together with another of their pitch, and are one with it."
        )
    if cut := int((heard.notes["duration"] > _until_struck(heard.notes) + 1e-6).sum()):
        told.append(f"{cut} notes end earlier, where their key is struck again.")
    if len(piece.tracks) > 1:
        told.append(f"{len(piece.tracks)} tracks are one.")
    return tuple(told)


def round_trip(piece: Piece, velocity: bool = True, pedal: bool = True) -> RoundTrip:
    """What the sound of a piece loses when it is written as events and read back; times in seconds."""
    back = decode(encode(piece, velocity, pedal), velocity)
    return compare(sound(piece, pedal), back, tolerance=0.02)


def name_kinds(events) -> np.ndarray:
    """The kind of each event, an index into :data:`KINDS`, of the same shape."""
    return np.searchsorted(STARTS, np.asarray(events), side="right") - 1


def _ticks(piece: Piece, pedal: bool) -> tuple:
    """Onsets and ends in ticks, pitches and loudness bins, by onset and pitch; no key is down twice."""
    n = sound(piece, pedal).notes
    start = np.floor(n["onset"] * RATE + 0.5).astype(np.int64)
    end = np.floor((n["onset"] + n["duration"]) * RATE + 0.5).astype(np.int64)
    order = np.lexsort((-end, n["pitch"], start))
    start, end, n = start[order], end[order], n[order]
    pitch = n["pitch"].astype(np.int64)
    _, first = np.unique(start * 128 + pitch, return_index=True)
    start, end, pitch = start[first], end[first], pitch[first]
    by_key = np.lexsort((start, pitch))
    same = pitch[by_key][1:] == pitch[by_key][:-1]
    limit = np.full(len(start), np.iinfo(np.int64).max)
    limit[by_key[:-1][same]] = start[by_key[1:]][same]
    end = np.minimum(np.maximum(end, start + 1), limit)
    loud = np.clip(n["velocity"][first].astype(np.int64) - 1, 0, 126) // LOUDNESS
    return start, end, pitch, loud


def _until_struck(notes) -> np.ndarray:
    """Seconds from each onset until the same key is struck later; infinity where it never is."""
    order = np.lexsort((notes["onset"], notes["pitch"]))
    onset, pitch = notes["onset"][order], notes["pitch"][order]
    later = np.full(len(notes), np.inf)
    for i in range(len(notes) - 2, -1, -1):
        if pitch[i] == pitch[i + 1]:
            gap = onset[i + 1] - onset[i]
            later[i] = gap if gap > 0 else later[i + 1]
    found = np.empty(len(notes))
    found[order] = later
    return found


def _drums(piece: Piece) -> np.ndarray:
    return np.array([t.is_drum for t in piece.tracks], bool)[piece.notes["track"]]
