"""Judges of the exercises of the chapter on baselines and critics."""

import numpy as np

from ..exercise import checker
from .asking import check


@checker("baselines-and-critics-1")
def judge_advantages(advantages):
    def less_others(r):
        return (r - r.mean()) * len(r) / (len(r) - 1)

    r = np.array([1.0, 2.0, 6.0, 14.0])
    others = (r.sum() - r) / 3
    wanted = less_others(r)
    check(
        advantages,
        (r,),
        wanted,
        "the reward less the mean of the *other* rewards",
        {
            "the mean of the others: leave the tune itself out": r - r.mean(),
            "leave the tune itself out: the factor is B / (B - 1), not (B - 1) / B": wanted
            * 9
            / 16,
            "leave the tune itself out of the sum, too": r - r.sum() / 3,
            "each tune leaves *itself* out, not the first one": r - r[1:].mean(),
            "do not divide by the spread of the rewards": (r - r.mean()) / r.std(),
            "mind the sign: good tunes go up": -wanted,
            "this is the baseline: subtract it from the reward, that is the advantage": others,
            "the mean of the others, not their sum": r - 3 * others,
            "there are B - 1 others: divide their sum by B - 1, not by B": r - 3 * others / 4,
            "all the others, not the one before": r - np.roll(r, 1),
            "the mean of the others, not the median": r - np.median(r),
            "a mean has a fraction: this cuts it off": r - others // 1,
        },
        "one number for each tune",
    )
    for rewards, rule in (
        (np.array([1.0, 2.0, 6.0]), "B changes from batch to batch: the factor is B / (B - 1)"),
        (r + 10, "a constant for all changes nothing"),
        (100 * r, "it keeps the size of differences"),
        (np.ones(4), "equal rewards teach nothing"),
    ):
        check(advantages, (rewards,), less_others(rewards), rule)


@checker("baselines-and-critics-2")
def judge_best_constant(best_constant):
    p, rewards = np.array([0.5, 0.3, 0.2]), np.array([1.0, 0.0, 4.0])
    scores = np.array([[1.0, 0.5], [0.0, -2.0], [-2.0, 1.5]])
    size = (scores**2).sum(1)

    def mean(weights, of=rewards):
        return (weights * of).sum() / weights.sum()

    wanted = mean(p * size)
    each = scores**2 * p[:, None]  # a constant for each parameter
    row = (each * rewards[:, None]).sum(0) / each.sum(0)
    check(
        best_constant,
        (p, rewards, scores),
        wanted,
        "another constant is less noisy: the mean reward, weighted by chance times squared score",
        {
            "tunes with long scores count more than by chance alone": mean(p),
            "weigh by the chances, too": mean(size),
            "weigh by the chances once, not squared": mean(p**2 * size),
            "the *squared* length of a score, not its length": mean(p * np.sqrt(size)),
            "the square of each number of a score, then their sum": mean(p * scores.sum(1) ** 2),
            "squares of the scores as they are: do not take off their mean": mean(
                p * scores.var(1)
            ),
            "all numbers of a score count, not the first one alone": mean(p * scores[:, 0] ** 2),
            "divide by the sum of the weights": (p * size * rewards).sum(),
            "divide by the sum of the weights, chances included": (p * size * rewards).sum()
            / size.mean(),
            "one constant for all parameters: sum over the parameters, then divide": row,
            "one constant: sum over the parameters, then divide, not the mean of many": row.mean(),
            "the mean of the rewards, not of their squares": np.sqrt(mean(p * size, rewards**2)),
            "mind the sign: the constant lies among the rewards": -wanted,
        },
        "one constant",
    )
    check(best_constant, (p, np.full(3, 0.7), scores), 0.7, "equal rewards: that reward")
