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
