"""MIDI files in and out, also the broken ones."""

import os
import uuid
import warnings
from functools import partial
from pathlib import Path

import numpy as np

from .metre import Metre, Tempo
from .midi_bytes import (
    LAST_TICK,
    MOST_TRACKS,
    MidiError,
    check_file,
    has_odd_events,
    may_mislead,
    walk_track,
)
from .piece import NOTE, Piece, Track

#: Ticks a quarter that a file may have: the first whose grid holds every time in the piece.
RESOLUTIONS = (480, 960, 1024, 3840, 10080, 15360, 27720)


def read_midi(path) -> Piece:
    """Read a MIDI file: its notes in quarter lengths, its tracks, metre and tempo.

    A track here is one program on one channel of one track of the file; channel 10 is drums. A
    note that is never ended is not a note. ``dynamics`` is False where every velocity is the same.
    ``Piece.losses`` says what was mended or left out: a RIFF wrapper taken off, chunks skipped,
    notes without a length (they are kept), bytes above 127 cut to 127 (this also warns).

    Raises :class:`MidiError`, which names file, byte and reason, for what is not a whole MIDI file
    counted in ticks a quarter, or runs beyond tick 2^31. Parsed by symusic. Source: ours.
    """
    path = Path(path)
    data = path.read_bytes()
    try:
        return _read(data, path)
    except MidiError as error:
        raise MidiError(f"{path}: {error}") from None
    except RuntimeError as error:  # symusic's own, where the walk found nothing to mend
        raise MidiError(f"{path}: byte 14 or later: the parser refuses it: {error}") from None


def _read(data: bytes, path: Path) -> Piece:
    import symusic

    mended, spans, losses = check_file(data)
    escapes = []
    clock, places = may_mislead(data)
    for start, stop in spans:
        begin, end = np.searchsorted(places, (start, stop))
        odd = begin < end and has_odd_events(data[start:stop])
        if odd or (clock and may_mislead(data[start:stop])[0]):
            escapes += walk_track(data, start, stop)[1]
    if escapes:
        data, mended = _set_bytes(data, escapes, 0xF0)  # the parser steps over F0 as it should
    try:
        score = symusic.Score.from_midi(mended)
    except RuntimeError:
        high = [i for span in spans for i in walk_track(data, *span)[0]]
        if not high:
            raise
        said = f"{len(high)} data bytes above 127 are read as 127, the first is byte {high[0]}"
        losses.append(said)
        warnings.warn(f"{path}: {said}", stacklevel=4)
        score = symusic.Score.from_midi(_set_bytes(data, high, 127)[1])
    return _to_piece(score, path, losses)


def _set_bytes(data: bytes, places, value: int) -> tuple[bytes, bytes]:
    """The file with some bytes replaced: as it is, and with its frame mended for the parser."""
    changed = bytearray(data)
    for i in places:
        changed[i] = value
    return bytes(changed), check_file(bytes(changed))[0]


def _to_piece(score, path: Path, losses: list[str]) -> Piece:
    tpq = score.ticks_per_quarter
    if len(score.tracks) > MOST_TRACKS:
        raise MidiError(f"byte 14 or later: {len(score.tracks)} instruments, at most {MOST_TRACKS}")
    columns = [t.notes.numpy() for t in score.tracks]
    notes = np.empty(sum(len(c["time"]) for c in columns), NOTE)
    dynamics = True
    if len(notes):
        track = np.repeat(np.arange(len(columns)), [len(c["time"]) for c in columns])
        time, duration, pitch, velocity = (
            np.concatenate([c[f] for c in columns])
            for f in ("time", "duration", "pitch", "velocity")
        )
        # One sort, on one number, in the order that Piece keeps: onset, track, pitch.
        order = np.argsort((time.astype(np.int64) << 22) | (track << 7) | pitch, kind="stable")
        notes["onset"], notes["duration"] = time[order] / tpq, duration[order] / tpq
        notes["pitch"], notes["velocity"] = pitch[order], velocity[order]
        notes["track"] = track[order]
        dynamics = len(notes) == 1 or bool(np.ptp(velocity))
        if not duration.all():
            losses.append(f"{np.count_nonzero(duration == 0)} notes have no length; they are kept")
    notes.flags.writeable = False
    return Piece(
        notes,
        tuple(Track(t.name, t.program, t.is_drum) for t in score.tracks) or (Track(),),
        _metre(score.time_signatures.numpy(), tpq, losses),
        _tempo(score.tempos.numpy(), tpq, losses),
        title=path.stem,
        dynamics=dynamics,
        source=path.name,
        losses=tuple(losses),
    )


def _metre(events, tpq, losses) -> tuple[Metre, ...]:
    good = (events["numerator"] > 0) & (events["denominator"] > 0)
    if not good.all():
        losses.append(f"{np.count_nonzero(~good)} time signatures make no sense and are left out")
    rows = zip(*(events[f][good].tolist() for f in ("time", "numerator", "denominator")))
    at_tick = {0: (4, 4)} | {time: sign for time, *sign in rows}
    return drop_repeats(Metre(time / tpq, *at_tick[time]) for time in sorted(at_tick))


def drop_repeats(metres) -> tuple[Metre, ...]:
    """Metre changes without those that say again what holds, on a bar line where it changes nothing."""
    kept = []
    for metre in metres:
        bars = (metre.onset - kept[-1].onset) / kept[-1].bar_length if kept else 0
        if not kept or metre[1:] != kept[-1][1:] or abs(bars - round(bars)) > 1e-6:
            kept.append(metre)
    return tuple(kept)


def _tempo(events, tpq, losses) -> tuple[Tempo, ...]:
    micros = events["mspq"].astype(float)
    good = micros > 0
    if not good.all():
        losses.append(f"{np.count_nonzero(~good)} tempi of no length are left out")
    micros = np.append(500_000, micros[good])  # 120 a minute until the file says otherwise
    bpm = 60e6 / micros
    plain = np.round(bpm, 2)  # 72, not 72.00003: a file holds whole microseconds a quarter
    bpm = np.where(np.rint(60e6 / np.maximum(plain, 1e-9)) == micros, plain, bpm)
    time = np.append(0, events["time"][good])
    order = np.argsort(time, kind="stable")
    order = order[np.append(np.diff(time[order]) > 0, True)]  # the last of several at one tick
    bpm = bpm[order]
    new = np.append(True, bpm[1:] != bpm[:-1])
    rows = zip((time[order][new] / tpq).tolist(), bpm[new].tolist())
    return tuple(map(partial(tuple.__new__, Tempo), rows))  # thousands of tempi: no call for each


def write_midi(piece: Piece, path) -> tuple[str, ...]:
    """Write a piece as a MIDI file, whole or not at all.

    480 ticks a quarter, more where the notes lie on a finer grid. Returns what the file cannot
    hold, one sentence each; empty where reading it back gives the same notes, tracks, metre and
    tempo (a tempo is rounded to whole microseconds a quarter). Raises :class:`MidiError` for a
    metre that is not n/2^k, or a piece beyond tick 2^31; OSError as any writing. Source: ours.
    """
    data, losses = encode_midi(piece)
    write_whole(path, data)
    return losses


def write_whole(path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all: first beside its place, then renamed."""
    path = Path(path)
    part = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def encode_midi(piece: Piece) -> tuple[bytes, tuple[str, ...]]:
    """The bytes of a MIDI file for the piece, and what they cannot hold."""
    import symusic

    notes, losses = piece.notes, []
    ends = notes["onset"] + notes["duration"]
    changes = [e.onset for e in piece.metre + piece.tempo]
    tpq = _choose_resolution(np.concatenate([notes["onset"], ends, changes]), losses)
    on, off = (np.rint(t * tpq).astype(np.int64) for t in (notes["onset"], ends))
    velocity = np.maximum(notes["velocity"], 1)  # velocity 0 means note-off
    if np.any(notes["velocity"] == 0):
        losses.append(f"{np.count_nonzero(notes['velocity'] == 0)} notes of velocity 0 become 1")
    _count_swaps(notes, on, off, losses)
    score = symusic.Score(tpq)
    for i, track in enumerate(piece.tracks):
        mine = np.flatnonzero(notes["track"] == i)
        if not len(mine):
            losses.append(f"track {i} ({track.name!r}) has no notes; readers leave it out")
        # The shorter of two notes struck together first: a reader ends the first struck first.
        mine = mine[np.lexsort((off[mine], notes["pitch"][mine], on[mine]))]
        out = symusic.Track(track.name, track.program, track.is_drum)
        columns = zip((on, off - on, notes["pitch"], velocity), ("i4", "i4", "i1", "i1"))
        out.notes = type(out.notes).from_numpy(*(c[mine].astype(kind) for c, kind in columns))
        score.tracks.append(out)
    for onset, *metre in piece.metre:
        if metre[0] > 255 or metre[1] not in (1, 2, 4, 8, 16, 32, 64, 128):
            raise MidiError(
                f"metre {metre[0]}/{metre[1]}: MIDI has n/1, n/2, n/4 … n/128, n <= 255"
            )
        score.time_signatures.append(symusic.TimeSignature(round(onset * tpq), *metre))
    for onset, bpm in piece.tempo:
        micros = min(max(round(60e6 / bpm), 1), 2**24 - 1)
        if abs(micros - 60e6 / bpm) > 0.5:
            losses.append(f"tempo {bpm:g} becomes {60e6 / micros:g}: MIDI goes no further")
        score.tempos.append(symusic.Tempo(round(onset * tpq), mspq=micros))
    return score.dumps_midi(), tuple(losses)


def _choose_resolution(times, losses) -> int:
    """The coarsest resolution with a tick at each of these quarter lengths; the finest if none has."""
    for tpq in RESOLUTIONS:
        off_grid = np.abs(times * tpq - np.rint(times * tpq)).max()
        if off_grid < 1e-3:
            break
    else:
        losses.append(f"times move by up to {off_grid / tpq:.1g} quarters, to the nearest tick")
    if times.max() * tpq >= LAST_TICK:
        raise MidiError(f"the piece ends at quarter {times.max():g}, beyond tick 2^31")
    return tpq


def _count_swaps(notes, on, off, losses) -> None:
    """Say where one note lies within another of the same pitch: a file cannot tell which one ends."""
    ends = off[np.lexsort((off, on, notes["pitch"], notes["track"]))]
    read = off[np.lexsort((off, notes["pitch"], notes["track"]))]
    if swapped := np.count_nonzero(ends != read):
        losses.append(f"{swapped} notes that hold another of their pitch swap ends with it")
