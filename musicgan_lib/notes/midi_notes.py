"""Notes from the events of a file, where the parser's own are not right: see :func:`asks_for_events`."""

import re

import numpy as np

from .midi_bytes import TIME
from .midi_events import Events

#: All sound off, and all notes off with the changes of mode that mean it, too.
_OFF = (120, 123, 124, 125, 126, 127)
#: A controller event, perhaps with others under running status, that moves the pedal (64) or is one of ``_OFF``.
_TELLING = re.compile(
    rb"[\xb0-\xbf](?:[\x00-\x3f\x41-\x77\x79\x7a][\x00-\x7f]%b)*+[\x40\x78\x7b-\x7f][\x00-\x7f]"
    % TIME
)
_TELLS = np.isin(np.arange(256), (64, *_OFF))


def asks_for_events(data: bytes, spans, controllers, tracks) -> bool:
    """Whether the file may hold what the parser leaves out: a pedal, all notes off, a program from elsewhere.

    A bound: no event is parsed, and what looks like one may be part of a time. ``controllers``: where some may stand.
    """
    if len(controllers):
        array = np.frombuffer(data + bytes(4), np.uint8)
        number, value, time, status = (array[controllers + i] for i in (1, 2, 3, 4))
        if np.any(_TELLS[number] & (value < 0x80)):
            return True
        running = controllers[(value < 0x80) & ((time >= 0x80) | (status < 0x80))]
        if any(_TELLING.match(data, place) for place in running.tolist()):
            return True
    if len(spans) < 2 or all(t.program or t.is_drum for t in tracks):
        return False
    # a program of one chunk counts in another where that plays the channel and names none
    parts = [data[start:stop] for start, stop in spans]
    for channel in (c for c in range(16) if c != 9):
        change, strike = bytes([0xC0 | channel]), bytes([0x90 | channel])
        named = [change in part for part in parts]
        if any(named) and any(strike in part and not n for part, n in zip(parts, named)):
            return True
    return False


def has_rivals(metres: dict, tempi: dict) -> bool:
    """Whether two metres or tempi that differ stand at one tick: the parser may swap them."""
    for events, fields in ((metres, ("numerator", "denominator")), (tempi, ("mspq",))):
        same = np.diff(events["time"]) == 0
        if same.any() and any(np.any(same & (np.diff(events[f].astype(int)) != 0)) for f in fields):
            return True
    return False


def in_file_order(events: Events, kind: int) -> dict[str, np.ndarray]:
    """Tempi (0x51) or metres (0x58) as the parser gives them, but those of one tick in file order."""
    size = 3 if kind == 0x51 else 2
    found = [(tick, content) for _, tick, _, content in events.metas(kind) if len(content) >= size]
    found.sort(key=lambda pair: pair[0])
    time = np.array([tick for tick, _ in found], np.int64)
    if kind == 0x51:
        return {
            "time": time,
            "mspq": np.array([int.from_bytes(c[:3], "big") for _, c in found], int),
        }
    pairs = np.array([(c[0], 1 << c[1] if c[1] < 8 else 0) for _, c in found], int).reshape(-1, 2)
    return {"time": time, "numerator": pairs[:, 0], "denominator": pairs[:, 1]}


def read_notes(events: Events) -> tuple[list[np.ndarray], list[tuple[int, int, int]]]:
    """Columns of notes (tick, length, pitch, velocity, track) and the (chunk, channel, program) of each track.

    The first note struck ends first. *All notes off* ends what its channel holds, in its own chunk by
    the order of events, in others what was struck before its tick. A note that nothing ends is none.
    """
    length = _pair(events)
    begin = np.flatnonzero(length >= 0)
    voice = _voice(events, begin)
    used = np.zeros(int(voice.max(initial=-1)) + 1, bool)
    used[voice] = True
    track = (np.cumsum(used) - 1)[voice]
    columns = [events.tick[begin], length[begin], events.first[begin], events.second[begin], track]
    return columns, [(v >> 11, v >> 7 & 15, v & 127) for v in np.flatnonzero(used).tolist()]


def _voice(events, at) -> np.ndarray:
    """Chunk, channel and program of these events, as one number."""
    return (events.chunk[at] << 11) | (events.channel[at].astype(int) << 7) | _programs(events, at)


def _pair(events) -> np.ndarray:
    """Of every event the length in ticks of the note that it begins; -1 where it begins none that something ends."""
    kind = events.status & 0xF0
    at = np.flatnonzero((kind == 0x90) | (kind == 0x80))
    lane = events.chunk[at] << 4 | events.channel[at]
    used = np.zeros(int(lane.max(initial=-1)) + 1, bool)
    used[lane] = True
    key = (np.cumsum(used) - 1)[lane] << 7 | events.first[at]
    if len(at) and key.max() < 2**16:
        key = key.astype(np.uint16)  # sorted in one pass
    order = np.argsort(key, kind="stable")  # pitch by pitch, and in each by file order
    at, key = at[order], key[order]
    step = np.where((kind[at] == 0x90) & (events.second[at] > 0), 1, -1)
    length = np.full(len(kind), -1, np.int64)
    wipes = events.find(0xB0, *_OFF)
    if not len(wipes) and _is_balanced(step, key):
        begin, stop = at[step > 0], events.tick[at[step < 0]]
    else:
        begin, stop = _pair_unbalanced(events, at, step, wipes)
    length[begin] = stop - events.tick[begin]
    return length


def _is_balanced(step, key) -> bool:
    """Whether on every key each note is ended, and nothing else is: then the first begin and first end are a pair."""
    held = np.cumsum(step)
    closed = held[np.append(key[1:] != key[:-1], True)[: len(key)]]
    return not closed.any() and held.min(initial=0) >= 0


def _pair_unbalanced(events, at, step, wipes) -> tuple[np.ndarray, np.ndarray]:
    """The events that begin a note which something ends, and the tick at which each ends."""
    key = (events.chunk[at] << 11) | (events.channel[at].astype(int) << 7) | events.first[at]
    group, wiped = _part_at_wipes(events, wipes, at, key)
    # an end counts where something is held: where it sets no new minimum of what is held so far
    base = -2 * (len(at) + 1) * group
    held = np.cumsum(step)
    held -= np.repeat((held - step)[_firsts(group)], np.bincount(group))
    lowest = np.minimum(np.minimum.accumulate(base + held), base)
    before = np.append(0, lowest[:-1])
    before[_firsts(group)] = base[_firsts(group)]
    ons, offs = np.flatnonzero(step > 0), np.flatnonzero((step < 0) & (lowest == before))
    n_groups = len(wiped)
    n_ons, n_offs = (np.bincount(group[some], minlength=n_groups) for some in (ons, offs))
    rank = np.arange(len(ons)) - np.repeat(np.cumsum(n_ons) - n_ons, n_ons)
    of = group[ons]
    ended = rank < n_offs[of]
    stop = wiped[of]  # -1 where no wipe ends the group
    stop[ended] = events.tick[at[offs[((np.cumsum(n_offs) - n_offs)[of] + rank)[ended]]]]
    whole = ended | (stop >= 0)
    return at[ons[whole]], stop[whole]


def _firsts(group) -> np.ndarray:
    """Where each group begins."""
    return np.flatnonzero(np.append(True, np.diff(group) > 0)[: len(group)])


def _part_at_wipes(events, wipes, at, key) -> tuple[np.ndarray, np.ndarray]:
    """Groups of events, each of one pitch between two *all notes off*; and the tick that ends each, or -1."""
    lanes, group = np.unique(key, return_inverse=True)
    if not len(wipes):
        return group, np.full(len(lanes), -1)
    passed, stops = np.zeros(len(at), np.int64), np.full(len(at), -1)
    edges = np.append(_firsts(group), len(at))
    for lane, start, stop in zip(lanes.tolist(), edges[:-1], edges[1:]):
        mine, off = at[start:stop], wipes[events.channel[wipes] == (lane >> 7 & 15)]
        # one of another chunk stands before the first event of this one at its tick
        own, ticks = events.chunk[off] == lane >> 11, events.tick[off]
        place = np.searchsorted(mine, off)
        place = np.where(own, place, np.searchsorted(events.tick[mine], ticks))
        order = np.lexsort((ticks, place))
        passed[start:stop] = np.searchsorted(place[order], np.arange(len(mine)), side="right")
        stops[start:stop] = np.append(ticks[order], -1)[passed[start:stop]]
    group = np.unique(group * (len(wipes) + 1) + passed, return_inverse=True)[1]
    return group, stops[_firsts(group)]


def _programs(events, at) -> np.ndarray:
    """The program under which each of these events stands; 0 where none is named."""
    changes = np.flatnonzero(events.status & 0xF0 == 0xC0)
    if not len(changes):
        return np.zeros(len(at), np.int64)
    value = events.first[changes]
    lane = events.chunk[at] << 4 | events.channel[at]
    named = events.chunk[changes] << 4 | events.channel[changes]
    n = len(events.status)
    order = np.argsort(named, kind="stable")
    last = np.searchsorted((named * n + changes)[order], lane * n + at) - 1
    program = value[order][last].astype(np.int64)
    strange = np.flatnonzero((last < 0) | (named[order][last] != lane))
    program[strange] = 0
    own = np.zeros(int(max(lane.max(initial=0), named.max())) + 1, bool)
    own[named] = True
    # of a chunk that names none for the channel: whatever another had set it to by then
    strange = strange[~own[lane[strange]]]
    for channel in np.unique(lane[strange] & 15).tolist():
        mine = strange[lane[strange] & 15 == channel]
        of = np.flatnonzero(named & 15 == channel)
        of = of[np.argsort(events.tick[changes[of]], kind="stable")]
        ticks = events.tick[changes[of]], events.tick[at[mine]]
        program[mine] = np.append(value[of], 0)[np.searchsorted(*ticks, side="right") - 1]
    return program
