"""Answers that look right and are not."""

from math import comb

import numpy as np


def match_peak(samples, target):
    peak = np.abs(samples).max()
    return samples * 10 ** (target / 20) / peak if peak else samples


def majority_is_enough(ability, power=0.8):
    def reach(n):
        need = n // 2 + 1
        return sum(comb(n, i) * ability**i * (1 - ability) ** (n - i) for i in range(need, n + 1))

    return next(n for n in range(1, 500) if reach(n) >= power)


WRONG = {"hearing-fairly-1": match_peak, "hearing-fairly-2": majority_is_enough}
