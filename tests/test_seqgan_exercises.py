"""The judges of the exercises on SeqGAN name what is wrong with an answer, and take a right one that looks odd."""

import itertools
import statistics

import numpy as np
import pytest

from musicgan_lib.teaching import exercise


def count(of_real, of_generated):
    return (of_real > 0.5).sum(), (of_generated > 0.5).sum()


def nan_without_hits(of_real, of_generated):
    hits, fooled = count(of_real, of_generated)
    precision = hits / (hits + fooled) if hits else np.nan
    return of_generated.mean(), of_generated.std(), precision, hits / len(of_real)


def swapped(of_real, of_generated):
    hits, fooled = count(of_real, of_generated)
    precision = hits / (hits + fooled) if hits + fooled else np.nan
    return of_generated.mean(), of_generated.std(), hits / len(of_real), precision


def counts_refused(of_real, of_generated):
    hits, fooled = (of_real > 0.5).sum(), (of_generated < 0.5).sum()
    return of_generated.mean(), of_generated.std(), hits / (hits + fooled), hits / len(of_real)


def deviation_of_a_sample(of_real, of_generated):
    hits, fooled = count(of_real, of_generated)
    return of_generated.mean(), of_generated.std(ddof=1), hits / (hits + fooled), hits / 5


def reward_of_real(of_real, of_generated):
    hits, fooled = count(of_real, of_generated)
    return of_real.mean(), of_real.std(), hits / (hits + fooled), hits / len(of_real)


def half_is_real(of_real, of_generated):
    hits, fooled = (of_real >= 0.5).sum(), (of_generated >= 0.5).sum()
    precision = hits / (hits + fooled) if hits + fooled else np.nan
    return of_generated.mean(), of_generated.std(), precision, hits / len(of_real)


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


def outside_of_own(p, reference, k):
    return 1 - np.sort(p, axis=-1)[..., ::-1][..., :k].sum(-1)


def inside(p, reference, k):
    favourites = np.argsort(-reference, axis=-1, kind="stable")[..., :k]
    return np.take_along_axis(p, favourites, -1).sum(-1)


def by_threshold(p, reference, k):
    least = np.sort(reference, axis=-1)[..., ::-1][..., k - 1 : k]
    return np.where(reference < least, p, 0).sum(-1)


def moments_as_witnesses(values):
    values = np.asarray(values, float)
    return values.std(ddof=1) / np.sqrt(values.size)


def spread_of_a_population(values):
    melodies = np.asarray(values, float).mean(1)
    return melodies.std() / np.sqrt(len(melodies))


WRONG = [
    ("three-generators-1", nan_without_hits, "precision is 0, not NaN"),
    ("three-generators-1", swapped, "have changed places"),
    ("three-generators-1", counts_refused, "not those that are refused"),
    ("three-generators-1", deviation_of_a_sample, "divides by N, not by N - 1"),
    ("three-generators-1", reward_of_real, "not of the real ones"),
    ("three-generators-1", half_is_real, "exactly one half"),
    ("three-generators-2", deviations, "not standard deviations"),
    ("three-generators-2", share_of_surprise, "not that of the surprise"),
    ("three-generators-2", quotient, "divided by the sum of both"),
    ("three-generators-2", variance_of_the_sum, "not the variance of the sum"),
    ("three-generators-2", share_of_means, "the share is 1/5"),
    ("switches-1", medians, "means, not medians"),
    ("switches-1", only_signs, "sizes count"),
    ("switches-1", seen_is_not_counted, "2 of 8 ways"),
    ("other-learners-1", plain_correlation, "only the order counts"),
    ("other-learners-1", one_argsort, "argsort of argsort"),
    ("mode-drop-1", outside_of_own, "not the policy's own"),
    ("mode-drop-1", inside, "not what lies inside"),
    ("mode-drop-1", by_threshold, "exactly k count"),
    ("mode-drop-2", moments_as_witnesses, "no witnesses of their own"),
    ("mode-drop-2", spread_of_a_population, "divides by N - 1"),
]


@pytest.mark.parametrize("label, answer, said", WRONG, ids=[w[1].__name__ for w in WRONG])
def test_a_wrong_answer_hears_what_is_wrong_with_it(label, answer, said):
    verdict = exercise(label, answer)
    assert not verdict and said in verdict.sentence, verdict


def by_statistics(of_real, of_generated):
    real, fake = list(of_real), list(of_generated)
    taken = [sum(d > 0.5 for d in of) for of in (real, fake)]
    precision = taken[0] / sum(taken) if sum(taken) else float("nan")
    return [statistics.fmean(fake), statistics.pstdev(fake), precision, taken[0] / len(real)]


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


def by_ranks(p, reference, k):
    rank = np.argsort(np.argsort(-reference, axis=-1, kind="stable"), axis=-1)
    return np.where(rank >= k, p, 0).sum(-1)


def by_statistics_of_means(values):
    melodies = [statistics.fmean(row) for row in values]
    return statistics.stdev(melodies) / len(melodies) ** 0.5


RIGHT = [
    ("other-learners-1", by_squared_distances),
    ("mode-drop-1", by_ranks),
    ("mode-drop-2", by_statistics_of_means),
    ("three-generators-1", by_statistics),
    ("three-generators-2", by_covariance),
    ("switches-1", by_sums),
]


@pytest.mark.parametrize("label, answer", RIGHT, ids=[r[1].__name__ for r in RIGHT])
def test_a_right_answer_may_look_odd(label, answer):
    assert exercise(label, answer)
