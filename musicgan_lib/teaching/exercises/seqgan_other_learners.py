"""Judges of the exercises of *A critic, values, a reward for every prefix: none of them predicts music better*."""

import numpy as np

from ..exercise import checker
from .asking import check


@checker("other-learners-1")
def judge_rank_correlation(rank_correlation):
    a = np.array([0.1, 0.7, 0.4, 0.6, 0.8])  # places 0 3 1 2 4
    b = np.array([0.3, 0.4, 0.1, 0.2, 0.7])  # places 2 3 0 1 4
    slips = {
        "argsort lists who stands at each place; the place of each score is argsort of argsort": 0.3,
        "only the order counts: take places before the correlation": np.corrcoef(a, b)[0, 1],
        "one of the two orders is upside down: the same order has to give 1": -0.7,
        "the correlation of the places, and not of the pairs that agree": 0.6,
        "a pair of scores stays together: do not sort the two apart": (
            np.corrcoef(np.sort(a), np.sort(b))[0, 1],
            1,
        ),
        "the same order has to give 1: the sum of squares is divided by n (n^2 - 1)": 1 - 36 / 125,
        "the same order has to give 1: both spreads divide by n, or both by n - 1": (0.875, 0.56),
        "the correlation of the places, and not the share of equal ones": 0.4,
    }
    said = "the correlation of the places 0 3 1 2 4 and 2 3 0 1 4"
    check(rank_correlation, (a, b), 0.7, said, slips)
    check(rank_correlation, (a, a**5), 1, "the same order is 1")
    check(rank_correlation, (a, -a), -1, "upside down is -1")
