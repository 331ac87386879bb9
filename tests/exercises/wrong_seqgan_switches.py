"""Answers that look right and are not, and unusual ones that are."""

import itertools
from fractions import Fraction

import numpy as np


def one_sided(differences):
    d = np.asarray(differences, float)
    means = [(np.array(s) * d).mean() for s in itertools.product((1, -1), repeat=len(d))]
    return float(np.mean(np.array(means) >= d.mean() - 1e-12))


WRONG = {"switches-1": one_sided}


def every_flip(differences):
    d = np.asarray(differences, float)
    signs = np.array(list(itertools.product((1, -1), repeat=len(d))))
    return d, signs @ d


def one_side(differences):
    d, sums = every_flip(differences)
    return np.mean(sums >= d.sum() - 1e-9)


def farther_only(differences):
    d, sums = every_flip(differences)
    return np.mean(np.abs(sums) > abs(d.sum()) + 1e-9)


def without_what_was_seen(differences):
    d, sums = every_flip(differences)
    far = np.abs(sums) >= abs(d.sum()) - 1e-9
    return (far.sum() - 1) / (len(sums) - 1)


def by_dice(differences):
    d, rng = np.asarray(differences, float), np.random.default_rng(0)
    sums = rng.choice([1, -1], size=(1000, len(d))) @ d
    return np.mean(np.abs(sums) >= abs(d.sum()) - 1e-9)


def counts_signs_only(differences):
    d = np.sign(differences)
    _, sums = every_flip(d)
    return np.mean(np.abs(sums) >= abs(d.sum()) - 1e-9)


def blind_to_rounding(differences):
    d = [float(x) for x in differences]
    signs = itertools.product((1, -1), repeat=len(d))
    means = [sum(s * x for s, x in zip(way, d)) / len(d) for way in signs]
    return sum(abs(m) >= abs(sum(d) / len(d)) for m in means) / len(means)


def half_of_the_ways(differences):
    d, sums = every_flip(differences)
    return (np.abs(sums) >= abs(d.sum()) - 1e-9).sum() / 2 / len(sums)


def a_count(differences):
    d, sums = every_flip(differences)
    return (np.abs(sums) >= abs(d.sum()) - 1e-9).sum()


def shuffles_them(differences):
    d = np.asarray(differences, float)
    means = [np.mean(order) for order in itertools.permutations(d)]
    return np.mean(np.abs(means) >= abs(d.mean()) - 1e-9)


NAMED = {
    "switches-1": [
        (one_side, "either side"),
        (farther_only, "at least as far"),
        (without_what_was_seen, "all 2^n"),
        (by_dice, "three seeds that agree"),
        (counts_signs_only, "how far"),
        (blind_to_rounding, "round"),
        (half_of_the_ways, "either side"),
        (a_count, "share"),
        (shuffles_them, "flip"),
    ]
}


def by_fractions(differences):
    d = [Fraction(str(float(x))) for x in differences]
    sums = [Fraction(0)]
    for x in d:
        sums = [s + x for s in sums] + [s - x for s in sums]
    return Fraction(sum(abs(s) >= abs(sum(d)) for s in sums), len(sums))


def by_symmetry(differences):
    d = np.asarray(differences, float)
    rest = np.array(list(itertools.product((1, -1), repeat=len(d) - 1))).reshape(-1, len(d) - 1)
    far = np.abs(d[0] + rest @ d[1:])
    return np.mean((far > abs(d.sum())) | np.isclose(far, abs(d.sum())))


RIGHT = {"switches-1": [by_fractions, by_symmetry]}
