"""Answers that look right and are not, and odd ones that are right."""

import numpy as np


def as_published(pitches, steps):
    bars = np.reshape(pitches, (-1, steps))
    return (bars >= 0).any(1).mean()


def any_silence(pitches, steps):
    bars = np.reshape(pitches, (-1, steps))
    return (bars < 0).any(1).mean()


def of_steps(pitches, steps):
    return np.mean(np.array(pitches) < 0)


def counts(pitches, steps):
    bars = np.reshape(pitches, (-1, steps))
    return int((bars < 0).all(1).sum())


def zero_is_silent(pitches, steps):
    bars = np.reshape(pitches, (-1, steps))
    return (bars <= 0).all(1).mean()


def overlapping(pitches, steps):
    windows = [pitches[i : i + steps] for i in range(len(pitches) - steps + 1)]
    return np.mean([max(w) < 0 for w in windows])


def bar_by_bar(pitches, steps):
    pitches, empty, bars = list(pitches), 0, 0
    while pitches:
        bar, pitches = pitches[:steps], pitches[steps:]
        bars += 1
        empty += set(bar) == {-1}
    return empty / bars


def by_maximum(pitches, steps):
    return 1 - np.sign(1 + np.array(pitches).reshape(-1, steps).max(1)).mean()


def no_root(slopes):
    return np.mean([(sum(x * x for x in s) - 1) ** 2 for s in slopes])


def each_part(slopes):
    return np.mean((np.abs(slopes) - 1) ** 2)


def by_sizes(slopes):
    return np.mean([(sum(map(abs, s)) - 1) ** 2 for s in slopes])


def not_squared(slopes):
    return np.mean(np.abs(np.linalg.norm(slopes, axis=1) - 1))


def of_the_mean(slopes):
    return (np.linalg.norm(slopes, axis=1).mean() - 1) ** 2


def summed(slopes):
    return np.square(np.linalg.norm(slopes, axis=1) - 1).sum()


def one_sided(slopes):
    return np.square(np.maximum(np.linalg.norm(slopes, axis=1) - 1, 0)).mean()


def by_hand(slopes):
    total = 0.0
    for slope in slopes:
        total += (sum(x**2 for x in slope) ** 0.5 - 1) ** 2
    return total / len(slopes)


def by_torch(slopes):
    import torch

    return (torch.tensor(slopes, dtype=torch.float64).norm(dim=1) - 1).square().mean()


WRONG = {"bands-1": as_published, "bands-2": no_root}
NAMED = {
    "bands-1": [
        (as_published, "in which something sounds"),
        (any_silence, "is not empty"),
        (of_steps, "not steps"),
        (counts, "not a count"),
        (zero_is_silent, "0 is a pitch"),
        (overlapping, "do not overlap"),
    ],
    "bands-2": [
        (no_root, "square root"),
        (each_part, "the whole slope"),
        (by_sizes, "not sizes"),
        (not_squared, "square what is left"),
        (of_the_mean, "the payment of the mean"),
        (summed, "not the sum"),
        (one_sided, "below 1 pay"),
    ],
}
RIGHT = {"bands-1": [bar_by_bar, by_maximum], "bands-2": [by_hand, by_torch]}
