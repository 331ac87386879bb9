"""The bytes of a MIDI file: is it whole, does its clock fit, which bytes lie out of range.

The parser (symusic) is fast and trusts its file. What it would read wrongly without a word is
looked for here first; what it refuses is walked here event by event, to mend it or to say where.
"""

import re
import struct

import numpy as np


class MidiError(ValueError):
    """A file that is not usable MIDI; the message names the file, the place and the reason."""


#: Data bytes that follow each channel status (0x8n … 0xEn).
DATA_BYTES = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}
#: Data bytes after the system statuses that are no business of a file, but some hold them.
SYSTEM_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1} | dict.fromkeys((0xF6, 0xF8, 0xFA, 0xFB, 0xFC, 0xFE), 0)
NO_SYSTEM = (0xF4, 0xF5, 0xF9, 0xFD)
#: The channel of the drums, counted from 0.
DRUMS = 9
#: More tracks than this have no number in a Piece.
MOST_TRACKS = 2**15 - 1
#: A file larger than this is refused: reading it could take longer, and more memory, than promised.
LARGEST = 2**23
#: The parser counts ticks in 32 bits with a sign; beyond them it wraps around silently.
LAST_TICK = 2**31

#: The time before an event: one to four bytes.
TIME = rb"[\x80-\xff]{0,3}[\x00-\x7f]"
#: A run of channel and tempo events, with running status.
_PLAIN_EVENTS = re.compile(
    rb"(?:%b(?:[\x80-\xbf\xe0-\xef][\x00-\x7f]{2}(?:%b[\x00-\x7f]{2})*+"
    rb"|[\xc0-\xdf][\x00-\x7f](?:%b[\x00-\x7f])*+|\xff\x51\x03[\x00-\xff]{3}))*+"
    % (TIME, TIME, TIME)
)


def check_file(data: bytes) -> tuple[bytes, list[tuple[int, int]], list[str]]:
    """Look at the frame of a MIDI file before it is parsed.

    Returns the file with its wrapper off and its header right, where its tracks lie in the
    original (start, stop), and what was mended. Raises :class:`MidiError` without the file's name.
    """
    losses = []
    start = _find_header(data, losses)
    size, kind, declared, division = struct.unpack_from(">IHHH", data, start + 4)
    _check_header(data, start, size, kind, division)
    spans, whole = find_tracks(data, start + 8 + size, declared, losses)
    if declared and not spans:
        raise MidiError(f"byte {len(data)}: {declared} tracks are promised, none is there")
    if kind == 2 and len(spans) > 1:
        raise MidiError(f"byte {start + 8}: format 2, {len(spans)} pieces in one file, not one")
    if len(spans) > MOST_TRACKS:
        raise MidiError(f"byte {spans[MOST_TRACKS][0]}: {len(spans)} tracks, at most {MOST_TRACKS}")
    if declared != len(spans):
        losses.append(f"the header promises {declared} tracks, the file holds {len(spans)}")
    if start == 0 and size == 6 and declared == len(spans) and whole:
        return data, spans, losses
    head = struct.pack(">4sIHHH", b"MThd", 6, kind, len(spans), division)
    return head + b"".join(data[a - 8 : b] for a, b in spans), spans, losses


def _find_header(data: bytes, losses: list[str]) -> int:
    """At which byte ``MThd`` stands, within a RIFF wrapper or without; a whole header follows."""
    if len(data) > LARGEST:
        raise MidiError(f"byte {LARGEST}: a file of {len(data)} bytes; at most {LARGEST} are read")
    start = 0
    if data[:4] == b"RIFF":
        start = data.find(b"MThd", 12, 4096)
        if start < 0:
            raise MidiError("byte 0: a RIFF file without MIDI in it")
        losses.append("it was wrapped in RIFF (RMID); only the MIDI inside is read")
    if not data:
        raise MidiError("byte 0: the file is empty")
    if data[start : start + 4] != b"MThd":
        raise MidiError("byte 0: a MIDI file begins with 'MThd', this one does not")
    if len(data) < start + 14:
        raise MidiError(f"byte {len(data)}: the file is cut off within its header")
    return start


def _check_header(data: bytes, start: int, size: int, kind: int, division: int) -> None:
    """:class:`MidiError` for a format, a division or a length that no reader can follow."""
    if kind > 2:
        raise MidiError(f"byte {start + 8}: format {kind}; MIDI files have formats 0, 1 and 2")
    if division >= 0x8000:
        raise MidiError(f"byte {start + 12}: time is counted in SMPTE frames, not in quarter notes")
    if division == 0:
        raise MidiError(f"byte {start + 12}: 0 ticks a quarter note")
    if not 6 <= size <= len(data) - start - 8:
        raise MidiError(f"byte {start + 4}: the header claims {size} bytes")


def find_tracks(
    data: bytes, at: int, declared: int, losses: list[str]
) -> tuple[list[tuple[int, int]], bool]:
    """Where the track chunks lie from byte ``at`` on, and whether nothing else is among them."""
    spans, alien = [], 0
    end = len(data)
    if data[:4] == b"RIFF":  # a wrapper may hold other things behind the MIDI
        end = min(end, 8 + int.from_bytes(data[4:8], "little") + 1)
    while at + 8 <= end:
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "big")
        if name == b"MTrk":
            if at + 8 + size > len(data):
                missing = at + 8 + size - len(data)
                raise MidiError(f"byte {len(data)}: track {len(spans) + 1} lacks {missing} bytes")
            spans.append((at + 8, at + 8 + size))
        elif name.isalnum() and at + 8 + size <= end:
            alien += 1
        else:
            break
        at += 8 + size
    if alien:
        losses.append(f"{alien} chunks that are not tracks are skipped")
    if at < end:
        if (len(spans) < declared or not spans) and data.find(b"MTrk", at) >= 0:
            before = "the one before it says it ends" if spans else "the header ends"
            raise MidiError(f"byte {at}: no track begins here, where {before}")
        losses.append(f"{end - at} bytes after the last track are skipped")
    return spans, not alien and at == end


def may_mislead(data: bytes) -> tuple[bool, np.ndarray, np.ndarray]:
    """Whether the parser's clock might overflow here, the places where it might misread an event, and of controllers.

    Both are bounds: no event is parsed. Its clock wraps around: see :func:`_bound_clock`. And it is at a loss with some
    system events, so any byte F0 to FE where a status may stand, behind a low byte, is suspect; most of them turn
    out to be times. The same is true of controllers (B0 to BF).
    """
    array = np.frombuffer(data, np.uint8)
    high = array >= 0x80
    two = high[1:] & high[:-1]
    three = two[1:] & two[:-1]
    # a time of n bytes is less than 128 to the n, and those of two bytes are at most as many as the bytes
    bound = (len(data) << 14) + (np.count_nonzero(two) << 21) + (np.count_nonzero(three) << 28)
    system, control = np.flatnonzero(array >= 0xF0), np.flatnonzero(array & 0xF0 == 0xB0)
    system = system[array[system] != 0xFF]
    behind_low = (at[array[np.maximum(at, 1) - 1] < 0x80] for at in (system, control))
    return bound >= LAST_TICK and _bound_clock(array) >= LAST_TICK, *behind_low


def _bound_clock(array) -> int:
    """More ticks than the events of these bytes can take.

    A time of several bytes is a run of high bytes (>= 128) and one low byte, so reading every such run as a time,
    status bytes too, counts every tick there is, and more. What tempo and key events hold is left out: their bytes look
    like a time, and there may be thousands.
    """
    high = array >= 0x80
    meta = np.flatnonzero(array[:-5] == 0xFF)
    for kind, size in ((0x51, 3), (0x59, 2)):  # tempo, key: fixed sizes, high bytes in them
        found = meta[(array[meta + 1] == kind) & (array[meta + 2] == size)]
        for i in range(size):
            high[found + 3 + i] = False
    at = np.flatnonzero(high)
    value = (array[at] & 0x7F).astype(np.int64)
    second = at[1:] - at[:-1] == 1  # another high byte follows
    third = second[1:] & second[:-1]
    bound = (len(array) << 7) + (int(value.sum()) << 7)
    return bound + (int(value[:-1][second].sum()) << 14) + (int(value[:-2][third].sum()) << 21)


def has_odd_events(track: bytes) -> bool:
    """Whether one track holds an event that the parser misreads, or bytes that are no event at all.

    Odd are escapes (F7), real-time and other system statuses (F1 to FE), and a data byte after a
    system message. Channel events are skimmed by one regular expression, so that this costs little.
    """
    at, stop = 0, len(track)
    try:
        while (at := _PLAIN_EVENTS.match(track, at).end()) < stop:
            _, at = read_length(track, at, stop)
            status = track[at]
            if status == 0xFF:
                size, begin = read_length(track, at + 2, stop)
                if track[at + 1] == 0x2F:
                    return False
                at = begin + size
                continue
            if status != 0xF0:  # running status after a meta event is told apart by the walk
                return True
            size, begin = read_length(track, at + 1, stop)
            at = begin + size
            if at < stop and track[read_length(track, at, stop)[1]] < 0x80:
                return True
    except (MidiError, IndexError):
        return True
    return at > stop


def walk_track(data: bytes, start: int, stop: int) -> tuple[list[int], list[int]]:
    """Go through one track event by event, to find the bytes to mend before it is parsed.

    Returns where a byte above 127 stands for a data byte, and where an escape (F7) begins. Raises
    :class:`MidiError` at the first byte that makes no sense, and where the clock overflows.
    """
    at, tick, running, after_system, high, escapes = start, 0, 0, False, [], []
    while at < stop:
        event = at
        delta, at = read_length(data, at, stop)
        tick += delta
        if at >= stop:
            raise MidiError(f"byte {at}: the track ends within an event")
        status = data[at]
        if status >= 0x80:
            at += 1
        elif after_system:
            raise MidiError(f"byte {at}: a data byte where the last status was no channel's")
        else:
            status = running
        after_system = status in SYSTEM_BYTES or status in (0xF0, 0xF7)
        if status == 0xFF:
            kind = data[at] if at < stop else 0
            size, at = read_length(data, at + 1, stop)
            at += size
            if kind == 0x2F:
                break
        elif status >= 0xF0 or not status:
            escapes += [at - 1] * (status == 0xF7)
            at = _skip_system(data, at, stop, status)
        else:
            running, n = status, DATA_BYTES[status >> 4]
            high += [i for i in range(at, min(at + n, stop)) if data[i] > 127]
            at += n
        if at > stop:
            raise MidiError(f"byte {event}: the track ends within this event")
        if tick >= LAST_TICK:
            raise MidiError(f"byte {event}: the clock stands at tick {tick}, beyond 32 bits")
    return high, escapes


def _skip_system(data: bytes, at: int, stop: int, status: int) -> int:
    """The place behind a system event whose status was read; :class:`MidiError` for one that may not be there."""
    if status in (0xF0, 0xF7):
        size, at = read_length(data, at, stop)
        return at + size
    if status in NO_SYSTEM:
        raise MidiError(f"byte {at - 1}: status {status:#04x} may not stand in a file")
    if not status:
        raise MidiError(f"byte {at}: a data byte before any status byte")
    return at + SYSTEM_BYTES[status]


def read_length(data: bytes, at: int, stop: int) -> tuple[int, int]:
    """A number of one to four bytes, seven bits in each, and the place behind it."""
    value = 0
    for i in range(at, min(at + 4, stop)):
        value = value << 7 | data[i] & 0x7F
        if data[i] < 0x80:
            return value, i + 1
    raise MidiError(f"byte {at}: a length or time that does not end within four bytes")
