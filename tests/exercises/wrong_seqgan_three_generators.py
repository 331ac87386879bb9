"""Answers that look right and are not, and unusual ones that are."""

import statistics

import numpy as np


def shares_in_place_of_counts(of_real, of_generated):
    real, generated = (of_real > 0.5).mean(), (of_generated > 0.5).mean()
    precision = real / (real + generated) if real + generated else np.nan
    return of_generated.mean(), of_generated.std(), precision, real


def alpha_without_its_square(reward, surprise, alpha):
    return np.var(reward) / (np.var(reward) + alpha * np.var(surprise))


WRONG = {
    "three-generators-1": shares_in_place_of_counts,
    "three-generators-2": alpha_without_its_square,
}


def four(of_real, of_generated, *, ddof=0, rewarded=None):
    rewarded = of_generated if rewarded is None else rewarded
    h, f = (of_real > 0.5).sum(), (of_generated > 0.5).sum()
    precision = h / (h + f) if h + f else np.nan
    return rewarded.mean(), rewarded.std(ddof=ddof), precision, h / len(of_real)


def the_reward_of_real_music(of_real, of_generated):
    return four(of_real, of_generated, rewarded=of_real)


def everybody_is_rewarded(of_real, of_generated):
    return four(of_real, of_generated, rewarded=np.concatenate([of_real, of_generated]))


def divided_by_n_minus_one(of_real, of_generated):
    return four(of_real, of_generated, ddof=1)


def a_variance(of_real, of_generated):
    mean, spread, precision, recall = four(of_real, of_generated)
    return mean, spread**2, precision, recall


def one_half_is_real(of_real, of_generated):
    h, f = (of_real >= 0.5).sum(), (of_generated >= 0.5).sum()
    precision = h / (h + f) if h + f else np.nan
    return of_generated.mean(), of_generated.std(), precision, h / len(of_real)


def shares_not_counts(of_real, of_generated):
    h, f = (of_real > 0.5).mean(), (of_generated > 0.5).mean()
    precision = h / (h + f) if h + f else np.nan
    return of_generated.mean(), of_generated.std(), precision, h


def recall_first(of_real, of_generated):
    mean, spread, precision, recall = four(of_real, of_generated)
    return mean, spread, recall, precision


def recall_of_the_fakes(of_real, of_generated):
    mean, spread, precision, recall = four(of_real, of_generated)
    return mean, spread, precision, (of_generated > 0.5).mean()


def no_precision_is_zero(of_real, of_generated):
    mean, spread, precision, recall = four(of_real, of_generated)
    return mean, spread, np.nan_to_num(precision), recall


def nan_without_hits(of_real, of_generated):
    mean, spread, precision, recall = four(of_real, of_generated)
    return mean, spread, precision if recall else np.nan, recall


def precision_of_rejections(of_real, of_generated):
    mean, spread, _, recall = four(of_real, of_generated)
    no = (of_generated <= 0.5).sum() + (of_real <= 0.5).sum()
    return mean, spread, (of_generated <= 0.5).sum() / no if no else np.nan, recall


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


NAMED = {
    "three-generators-1": [
        (the_reward_of_real_music, "generated melodies"),
        (everybody_is_rewarded, "generated melodies alone"),
        (divided_by_n_minus_one, "N - 1"),
        (a_variance, "its root"),
        (one_half_is_real, "above one half"),
        (shares_not_counts, "count"),
        (recall_first, "precision comes"),
        (recall_of_the_fakes, "recall: the"),
        (no_precision_is_zero, "is NaN"),
        (nan_without_hits, "not NaN"),
        (precision_of_rejections, "precision is of"),
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


def by_counting(of_real, of_generated):
    taken = [sum(1 for x in said if x > 0.5) for said in (of_real, of_generated)]
    rewards = [float(x) for x in of_generated]
    precision = taken[0] / sum(taken) if any(taken) else float("nan")
    return [
        statistics.fmean(rewards),
        statistics.pstdev(rewards),
        precision,
        taken[0] / len(of_real),
    ]


def as_an_array(of_real, of_generated):
    h, f = np.count_nonzero(of_real > 0.5), np.count_nonzero(of_generated > 0.5)
    with np.errstate(invalid="ignore"):
        precision = np.float64(h) / np.float64(h + f)
    spread = np.sqrt((of_generated**2).mean() - of_generated.mean() ** 2)
    return np.array([of_generated.mean(), spread, precision, h / of_real.size])


def by_covariance(reward, surprise, alpha):
    both = np.cov(np.stack([reward, alpha * np.asarray(surprise)]))
    return both[0, 0] / np.trace(both)


def by_statistics(reward, surprise, alpha):
    mine = statistics.pvariance(map(float, reward))
    return mine / (mine + alpha**2 * statistics.pvariance(map(float, surprise)))


RIGHT = {
    "three-generators-1": [by_counting, as_an_array],
    "three-generators-2": [by_covariance, by_statistics],
}
