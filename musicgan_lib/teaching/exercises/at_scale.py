"""Judges of the exercises of *Three hundred songs drawn by lot*."""

import itertools
import math

import numpy as np

from ..exercise import checker
from .asking import as_numbers, ask, expect, show


@checker("at_scale-1")
def judge_project(project):
    got = as_numbers(ask(project, [1.0, 3.0], 10))
    assert got.shape == (2,), f"two numbers, the forecast and its error: not {show(got)}"
    error = 10 * math.sqrt(0.8 * 2 / 2)
    assert not np.allclose(got, [error, 20]), f"the forecast first, then its error: not {show(got)}"
    expect(got[0], 20, "two files of 1 and 3 s have the mean 2 s, so ten files are forecast")
    mistakes = {
        "the spread of drawn files divides by n - 1, and not by n": 10 * math.sqrt(0.8 / 2),
        "files are not put back, so the factor 1 - n/N is missing": 10,
        "the error of a total is N times that of the mean": math.sqrt(0.8),
        "that is a variance: take its root": 80,
        "the mean of n files is surer than one file: divide the variance by n files": 10 * 1.6**0.5,
        "the factor 1 - n/N stands under the root": 8,
    }
    expect(got[1], error, "AS-1 for files of 1 and 3 s, two of ten", mistakes)
    costs = np.random.default_rng(0).exponential(size=7)
    said = "who has timed all files is never wrong, so the error is"
    expect(ask(project, list(costs), 7)[1], 0, said, atol=1e-7)
    samples = list(itertools.combinations(costs, 3))
    squares = [as_numbers(project(list(s), 7))[1] ** 2 for s in samples]
    every = np.var([7 * np.mean(s) for s in samples])
    expect(np.mean(squares), every, "over all samples of 3 of 7 files the mean squared error is")


@checker("at_scale-2")
def judge_finish(finish):
    def works(costs, workers, end, said, mistakes=None):
        got = ask(finish, list(costs), workers)
        expect(got, end, f"{said}. Costs {costs}, {workers} workers", mistakes)

    works([1, 2, 3], 1, 6, "one worker does it all")
    mistakes = {
        "a cost is done by one worker, and does not divide among them": 19 / 3,
        "whoever is free takes the next cost; nobody's share is fixed, as when cards are dealt": 10,
        "whoever is free takes the next cost; nobody's share is fixed, as when a list is cut": 9,
        "costs are taken in the order of the list, and not sorted": 7,
        "nobody has to wait until the others of a round have ended": 11,
        "that is when the first worker is free, and the last to end is asked": 5,
        "that is when the last cost of the list ends, and another worker may be the last to end": 6,
        "that is the upper bound of AS-2, and not the end itself": 31 / 3,
    }
    works([4, 5, 2, 6, 2], 3, 8, "whoever is free takes the next cost", mistakes)
    works([5, 1], 2, 5, "the last worker to end need not hold the last cost")
    works([5, 1], 4, 5, "more workers than costs")
    works([3, 3, 2, 2, 2], 2, 7, "3 and 3, then 2 and 2, then 2 more")
