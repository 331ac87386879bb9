"""Answers that look right and are not, and odd ones that are right."""

import math

import numpy as np


def not_halved(mean, log_variance):
    return float(sum(m**2 + math.exp(v) - 1 - v for m, v in zip(mean, log_variance)))


def mean_unsquared(mean, log_variance):
    return float(sum(0.5 * (m + math.exp(v) - 1 - v) for m, v in zip(mean, log_variance)))


def takes_it_for_the_variance(mean, log_variance):
    return float(sum(0.5 * (m**2 + v - 1 - v) + 0.5 for m, v in zip(mean, log_variance)))


def averages(mean, log_variance):
    each = [0.5 * (m**2 + math.exp(v) - 1 - v) for m, v in zip(mean, log_variance)]
    return sum(each) / max(len(each), 1)


def deviation(mean, log_variance):
    return float(sum(0.5 * (m**2 + math.exp(v / 2) - 1 - v) for m, v in zip(mean, log_variance)))


def absolute(mean, log_variance):
    return float(sum(0.5 * (m * abs(m) + math.exp(v) - 1 - v) for m, v in zip(mean, log_variance)))


def one_by_one(mean, log_variance):
    return [0.5 * (m**2 + math.exp(v) - 1 - v) for m, v in zip(mean, log_variance)]


def by_numpy(mean, log_variance):
    m, v = np.asarray(mean, float), np.asarray(log_variance, float)
    return np.float64(((m**2 + np.exp(v) - 1 - v) / 2).sum())


def by_torch(mean, log_variance):
    import torch
    from torch.distributions import Normal, kl_divergence

    m = torch.tensor(mean, dtype=torch.float64)
    deviation = (0.5 * torch.tensor(log_variance, dtype=torch.float64)).exp()
    return kl_divergence(Normal(m, deviation), Normal(0.0, 1.0)).sum()


def apart(a, b):
    return sum(x != y for x, y in zip(a, b))


def distances(path):
    return [apart(path[0], row) for row in path]


def strictly(path):
    told = distances(path)
    return all(a < b for a, b in zip(told, told[1:]))


def from_the_one_before(path):
    told = [0] + [apart(a, b) for a, b in zip(path, path[1:])]
    return all(a <= b for a, b in zip(told, told[1:]))


def in_semitones(path):
    told = [sum(abs(x - y) for x, y in zip(path[0], row)) for row in path]
    return all(a <= b for a, b in zip(told, told[1:]))


def ends_alone(path):
    told = distances(path)
    return told[0] <= told[-1]


def always(path):
    return True


def turned(path):
    told = distances(path)
    return all(a >= b for a, b in zip(told, told[1:]))


def by_array(path):
    path = np.asarray(path)
    return np.bool_((np.diff((path != path[0]).sum(1)) >= 0).all())


def by_sorting(path):
    told = distances(path)
    return sorted(told) == told


WRONG = {"latent-1": not_halved, "latent-2": from_the_one_before}
NAMED = {
    "latent-1": [
        (not_halved, "is halved"),
        (mean_unsquared, "is squared"),
        (takes_it_for_the_variance, "half of variance"),
        (averages, "do not take their mean"),
        (deviation, "root is the deviation"),
        (absolute, "as much as one above"),
        (one_by_one, "one number"),
    ],
    "latent-2": [
        (strictly, "stand still"),
        (from_the_one_before, "come nearer"),
        (in_semitones, "counts once"),
        (ends_alone, "False"),
        (always, "False"),
        (turned, "True"),
    ],
}
RIGHT = {"latent-1": [by_numpy, by_torch], "latent-2": [by_array, by_sorting]}
