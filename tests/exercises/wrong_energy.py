"""Answers that look right and are not, and odd ones that are right."""

import math

import numpy as np


def forgets_the_off_state(v, weight, b, c):
    return -np.dot(b, v) - (np.array(c) + np.array(weight) @ np.array(v)).sum()


def wrong_sign(v, weight, b, c):
    return np.dot(b, v) + np.logaddexp(0, np.array(c) + np.array(weight) @ np.array(v)).sum()


def bias_raises(v, weight, b, c):
    return np.dot(b, v) - np.logaddexp(0, np.array(c) + np.array(weight) @ np.array(v)).sum()


def one_unit_for_all(v, weight, b, c):
    return -np.dot(b, v) - np.logaddexp(0, (np.array(c) + np.array(weight) @ np.array(v)).sum())


def without_hidden_biases(v, weight, b, c):
    return -np.dot(b, v) - np.logaddexp(0, np.array(weight) @ np.array(v)).sum()


def overflows(v, weight, b, c):
    return -np.dot(b, v) - np.log(1 + np.exp(np.array(c) + np.array(weight) @ np.array(v))).sum()


def all_pitches_push(v, weight, b, c):
    return (
        -np.dot(b, v) - np.logaddexp(0, np.array(c) + np.array(weight).sum(1) * (sum(v) > 0)).sum()
    )


def mean_of_units(v, weight, b, c):
    return -np.dot(b, v) - np.logaddexp(0, np.array(c) + np.array(weight) @ np.array(v)).mean()


def in_plain_python(v, weight, b, c):
    total = -sum(x * y for x, y in zip(b, v))
    for row, bias in zip(weight, c):
        felt = bias + sum(w * x for w, x in zip(row, v))
        total -= max(felt, 0) + math.log1p(math.exp(-abs(felt)))
    return total


def by_listing_states(v, weight, b, c):
    import itertools

    logs = [
        np.dot(b, v) + np.dot(h, c) + np.dot(h, np.array(weight) @ np.array(v))
        for h in itertools.product((0, 1), repeat=len(c))
    ]
    return -np.logaddexp.reduce(logs)


def sums_the_weights(log_weights, log_z_base):
    return log_z_base + np.logaddexp.reduce(log_weights)


def mean_of_logs(log_weights, log_z_base):
    return log_z_base + np.mean(log_weights)


def without_base(log_weights, log_z_base):
    return np.logaddexp.reduce(log_weights) - np.log(len(log_weights))


def plain_exp(log_weights, log_z_base):
    return log_z_base + np.log(np.mean(np.exp(log_weights)))


def takes_the_largest(log_weights, log_z_base):
    return log_z_base + max(log_weights)


def takes_base_away(log_weights, log_z_base):
    return np.logaddexp.reduce(log_weights) - np.log(len(log_weights)) - log_z_base


def two_chains(log_weights, log_z_base):
    return log_z_base + np.logaddexp(log_weights[0], log_weights[1]) - np.log(2)


def by_torch(log_weights, log_z_base):
    import torch

    logs = torch.tensor(log_weights, dtype=torch.float64)
    return torch.logsumexp(logs, 0) - math.log(len(logs)) + log_z_base


def one_after_the_other(log_weights, log_z_base):
    total = log_weights[0]
    for x in log_weights[1:]:
        low, high = sorted((total, x))
        total = high + math.log1p(math.exp(low - high))
    return [log_z_base + total - math.log(len(log_weights))][0]


WRONG = {"energy-1": forgets_the_off_state, "energy-2": sums_the_weights}
NAMED = {
    "energy-1": [
        (forgets_the_off_state, "that is off counts"),
        (wrong_sign, "the sign"),
        (bias_raises, "lowers the energy where the pitch sounds"),
        (one_unit_for_all, "its own log"),
        (without_hidden_biases, "hidden biases c are missing"),
        (overflows, "overflows"),
        (all_pitches_push, "only pitches that sound"),
        (mean_of_units, "not their mean"),
    ],
    "energy-2": [
        (sums_the_weights, "divide by the number of chains"),
        (mean_of_logs, "averaged first"),
        (without_base, "base is missing"),
        (plain_exp, "overflow"),
        (takes_the_largest, "largest weight alone"),
        (takes_base_away, "base"),
        (two_chains, "any number of chains"),
    ],
}
RIGHT = {
    "energy-1": [in_plain_python, by_listing_states],
    "energy-2": [by_torch, one_after_the_other],
}
