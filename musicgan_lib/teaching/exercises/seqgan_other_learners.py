"""Judges of the exercises of *A critic, values, a reward for every prefix: none of them predicts music better*."""

import numpy as np

from ..exercise import checker


@checker("other-learners-1")
def judge_rank_correlation(rank_correlation):
    a = np.array([0.3, 0.1, 0.9, 0.4, 0.2])  # places 2 0 4 3 1
    b = np.array([0.5, 0.2, 0.1, 0.9, 0.4])  # places 3 1 0 4 2
    got = rank_correlation(a, b)
    assert not np.isclose(got, np.corrcoef(np.argsort(a), np.argsort(b))[0, 1]), (
        "argsort lists who stands at each place; the place of each score is argsort of argsort"
    )
    assert not np.isclose(got, np.corrcoef(a, b)[0, 1]), (
        "only the order counts: take places before the correlation"
    )
    assert np.isclose(got, 0), "places 2 0 4 3 1 and 3 1 0 4 2 correlate with 0"
    assert np.isclose(rank_correlation(a, a**5), 1), "two equal orders correlate with 1"
    assert np.isclose(rank_correlation(a, -a), -1), "upside down is -1"
