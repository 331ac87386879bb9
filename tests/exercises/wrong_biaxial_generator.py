"""Answers that look right and are not, and unusual ones that are."""

import numpy as np


def packed_neighbours(play, low):  # four neighbours as one pitch class
    counts = play.reshape(len(play), 12, -1).sum(-1)
    return np.repeat(counts, play.shape[1] // 12, axis=1)


def with_tolerance(answer, roll, t, n):
    changed = np.array(roll)
    changed[t, n] = 1 - changed[t, n]
    moved = ~np.isclose(answer(changed), answer(np.array(roll))).all(1)
    return int(moved.argmax()) if moved.any() else None


WRONG = {"biaxial-generator-1": packed_neighbours, "biaxial-generator-2": with_tolerance}


def others_only(play, low):
    return usage_right(play, low) - play


def usage_right(play, low):
    keys = np.arange(play.shape[1])
    return play @ ((keys[:, None] - keys) % 12 == 0).astype(float)


def an_octave_either_way(play, low):
    padded = np.pad(play, ((0, 0), (12, 12)))
    return padded[:, :-24] + padded[:, 12:-12] + padded[:, 24:]


def around_the_keyboard(play, low):
    out = play.copy()
    for octave in range(1, -(-play.shape[1] // 12)):
        out = out + np.roll(play, 12 * octave, axis=1)
    return out


def whole_octaves_only(play, low):
    steps, keys = play.shape
    whole = keys // 12 * 12
    counts = play[:, :whole].reshape(steps, -1, 12).sum(1)
    out = np.zeros_like(play)
    out[:, :whole] = np.tile(counts, (1, whole // 12))
    return out


def yes_or_no(play, low):
    return (usage_right(play, low) > 0).astype(float)


def over_all_steps(play, low):
    return np.broadcast_to(usage_right(play, low).sum(0), play.shape)


def neighbours_side_by_side(play, low):
    steps, keys = play.shape
    padded = np.pad(play, ((0, 0), (0, -keys % 12)))
    counts = padded.reshape(steps, 12, -1).sum(2)
    return np.tile(counts, (1, padded.shape[1] // 12))[:, :keys]


def classes_from_c(play, low):
    steps, keys = play.shape
    counts = np.zeros((steps, 12))
    for key in range(keys):
        counts[:, (low + key) % 12] += play[:, key]
    return np.tile(counts, (1, keys // 12 + 1))[:, :keys]


def one_row_a_class(play, low):
    steps, keys = play.shape
    counts = np.zeros((steps, 12))
    for key in range(keys):
        counts[:, (low + key) % 12] += play[:, key]
    return counts


def tiles_the_steps(play, low):
    steps, keys = play.shape
    rows = [
        usage_right(play, low)[(4 * t + n // 12) % steps, n]
        for t in range(steps)
        for n in range(keys)
    ]
    return np.reshape(rows, play.shape)


def sets_it_to_one(answer, roll, t, n):
    moved = roll.copy()
    moved[t, n] = 1
    return first_row(answer(roll) != answer(moved))


def first_row(changed):
    rows = np.flatnonzero(changed.any(1))
    return int(rows[0]) if len(rows) else None


def flip(roll, t, n):
    other = roll.copy()
    other[t, n] = 1 - other[t, n]
    return other


def writes_into_the_roll(answer, roll, t, n):
    before = answer(roll).copy()
    roll[t, n] = 1 - roll[t, n]
    return first_row(before != answer(roll))


def its_own_key(answer, roll, t, n):
    changed = answer(roll) != answer(flip(roll, t, n))
    return first_row(changed[:, [n]])


def never_looks_back(answer, roll, t, n):
    changed = (answer(roll) != answer(flip(roll, t, n))).any(1)
    later = np.flatnonzero(changed[t:])
    return int(later[0]) + t if len(later) else None


def zero_for_never(answer, roll, t, n):
    return int((answer(roll) != answer(flip(roll, t, n))).any(1).argmax())


def zero_taken_for_never(answer, roll, t, n):
    return first_row(answer(roll) != answer(flip(roll, t, n))) or None


def nearly_the_same(answer, roll, t, n):
    return first_row(~np.isclose(answer(roll), answer(flip(roll, t, n))))


def the_last_step(answer, roll, t, n):
    rows = np.flatnonzero((answer(roll) != answer(flip(roll, t, n))).any(1))
    return int(rows[-1]) if len(rows) else None


def the_whole_row(answer, roll, t, n):
    other = roll.copy()
    other[t] = 1 - other[t]
    return first_row(answer(roll) != answer(other))


def a_rise_only(answer, roll, t, n):
    return first_row(answer(flip(roll, t, n)) > answer(roll))


NAMED = {
    "biaxial-generator-1": [
        (others_only, "itself"),
        (an_octave_either_way, "every octave"),
        (around_the_keyboard, "one class"),
        (whole_octaves_only, "of 88"),
        (yes_or_no, "how many"),
        (over_all_steps, "step has"),
        (
            neighbours_side_by_side,
            "in each step keys of one pitch class hear each other, and no others",
        ),
        (classes_from_c, "key `low`"),
        (one_row_a_class, "(T, N)"),
        (tiles_the_steps, "in each step keys of one pitch class hear each other, and no others"),
    ],
    "biaxial-generator-2": [
        (sets_it_to_one, "flip the"),
        (writes_into_the_roll, "alone"),
        (its_own_key, "any key"),
        (never_looks_back, "before"),
        (zero_for_never, "return None"),
        (zero_taken_for_never, "step 0"),
        (nearly_the_same, "at all"),
        (the_last_step, "first"),
        (the_whole_row, "one cell"),
        (a_rise_only, "falls"),
    ],
}


def by_strides(play, low):
    counts = np.zeros(play.shape)
    for first in range(12):
        counts[:, first::12] = play[:, first::12].sum(1, keepdims=True)
    return counts


def by_lists(play, low):
    keys = play.shape[1]
    return [
        [sum(int(row[m]) for m in range(n % 12, keys, 12)) for n in range(keys)] for row in play
    ]


def step_by_step(answer, roll, t, n):
    other = np.array(roll)
    other[t, n] = not other[t, n]
    pairs = zip(answer(roll.copy()).tolist(), answer(other).tolist())
    return next((step for step, (one, two) in enumerate(pairs) if one != two), None)


def by_numbers(answer, roll, t, n):
    moved = np.abs(answer(roll) - answer(flip(roll, t, n))).sum(1) > 0
    return np.argmax(moved) if np.any(moved) else None


RIGHT = {
    "biaxial-generator-1": [by_strides, by_lists],
    "biaxial-generator-2": [step_by_step, by_numbers],
}
