"""Answers that look right and are not, and odd ones that are right."""

import numpy as np


def first_note_alone(notes, bar, field):
    made, done = [list(row) for row in notes], False
    for row in made:
        if row[0] == bar and not done:
            row[field], done = -1, True
    return made


def all_fields(notes, bar, field):
    return [[-1] * 5 if row[0] == bar else list(row) for row in notes]


def other_bars(notes, bar, field):
    return [[-1 if row[0] != bar and k == field else x for k, x in enumerate(row)] for row in notes]


def all_bars(notes, bar, field):
    return [[-1 if k == field else x for k, x in enumerate(row)] for row in notes]


def row_number(notes, bar, field):
    made = [list(row) for row in notes]
    if bar < len(made):
        made[bar][field] = -1
    return made


def changes_what_it_got(notes, bar, field):
    for row in notes:
        if row[0] == bar:
            row[field] = -1
    return notes


def forgets_bar_zero(notes, bar, field):
    return [
        [-1 if bar and row[0] == bar and k == field else x for k, x in enumerate(row)]
        for row in notes
    ]


def by_array(notes, bar, field):
    made = np.array(notes)
    made[np.array(notes)[:, 0] == bar, field] = -1
    return made


def by_slices(notes, bar, field):
    return tuple(
        (*row[:field], -1, *row[field + 1 :]) if row[0] == bar else tuple(row) for row in notes
    )


def note_before(values):
    same = [a == b for a, b in zip(values, values[1:])]
    return sum(same) / max(len(values), 1)


def pairs(values):
    same = [a == b for a, b in zip(values, values[1:])]
    return sum(same) / max(len(same), 1)


def number_of_notes(values):
    n = len(values)
    return float(
        sum(any(0 <= j < n and values[j] == values[k] for j in (k - 1, k + 1)) for k in range(n))
    )


def circle(values):
    n = len(values)
    if n < 2:
        return 0.0
    return sum(values[k] in (values[k - 1], values[(k + 1) % n]) for k in range(n)) / n


def anywhere(values):
    return sum(list(values).count(v) > 1 for v in values) / max(len(values), 1)


def counts_twice(values):
    return sum(a == b for a, b in zip(values, values[1:])) * 2 / max(len(values), 1)


def stops_at_nothing(values):
    n = len(values)
    told = [any(0 <= j < n and values[j] == values[k] for j in (k - 1, k + 1)) for k in range(n)]
    return sum(told) / n


def by_runs(values):
    import itertools

    runs = [len(list(group)) for _, group in itertools.groupby(values)]
    return sum(run for run in runs if run > 1) / max(len(values), 1)


def by_numpy(values):
    values = np.asarray(values, float)
    padded = np.concatenate([[np.nan], values, [np.nan]])
    told = (padded[:-2] == values) | (padded[2:] == values)
    return np.float64(told.mean()) if len(values) else 0


WRONG = {"masked-1": first_note_alone, "masked-2": note_before}
NAMED = {
    "masked-1": [
        (first_note_alone, "not its first one alone"),
        (all_fields, "the others are shown"),
        (other_bars, "the asked bar is hidden"),
        (all_bars, "only notes of the asked bar"),
        (row_number, "not a row's own number"),
        (changes_what_it_got, "alone"),
        (forgets_bar_zero, "bar 0 is a bar"),
    ],
    "masked-2": [
        (note_before, "either side"),
        (pairs, "either side"),
        (number_of_notes, "divide"),
        (circle, "no circle"),
        (anywhere, "no circle"),
        (counts_twice, "counts once"),
        (stops_at_nothing, "ZeroDivisionError"),
    ],
}
RIGHT = {"masked-1": [by_array, by_slices], "masked-2": [by_runs, by_numpy]}
