"""MIDI files in and out, also the broken ones."""

import warnings
from collections import Counter
from functools import partial
from pathlib import Path

import numpy as np

from .annotations import ANNOTATION, sort_annotations
from .metre import Metre, Tempo, drop_repeats
from .midi_beside import NAME, find_texts, read_marks, read_pedal, read_texts, tell_unkept
from .midi_bytes import (
    DRUMS,
    MOST_TRACKS,
    MidiError,
    check_file,
    has_odd_events,
    may_mislead,
    walk_track,
)
from .midi_events import list_events
from .midi_notes import asks_for_events, has_rivals, in_file_order, read_notes
from .piece import NOTE, Piece, Track


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
    clock, places, controllers = may_mislead(data)
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
        data, mended = _set_bytes(data, high, 127)
        score = symusic.Score.from_midi(mended)
    return _to_piece(score, data, spans, controllers, path, losses)


def _set_bytes(data: bytes, places, value: int) -> tuple[bytes, bytes]:
    """The file with some bytes replaced: as it is, and with its frame mended for the parser."""
    changed = bytearray(data)
    for i in places:
        changed[i] = value
    return bytes(changed), check_file(bytes(changed))[0]


def _to_piece(score, data: bytes, spans, controllers, path: Path, losses: list[str]) -> Piece:
    tpq = score.ticks_per_quarter
    heard = [t for t in score.tracks if len(t.notes)]  # a track without notes is no voice
    changes = {0x58: score.time_signatures.numpy(), 0x51: score.tempos.numpy()}
    texts, owned = find_texts(data, spans)
    rivals = has_rivals(*changes.values())
    unkept = []
    if spans and (owned or rivals or asks_for_events(data, spans, controllers, heard)):
        events = list_events(data, spans)
        if rivals:
            changes = {kind: in_file_order(events, kind) for kind in changes}
        rows, tracks, beside = _from_events(events, tpq, unkept)
    else:
        tracks = [Track(t.name, t.program, t.is_drum) for t in heard]
        rows = _parsed_notes(heard)
        beside = np.array(read_marks(data, texts, tpq), ANNOTATION) if texts else ()
    if len(tracks) > MOST_TRACKS:
        raise MidiError(f"byte 14 or later: {len(tracks)} instruments, at most {MOST_TRACKS}")
    tell_unkept(score, heard, len(controllers) > 0, unkept)
    notes, dynamics = _sort_notes(rows, tpq, losses)
    metre, tempo = _metre(changes[0x58], tpq, losses), _tempo(changes[0x51], tpq, losses)
    return Piece.restore(  # a parsed file holds nothing that a Piece would refuse
        notes=notes,
        tracks=tuple(tracks) or (Track(),),
        metre=metre,
        tempo=tempo,
        title=path.stem,
        composer="",
        dynamics=dynamics,
        source=path.name,
        publishable=True,
        losses=(*unkept, *losses),
        annotations=sort_annotations(beside),
    )


def _from_events(events, tpq: int, unkept: list[str]):
    """Columns of notes, tracks and annotations of a file that was walked event by event."""
    rows, voices = read_notes(events)
    names = {chunk: text.decode("utf-8", "replace") for chunk, *_, text in events.metas(NAME)}
    tracks = [Track(names.get(chunk, ""), n, channel == DRUMS) for chunk, channel, n in voices]
    several = Counter(chunk for chunk, *_ in voices)
    alone = {chunk: i for i, (chunk, *_) in enumerate(voices) if several[chunk] == 1}
    texts = read_texts(events, alone, tpq)
    pedal = read_pedal(events, [voice[:2] for voice in voices], tpq, unkept)
    beside = np.concatenate([np.array(texts, ANNOTATION), pedal]) if texts else pedal
    return rows, tracks, beside


def _parsed_notes(tracks) -> list[np.ndarray]:
    """Columns of the parser's notes: tick, length, pitch, velocity, track."""
    columns = [t.notes.numpy() for t in tracks]
    if not columns:
        return [np.zeros(0, np.int64)] * 5
    track = np.repeat(np.arange(len(columns)), [len(c["time"]) for c in columns])
    fields = ("time", "duration", "pitch", "velocity")
    return [np.concatenate([c[f] for c in columns]) for f in fields] + [track]


def _sort_notes(columns, tpq: int, losses: list[str]) -> tuple[np.ndarray, bool]:
    """The notes of a Piece, and whether their velocities differ."""
    time, duration, pitch, velocity, track = columns
    notes = np.empty(len(time), NOTE)
    dynamics = True
    if len(notes):
        # One sort, on one number, in the order that Piece keeps: onset, track, pitch.
        order = np.argsort((time.astype(np.int64) << 22) | (track << 7) | pitch, kind="stable")
        notes["onset"], notes["duration"] = time[order] / tpq, duration[order] / tpq
        notes["pitch"], notes["velocity"] = pitch[order], velocity[order]
        notes["track"] = track[order]
        dynamics = len(notes) == 1 or bool(np.ptp(velocity))
        if not duration.all():
            losses.append(f"{np.count_nonzero(duration == 0)} notes have no length; they are kept")
    notes.flags.writeable = False
    return notes, dynamics


def _metre(events, tpq, losses) -> tuple[Metre, ...]:
    good = (events["numerator"] > 0) & (events["denominator"] > 0)
    if not good.all():
        losses.append(f"{np.count_nonzero(~good)} time signatures make no sense and are left out")
    rows = zip(*(events[f][good].tolist() for f in ("time", "numerator", "denominator")))
    at_tick = {0: (4, 4)} | {time: sign for time, *sign in rows}
    return drop_repeats(Metre(time / tpq, *at_tick[time]) for time in sorted(at_tick))


def _tempo(events, tpq, losses) -> tuple[Tempo, ...]:
    micros = events["mspq"].astype(float)
    good = micros > 0
    if not good.all():
        losses.append(f"{np.count_nonzero(~good)} tempi of no length are left out")
    micros = np.append(500_000, micros[good])  # 120 a minute until the file says otherwise
    time = np.append(0, events["time"][good])
    order = np.argsort(time, kind="stable")
    order = order[np.append(np.diff(time[order]) > 0, True)]  # the last of several at one tick
    order = order[np.append(True, np.diff(micros[order]) != 0)]
    micros = micros[order]
    bpm = 60e6 / micros
    plain = np.round(bpm, 2)  # 72, not 72.00003: a file holds whole microseconds a quarter
    bpm = np.where(np.rint(60e6 / np.maximum(plain, 1e-9)) == micros, plain, bpm)
    rows = zip((time[order] / tpq).tolist(), bpm.tolist())
    return tuple(map(partial(tuple.__new__, Tempo), rows))  # thousands of tempi: no call for each
