"""Every event of a MIDI file in the file's own order: what the parser leaves out or puts in another order.

The parser keeps notes and is fast. Which of two tempi at one tick comes last, which channel a pedal is
for, where a note is cut off by *all notes off*: that is read here, and only where a file asks for it.
"""

import re
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from .midi_bytes import DATA_BYTES, PLAIN_EVENTS, SYSTEM_BYTES, TIME, read_length

#: One event of a run of plain ones; where one data byte is enough, its running status with it.
_EVENT = re.compile(
    rb"%b(?:[\x80-\xbf\xe0-\xef]?[\x00-\x7f]{2}|[\xc0-\xdf][\x00-\x7f](?:%b[\x00-\x7f])*+"
    rb"|\xff\x51\x03[\x00-\xff]{3})" % (TIME, TIME)
)
_SHORT = re.compile(rb"%b[\xc0-\xdf]?[\x00-\x7f]" % TIME)


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

    def metas(self, *kinds: int) -> list[tuple[int, int, int, bytes]]:
        """``(chunk, tick, kind, content)`` of the meta events of these kinds, in file order."""
        found = np.flatnonzero(self.status == 0xFF)
        found = found[np.isin(self.first[found], kinds)]
        rows = zip(*(column[found].tolist() for column in (self.chunk, self.tick, self.place)))
        return [(chunk, tick, *self._content(place)) for chunk, tick, place in rows]

    def _content(self, place: int) -> tuple[int, bytes]:
        size, begin = read_length(self.data, place + 1, len(self.data))
        return self.data[place], self.data[begin : begin + size]


def list_events(data: bytes, spans) -> Events:
    """Walk every track of a file that the parser has accepted; ``spans`` are its tracks (start, stop).

    Where a span ends early, the walk stops with the event that begins before its end.
    """
    parts = [_decode(data, *_find_starts(data, start, stop)) for start, stop in spans]
    chunk = np.repeat(np.arange(len(parts)), [len(p[0]) for p in parts])
    columns = [np.concatenate(column) for column in zip(*parts)] or [np.zeros(0, np.int64)] * 3
    array = np.frombuffer(data + b"\0\0", np.uint8).astype(np.int64)
    return Events(chunk, *columns, array[columns[2]], array[columns[2] + 1], data)


def _find_starts(data: bytes, at: int, stop: int) -> tuple[list[int], int]:
    """Where each event of one track begins, at the first byte of its time; and where the last one ends."""
    starts = []
    while at < stop:
        end = PLAIN_EVENTS.match(data, at, stop).end()
        if end > at:
            starts += accumulate(map(len, _EVENT.findall(data, at, end)), initial=at)
            starts.pop()
            at = end
            continue
        starts.append(at)
        _, at = read_length(data, at, len(data))
        status = data[at]
        if status == 0xFF:
            size, begin = read_length(data, at + 2, len(data))
            if data[at + 1] == 0x2F:
                break
            at = begin + size
        elif status in (0xF0, 0xF7):
            size, begin = read_length(data, at + 1, len(data))
            at = begin + size
        elif status in SYSTEM_BYTES:
            at += 1 + SYSTEM_BYTES[status]
        elif status >= 0x80:  # the last event of a part, which no run may hold
            at += 1 + DATA_BYTES[status >> 4]
        else:  # running status after an event that is no channel's
            at += DATA_BYTES[_last_status(data, starts[:-1]) >> 4]
    return starts, at


def _last_status(data: bytes, starts: list[int]) -> int:
    """The channel status in force after these events."""
    for start in reversed(starts):
        _, at = read_length(data, start, len(data))
        if 0x80 <= data[at] < 0xF0:
            return data[at]
    return 0x80


def _decode(data: bytes, starts: list[int], stop: int):
    """Tick, status and place of the data of the events that begin at these bytes of one track."""
    array = np.frombuffer(data, np.uint8)
    begin = np.array(starts, np.int64)
    delta, at = _read_times(array, begin)
    status = array[at].astype(np.int64)
    follows = np.append(begin[1:], stop)
    several = ((status & 0xE0) == 0xC0) & (follows > at + 2)
    if several.any():  # a status of one data byte and what runs on under it were found as one
        more = []
        for i in np.flatnonzero(several).tolist():
            sizes = map(len, _SHORT.findall(data, starts[i], int(follows[i])))
            more += accumulate(sizes, initial=starts[i])
        return _decode(data, sorted({*starts, *more} - {stop}), stop)
    given = status >= 0x80
    last = np.maximum.accumulate(np.where(given & (status < 0xF0), np.arange(len(at)), 0))
    return np.cumsum(delta), np.where(given, status, status[last]), at + given


def _read_times(array, at):
    """The numbers of one to four bytes at these places, and the places behind them."""
    value = (array[at] & 0x7F).astype(np.int64)
    more = array[at] >= 0x80
    while more.any():
        at = at + more
        value = np.where(more, value << 7 | array[at] & 0x7F, value)
        more &= array[at] >= 0x80
    return value, at + 1
