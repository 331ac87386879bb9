"""Submissions that look right and are not, and unusual ones that are right, for *Papers*.

Each replaces one function. `EARNS` says what it gets for the tests that are seen and for the hidden ones;
the docstring says why.
"""

import numpy as np


def write_notes__pitch_is_cut(rows):
    """As published: int() cuts the fraction, and tones sink."""
    clock, notes = 0.0, []
    for pitch, duration, offset in np.asarray(rows, float).tolist():
        clock += max(0.0, offset)
        if 0 <= int(pitch) <= 127 and duration > 0:
            notes.append((clock, duration, int(pitch)))
    return notes


def write_notes__one_after_another(rows):
    """As published: appends each note where the one before ends, and the offsets are lost."""
    clock, notes = 0.0, []
    for pitch, duration, _ in np.asarray(rows, float).tolist():
        if 0 <= round(pitch) <= 127 and duration > 0:
            notes.append((clock, duration, round(pitch)))
            clock += duration
    return notes


def write_notes__time_stands_still(rows):
    """A row that is no note does not move the clock, so all later notes come early."""
    clock, notes = 0.0, []
    for pitch, duration, offset in np.asarray(rows, float).tolist():
        if 0 <= round(pitch) <= 127 and duration > 0:
            clock += max(0.0, offset)
            notes.append((clock, duration, round(pitch)))
    return notes


def write_notes__keys_at_the_border(rows):
    """Puts pitches that no key has on the nearest key, where they sound."""
    clock, notes = 0.0, []
    for pitch, duration, offset in np.asarray(rows, float).tolist():
        clock += max(0.0, offset)
        if duration > 0:
            notes.append((clock, duration, min(127, max(0, round(pitch)))))
    return notes


def write_notes__back_in_time(rows):
    """A negative offset turns the clock back."""
    clock, notes = 0.0, []
    for pitch, duration, offset in np.asarray(rows, float).tolist():
        clock += offset
        if 0 <= round(pitch) <= 127 and duration > 0:
            notes.append((clock, duration, round(pitch)))
    return notes


def write_notes__half_and_cut(rows):
    """Rounds by adding a half and cutting: cutting goes towards 0, so −0.7 becomes key 0."""
    clock, notes = 0.0, []
    for pitch, duration, offset in np.asarray(rows, float).tolist():
        clock += max(0.0, offset)
        if 0 <= int(pitch + 0.5) <= 127 and duration > 0:
            notes.append((clock, duration, int(pitch + 0.5)))
    return notes


def find_leaks__last_step_alone(predictor, rolls):
    """Flips cells of the last step and looks at earlier answers: a peek at the step itself is missed."""
    leaks, before = set(), np.array(predictor(rolls.copy()))
    for b in range(len(rolls)):
        for p in range(rolls.shape[2]):
            flipped = rolls.copy()
            flipped[b, -1, p] = 1 - flipped[b, -1, p]
            moved = np.array(predictor(flipped)) != before
            if moved[b, :-1].any():
                leaks.add("future")
            flipped = rolls.copy()
            flipped[b, 0, p] = 1 - flipped[b, 0, p]
            if np.delete(np.array(predictor(flipped)) != before, b, axis=0).any():
                leaks.add("neighbour")
    return leaks


def find_leaks__lowest_key_alone(predictor, rolls):
    """Flips the lowest key alone: a peek at another key is missed."""
    leaks, before = set(), np.array(predictor(rolls.copy()))
    for b, t in np.ndindex(rolls.shape[:2]):
        flipped = rolls.copy()
        flipped[b, t, 0] = 1 - flipped[b, t, 0]
        moved = np.array(predictor(flipped)) != before
        if moved[b, : t + 1].any():
            leaks.add("future")
        if np.delete(moved, b, axis=0).any():
            leaks.add("neighbour")
    return leaks


def find_leaks__whole_future_flipped(predictor, rolls):
    """Flips everything from a step on at once: whoever asks only whether two keys agree hears no difference."""
    leaks, before = set(), np.array(predictor(rolls.copy()))
    for b, t in np.ndindex(rolls.shape[:2]):
        flipped = rolls.copy()
        flipped[b, t:] = 1 - flipped[b, t:]
        moved = np.array(predictor(flipped)) != before
        if moved[b, : t + 1].any():
            leaks.add("future")
        if np.delete(moved, b, axis=0).any():
            leaks.add("neighbour")
    return leaks


def find_leaks__first_tune_alone(predictor, rolls):
    """Changes the others and watches the first tune: what is summed over the tunes before is missed."""
    leaks, before = set(), np.array(predictor(rolls.copy()))
    for b, t, p in np.ndindex(rolls.shape):
        flipped = rolls.copy()
        flipped[b, t, p] = 1 - flipped[b, t, p]
        moved = np.array(predictor(flipped)) != before
        if moved[b, : t + 1].any():
            leaks.add("future")
        if b > 0 and moved[0].any():
            leaks.add("neighbour")
    return leaks


def find_leaks__all_tunes_at_once(predictor, rolls):
    """Flips the same cell in every tune, so a neighbour's change is taken for the own future's."""
    leaks, before = set(), np.array(predictor(rolls.copy()))
    for t, p in np.ndindex(rolls.shape[1:]):
        flipped = rolls.copy()
        flipped[:, t, p] = 1 - flipped[:, t, p]
        moved = np.array(predictor(flipped)) != before
        if moved[:, : t + 1].any():
            leaks.add("future")
        flipped = rolls.copy()
        flipped[0, t, p] = 1 - flipped[0, t, p]
        if (np.array(predictor(flipped)) != before)[1:].any():
            leaks.add("neighbour")
    return leaks


def find_leaks__nearly_equal(predictor, rolls):
    """Calls answers equal that differ by little, and so overlooks a small peek."""
    leaks, before = set(), np.array(predictor(rolls.copy()))
    for b, t, p in np.ndindex(rolls.shape):
        flipped = rolls.copy()
        flipped[b, t, p] = 1 - flipped[b, t, p]
        moved = ~np.isclose(np.array(predictor(flipped)), before)
        if moved[b, : t + 1].any():
            leaks.add("future")
        if np.delete(moved, b, axis=0).any():
            leaks.add("neighbour")
    return leaks


def find_leaks__flips_in_place(predictor, rolls):
    """Flips cells of the music that it was lent, and never flips them back."""
    leaks, before = set(), np.array(predictor(rolls.copy()))
    for b, t, p in np.ndindex(rolls.shape):
        flipped = rolls
        flipped[b, t, p] = 1 - flipped[b, t, p]
        moved = np.array(predictor(flipped)) != before
        if moved[b, : t + 1].any():
            leaks.add("future")
        if np.delete(moved, b, axis=0).any():
            leaks.add("neighbour")
        before = np.array(predictor(flipped))
    return leaks


def filter_weights__probability_of_real(logits):
    """Weighs with D, the probability of real, in place of its odds."""
    weights = 1 / (1 + np.exp(-np.asarray(logits, float)))
    weights = weights / weights.sum()
    return weights, float(1 / np.sum(weights**2))


def filter_weights__exp_overflows(logits):
    """Right, up to logits that exp can take."""
    weights = np.exp(np.asarray(logits, float))
    weights = weights / weights.sum()
    return weights, float(1 / np.sum(weights**2))


def filter_weights__in_place(logits):
    """Takes the greatest off the array that it was lent."""
    logits -= logits.max()
    weights = np.exp(logits) / np.exp(logits).sum()
    return weights, float(1 / np.sum(weights**2))


def filter_weights__entropy(logits):
    """The exponential of the entropy: another effective number than the one that is asked for."""
    z = np.asarray(logits, float)
    weights = np.exp(z - z.max())
    weights = weights / weights.sum()
    some = weights[weights > 0]
    return weights, float(np.exp(-(some * np.log(some)).sum()))


def mean_reward__one_sample(draw, score, k):
    """As published: draws once and uses the sample k times."""
    rewards = np.array([score(draw())] * k, float)
    return float(rewards.mean()), float(rewards.std(ddof=1) / np.sqrt(k))


def mean_reward__n_below(draw, score, k):
    """Divides by k where k − 1 is asked for, and the error is too small."""
    rewards = np.array([score(draw()) for _ in range(k)], float)
    return float(rewards.mean()), float(rewards.std() / np.sqrt(k))


def mean_reward__spread_of_one(draw, score, k):
    """Gives the spread of single samples, not the error of their mean."""
    rewards = np.array([score(draw()) for _ in range(k)], float)
    return float(rewards.mean()), float(rewards.std(ddof=1))


def mean_reward__difference_of_squares(draw, score, k):
    """Mean of squares less square of mean: all digits are gone where rewards are large."""
    rewards = np.array([score(draw()) for _ in range(k)], float)
    spread = (np.mean(rewards**2) - np.mean(rewards) ** 2) * k / (k - 1)
    return float(rewards.mean()), float(np.sqrt(max(0, spread) / k))


def write_notes__sums_first(rows):
    """Right, in an unusual way: all onsets at once, then a mask."""
    rows = np.asarray(rows, float).reshape(-1, 3)
    onset, pitch = np.cumsum(np.maximum(rows[:, 2], 0)), np.rint(rows[:, 0])
    kept = (pitch >= 0) & (pitch <= 127) & (rows[:, 1] > 0)
    return list(zip(onset[kept], rows[kept, 1], pitch[kept].astype(int)))


def filter_weights__one_by_one(logits):
    """Right, in an unusual way: each weight is one over a sum of ratios."""
    z = [float(x) for x in logits]
    weights = [1 / sum(np.exp(min(700.0, y - x)) for y in z) for x in z]
    return np.array(weights), 1 / sum(w * w for w in weights)


EARNS = {
    write_notes__pitch_is_cut: (0, 0),
    write_notes__one_after_another: (0, 0),
    write_notes__time_stands_still: (2, 0),
    write_notes__keys_at_the_border: (2, 0),
    write_notes__back_in_time: (2, 0),
    write_notes__half_and_cut: (2, 0),
    find_leaks__last_step_alone: (2, 0),
    find_leaks__lowest_key_alone: (2, 0),
    find_leaks__whole_future_flipped: (2, 0),
    find_leaks__first_tune_alone: (2, 0),
    find_leaks__all_tunes_at_once: (2, 0),
    find_leaks__nearly_equal: (2, 0),
    find_leaks__flips_in_place: (2, 0),
    filter_weights__probability_of_real: (0, 0),
    filter_weights__exp_overflows: (1, 0),
    filter_weights__in_place: (1, 0),
    filter_weights__entropy: (0, 0),
    mean_reward__one_sample: (0, 0),
    mean_reward__n_below: (0, 0),
    mean_reward__spread_of_one: (0, 0),
    mean_reward__difference_of_squares: (2, 0),
    write_notes__sums_first: (2, 4),
    filter_weights__one_by_one: (1, 3),
}
