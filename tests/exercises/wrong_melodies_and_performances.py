"""Answers that look right and are not, and odd ones that are right."""

import numpy as np


def _strikes(events, offset=255, unit=100, last=False, again=False, high=356):
    now, found = 0, []
    for event in events:
        if event < 128:
            found.append((now / unit, event))
            now = 0 if again else now
        elif 256 <= event < high:
            wait = event - offset
            now = wait if last else now + wait
    return found


def counts_from_none(events):
    return _strikes(events, offset=256)


def in_hundredths(events):
    return _strikes(events, unit=1)


def keeps_the_last_wait(events):
    return _strikes(events, last=True)


def begins_again_at_each_strike(events):
    return _strikes(events, again=True)


def waits_for_loudness(events):
    return _strikes(events, high=388)


def strikes_what_goes_up(events):
    now, found = 0, []
    for event in events:
        if event < 256:
            found.append((now / 100, event % 128))
        elif event < 356:
            now += event - 255
    return found


def forgets_key_nought(events):
    return [(at, key) for at, key in _strikes(events) if key]


def strikes_each_key_once(events):
    seen, found = set(), []
    for at, key in _strikes(events):
        if key not in seen:
            found.append((at, key))
        seen.add(key)
    return found


def tells_times_alone(events):
    return [at for at, _ in _strikes(events)]


def by_arrays(events):
    events = np.array(events, dtype=int)
    waits = np.where((events >= 256) & (events < 356), events - 255, 0).cumsum() / 100
    return list(zip(waits[events < 128], events[events < 128]))


def one_by_one(events):
    clock = 0.0
    for event in events:
        if 255 < event < 356:
            clock += (event - 255) * 0.01
        if event <= 127:
            yield clock, event


WRONG = {"melodies-1": counts_from_none}
NAMED = {
    "melodies-1": [
        (counts_from_none, "one hundredth, not none"),
        (in_hundredths, "seconds, not hundredths"),
        (keeps_the_last_wait, "waits add up"),
        (begins_again_at_each_strike, "begin again"),
        (waits_for_loudness, "loudness"),
        (strikes_what_goes_up, "no strike"),
        (forgets_key_nought, "both ends"),
        (strikes_each_key_once, "struck again"),
        (tells_times_alone, "pairs"),
    ],
}
RIGHT = {"melodies-1": [by_arrays, one_by_one]}
