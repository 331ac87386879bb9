"""Answers that look right and are not, and unusual ones that are."""

import numpy as np


def from_the_sixteenth_before(line, start):
    before = [start, *line[:-1]]
    return [None if p < 0 else p - b for p, b in zip(line, before)]


WRONG = {"chorale-counts-1": from_the_sixteenth_before}


def from_the_start_after_a_rest(line, start):
    found, last = [], start
    for pitch in line:
        found.append(None if pitch < 0 else pitch - last)
        last = start if pitch < 0 else pitch
    return found


def rests_are_holds(line, start):
    found, last = [], start
    for pitch in line:
        found.append(0 if pitch < 0 else pitch - last)
        last = last if pitch < 0 else pitch
    return found


def upside_down(line, start):
    found, last = [], start
    for pitch in line:
        found.append(None if pitch < 0 else last - pitch)
        last = last if pitch < 0 else pitch
    return found


def first_is_zero(line, start):
    sung = next((p for p in line if p >= 0), start)
    found, last = [], sung
    for pitch in line:
        found.append(None if pitch < 0 else pitch - last)
        last = last if pitch < 0 else pitch
    return found


NAMED = {
    "chorale-counts-1": [
        (from_the_sixteenth_before, "goes on from the pitch"),
        (from_the_start_after_a_rest, "goes on from the pitch"),
        (rests_are_holds, "None"),
        (upside_down, "up to D"),
        (first_is_zero, "starts from the pitch that is given"),
    ]
}


def with_numpy(line, start):
    line = np.array([start, *line])
    filled = line[np.maximum.accumulate(np.where(line >= 0, np.arange(len(line)), 0))]
    return [int(d) if p >= 0 else None for d, p in zip(np.diff(filled), line[1:])]


RIGHT = {"chorale-counts-1": [with_numpy]}


def first_step_left_out(line, start):
    found, last = [], start
    for pitch in line:
        found.append(None if pitch < 0 else pitch - last)
        last = last if pitch < 0 else pitch
    return found[1:]


def rests_left_out(line, start):
    found, last = [], start
    for pitch in line:
        if pitch >= 0:
            found.append(pitch - last)
            last = pitch
    return found


def all_from_start(line, start):
    return [None if p < 0 else p - start for p in line]


def how_far(line, start):
    return [None if s is None else abs(s) for s in plain(line, start)]


def holds_are_none(line, start):
    return [s or None for s in plain(line, start)]


def within_an_octave(line, start):
    return [None if s is None else s % 12 for s in plain(line, start)]


def zero_is_a_rest(line, start):
    found, last = [], start
    for pitch in line:
        found.append(None if pitch <= 0 else pitch - last)
        last = last if pitch <= 0 else pitch
    return found


def to_the_next(line, start):
    found = plain(line, start)
    return found[1:] + [None]


def plain(line, start):
    found, last = [], start
    for pitch in line:
        found.append(None if pitch < 0 else pitch - last)
        last = last if pitch < 0 else pitch
    return found


MORE = {
    "chorale-counts-1": [
        (first_step_left_out, "each sixteenth"),
        (rests_left_out, "each sixteenth"),
        (all_from_start, "last pitch"),
        (how_far, "down"),
        (holds_are_none, "no step is 0"),
        (within_an_octave, "octave"),
        (zero_is_a_rest, "0 is a pitch"),
        (to_the_next, "before"),
    ]
}


def recursion(line, start):
    if not len(line):
        return []
    head, *rest = line
    if head < 0:
        return [None, *recursion(rest, start)]
    return [head - start, *recursion(rest, head)]


def floats_in_a_tuple(line, start):
    return tuple(None if s is None else float(s) for s in plain(line, start))


MORE_RIGHT = {"chorale-counts-1": [recursion, floats_in_a_tuple]}

for label, answers in MORE.items():
    NAMED[label] += answers
for label, answers in MORE_RIGHT.items():
    RIGHT[label] += answers
