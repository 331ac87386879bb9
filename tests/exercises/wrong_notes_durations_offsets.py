"""Answers that look right and are not, and unusual ones that are."""

import numpy as np


def every_row_delayed(pitches, duration, offset):
    return np.array([(pitch, duration, offset) for pitch in sorted(pitches)], float)


def end_to_end(rows):
    durations = np.asarray(rows, float)[:, 1]
    return np.concatenate([[0.0], np.cumsum(durations)[:-1]])


WRONG = {
    "notes-durations-offsets-1": every_row_delayed,
    "notes-durations-offsets-2": end_to_end,
}


def offset_on_every_row(pitches, duration, offset):
    return np.array([(p, duration, offset) for p in sorted(pitches)])


def as_given(pitches, duration, offset):
    return np.array([(p, duration, offset if i == 0 else 0) for i, p in enumerate(pitches)])


def from_the_highest(pitches, duration, offset):
    down = sorted(pitches, reverse=True)
    return np.array([(p, duration, offset if i == 0 else 0) for i, p in enumerate(down)])


def offset_on_the_last(pitches, duration, offset):
    up = sorted(pitches)
    return np.array([(p, duration, offset if p == up[-1] else 0) for p in up])


def fields_swapped(pitches, duration, offset):
    return np.array([(p, offset if i == 0 else 0, duration) for i, p in enumerate(sorted(pitches))])


def whole_numbers(pitches, duration, offset):
    return np.array(
        [(p, duration, offset if i == 0 else 0) for i, p in enumerate(sorted(pitches))], int
    )


def rows_lying(pitches, duration, offset):
    return np.array(
        [(p, duration, offset if i == 0 else 0) for i, p in enumerate(sorted(pitches))]
    ).T


def offset_where_the_lowest_was_given(pitches, duration, offset):
    rows = np.array([(p, duration, offset if i == 0 else 0) for i, p in enumerate(pitches)])
    return rows[np.argsort(rows[:, 0])]


def duration_on_the_first_only(pitches, duration, offset):
    rows = np.zeros((len(pitches), 3))
    rows[:, 0], rows[0, 1:] = sorted(pitches), (duration, offset)
    return rows


def arpeggio(pitches, duration, offset):
    return np.array(
        [(p, duration, offset if i == 0 else duration) for i, p in enumerate(sorted(pitches))]
    )


def sorts_in_place(pitches, duration, offset):
    pitches.sort()
    return np.array([(p, duration, offset if i == 0 else 0) for i, p in enumerate(pitches)])


def doublings_dropped(pitches, duration, offset):
    up = sorted({p % 12 for p in pitches})
    return np.array([(p + 60, duration, offset if i == 0 else 0) for i, p in enumerate(up)])


def negative_kept(rows):
    return np.cumsum(np.asarray(rows)[:, 2])


def sum_then_cut(rows):
    return np.maximum(np.cumsum(np.asarray(rows)[:, 2]), 0)


def made_positive(rows):
    return np.cumsum(np.abs(np.asarray(rows)[:, 2]))


def offsets_themselves(rows):
    return np.maximum(np.asarray(rows)[:, 2], 0)


def sum_of_durations(rows):
    d = np.asarray(rows)[:, 1]
    return np.cumsum(d) - d


def starts_at_zero(rows):
    o = np.maximum(np.asarray(rows, float)[:, 2], 0)
    return np.cumsum(o) - o


def first_taken_off(rows):
    on = np.cumsum(np.maximum(np.asarray(rows, float)[:, 2], 0))
    return on - on[0]


def never_moves_back(rows):
    return np.maximum.accumulate(np.cumsum(np.asarray(rows, float)[:, 2]))


def sorted_bag(rows):
    return np.sort(np.cumsum(np.asarray(rows)[:, 2]))


def negatives_left_out(rows):
    o = np.asarray(rows)[:, 2]
    return np.cumsum(o[o >= 0])


def whole_quarters(rows):
    return np.cumsum(np.maximum(np.asarray(rows)[:, 2], 0).astype(int))


def mends_the_rows(rows):
    rows[:, 2] = np.maximum(rows[:, 2], 0)
    return np.cumsum(rows[:, 2])


NAMED = {
    "notes-durations-offsets-1": [
        (offset_on_every_row, "first"),
        (as_given, "lowest"),
        (from_the_highest, "lowest"),
        (offset_on_the_last, "first"),
        (fields_swapped, "pitch, duration, offset"),
        (whole_numbers, "fraction"),
        (rows_lying, "turn the axes"),
        (offset_where_the_lowest_was_given, "first"),
        (duration_on_the_first_only, "duration"),
        (arpeggio, "together"),
        (sorts_in_place, "alone"),
        (doublings_dropped, "pitch"),
    ],
    "notes-durations-offsets-2": [
        (negative_kept, "negative"),
        (sum_then_cut, "negative"),
        (made_positive, "negative"),
        (offsets_themselves, "sum"),
        (sum_of_durations, "offset"),
        (starts_at_zero, "first"),
        (first_taken_off, "first"),
        (never_moves_back, "negative"),
        (sorted_bag, "negative"),
        (negatives_left_out, "one onset for each row"),
        (whole_quarters, "fraction"),
        (mends_the_rows, "alone"),
    ],
}


def rows_as_lists(pitches, duration, offset):
    rest = sorted(pitches)
    return [[rest[0], duration, offset]] + [[p, duration, 0] for p in rest[1:]]


def columns_put_together(pitches, duration, offset):
    pitches = np.sort(np.asarray(pitches, np.float32))
    gaps = np.where(np.arange(len(pitches)) == 0, offset, 0)
    return np.column_stack([pitches, np.full(len(pitches), duration), gaps])


def torch_rows(pitches, duration, offset):
    import torch

    out = torch.zeros(len(pitches), 3, dtype=torch.float64)
    out[:, 0] = torch.tensor([float(p) for p in pitches]).sort().values
    out[:, 1], out[0, 2] = duration, offset
    return out


def a_running_list(rows):
    onsets, now = [], 0
    for _, _, offset in rows:
        now += offset if offset > 0 else 0
        onsets.append(float(now))
    return onsets


def lower_triangle(rows):
    gaps = np.clip(np.asarray(rows, float)[:, 2], 0, None)
    return np.tril(np.ones((len(gaps), len(gaps)))) @ gaps


def torch_relu(rows):
    import torch

    return torch.relu(torch.tensor(np.array(rows, float))[:, 2]).cumsum(0)


RIGHT = {
    "notes-durations-offsets-1": [rows_as_lists, columns_put_together, torch_rows],
    "notes-durations-offsets-2": [a_running_list, lower_triangle, torch_relu],
}
