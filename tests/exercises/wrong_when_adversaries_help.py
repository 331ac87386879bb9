"""Answers that look right and are not, and unusual ones that are."""

import itertools
import math

import numpy as np
import scipy.special
import torch


def best_of(p, score, k):
    up_to = (p * (score <= score[:, None])).sum(1)
    below = (p * (score < score[:, None])).sum(1)
    return p * (up_to**k - below**k) / (up_to - below)


def the_best(p, score, k):
    up_to = (p * (score <= score[:, None])).sum(1)
    below = (p * (score < score[:, None])).sum(1)
    return p * (up_to**k - below**k) / (up_to - below)


def what_is_not_the_best(p, score, k):
    q = 1 - the_best(p, score, k)
    return q / q.sum()


def no_ties(p, score, k):
    from_here = (p * (score >= score[:, None])).sum(1)
    return from_here**k - (from_here - p) ** k


def like_a_density(p, score, k):
    from_here = (p * (score >= score[:, None])).sum(1)
    return k * p * from_here ** (k - 1)


def one_draw_too_few(p, score, k):
    return worst_right(p, score, k - 1) if k > 1 else p


def worst_right(p, score, k):
    return the_best(p, -score, k)


def turns_the_scores(p, score, k):
    score *= -1
    return the_best(p, score, k)


def every_tune_alike(p, score, k):
    return worst_right(np.full(len(p), 1 / len(p)), score, k)


def the_lowest_of_all(p, score, k):
    q = np.where(score == score.min(), p, 0)
    return q / q.sum()


def the_first_of_a_tie(p, score, k):
    order = np.argsort(score, kind="stable")
    left = np.append(np.cumsum(p[order][::-1])[::-1], 0)
    q = np.empty(len(p))
    q[order] = left[:-1] ** k - left[1:] ** k
    return q


def unlikely_ones(p, score, k):
    return worst_right(p, p, k)


def a_tie_is_shared_evenly(p, score, k):
    q = worst_right(p, score, k)
    return np.array([q[score == s].mean() for s in score])


def every_draw(p, score, k):
    q = np.zeros(len(p))
    for draws in itertools.product(range(len(p)), repeat=k):
        worst = min(score[i] for i in draws)
        kept = [i for i in draws if score[i] == worst]
        for i in kept:
            q[i] += np.prod([p[j] for j in draws]) / len(kept)
    return q


def score_by_score(p, score, k):
    q = [0.0] * len(p)
    for s in set(np.asarray(score).tolist()):
        at = [i for i in range(len(p)) if score[i] == s]
        here = math.fsum(p[i] for i in at)
        above = math.fsum(p[i] for i in range(len(p)) if score[i] > s)
        for i in at:
            q[i] = p[i] / here * ((here + above) ** k - above**k) if here else 0.0
    return q


def as_written(energies):
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        w = np.exp(energies)
        return w.sum() ** 2 / (w**2).sum()


def weights(energies):
    return np.exp(energies - energies.max())


def a_share(energies):
    w = weights(energies)
    return w.mean() ** 2 / (w**2).mean()


def upside_down(energies):
    w = weights(energies)
    return (w**2).sum() / w.sum() ** 2


def the_sum_not_squared(energies):
    w = weights(energies)
    return w.sum() / (w**2).sum()


def squares_of_the_energies(energies):
    with np.errstate(invalid="ignore", divide="ignore"):
        return energies.sum() ** 2 / (energies**2).sum()


def weights_not_squared(energies):
    w = weights(energies)
    return w.sum() ** 2 / w.sum()


def lowest_taken_out(energies):
    with np.errstate(over="ignore", invalid="ignore"):
        w = np.exp(energies - energies.min())
        return w.sum() ** 2 / (w**2).sum()


def heavy_ones(energies):
    w = weights(energies)
    return (w >= w.mean()).sum()


def spread_of_the_entropy(energies):
    w = weights(energies) / weights(energies).sum()
    return np.exp(-(w[w > 0] * np.log(w[w > 0])).sum())


def one_over_the_largest(energies):
    return weights(energies).sum()


def clipped(energies):
    w = np.exp(np.clip(energies, -300, 300))
    return w.sum() ** 2 / (w**2).sum()


def whole_samples(energies):
    w = weights(energies)
    return int(w.sum() ** 2 / (w**2).sum())


def by_scipy(energies):
    log_sum = scipy.special.logsumexp
    return np.exp(2 * log_sum(energies) - log_sum(2 * np.asarray(energies)))


def by_softmax(energies):
    return 1 / float((torch.softmax(torch.as_tensor(np.asarray(energies, float)), 0) ** 2).sum())


WRONG = {"when-adversaries-help-1": as_written, "when-adversaries-help-2": best_of}

NAMED = {
    "when-adversaries-help-1": [
        (as_written, "overflow"),
        (a_share, "not a share"),
        (upside_down, "upside down"),
        (the_sum_not_squared, "square the sum"),
        (squares_of_the_energies, "weights are exponentials"),
        (weights_not_squared, "sum of the squares"),
        (lowest_taken_out, "largest out"),
        (heavy_ones, "every weight"),
        (spread_of_the_entropy, "squares, and not of the entropy"),
        (one_over_the_largest, "sum of the squares"),
        (clipped, "cut off"),
        (whole_samples, "whole number"),
    ],
    "when-adversaries-help-2": [
        (the_best, "lowest score is kept"),
        (what_is_not_the_best, "lowest score is kept"),
        (no_ties, "equal scores"),
        (like_a_density, "sum to 1"),
        (one_draw_too_few, "k -"),
        (turns_the_scores, "alone"),
        (every_tune_alike, "p, and"),
        (the_lowest_of_all, "k = 1"),
        (the_first_of_a_tie, "equal scores"),
        (unlikely_ones, "score decides"),
        (a_tie_is_shared_evenly, "equal scores"),
    ],
}

RIGHT = {
    "when-adversaries-help-1": [by_scipy, by_softmax],
    "when-adversaries-help-2": [every_draw, score_by_score],
}
