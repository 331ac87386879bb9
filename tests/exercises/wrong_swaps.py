"""Answers that look right and are not, and odd ones that are right."""

import numpy as np


def same_cell(melody, rhythm):
    return [m if r >= 0 else r for m, r in zip(melody, rhythm)]


def keeps_rhythm(melody, rhythm):
    return list(rhythm)


def keeps_melody(melody, rhythm):
    return list(melody)


def in_order(melody, rhythm):
    notes = [m for m in melody if m >= 0] or [-2]
    made, k = [], 0
    for cell in rhythm:
        made.append(notes[min(k, len(notes) - 1)] if cell >= 0 else cell)
        k += cell >= 0
    return made


def fills_holds(melody, rhythm):
    last, made = -2, []
    for own, cell in zip(melody, rhythm):
        last = own if own >= 0 else last
        made.append(cell if cell == -2 else last)
    return made


def silent_before(melody, rhythm):
    last, made = -2, []
    for own, cell in zip(melody, rhythm):
        last = own if own >= 0 else last
        made.append(last if cell >= 0 else cell)
    return made


def forgets_at_rests(melody, rhythm):
    notes = [m for m in melody if m >= 0]
    last, made, sung = (notes or [-2])[0], [], False
    for own, cell in zip(melody, rhythm):
        last = own if own >= 0 or (own == -2 and sung) else last
        sung = sung or own >= 0
        made.append(last if cell >= 0 else cell)
    return made


def no_pitch_zero(melody, rhythm):
    notes = [m for m in melody if m > 0]
    last, made = (notes or [-2])[0], []
    for own, cell in zip(melody, rhythm):
        last = own if own > 0 else last
        made.append(last if cell >= 0 else cell)
    return made


def by_arrays(melody, rhythm):
    melody, rhythm = np.array(melody), np.array(rhythm)
    begun = np.flatnonzero(melody >= 0)
    if not len(begun):
        return np.where(rhythm >= 0, -2, rhythm)
    last = np.searchsorted(begun, np.arange(len(melody)), side="right") - 1
    return np.where(rhythm >= 0, melody[begun[np.maximum(last, 0)]], rhythm)


def by_looking_back(melody, rhythm):
    def find(t):
        before = [m for m in melody[: t + 1] if m >= 0]
        after = [m for m in melody if m >= 0]
        return (before[-1:] or after[:1] or [-2])[0]

    return tuple(find(t) if cell >= 0 else cell for t, cell in enumerate(rhythm))


def union(one, other):
    both = sum(a and b for a, b in zip(one, other))
    either = sum(a or b for a, b in zip(one, other))
    return both / either if either else 1.0


def of_first(one, other):
    return sum(a and b for a, b in zip(one, other)) / max(sum(one), 1)


def of_second(one, other):
    return sum(a and b for a, b in zip(one, other)) / max(sum(other), 1)


def equal_cells(one, other):
    return sum(a == b for a, b in zip(one, other)) / max(len(one), 1)


def counts_once(one, other):
    return sum(a and b for a, b in zip(one, other)) / max(sum(one) + sum(other), 1)


def counts(one, other):
    return float(sum(a and b for a, b in zip(one, other)))


def no_silence(one, other):
    return 2 * sum(a and b for a, b in zip(one, other)) / (sum(one) + sum(other))


def by_sets(one, other):
    first, second = ({t for t, x in enumerate(row) if x} for row in (one, other))
    count = len(first) + len(second)
    return 1 if count == 0 else 1 - len(first ^ second) / count


def by_numpy(one, other):
    one, other = np.array(one, bool), np.array(other, bool)
    if not (one.any() or other.any()):
        return np.float64(1.0)
    return np.float64(2 * (one & other).sum() / (one.sum() + other.sum()))


WRONG = {"swaps-1": same_cell, "swaps-2": union}
NAMED = {
    "swaps-1": [
        (same_cell, "some cells earlier"),
        (keeps_rhythm, "none of its pitches"),
        (keeps_melody, "not its rhythm"),
        (in_order, "in order"),
        (fills_holds, "only beginnings get a pitch"),
        (silent_before, "before the first note"),
        (forgets_at_rests, "a rest does not forget"),
        (no_pitch_zero, "pitch 0 is a pitch"),
    ],
    "swaps-2": [
        (union, "by themselves"),
        (of_first, "not of one alone"),
        (of_second, "not of one alone"),
        (equal_cells, "tell nothing"),
        (counts_once, "counts twice"),
        (counts, "a share was asked"),
        (no_silence, "ZeroDivisionError"),
    ],
}
RIGHT = {"swaps-1": [by_arrays, by_looking_back], "swaps-2": [by_sets, by_numpy]}
