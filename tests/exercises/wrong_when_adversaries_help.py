"""Answers that look right and are not, and unusual ones that are."""

import itertools
import math

import numpy as np
import scipy.special


def mean_of_logs(real, fake):
    return float(np.mean(real) - np.mean(fake))


def best_of(p, score, k):
    up_to = (p * (score <= score[:, None])).sum(1)
    below = (p * (score < score[:, None])).sum(1)
    return p * (up_to**k - below**k) / (up_to - below)


WRONG = {"when-adversaries-help-1": mean_of_logs, "when-adversaries-help-2": best_of}


def as_written(real, fake):
    with np.errstate(over="ignore", divide="ignore"):
        return real.mean() - np.log(np.exp(fake).mean())


def log_sum(x):
    return x.max() + np.log(np.exp(x - x.max()).sum())


def a_sum_over_samples(real, fake):
    return real.mean() - log_sum(fake)


def the_wrong_sign(real, fake):
    return log_sum(fake) - np.log(len(fake)) - real.mean()


def mean_energies(real, fake):
    return real.mean() - fake.mean()


def shifted_by_the_real(real, fake):
    top = real.max()
    with np.errstate(over="ignore", divide="ignore"):
        return real.mean() - (top + np.log(np.exp(fake - top).mean()))


def clipped(real, fake):
    return real.mean() - np.log(np.exp(np.minimum(fake, 700)).mean())


def shift_not_put_back(real, fake):
    return real.mean() - np.log(np.exp(fake - fake.max()).mean())


def best_real_example(real, fake):
    return real.max() - (log_sum(fake) - np.log(len(fake)))


def a_sum_over_the_real(real, fake):
    return real.sum() - (log_sum(fake) - np.log(len(fake)))


def divided_by_real_examples(real, fake):
    return real.mean() - (log_sum(fake) - np.log(len(real)))


def logarithms_twice(real, fake):
    return log_sum(real) - np.log(len(real)) - (log_sum(fake) - np.log(len(fake)))


def only_large_ones(real, fake):
    if fake.max() > 700:
        return real.mean() - (log_sum(fake) - np.log(len(fake)))
    with np.errstate(divide="ignore"):
        return real.mean() - np.log(np.exp(fake).mean())


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


NAMED = {
    "when-adversaries-help-1": [
        (as_written, "of 1000"),
        (a_sum_over_samples, "mean over the samples"),
        (the_wrong_sign, "sign"),
        (mean_energies, "log Z"),
        (shifted_by_the_real, "of 1000"),
        (clipped, "of 1000"),
        (shift_not_put_back, "shift"),
        (best_real_example, "not the best of"),
        (a_sum_over_the_real, "and not their sum"),
        (divided_by_real_examples, "the N"),
        (logarithms_twice, "real energies"),
        (only_large_ones, "-1000"),
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


def by_scipy(real, fake):
    return np.mean(real) - scipy.special.logsumexp(fake, b=1 / len(fake))


def by_adding_logarithms(real, fake):
    return float(
        np.mean(real) - (np.logaddexp.reduce(np.asarray(fake, float)) - math.log(len(fake)))
    )


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


RIGHT = {
    "when-adversaries-help-1": [by_scipy, by_adding_logarithms],
    "when-adversaries-help-2": [every_draw, score_by_score],
}
