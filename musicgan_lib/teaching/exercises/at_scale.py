"""Judges of the exercises of *Three hundred songs drawn by lot*."""

import itertools
import math

import numpy as np

from ..exercise import checker
from .asking import call, check, expect, show, to_numbers


@checker("at_scale-1")
def judge_project(project):
    two = "two numbers, the forecast and its error"
    got = to_numbers(call(project, [1.0, 3.0], 10), two, (2,))
    error = 10 * math.sqrt(0.8 * 2 / 2)
    assert not np.allclose(got, [error, 20]), f"the forecast first, then its error: not {show(got)}"
    expect(got[0], 20, "two files of 1 and 3 s have the mean 2 s, so ten files are forecast")
    slips = {
        "the spread of drawn files divides by n - 1, and not by n": 10 * math.sqrt(0.8 / 2),
        "files are not put back, so the factor 1 - n/N is missing": 10,
        "the error of a total is N times that of the mean": math.sqrt(0.8),
        "that is a variance: take its root": 80,
        "the mean of n files is surer than one file: divide the variance by n files": 10 * 1.6**0.5,
        "the factor 1 - n/N stands under the root": 8,
    }
    expect(got[1], error, "AS-1 for files of 1 and 3 s, two of ten", slips)
    costs = np.random.default_rng(0).exponential(size=7)
    said = "who has timed all files is never wrong, so the error is"
    expect(call(project, list(costs), 7)[1], 0, said, atol=1e-7)
    samples = list(itertools.combinations(costs, 3))
    squares = [to_numbers(project(list(s), 7))[1] ** 2 for s in samples]
    every = np.var([7 * np.mean(s) for s in samples])
    expect(np.mean(squares), every, "over all samples of 3 of 7 files the mean squared error is")


@checker("at_scale-2")
def judge_waiting(waiting):
    def waits(shards, workers, wanted, said, slips=None):
        check(waiting, (shards, workers), wanted, said, slips)

    slips = {
        "the last shards begin a round more, in which few work": 1 - 10 / 8,
        "a share of the time of all rounds, and not of the last alone": 2 / 4,
        "a share of the time of all workers, and not of the work": 2 / 10,
        "the share in which they wait, and not in which they work": 10 / 12,
        "a share of the time, and not the time itself": 2,
        "shards are whole: ten do not divide among four workers": 0,
        "a share between 0 and 1, and no percentage": 100 / 6,
    }
    said = "three rounds of four make twelve places, and two stay empty"
    waits(10, 4, 2 / 12, said, slips)
    waits(12, 4, 0, "where the shards divide evenly nobody waits")
    waits(3, 8, 5 / 8, "five of the workers have no shard at all, and wait")
    waits(354, 64, 30 / 384, "six rounds, the last one not full")
    waits(0, 8, 0, "without shards nobody waits")
