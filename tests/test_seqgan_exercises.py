"""The judges of the exercises on SeqGAN name what is wrong with an answer, and take a right one that looks odd."""

import itertools
import statistics

import numpy as np
import pytest

from musicgan_lib.teaching import exercise


def deviations(reward, surprise, alpha):
    return np.std(reward) / (np.std(reward) + np.std(alpha * surprise))


def share_of_surprise(reward, surprise, alpha):
    return np.var(alpha * surprise) / (np.var(reward) + np.var(alpha * surprise))


def quotient(reward, surprise, alpha):
    return np.var(reward) / max(np.var(alpha * surprise), 1e-9)


def variance_of_the_sum(reward, surprise, alpha):
    return np.var(reward) / np.var(reward + alpha * surprise)


def share_of_means(reward, surprise, alpha):
    return np.mean(reward) / (np.mean(reward) + np.mean(alpha * surprise))


def flips(differences):
    d = np.asarray(differences, float)
    return d, [np.array(s) * d for s in itertools.product((1, -1), repeat=len(d))]


def medians(differences):
    d, ways = flips(differences)
    return np.mean([abs(np.median(w)) >= abs(np.median(d)) - 1e-12 for w in ways])


def only_signs(differences):
    d, ways = flips(np.sign(differences))
    return np.mean([abs(w.sum()) >= abs(d.sum()) - 1e-12 for w in ways])


def seen_is_not_counted(differences):
    d, ways = flips(differences)
    return np.mean([abs(w.mean()) > abs(d.mean()) + 1e-12 for w in ways])


def plain_correlation(a, b):
    return np.corrcoef(a, b)[0, 1]


def one_argsort(a, b):
    return np.corrcoef(np.argsort(a), np.argsort(b))[0, 1]


def moments_as_witnesses(values):
    values = np.asarray(values, float)
    return values.std(ddof=1) / np.sqrt(values.size)


def spread_of_a_population(values):
    melodies = np.asarray(values, float).mean(1)
    return melodies.std() / np.sqrt(len(melodies))


WRONG = [
    ("three-generators-2", deviations, "not standard deviations"),
    ("three-generators-2", share_of_surprise, "not that of the surprise"),
    ("three-generators-2", quotient, "divided by the sum of both"),
    ("three-generators-2", variance_of_the_sum, "not the variance of the sum"),
    ("three-generators-2", share_of_means, "variances, and not means"),
    ("switches-1", medians, "means, not medians"),
    ("switches-1", only_signs, "sizes count"),
    ("switches-1", seen_is_not_counted, "the observed way and its opposite"),
    ("other-learners-1", plain_correlation, "only the order counts"),
    ("other-learners-1", one_argsort, "argsort of argsort"),
    ("mode-drop-2", moments_as_witnesses, "no witnesses of their own"),
    ("mode-drop-2", spread_of_a_population, "divides by N - 1"),
]


@pytest.mark.parametrize("label, answer, said", WRONG, ids=[w[1].__name__ for w in WRONG])
def test_a_wrong_answer_hears_what_is_wrong_with_it(label, answer, said):
    verdict = exercise(label, answer)
    assert not verdict and said in verdict.sentence, verdict


def by_covariance(reward, surprise, alpha):
    of_reward, of_surprise = np.diag(np.cov(np.stack([reward, surprise]), ddof=0))
    return of_reward / (of_reward + alpha**2 * of_surprise)


def by_sums(differences):
    d = list(differences)
    sums = [0.0]
    for x in d:
        sums = [s + sign * x for s in sums for sign in (1, -1)]
    return sum(abs(s) >= abs(sum(d)) - 1e-9 for s in sums) / len(sums)


def by_squared_distances(a, b):
    places = [[sorted(x).index(v) for v in x] for x in (list(a), list(b))]
    n = len(places[0])
    return 1 - 6 * sum((i - j) ** 2 for i, j in zip(*places)) / (n * (n * n - 1))


def by_statistics_of_means(values):
    melodies = [statistics.fmean(row) for row in values]
    return statistics.stdev(melodies) / len(melodies) ** 0.5


RIGHT = [
    ("other-learners-1", by_squared_distances),
    ("mode-drop-2", by_statistics_of_means),
    ("three-generators-2", by_covariance),
    ("switches-1", by_sums),
]


@pytest.mark.parametrize("label, answer", RIGHT, ids=[r[1].__name__ for r in RIGHT])
def test_a_right_answer_may_look_odd(label, answer):
    assert exercise(label, answer)
