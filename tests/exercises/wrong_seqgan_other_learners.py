"""Answers that look right and are not, and unusual ones that are."""

from fractions import Fraction

import numpy as np
import scipy.stats


def one_argsort(a, b):
    return float(np.corrcoef(np.argsort(a), np.argsort(b))[0, 1])


WRONG = {"other-learners-1": one_argsort}


def places(x):
    return np.argsort(np.argsort(x))


def sorted_once(a, b):
    return np.corrcoef(np.argsort(a), np.argsort(b))[0, 1]


def the_scores_themselves(a, b):
    return np.corrcoef(a, b)[0, 1]


def one_upside_down(a, b):
    return np.corrcoef(places(a), places(-np.asarray(b)))[0, 1]


def pairs_in_order(a, b):
    a, b = np.asarray(a), np.asarray(b)
    i, j = np.triu_indices(len(a), 1)
    return np.mean(np.sign(a[i] - a[j]) * np.sign(b[i] - b[j]))


def without_its_sign(a, b):
    return abs(np.corrcoef(places(a), places(b))[0, 1])


def both_sorted(a, b):
    return np.corrcoef(np.sort(a), np.sort(b))[0, 1]


def another_denominator(a, b):
    n = len(a)
    return 1 - 6 * np.sum((places(a) - places(b)) ** 2) / n**3


def two_kinds_of_spread(a, b):
    p, q = places(a), places(b)
    return np.cov(p, q)[0, 1] / (p.std() * q.std())


def share_of_equal_places(a, b):
    return np.mean(places(a) == places(b))


NAMED = {
    "other-learners-1": [
        (sorted_once, "place of"),
        (the_scores_themselves, "the order"),
        (one_upside_down, "down: the same order"),
        (pairs_in_order, "and not of the"),
        (without_its_sign, "is -1"),
        (both_sorted, "a pair"),
        (another_denominator, "by n (n^2 -"),
        (two_kinds_of_spread, "by n - 1"),
        (share_of_equal_places, "not the share of"),
    ]
}


def by_spearmans_formula(a, b):
    a, b = list(a), list(b)
    n = len(a)
    gaps = [sorted(a).index(x) - sorted(b).index(y) for x, y in zip(a, b)]
    return 1 - Fraction(6 * sum(d * d for d in gaps), n * (n * n - 1))


def by_scipy(a, b):
    return scipy.stats.spearmanr(a, b).statistic


RIGHT = {"other-learners-1": [by_spearmans_formula, by_scipy]}
