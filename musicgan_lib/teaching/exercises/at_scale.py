"""Judges of the exercises of *Three hundred songs drawn by lot*."""

import itertools
import math

import numpy as np

from ..exercise import checker


@checker("at_scale-1")
def judge_project(project):
    total, error = project([1.0, 3.0], 10)
    assert math.isclose(total, 20), f"files of 1 and 3 s: ten files cost 20 s, not {total:.4g}"
    wanted = 10 * math.sqrt(2) * math.sqrt((1 - 2 / 10) / 2)
    assert math.isclose(error, wanted), (
        f"1 and 3 s spread by 1.414 s (divide by n - 1), so the error is {wanted:.4g}, not {error:.4g}"
    )
    costs = np.random.default_rng(0).exponential(size=7)
    assert math.isclose(project(list(costs), 7)[1], 0, abs_tol=1e-12), (
        "who has timed all files is never wrong: the error is 0"
    )
    squares = [project(list(s), 7)[1] ** 2 for s in itertools.combinations(costs, 3)]
    every = [7 * np.mean(s) for s in itertools.combinations(costs, 3)]
    assert math.isclose(np.mean(squares), np.var(every)), (
        "over all samples of 3 of 7 files the mean of the squared error is the variance of the forecast"
    )


@checker("at_scale-2")
def judge_finish(finish):
    def expect(costs, workers, end, why):
        got = finish(list(costs), workers)
        assert math.isclose(got, end), f"{why}: {end}, not {got:.4g}"

    expect([1, 2, 3], 1, 6, "one worker does it all")
    expect([1, 1, 2], 2, 3, "the long one is begun last, at 1, and takes 2")
    expect([2, 1, 1], 2, 2, "the long one is begun first")
    expect([5, 1], 4, 5, "four workers on two costs: the longest")
    expect([3, 3, 2, 2, 2], 2, 7, "3 and 3, then 2 and 2, then 2 more")
