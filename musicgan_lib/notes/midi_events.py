"""Every event of a MIDI file in the file's own order: what the parser leaves out or puts in another order.

The parser keeps notes and is fast. Which of two tempi at one tick comes last, which channel a pedal is
for, where a note is cut off by *all notes off*: that is read here, and only where a file asks for it.
"""

from typing import NamedTuple

import numpy as np

from .midi_bytes import DATA_BYTES, SYSTEM_BYTES, read_length
from .midi_skim import skim_events


class Events(NamedTuple):
    """Arrays, one entry an event, in file order: chunk after chunk, and in each as they stand."""

    chunk: np.ndarray  # which track chunk, from 0
    tick: np.ndarray
    status: np.ndarray  # 0x80 to 0xff, running status filled in
    place: np.ndarray  # of its first data byte in ``data``
    first: np.ndarray  # the first data byte
    second: np.ndarray  # the byte behind it
    data: bytes

    @property
    def channel(self) -> np.ndarray:
        """0 to 15; what it is of a system event means nothing."""
        return self.status & 15

    def find(self, status: int, *firsts: int) -> np.ndarray:
        """Which events have this status, or for a channel's this upper half of it,
        and one of these first data bytes.
        """
        kind = self.status if status >= 0xF0 else self.status & 0xF0
        found = np.flatnonzero(kind == status)
        wanted = np.zeros(256, bool)
        wanted[list(firsts)] = True
        return found[wanted[self.first[found]]]

    def metas(self, *kinds: int) -> list[tuple[int, int, int, bytes]]:
        """``(chunk, tick, kind, content)`` of the meta events of these kinds, in file order."""
        found = self.find(0xFF, *kinds)
        rows = zip(*(column[found].tolist() for column in (self.chunk, self.tick, self.place)))
        return [(chunk, tick, *self._content(place)) for chunk, tick, place in rows]

    def _content(self, place: int) -> tuple[int, bytes]:
        size, begin = read_length(self.data, place + 1, len(self.data))
        return self.data[place], self.data[begin : begin + size]


def list_events(data: bytes, spans) -> Events:
    """Every event of all tracks of a file that the parser has accepted; ``spans`` are its tracks (start, stop).

    Where a span ends early, the list stops with the event that begins before its end.
    """
    array = np.frombuffer(data[: spans[-1][1]] + bytes(8), np.uint8)
    found = skim_events(array, spans)
    if not found:  # a file with events that few files hold
        return walk_events(data, spans)
    place, time, status = found
    bounds = np.searchsorted(place, [start for start, _ in spans])
    many = np.diff(np.append(bounds, len(place)))
    clock = np.cumsum(time, dtype=np.int64)
    tick = clock - np.repeat(np.append(0, clock)[bounds], many)
    return _as_events(data, (np.repeat(np.arange(len(spans)), many), tick, status, place))


def walk_events(data: bytes, spans) -> Events:
    """The same step by step, several times slower save for short parts of tracks."""
    parts = [_walk(data, start, stop) for start, stop in spans]
    chunk = np.repeat(np.arange(len(parts)), [len(p[0]) for p in parts])
    return _as_events(data, (chunk, *map(np.concatenate, zip(*parts))))


def _as_events(data: bytes, columns) -> Events:
    chunk, tick, status, place = columns
    array = np.frombuffer(data + b"\0\0", np.uint8)
    return Events(chunk, tick, status.astype(np.uint8), place, array[place], array[place + 1], data)


def _walk(data: bytes, start: int, stop: int):
    """Tick, status and place of the data of the events of one track."""
    array = np.frombuffer(data[start : stop + 8] + bytes(8), np.uint8)
    behind, follows = _look_ahead(array)
    begins = np.array(_find_begins(data, start, stop, follows.tolist()), np.int64)
    at = behind[begins]
    status = array[at].astype(np.int64)
    delta = np.zeros(len(begins), np.int64)
    for k in range(4):  # a time has one to four bytes, seven bits of it in each
        more = begins + k < at
        delta = np.where(more, delta << 7 | array[np.minimum(begins + k, at)] & 0x7F, delta)
    given = status >= 0x80
    last = np.maximum.accumulate(np.where(given & (status < 0xF0), np.arange(len(at)), 0))
    return np.cumsum(delta), np.where(given, status, status[last]), start + at + given


def _look_ahead(array) -> tuple[np.ndarray, np.ndarray]:
    """For an event that begins at each byte: where its time ends, and the next event begins.

    The second is 0 where a byte or two more have to be read to know it. Events without a status are
    taken to have two bytes of data.
    """
    n = len(array) - 7
    high = array >= 0x80
    one = high[:n]
    two = one & high[1 : n + 1]
    behind = np.arange(1, n + 1) + one + two + (two & high[2 : n + 2])
    status = array[behind]
    plain = (status < 0xF0) & (status & 0xE0 != 0xC0)
    follows = np.where(plain, behind + np.where(status < 0x80, 2, 3), 0)
    tempo = (status == 0xFF) & (array[behind + 1] == 0x51) & (array[behind + 2] == 3)
    return behind, np.where(tempo, behind + 6, follows)


def _find_begins(data: bytes, start: int, stop: int, follows: list[int]) -> list[int]:
    """Where each event of one track begins, from its start, at the first byte of its time."""
    begins, at, end, short = [], 0, stop - start, False
    while at < end:
        begins.append(at)
        if (jump := follows[at]) and not short:
            at = jump
            continue
        _, at = read_length(data, start + at, len(data))
        status = data[at]
        if status == 0xFF:
            if data[at + 1] == 0x2F:
                break
            size, at = read_length(data, at + 2, len(data))
            at += size
        elif status in (0xF0, 0xF7):
            size, at = read_length(data, at + 1, len(data))
            at += size
        elif status in SYSTEM_BYTES:
            at += 1 + SYSTEM_BYTES[status]
        elif status >= 0x80:
            at += 1 + DATA_BYTES[status >> 4]
            short = DATA_BYTES[status >> 4] == 1
        else:  # short is the running status: program or pressure, with one byte of data
            at += 1
        at -= start
    return begins
