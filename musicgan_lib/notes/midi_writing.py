"""MIDI files out."""

import struct
from itertools import chain

import numpy as np

from ..files import write_whole
from .midi_beside import CHORD, LYRIC, MARKER, NAME, PEDAL, TEXT
from .midi_bytes import DRUMS, LAST_TICK, MidiError
from .piece import Piece

#: Ticks a quarter that a file may have: the first whose grid holds every time in the piece.
RESOLUTIONS = (480, 960, 1024, 3840, 10080, 15360, 27720)
#: The channels for instruments.
CHANNELS = (*range(9), *range(10, 16))
#: The longest time before an event, in ticks.
_LONGEST = 2**28 - 1
#: What stands first at one tick: texts and settings, ends of notes, the pedal, then what is struck.
_TEXTS, _ENDS, _PEDAL, _STRIKES = range(4)


def write_midi(piece: Piece, path) -> tuple[str, ...]:
    """Write a piece as a MIDI file, whole or not at all.

    480 ticks a quarter, more where the notes lie on a finer grid. The first track of the file holds metre, tempo
    and what is said of the whole piece; then one for each of the piece's. Lyrics and markers are written as such,
    a chord symbol as the text ``chord Am7``, the pedal as controller 64. Returns what the file cannot hold, one
    sentence each; empty where reading it back gives the same notes, tracks, metre, annotations and tempo (a
    tempo is rounded to whole microseconds a quarter). Raises :class:`MidiError` for a metre that is not n/2^k,
    or a piece beyond tick 2^31; OSError as any writing. Source: ours.
    """
    data, losses = encode_midi(piece)
    write_whole(path, data)
    return losses


def encode_midi(piece: Piece) -> tuple[bytes, tuple[str, ...]]:
    """The bytes of a MIDI file for the piece, and what they cannot hold."""
    notes, losses = piece.notes, []
    ends = notes["onset"] + notes["duration"]
    changes = [e.onset for e in piece.metre + piece.tempo]
    times = [notes["onset"], ends, changes, piece.annotations["onset"]]
    tpq = _choose_resolution(np.concatenate(times), losses)
    on, off = (np.rint(t * tpq).astype(np.int64) for t in (notes["onset"], ends))
    if np.any(notes["velocity"] == 0):
        losses.append(f"{np.count_nonzero(notes['velocity'] == 0)} notes of velocity 0 become 1")
    _count_swaps(notes, on, off, losses)
    beside = _encode_annotations(piece, tpq, losses)
    chunks = [_encode_changes(piece, tpq, losses) + beside[-1]]
    for i, (track, channel) in enumerate(zip(piece.tracks, _choose_channels(piece, losses))):
        mine = np.flatnonzero(notes["track"] == i)
        if not len(mine):
            losses.append(f"track {i} ({track.name!r}) has no notes; readers leave it out")
        # The shorter of two notes struck together first: a reader ends the first struck first.
        mine = mine[np.lexsort((off[mine], notes["pitch"][mine], on[mine]))]
        begin = [(0, _TEXTS, _meta(NAME, track.name.encode("utf-8", "replace")))] * bool(track.name)
        begin.append((0, _TEXTS, bytes([0xC0 | channel, track.program])))
        moves = [
            (tick, rank, bytes([0xB0 | channel, PEDAL, what]) if rank == _PEDAL else what)
            for tick, rank, what in beside[i]
        ]
        chunks.append(begin + moves + _encode_notes(notes[mine], on[mine], off[mine], channel))
    head = struct.pack(">4sIHHH", b"MThd", 6, 1, len(chunks), tpq)
    return head + b"".join(map(_encode_chunk, chunks)), tuple(losses)


def _encode_changes(piece, tpq, losses) -> list[tuple[int, int, bytes]]:
    """Metre and tempo as ``(tick, rank, event)``."""
    made = []
    for onset, numerator, denominator in piece.metre:
        if numerator > 255 or denominator not in (1, 2, 4, 8, 16, 32, 64, 128):
            raise MidiError(
                f"metre {numerator}/{denominator}: MIDI has n/1, n/2, n/4 … n/128, n <= 255"
            )
        content = bytes([numerator, denominator.bit_length() - 1, 24, 8])
        made.append((round(onset * tpq), _TEXTS, _meta(0x58, content)))
    for onset, bpm in piece.tempo:
        micros = min(max(round(60e6 / bpm), 1), 2**24 - 1)
        if abs(micros - 60e6 / bpm) > 0.5:
            losses.append(f"tempo {bpm:g} becomes {60e6 / micros:g}: MIDI goes no further")
        made.append((round(onset * tpq), _TEXTS, _meta(0x51, micros.to_bytes(3, "big"))))
    return made


def _encode_annotations(piece, tpq, losses) -> dict[int, list]:
    """For each track, and -1 for the whole piece: ``(tick, rank, event)``, of a pedal its value only."""
    made = {i: [] for i in range(-1, len(piece.tracks))}
    spread = moved = rounded = unwritable = 0
    for onset, kind, track, value, text in piece.annotations.tolist():
        tick, content = round(onset * tpq), text.encode("utf-8", "replace")
        unwritable += content.decode() != text
        if kind == "pedal":
            rounded += value != round(value)
            spread += track == -1
            for i in range(len(piece.tracks)) if track == -1 else [track]:
                made[i].append((tick, _PEDAL, round(value)))
        elif kind == "marker":
            moved += track != -1
            made[-1].append((tick, _TEXTS, _meta(MARKER, content)))
        elif kind == "lyric":
            made[track].append((tick, _TEXTS, _meta(LYRIC, content)))
        elif kind == "chord":
            made[track].append((tick, _TEXTS, _meta(TEXT, CHORD.encode() + content)))
    fermatas = len(piece.annotated("fermata"))
    said = {
        "fermatas are left out: MIDI has none": fermatas,
        "pedal events of the whole piece are written on every track": spread,
        "pedal values are rounded to whole numbers": rounded,
        "markers of one track become those of the whole piece": moved,
        "texts have characters that cannot be written": unwritable,
    }
    losses += [f"{n} {what}" for what, n in said.items() if n]
    return made


def _choose_channels(piece, losses) -> list[int]:
    """A channel for each track: its own as far as they go, then one of the same program, then any."""
    pitched = [i for i, track in enumerate(piece.tracks) if not track.is_drum]
    programs = list(dict.fromkeys(piece.tracks[i].program for i in pitched))
    channels = {i: channel for i, channel in zip(pitched, CHANNELS)}
    if len(pitched) > len(CHANNELS):
        first = {p: CHANNELS[n % len(CHANNELS)] for n, p in enumerate(programs)}
        spare, seen = list(CHANNELS[len(programs) :]), set()
        for i in pitched:
            program = piece.tracks[i].program
            fresh = program in seen and spare
            channels[i] = spare.pop(0) if fresh else first[program]
            seen.add(program)
    chosen = [channels.get(i, DRUMS) for i in range(len(piece.tracks))]
    pedalled = set(piece.annotated("pedal")["track"].tolist())
    clashing, steered = 0, 0
    for i, channel in enumerate(chosen):
        others = [j for j, c in enumerate(chosen) if c == channel and j != i]
        clashing += any(
            piece.tracks[j].program != piece.tracks[i].program for j in others if i in channels
        )
        steered += any(j in pedalled for j in others)
    if clashing:
        losses.append(
            f"{clashing} tracks share a channel with another program, which a player gives to all of them: "
            f"a file has {len(CHANNELS)} channels beside that of the drums"
        )
    if steered:
        losses.append(
            f"{steered} tracks share a channel with one that has a pedal, which moves both"
        )
    return chosen


def _encode_notes(notes, on, off, channel) -> list[tuple[int, int, bytes]]:
    """Strikes and ends as ``(tick, rank, event)``; a note without a length ends right after its strike."""
    pitches = notes["pitch"].tolist()
    velocities = np.maximum(notes["velocity"], 1).tolist()  # velocity 0 means note-off
    strike, end = 0x90 | channel, 0x80 | channel
    made = []
    for begin, stop, pitch, velocity in zip(on.tolist(), off.tolist(), pitches, velocities):
        made.append((begin, _STRIKES, bytes([strike, pitch, velocity])))
        made.append((stop, _ENDS if stop > begin else _STRIKES, bytes([end, pitch, 0])))
    return made


def _encode_chunk(events: list[tuple[int, int, bytes]]) -> bytes:
    """One track of the file; events of one tick and rank stay in the order given."""
    events = sorted(events, key=lambda event: event[:2])
    ticks = np.array([tick for tick, *_ in events], np.int64)
    deltas = np.diff(ticks, prepend=0).tolist()
    times = {delta: _encode_time(delta) for delta in set(deltas)}
    body = b"".join(chain.from_iterable((times[d], event[2]) for d, event in zip(deltas, events)))
    body += b"\0\xff\x2f\0"
    return b"MTrk" + struct.pack(">I", len(body)) + body


def _meta(kind: int, content: bytes) -> bytes:
    return bytes([0xFF, kind]) + _encode_number(len(content)) + content


def _encode_time(ticks: int) -> bytes:
    """The time before an event; a longer one than four bytes can say in steps, with events that mean nothing."""
    steps, rest = divmod(ticks, _LONGEST)
    return (_encode_number(_LONGEST) + _meta(0x7F, b"")) * steps + _encode_number(rest)


def _encode_number(number: int) -> bytes:
    """A time or length as MIDI writes it: seven bits a byte, all but the last marked."""
    out = [number & 0x7F]
    while number := number >> 7:
        out.append(number & 0x7F | 0x80)
    return bytes(reversed(out))


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
