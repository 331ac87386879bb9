"""What a grid of settings and seeds shows: whose its spread is, and how far luck alone would get."""

from math import comb

import numpy as np


def split_spread(values) -> dict[str, float]:
    """Shares of a grid's spread: the ``setting``'s, the ``seed``'s, and the ``rest``, which neither explains alone.

    ``values (k, n)``: a metric, settings down and seeds across, where one column's runs have their seed in common. The
    three are shares of the sum of squares about the mean of all, and sum to 1. ValueError for fewer than two
    settings, or where all values are equal. Source: Fisher (1925), the analysis of variance of a table without
    repetition.
    """
    values = np.asarray(values, float)
    if values.ndim != 2 or len(values) < 2 or not np.ptp(values):
        raise ValueError(f"a grid of shape {values.shape} without any spread to share out")
    apart = values - values.mean()
    of_setting, of_seed = apart.mean(1, keepdims=True), apart.mean(0, keepdims=True)
    parts = {"setting": of_setting, "seed": of_seed, "rest": apart - of_setting - of_seed}
    squares = {k: (np.broadcast_to(v, values.shape) ** 2).sum() for k, v in parts.items()}
    return {k: float(v / (apart**2).sum()) for k, v in squares.items()}


def share_by_luck(values, rng, times: int = 999) -> np.ndarray:
    """The setting's share when its names are dealt out anew within each seed, ``(times,)``.

    Its mean tends to ``(1 - seed's share) / n``. Source: Fisher (1935), permutation within blocks.
    """
    values = np.asarray(values, float)
    return np.array([split_spread(rng.permuted(values, axis=0))["setting"] for _ in range(times)])


def expected_best(values, k: int) -> float:
    """The mean, over every choice of ``k`` of these runs, of the lowest value: what to expect of the best of ``k``.

    For a metric of which more is better, hand in its negative. ValueError unless there are ``k`` values, ``k`` at
    least 1. Source: counting; Dodge et al. (2019) ask it with replacement.
    """
    values = np.sort(np.asarray(values, float))
    if not 1 <= k <= len(values):
        raise ValueError(f"the best of {k} out of {len(values)} runs")
    ways = [comb(len(values) - 1 - i, k - 1) for i in range(len(values))]
    return float(values @ ways / comb(len(values), k))
