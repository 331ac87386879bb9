"""A MIDI file walked byte by byte, slowly and simply: the tests' own idea of what a file says.

It shares no code with the library. Notes are paired first in, first out on each channel and pitch; *all notes
off* (and all sound off, and the changes of mode that mean it) ends what its channel holds: in its own chunk what
was struck before it, in another what was struck at an earlier tick.
"""

import struct
from dataclasses import dataclass, field

NEEDED = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}
SYSTEM = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0, 0xF8: 0, 0xFA: 0, 0xFB: 0, 0xFC: 0, 0xFE: 0}


@dataclass
class Walk:
    division: int = 0
    format: int = 0
    declared: int = 0
    tracks: int = 0
    notes: list = field(default_factory=list)  # (tick, length, pitch, velocity, chunk, channel)
    last_tick: int = 0
    clipped: int = 0
    hung: int = 0
    trouble: list = field(default_factory=list)  # where the bytes stop making sense
    wipes: list = field(default_factory=list)  # (tick, channel, chunk) of each all notes off


def walk(data: bytes) -> Walk:
    out = Walk()
    at = data.find(b"MThd") if data[:4] == b"RIFF" else 0
    if data[at : at + 4] != b"MThd" or len(data) < at + 14:
        out.trouble.append("no header")
        return out
    size, out.format, out.declared, out.division = struct.unpack(">IHHh", data[at + 4 : at + 14])
    at += 8 + size
    first = Walk()  # once for what ends notes everywhere, once for the notes
    _chunks(data, at, first)
    _chunks(data, at, out, sorted(first.wipes))
    return out


def _chunks(data, at, out, wipes=()):
    while at + 8 <= len(data):
        kind, size = data[at : at + 4], struct.unpack(">I", data[at + 4 : at + 8])[0]
        body = data[at + 8 : at + 8 + size]
        if kind == b"MTrk":
            if len(body) < size:
                out.trouble.append("chunk cut off")
            _track(body, out, [wipe for wipe in wipes if wipe[2] != out.tracks])
            out.tracks += 1
        at += 8 + size


def _track(body, out, elsewhere):
    at = tick = status = 0
    open_notes = {}
    try:
        while at < len(body):
            delta, at = _varlen(body, at)
            tick += delta
            _wipe_before(tick, elsewhere, open_notes, out)
            out.last_tick = max(out.last_tick, tick)
            running, first = status, body[at]
            if first >= 0x80:
                status, at = first, at + 1
            if status == 0xFF:
                status = running  # a meta event leaves the running status as it was
                kind = body[at]
                size, at = _varlen(body, at + 1)
                at += size
                if kind == 0x2F:
                    break
            elif status in (0xF0, 0xF7):
                size, at = _varlen(body, at)
                at += size
                status = running
            elif trouble := _refuse(status, first):
                out.trouble.append(trouble)
                return
            elif status in SYSTEM:  # for instruments, not for files; yet some hold them
                at += SYSTEM[status]
            else:
                at = _play(body, at, status, tick, open_notes, out)
    except IndexError:
        out.trouble.append("track ends within an event")
    for wipe in elsewhere:
        _wipe(open_notes, *wipe[:2], out)
    out.hung += sum(map(len, open_notes.values()))


def _refuse(status, first):
    """What is wrong with an event of this status whose first byte is ``first``; empty where nothing is."""
    if status in SYSTEM:
        return "running on a system status" if first < 0x80 else ""
    return "" if 0x80 <= status < 0xF0 else f"status {status:#x}"


def _play(body, at, status, tick, open_notes, out):
    """One event of a channel; returns the place behind it."""
    n = NEEDED[status >> 4]
    args = [body[at + i] for i in range(n)]
    out.clipped += sum(a > 127 for a in args)
    args = [min(a, 127) for a in args]
    key = (status & 15, args[0])
    if status >> 4 == 9 and args[1]:
        open_notes.setdefault(key, []).append((tick, args[1]))
    elif status >> 4 in (8, 9) and open_notes.get(key):
        start, velocity = open_notes[key].pop(0)
        out.notes.append((start, tick - start, args[0], velocity, out.tracks, key[0]))
    elif status >> 4 == 11 and args[0] in (120, 123, 124, 125, 126, 127):
        out.wipes.append((tick, status & 15, out.tracks))
        _wipe(open_notes, tick, status & 15, out)
    return at + n


def _wipe_before(tick, elsewhere, open_notes, out):
    while elsewhere and elsewhere[0][0] <= tick:
        _wipe(open_notes, *elsewhere.pop(0)[:2], out)


def _wipe(open_notes, tick, channel, out):
    for (where, pitch), held in open_notes.items():
        if where == channel:
            out.notes += [(start, tick - start, pitch, v, out.tracks, channel) for start, v in held]
            held.clear()


def _varlen(body, at):
    value = 0
    for i in range(at, at + 4):
        value = value << 7 | body[i] & 0x7F
        if body[i] < 0x80:
            return value, i + 1
    return value, at + 4


def make_many_notes(many: int, seconds: float, tracks: int = 1):
    """So many notes, evenly over so many seconds, on tracks in turn, at 120 quarters a minute."""
    from musicgan_lib.notes import Piece, Track

    step = 2 * seconds / many
    rows = [(i * step, 0.9 * step, 36 + (7 * i) % 60, 80, i % tracks) for i in range(many)]
    named = [Track(f"track {i}", i % 128) for i in range(tracks)]
    return Piece(rows, tracks=named, title="Many notes", source="generated")
