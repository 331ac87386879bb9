"""Where the events of whole tracks begin, for a plain file: found in arrays, without a step for each event.

A byte of 128 or more (*high*) is either a status or the first part of a time. Which one follows from how
many low bytes lie before it. After a status, or within running status, an event with a time of one byte takes three
low bytes; so with two more low bytes a time begins, with one more a status stands there, and with none the
high bytes have the role of the ones before them. Meta and system events have a length; they are stepped over.
What is such an event is guessed from its looks. Then every gap is checked against the guess: the checks hold
only where walking the file event by event would stop at the same places.
"""

from typing import NamedTuple

import numpy as np

#: What stands at a byte: low, high, the status of a meta or system event, the last byte before a time.
_LOW, _HIGH, _JUMP, _RESET = range(4)
_ANY, _UNKNOWN = -1, -2
#: The bytes in each kind of meta event; what has another size or kind leaves a file to the walk.
_SIZES = np.full(256, _UNKNOWN)
_SIZES[[*range(1, 10), 0x7F]] = _ANY
_SIZES[[0x00, 0x20, 0x21, 0x2F, 0x51, 0x54, 0x58, 0x59]] = 2, 1, 1, 0, 3, 5, 4, 2
_END_OF_TRACK = 0x2F


class Runs(NamedTuple):
    """Runs of high bytes, in order, each with the low bytes behind it. Arrays, one entry a run."""

    mark: np.ndarray
    start: np.ndarray
    end: np.ndarray  # behind its last byte
    gap: np.ndarray  # low bytes up to the next run
    short: np.ndarray  # a program or channel pressure, if it is a status: one byte of data


def skim_events(array, spans) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Place of the first data byte, time since the event before, status of every event; None for an odd file.

    ``array``: the bytes of the file with at least 8 zeros behind them, ``spans``: its tracks (start, stop).
    """
    jumps = _find_jumps(array, spans)
    if jumps is None:
        return None
    runs = _find_runs(array, spans, *jumps)
    is_status = _tell_roles(runs)
    status = _fill_status(array, spans, runs, is_status)
    if not _is_sound(runs, is_status, status):
        return None
    count = (runs.gap + is_status) // 3  # the status's own event, and those of running status
    short = np.flatnonzero(runs.short & is_status)
    count[short] = (runs.gap[short] + 1) // 2
    count[runs.mark == _JUMP] = 1
    until = np.cumsum(count)
    begin = until - count
    run = np.repeat(np.arange(len(count)), count)
    step = 3 - (runs.short & is_status)
    first = runs.end + ~is_status  # a time of one byte, or the last byte of one, comes first
    place = (first - begin * step)[run] + np.arange(len(run)) * step[run]
    given = np.zeros(len(place), bool)
    given[begin[is_status]] = True
    time = _add_prefixes(array, runs, is_status)[place - 1 - given]
    return place, time, status[run]


def _find_jumps(array, spans) -> tuple[np.ndarray, np.ndarray] | None:
    """Status bytes of what look like meta and system events, and where the time behind each begins.

    The end of a track leads to the next track. None where a track has no end, or two lie on one another.
    """
    at = np.flatnonzero((array == 0xFF) | (array == 0xF0))
    is_meta = array[at] == 0xFF
    kind, begin = array[at + 1], at + 1 + is_meta  # begin: of the size
    size = array[begin].astype(np.int64)
    wanted = np.where(is_meta, _SIZES[kind], _ANY)
    wide = (size >= 0x80) & (wanted == _ANY)
    size = np.where(wide, (size & 0x7F) << 7 | array[begin + 1], size)
    end = begin + 1 + wide + size
    plain = (size == wanted) | (wanted == _ANY) & ~(wide & (array[begin + 1] >= 0x80))
    plain &= is_meta | (array[np.minimum(end, len(array)) - 1] == 0xF7)
    plain &= array[at - 1] < 0x80
    starts, stops = np.array(spans).T
    span = np.searchsorted(starts, at, side="right") - 1
    last = is_meta & (kind == _END_OF_TRACK)
    plain &= (span >= 0) & (end <= stops[span])
    end[last] = np.append(starts, len(array))[span + 1][last]
    order = np.flatnonzero(plain)
    while len(inside := _find_inside(at[order], end[order])):
        order = np.delete(order, inside)
    at, end, ended = at[order], end[order], span[order][last[order]]
    return (at, end) if np.array_equal(ended, np.arange(len(spans))) else None


def _find_inside(at, end) -> np.ndarray:
    """Which begin inside the one before them, where that one begins inside none."""
    is_inside = at < np.maximum.accumulate(np.append(0, end[:-1]))
    return np.flatnonzero(is_inside & ~np.append(False, is_inside[:-1]))


def _find_runs(array, spans, at, end) -> Runs:
    mark = array >> 7
    mark[: spans[0][0]] = _LOW
    size = end - at
    inside = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size - at, size)
    mark[inside] = _LOW
    mark[at] = _JUMP
    mark[end - 1] = mark[spans[0][0] - 1] = _RESET
    high = np.flatnonzero(mark != _LOW)
    marks = mark[high]
    new = high[1:] - high[:-1] > 1
    new |= marks[:-1] == _RESET
    start = high[np.append(True, new)]
    stop = high[np.append(new, True)] + 1
    mark, byte = mark[start], array[start]
    gap = np.append(start[1:], stop[-1]) - stop
    return Runs(mark, start, stop, gap, (byte >= 0xC0) & (byte < 0xE0) & (mark == _HIGH))


def _tell_roles(runs: Runs) -> np.ndarray:
    """Whether each run is a status (else part of a time, or the end of a jump)."""
    left = _left_of_threes(runs.gap)
    # the role of the next run if this one is a status, and if it is not
    after_status = left != 2
    after_status[runs.short] = runs.gap[runs.short] & 1 == 0
    after_time = left == 1
    after_status[:-1] &= runs.mark[1:] != _RESET
    after_time[:-1] &= runs.mark[1:] != _RESET
    settled = np.append(True, (after_status == after_time)[:-1])  # whatever this one is
    told = np.append(False, after_time[:-1])  # the first run is a reset
    turns = np.append(False, (after_time & ~after_status)[:-1])
    anchor = np.maximum.accumulate(np.arange(len(told)) * settled)
    is_status = told[anchor]
    if turns.any():
        turned = np.cumsum(turns)
        is_status ^= (turned - turned[anchor]) & 1 == 1
    return is_status


def _fill_status(array, spans, runs: Runs, is_status) -> np.ndarray:
    """The status of each run, running status where it has none of its own; 0 before the first of a track."""
    own = array[runs.start]
    channel = is_status & (own < 0xF0)
    known = channel.copy()
    known[np.searchsorted(runs.start, [start - 1 for start, _ in spans])] = True  # from here: none
    anchor = np.maximum.accumulate(np.arange(len(own)) * known)
    return np.where(is_status, own, (own * channel)[anchor])


def _is_sound(runs: Runs, is_status, status) -> bool:
    """Whether roles and gaps fit one another, so that the events are those of the file without doubt."""
    mark, start, end, gap, short = runs
    width, left, jump = end - start, _left_of_threes(gap), mark == _JUMP
    good_status = (short & (gap >= 1) | (gap >= 2) & (left != 1)) & (width == 1) & (status < 0xF0)
    running = (status >= 0x80) & (status < 0xF0) & (status & 0xE0 != 0xC0)
    good_time = (left != 2) & (width <= 3) & (running | (gap < 3)) & ~jump
    return bool(np.all(is_status & (good_status | jump) | ~is_status & good_time))


def _add_prefixes(array, runs: Runs, is_status) -> np.ndarray:
    """The bytes, and where one ends a time of several bytes, that whole time in its stead."""
    times = np.flatnonzero(~is_status & (runs.mark == _HIGH))
    end, start = runs.end[times], runs.start[times]
    whole = array.astype(np.int32)
    for k in range(1, 4):
        whole[end] |= (whole[end - k] & 0x7F) << (7 * k)
        more = end - start > k
        end, start = end[more], start[more]
    return whole


def _left_of_threes(gap) -> np.ndarray:
    return gap - 3 * (gap // 3)  # division alone is faster than the remainder
