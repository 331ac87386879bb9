"""Answers that look right and are not."""

import numpy as np


def forgets_that_prices_add(reward, alpha, beta, old):
    score = reward / max(alpha, beta) + (np.log(old) if beta else 0)
    weight = np.exp(score - score.max())
    return weight / weight.sum()


def means_in_place_of_sums(score, alpha):
    values = []
    while score.ndim:
        top = score.max(-1, keepdims=True)
        score = top[..., 0] + alpha * np.log(np.exp((score - top) / alpha).mean(-1))
        values.append(score)
    return values[::-1]


WRONG = {
    "maximum-entropy-rl-1": forgets_that_prices_add,
    "maximum-entropy-rl-2": means_in_place_of_sums,
}
