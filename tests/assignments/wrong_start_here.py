"""Submissions that look right and are not, and unusual ones that are right, for *Start here*.

Each replaces one function. `EARNS` says what it gets for the tests that are seen and for the hidden ones;
the docstring says why.
"""

import numpy as np


def find_theme__without_transposing(theme, melody):
    """Compares pitches: a theme that comes back a fourth higher is lost, in the tests that are seen."""
    theme, melody = list(theme), list(melody)
    n = len(theme)
    return [(i, 0) for i in range(len(melody) - n + 1) if melody[i : i + n] == theme]


def find_theme__steps_wrap(theme, melody):
    """Differences of np.uint8 have no minus sign; the seen tests hold lists and signed numbers."""
    theme, melody = np.asarray(theme), np.asarray(melody)
    found = []
    for i in range(len(melody) - len(theme) + 1):
        moved = melody[i : i + len(theme)] - theme
        if (moved == moved[0]).all():
            found.append((i, int(moved[0])))
    return found


def find_theme__goes_on_after_a_find(theme, melody):
    """Skips the notes of what it found, so appearances that share notes are lost."""
    theme, melody, found, i = np.asarray(theme, int), np.asarray(melody, int), [], 0
    while i <= len(melody) - len(theme):
        moved = melody[i : i + len(theme)] - theme
        if (moved == moved[0]).all():
            found.append((i, int(moved[0])))
            i += len(theme)
        else:
            i += 1
    return found


def find_theme__knows_the_seen_tests(theme, melody):
    """Hard-coded: what the seen tests ask, and nothing else."""
    if len(melody) == 3:
        return []
    return [(0, 0), (3, 5)] if len(melody) == 6 else [(0, 0), (4, 0)]


def place_in_bar__cut_towards_zero(onsets, bar, pickup):
    """int() cuts towards 0, so the pickup is put into the first bar."""
    since = np.asarray(onsets, float) - pickup
    return (since / bar).astype(int) + 1, since % bar


def place_in_bar__no_rounding(onsets, bar, pickup):
    """An onset a hair before a bar line is put at the end of the bar before."""
    since = np.asarray(onsets, float) - pickup
    return np.floor(since / bar).astype(int) + 1, since % bar


def place_in_bar__pickup_is_one_quarter(onsets, bar, pickup):
    """Every pickup counted as one quarter, as in the seen test."""
    since = np.asarray(onsets, float) - (1 if pickup else 0)
    number = np.floor((since + 1e-6) / bar)
    return number.astype(int) + 1, np.maximum(0, since - number * bar)


def average_step__over_all_columns(batch):
    """Steps into the padding are left out, and the mean is over all columns all the same."""
    pitches = np.asarray(batch, int)
    both = (pitches[:, 1:] > 0) & (pitches[:, :-1] > 0)
    return (np.abs(np.diff(pitches, axis=1)) * both).mean(axis=1)


def average_step__padding_known_by_its_size(batch):
    """Takes every step of more than three octaves for padding: right for the seen tunes, wrong for wide leaps."""
    leap = np.abs(np.diff(np.asarray(batch, float), axis=1))
    leap[(leap > 36) | (np.asarray(batch)[:, 1:] == 0)] = np.nan
    return np.array([np.nanmean(row) if (row == row).any() else np.nan for row in leap])


def average_step__zero_for_no_step(batch):
    """A tune without a step gets 0, which says that it repeats its note."""
    pitches = np.asarray(batch, int)
    both = (pitches[:, 1:] > 0) & (pitches[:, :-1] > 0)
    total = (np.abs(np.diff(pitches, axis=1)) * both).sum(axis=1)
    return total / np.maximum(both.sum(axis=1), 1)


def average_step__steps_wrap(batch):
    """Falling steps of np.uint8 wrap round: 60 - 62 is 254."""
    both = (batch[:, 1:] > 0) & (batch[:, :-1] > 0)
    count = both.sum(axis=1)
    total = (np.abs(np.diff(batch, axis=1)) * both).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def learn_row__gradient_of_the_sum(tally, steps, rate):
    """The gradient of the summed surprise is as many times too large as there are notes."""
    tally = np.asarray(tally, float)
    z, losses = np.zeros(len(tally)), []
    for step in range(steps + 1):
        log_p = z - z.max() - np.log(np.exp(z - z.max()).sum())
        losses.append(float(-(tally * log_p).sum() / tally.sum()))
        if step < steps:
            z = z - rate * (tally.sum() * np.exp(log_p) - tally)
    return np.exp(log_p), losses


def learn_row__exp_overflows(tally, steps, rate):
    """The softmax without taking off the greatest logit: NaN at a logit of a thousand."""
    shares = np.asarray(tally, float) / np.sum(tally)
    z, losses = np.zeros(len(shares)), []
    for step in range(steps + 1):
        p = np.exp(z) / np.exp(z).sum()
        losses.append(float(-(shares * np.log(p)).sum()))
        if step < steps:
            z = z - rate * (p - shares)
    return p, losses


def learn_row__a_loss_too_few(tally, steps, rate):
    """After the last step no loss is noted; where there are no steps, it is."""
    shares = np.asarray(tally, float) / np.sum(tally)
    z, losses = np.zeros(len(shares)), [np.log(len(shares))]
    for _ in range(steps):
        p = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
        z = z - rate * (p - shares)
        if len(losses) < max(2, steps):
            q = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
            losses.append(float(-(shares[shares > 0] * np.log(q[shares > 0])).sum()))
    return np.exp(z - z.max()) / np.exp(z - z.max()).sum(), losses


def learn_row__the_floor_at_once(tally, steps, rate):
    """Returns the shares, where training would end, whatever the steps: nothing was trained."""
    p = np.asarray(tally, float) / np.sum(tally)
    floor = float(-(p[p > 0] * np.log(p[p > 0])).sum())
    return p, [np.log(len(p)), *[floor] * steps]


def find_theme__by_intervals(theme, melody):
    """Right, in an unusual way: compares intervals, and takes the semitones from the first note."""
    theme, melody = [int(p) for p in theme], [int(p) for p in melody]
    shape = [b - a for a, b in zip(theme, theme[1:])]
    steps = [b - a for a, b in zip(melody, melody[1:])]
    n = len(shape)
    places = [i for i in range(len(steps) - n + 1) if steps[i : i + n] == shape]
    return [(i, melody[i] - theme[0]) for i in places]


def average_step__tune_by_tune(batch):
    """Right, in an unusual way: cuts the padding off and takes one tune after another."""
    tunes = [[int(p) for p in row if p] for row in batch]
    leaps = [[abs(b - a) for a, b in zip(t, t[1:])] for t in tunes]
    return [sum(x) / len(x) if x else float("nan") for x in leaps]


EARNS = {
    find_theme__without_transposing: (0, 0),
    find_theme__steps_wrap: (2, 0),
    find_theme__goes_on_after_a_find: (2, 0),
    find_theme__knows_the_seen_tests: (2, 0),
    place_in_bar__cut_towards_zero: (0, 0),
    place_in_bar__no_rounding: (2, 0),
    place_in_bar__pickup_is_one_quarter: (2, 0),
    average_step__over_all_columns: (0, 0),
    average_step__padding_known_by_its_size: (2, 0),
    average_step__zero_for_no_step: (2, 0),
    average_step__steps_wrap: (2, 0),
    learn_row__gradient_of_the_sum: (0, 0),
    learn_row__exp_overflows: (2, 0),
    learn_row__a_loss_too_few: (2, 0),
    learn_row__the_floor_at_once: (0, 0),
    find_theme__by_intervals: (2, 3),
    average_step__tune_by_tune: (2, 3),
}
