"""Answers that look right and are not, and unusual ones that are."""

import numpy as np


def nothing_for_nowhere(p, q):
    return p / np.maximum(p + q, 1e-12)


def slopes_in_the_probability(logits):
    d = 1 / (1 + np.exp(-np.asarray(logits)))
    return 1 / (1 - d), 1 / d


WRONG = {
    "two-generator-losses-1": nothing_for_nowhere,
    "two-generator-losses-2": slopes_in_the_probability,
}


def np_(x):
    return np.asarray(x, float)


def fake_not_real(p, q):
    return np_(q) / np.where(np_(p) + np_(q) > 0, np_(p) + np_(q), 1) + 0.5 * (np_(p) + np_(q) == 0)


def nan_where_nobody(p, q):
    return np_(p) / (np_(p) + np_(q))


def zero_where_nobody(p, q):
    s = np_(p) + np_(q)
    return np.where(s > 0, np_(p) / np.where(s > 0, s, 1), 0)


def one_where_nobody(p, q):
    s = np_(p) + np_(q)
    return np.where(s > 0, np_(p) / np.where(s > 0, s, 1), 1)


def ratio(p, q):
    return np.where(np_(q) > 0, np_(p) / np.where(np_(q) > 0, np_(q), 1), 0.5)


def normalised(p, q):
    d = good(p, q)
    return d / d.sum()


def who_is_likelier(p, q):
    return np.where(np_(p) > np_(q), 1.0, np.where(np_(p) < np_(q), 0.0, 0.5))


def logits(p, q):
    return np.log(np_(p) + 1e-12) - np.log(np_(q) + 1e-12)


def epsilon(p, q):
    return (np_(p) + 0.01) / (np_(p) + np_(q) + 0.02)


def sigmoid_of_the_difference(p, q):
    return 1 / (1 + np.exp(np_(q) - np_(p)))


def half_where_either_is_zero(p, q):
    both = (np_(p) > 0) & (np_(q) > 0)
    return np.where(both, np_(p) / np.where(both, np_(p) + np_(q), 1), 0.5)


def squares(p, q):
    s = np_(p) ** 2 + np_(q) ** 2
    return np.where(s > 0, np_(p) ** 2 / np.where(s > 0, s, 1), 0.5)


def good(p, q):
    s = np_(p) + np_(q)
    return np.where(s > 0, np_(p) / np.where(s > 0, s, 1), 0.5)


def sig(z):
    return 1 / (1 + np.exp(-np.clip(np_(z), -700, 700)))


def swapped(z):
    return 1 - sig(z), sig(z)


def both_negative(z):
    return -sig(z), sig(z) - 1


def losses_not_slopes(z):
    return -np.log(1 - sig(z) + 1e-300), -np.log(sig(z) + 1e-300)


def in_probability(z):
    return 1 / (1 - sig(z) + 1e-300), 1 / (sig(z) + 1e-300)


def same_twice(z):
    return sig(z), sig(z)


def second_negative(z):
    return sig(z), sig(z) - 1


def sigmoid_slope(z):
    d = sig(z)
    return d * (1 - d), d * (1 - d)


def mean_over_batch(z):
    return sig(z) / len(np_(z)), (1 - sig(z)) / len(np_(z))


def overflowing(z):
    e = np.exp(np_(z))
    return e / (1 + e), 1 / (1 + e)


def sums(z):
    return sig(z).sum(), (1 - sig(z)).sum()


def one_minus_loses_digits(z):
    return sig(z), 1 - sig(z)


def halves(z):
    return sig(z) / 2, (1 - sig(z)) / 2


def one_array(z):
    return sig(z)


NAMED = {
    "two-generator-losses-1": [
        (fake_not_real, "real"),
        (nan_where_nobody, "neither"),
        (zero_where_nobody, "one half"),
        (one_where_nobody, "one half"),
        (ratio, "p + q"),
        (normalised, "each symbol"),
        (who_is_likelier, "probability"),
        (logits, "probability"),
        (epsilon, "added"),
        (sigmoid_of_the_difference, "p / (p + q)"),
        (half_where_either_is_zero, "only one"),
        (squares, "p / (p + q)"),
    ],
    "two-generator-losses-2": [
        (swapped, "first"),
        (both_negative, "positive"),
        (losses_not_slopes, "slope"),
        (in_probability, "logit"),
        (same_twice, "non-saturating"),
        (second_negative, "positive"),
        (sigmoid_slope, "slope"),
        (mean_over_batch, "each"),
        (overflowing, "overflow"),
        (sums, "each"),
        (one_minus_loses_digits, "positive"),
        (halves, "slope"),
        (one_array, "pair"),
    ],
}


def symbol_by_symbol(p, q):
    return [float(a) / float(a + b) if a + b else 0.5 for a, b in zip(p, q)]


def torch_ratio(p, q):
    import torch

    p, q = torch.as_tensor(np_(p)), torch.as_tensor(np_(q))
    return torch.nan_to_num(p / (p + q), nan=0.5)


def by_expit(z):
    from scipy.special import expit

    return [expit(np_(z)), expit(-np_(z))]


def two_lists(z):
    import math

    up = [1 / (1 + math.exp(-x)) if x > -700 else math.exp(x) for x in map(float, z)]
    down = [1 / (1 + math.exp(x)) if x < 700 else math.exp(-x) for x in map(float, z)]
    return up, down


def torch_sigmoids(z):
    import torch

    z = torch.as_tensor(np_(z))
    return torch.stack([torch.sigmoid(z), torch.sigmoid(-z)])


RIGHT = {
    "two-generator-losses-1": [symbol_by_symbol, torch_ratio],
    "two-generator-losses-2": [by_expit, two_lists, torch_sigmoids],
}
