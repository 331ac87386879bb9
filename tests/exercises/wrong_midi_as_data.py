"""Answers that look right and are not, and unusual ones that are."""

import bisect
from collections import defaultdict

import numpy as np


def last_tempo_alone(seconds, tempo):
    onsets, bpm = np.array(tempo, float).T
    starts = np.append(0, np.cumsum(np.diff(onsets) * 60 / bpm[:-1]))
    seconds = np.asarray(seconds, float)
    j = np.searchsorted(starts, seconds, side="right") - 1
    return seconds * bpm[j] / 60


def last_struck_first_ended(events):
    sounding, notes = {}, []
    for tick, pitch, velocity in events:
        struck = sounding.setdefault(pitch, [])
        if velocity:
            struck.append((tick, velocity))
        elif struck:
            start, loud = struck.pop()
            notes.append((start, tick, pitch, loud))
    return sorted(notes)


WRONG = {
    "midi-as-data-1": last_tempo_alone,
    "midi-as-data-2": last_struck_first_ended,
}


def only_the_first_tempo(seconds, tempo):
    return np.asarray(seconds) * tempo[0][1] / 60


def the_tempo_of_now(seconds, tempo):
    starts = np.cumsum([0] + [(b - a) * 60 / q for (a, q), (b, _) in zip(tempo, tempo[1:])])
    i = np.searchsorted(starts, seconds, side="right") - 1
    return np.asarray(seconds) * np.array([q for _, q in tempo])[i] / 60


def seconds_for_quarters(seconds, tempo):
    onsets, bpm = np.array(tempo, float).T
    out = np.zeros(np.shape(seconds))
    stops = np.append(onsets[1:], np.inf)
    for a, b, q in zip(onsets, stops, bpm):
        out += np.clip(np.asarray(seconds) - a, 0, b - a) * q / 60
    return out


def to_seconds(seconds, tempo):
    onsets, bpm = np.array(tempo, float).T
    stops = np.append(onsets[1:], np.inf)
    return sum(
        np.clip(np.asarray(seconds) - a, 0, b - a) * 60 / q for a, b, q in zip(onsets, stops, bpm)
    )


def stops_at_the_last_change(seconds, tempo):
    onsets, bpm = np.array(tempo, float).T
    at = np.append(0, np.cumsum(np.diff(onsets) * 60 / bpm[:-1]))
    return np.interp(seconds, at, onsets)


def tempo_of_the_next_span(seconds, tempo):
    onsets, bpm = np.array(tempo, float).T
    at = np.append(0, np.cumsum(np.diff(onsets) * 60 / bpm[1:]))
    i = np.searchsorted(at, seconds, side="right") - 1
    return onsets[i] + (np.asarray(seconds) - at[i]) * bpm[i] / 60


def whole_quarters(seconds, tempo):
    return np.floor(inverse(seconds, tempo))


def two_tempi_only(seconds, tempo):
    seconds, q0 = np.asarray(seconds, float), tempo[0][1]
    if len(tempo) == 1:
        return seconds * q0 / 60
    change, q1 = tempo[1]
    at = change * 60 / q0
    return np.where(seconds < at, seconds * q0 / 60, change + (seconds - at) * q1 / 60)


def inverse(seconds, tempo):
    onsets, bpm = np.array(tempo, float).T
    at = np.append(0, np.cumsum(np.diff(onsets) * 60 / bpm[:-1]))
    i = np.searchsorted(at, seconds, side="right") - 1
    return onsets[i] + (np.asarray(seconds) - at[i]) * bpm[i] / 60


def last_struck_ends_first(events):
    open_, found = defaultdict(list), []
    for t, p, v in events:
        if v:
            open_[p].append((t, v))
        elif open_[p]:
            a, b = open_[p].pop()
            found.append((a, t, p, b))
    return sorted(found)


def one_note_a_key(events):
    open_, found = {}, []
    for t, p, v in events:
        if v:
            open_[p] = (t, v)
        elif p in open_:
            a, b = open_.pop(p)
            found.append((a, t, p, b))
    return sorted(found)


def unended_last_to_the_end(events):
    open_, found = defaultdict(list), []
    for t, p, v in events:
        if v:
            open_[p].append((t, v))
        elif open_[p]:
            a, b = open_[p].pop(0)
            found.append((a, t, p, b))
    end = max((t for t, _, _ in events), default=0)
    found += [(a, end, p, b) for p, rest in open_.items() for a, b in rest]
    return sorted(found)


def stray_offs_break(events):
    open_, found = defaultdict(list), []
    for t, p, v in events:
        if v:
            open_[p].append((t, v))
        else:
            a, b = open_[p].pop(0)
            found.append((a, t, p, b))
    return sorted(found)


def in_order_of_ends(events):
    open_, found = defaultdict(list), []
    for t, p, v in events:
        if v:
            open_[p].append((t, v))
        elif open_[p]:
            a, b = open_[p].pop(0)
            found.append((a, t, p, b))
    return found


def lengths(events):
    return [(a, b - a, p, v) for a, b, p, v in fifo(events)]


def any_key_ends_it(events):
    open_, found = [], []
    for t, p, v in events:
        if v:
            open_.append((t, p, v))
        elif open_:
            a, q, b = open_.pop(0)
            found.append((a, t, q, b))
    return sorted(found)


def restrike_ends_the_old(events):
    open_, found = {}, []
    for t, p, v in events:
        if p in open_:
            a, b = open_.pop(p)
            found.append((a, t, p, b))
        if v:
            open_[p] = (t, v)
    return sorted(found)


def off_looks_ahead(events):
    found = []
    for i, (t, p, v) in enumerate(events):
        if v:
            for j in range(i + 1, len(events)):
                if events[j][1] == p and events[j][2] == 0:
                    found.append((t, events[j][0], p, v))
                    break
    return sorted(found)


def empties_the_list(events):
    open_, found = defaultdict(list), []
    while events:
        t, p, v = events.pop(0)
        if v:
            open_[p].append((t, v))
        elif open_[p]:
            a, b = open_[p].pop(0)
            found.append((a, t, p, b))
    return sorted(found)


def fifo(events):
    open_, found = defaultdict(list), []
    for t, p, v in events:
        if v > 0:
            open_[p].append((t, v))
        elif open_[p]:
            a, b = open_[p].pop(0)
            found.append((a, t, p, b))
    return sorted(found)


NAMED = {
    "midi-as-data-1": [
        (only_the_first_tempo, "change"),
        (the_tempo_of_now, "change"),
        (seconds_for_quarters, "quarters"),
        (to_seconds, "tempo / 60"),
        (stops_at_the_last_change, "last"),
        (tempo_of_the_next_span, "until"),
        (whole_quarters, "fraction"),
        (two_tempi_only, "third"),
    ],
    "midi-as-data-2": [
        (last_struck_ends_first, "first struck"),
        (one_note_a_key, "at once"),
        (unended_last_to_the_end, "never ended"),
        (stray_offs_break, "nothing to end"),
        (in_order_of_ends, "sorted"),
        (lengths, "end"),
        (any_key_ends_it, "pitch"),
        (restrike_ends_the_old, "at once"),
        (off_looks_ahead, "one note"),
        (empties_the_list, "alone"),
    ],
}


def by_interpolation(seconds, tempo):
    onsets, bpm = np.array(tempo, float).T
    far = onsets[-1] + 1e6
    at = np.append(0, np.cumsum(np.diff(np.append(onsets, far)) * 60 / bpm))
    return np.interp(np.asarray(seconds, float), at, np.append(onsets, far))


def moment_by_moment(seconds, tempo):
    found = []
    for s in seconds:
        left = float(s)
        for i, (onset, bpm) in enumerate(tempo):
            stop = tempo[i + 1][0] if i + 1 < len(tempo) else float("inf")
            if left <= (stop - onset) * 60 / bpm:
                found.append(onset + left * bpm / 60)
                break
            left -= (stop - onset) * 60 / bpm
    return found


def by_bisection(seconds, tempo):
    at = [0.0]
    for (a, q), (b, _) in zip(tempo, tempo[1:]):
        at.append(at[-1] + (b - a) * 60 / q)
    spans = [max(bisect.bisect_left(at, s) - 1, 0) for s in np.ravel(seconds)]
    flat = [tempo[i][0] + (s - at[i]) * tempo[i][1] / 60 for i, s in zip(spans, np.ravel(seconds))]
    return np.reshape(flat, np.shape(seconds))


def counted_by_rank(events):
    ons, offs = defaultdict(list), defaultdict(list)
    for tick, pitch, velocity in events:
        if velocity:
            ons[pitch].append((tick, velocity))
        elif len(offs[pitch]) < len(ons[pitch]):
            offs[pitch].append(tick)
    return sorted((a, b, p, v) for p in ons for (a, v), b in zip(ons[p], offs[p]))


def rows_as_lists(events):
    return [list(note) for note in fifo(events)]


def one_list_of_open_notes(events):
    sounding, notes = [], []
    for tick, pitch, velocity in events:
        if velocity:
            sounding.append((tick, pitch, velocity))
            continue
        mine = next((note for note in sounding if note[1] == pitch), None)
        if mine:
            sounding.remove(mine)
            notes.append((mine[0], tick, pitch, mine[2]))
    notes.sort()
    return tuple(notes)


RIGHT = {
    "midi-as-data-1": [by_interpolation, moment_by_moment, by_bisection],
    "midi-as-data-2": [counted_by_rank, rows_as_lists, one_list_of_open_notes],
}
