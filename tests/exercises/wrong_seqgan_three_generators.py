"""Answers that look right and are not, and unusual ones that are."""

import math
import statistics

import numpy as np


def alpha_without_its_square(reward, surprise, alpha):
    return np.var(reward) / (np.var(reward) + alpha * np.var(surprise))


def alpha_not_squared(reward, surprise, alpha):
    return reward.var() / (reward.var() + alpha * surprise.var())


def no_alpha(reward, surprise, alpha):
    return reward.var() / (reward.var() + surprise.var())


def variance_of_the_sum(reward, surprise, alpha):
    return reward.var() / (reward + alpha * surprise).var()


def standard_deviations(reward, surprise, alpha):
    return reward.std() / (reward.std() + alpha * surprise.std())


def share_of_surprise(reward, surprise, alpha):
    return 1 - share_right(reward, surprise, alpha)


def share_right(reward, surprise, alpha):
    return reward.var() / (reward.var() + (alpha * surprise).var())


def means(reward, surprise, alpha):
    return reward.mean() / (reward.mean() + alpha * surprise.mean())


def a_ratio(reward, surprise, alpha):
    return reward.var() / (alpha * surprise).var() if alpha else 1.0


def squares_without_the_mean(reward, surprise, alpha):
    return (reward**2).mean() / ((reward**2).mean() + ((alpha * surprise) ** 2).mean())


def a_percentage(reward, surprise, alpha):
    return 100 * share_right(reward, surprise, alpha)


def two_denominators(reward, surprise, alpha):
    return reward.var() / (reward.var() + (alpha * surprise).var(ddof=1))


def by_covariance(reward, surprise, alpha):
    both = np.cov(np.stack([reward, alpha * np.asarray(surprise)]))
    return both[0, 0] / np.trace(both)


def by_statistics(reward, surprise, alpha):
    mine = statistics.pvariance(map(float, reward))
    return mine / (mine + alpha**2 * statistics.pvariance(map(float, surprise)))


def shares_of(of_real, of_generated, taken=lambda d: d > 0.5):
    return taken(of_real).mean(), taken(of_generated).mean()


def as_many_as_there_are(of_real, of_generated, share):
    h, f = (of_real > 0.5).sum(), (of_generated > 0.5).sum()
    return h / (h + f) if h + f else np.nan


def half_and_half(of_real, of_generated, share):
    r, f = shares_of(of_real, of_generated)
    return r / (r + f) if r + f else np.nan


def the_other_share(of_real, of_generated, share):
    r, f = shares_of(of_real, of_generated)
    h, f = share * r, (1 - share) * f
    return h / (h + f) if h + f else np.nan


def counts_times_shares(of_real, of_generated, share):
    h, f = (1 - share) * (of_real > 0.5).sum(), share * (of_generated > 0.5).sum()
    return h / (h + f) if h + f else np.nan


def only_the_fakes_weighed(of_real, of_generated, share):
    r, f = shares_of(of_real, of_generated)
    return r / (r + share * f) if r + share * f else np.nan


def one_half_is_real(of_real, of_generated, share):
    r, f = shares_of(of_real, of_generated, lambda d: d >= 0.5)
    h, f = (1 - share) * r, share * f
    return h / (h + f) if h + f else np.nan


def answers_in_place_of_verdicts(of_real, of_generated, share):
    h, f = (1 - share) * of_real.mean(), share * of_generated.mean()
    return h / (h + f)


def recall(of_real, of_generated, share):
    return (1 - share) * (of_real > 0.5).mean()


def how_many_are_fooled(of_real, of_generated, share):
    return 1 - right(of_real, of_generated, share)


def right(of_real, of_generated, share):
    r, f = shares_of(of_real, of_generated)
    h, f = (1 - share) * r, share * f
    return h / (h + f) if h + f else np.nan


def zero_for_nothing(of_real, of_generated, share):
    return np.nan_to_num(right(of_real, of_generated, share))


def nan_without_hits(of_real, of_generated, share):
    r, _ = shares_of(of_real, of_generated)
    return right(of_real, of_generated, share) if r else np.nan


def by_a_large_crowd(of_real, of_generated, share):
    crowd = 10**6 * len(of_real) * len(of_generated)
    taken_real = round(crowd * (1 - share)) * sum(d > 0.5 for d in of_real) / len(of_real)
    taken_fake = round(crowd * share) * sum(d > 0.5 for d in of_generated) / len(of_generated)
    return taken_real / (taken_real + taken_fake) if taken_real or taken_fake else math.nan


def by_weights(of_real, of_generated, share):
    weights = np.concatenate(
        [
            np.full(len(of_real), (1 - share) / len(of_real)),
            np.full(len(of_generated), share / len(of_generated)),
        ]
    )
    taken = weights * (np.concatenate([of_real, of_generated]) > 0.5)
    with np.errstate(invalid="ignore"):
        return taken[: len(of_real)].sum() / np.float64(taken.sum())


WRONG = {"three-generators-1": as_many_as_there_are, "three-generators-2": alpha_without_its_square}

NAMED = {
    "three-generators-1": [
        (as_many_as_there_are, "whatever the lengths"),
        (half_and_half, "not half and half"),
        (the_other_share, "share is that of the generated"),
        (counts_times_shares, "lengths of the arrays"),
        (only_the_fakes_weighed, "1 - share"),
        (one_half_is_real, "exactly one half"),
        (answers_in_place_of_verdicts, "takes for real"),
        (recall, "among all that are taken"),
        (how_many_are_fooled, "the real among"),
        (zero_for_nothing, "is NaN, not 0"),
        (nan_without_hits, "is 0, not NaN"),
    ],
    "three-generators-2": [
        (alpha_not_squared, "alpha squared"),
        (no_alpha, "alpha multiplies"),
        (variance_of_the_sum, "sum of the two variances"),
        (standard_deviations, "variances, not standard"),
        (share_of_surprise, "the reward"),
        (means, "variances, and"),
        (a_ratio, "both: a share"),
        (squares_without_the_mean, "the mean"),
        (a_percentage, "share lies"),
        (two_denominators, "same"),
    ],
}

RIGHT = {
    "three-generators-1": [by_a_large_crowd, by_weights],
    "three-generators-2": [by_covariance, by_statistics],
}
