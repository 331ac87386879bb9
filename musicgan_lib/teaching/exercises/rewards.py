"""Judges of the exercises of *A melody tells what it was paid for; curiosity pays for progress*."""

import math

import numpy as np

from ..exercise import checker
from .asking import check


@checker("rewards-1")
def judge_soft_values(soft_values):
    def ask(rewards, rule, slips=None):
        value = np.zeros(len(rewards[0]))
        for step in reversed(rewards):
            value = np.logaddexp.reduce(np.asarray(step, float) + value, axis=1)
        check(soft_values, (rewards,), value, rule, slips, "a list of numbers", atol=1e-6)

    one = [[[0.0, 0.0], [1.0, 1.0]]]
    ask(
        one,
        "one step, two notes: the value of a row is the logarithm of the sum of exp of what may be chosen there",
        {
            "this is the largest reward of each row: the soft maximum is log sum exp": (
                [0.0, 1.0],
            ),
            "the sum of the rewards: take exp before the sum and the logarithm after": (
                [0.0, 2.0],
            ),
        },
    )
    two = [[[0.0, 0.0], [0.0, 0.0]], [[2.0, 0.0], [0.0, 5.0]]]
    last = np.logaddexp.reduce(np.asarray(two[1]), axis=1)
    ask(
        two,
        "two steps: whoever chooses note q now stands in row q of the next step, and its value is added to the reward",
        {
            "begin at the last step: the first one adds what comes after it": (
                last.tolist(),
                [math.log(2), math.log(2)],
            ),
            "the values of the next step belong to the notes that may be chosen (columns), not to the row": (
                (math.log(2) + last).tolist(),
            ),
        },
    )
    rng = np.random.default_rng(0)
    ask(rng.normal(size=(4, 3, 3)).round(2).tolist(), "any number of steps and of notes")
    ask([[[800.0, 800.0], [0.0, 0.0]]], "exp(800) overflows: take the largest out before exp")


@checker("rewards-2")
def judge_progress(progress):
    def ask(losses, window, rule, slips=None):
        if len(losses) < 2 * window:
            wanted = 0.0
        else:
            before = np.mean(losses[-2 * window : -window])
            wanted = max(before - np.mean(losses[-window:]), 0.0)
        check(progress, (losses, window), wanted, rule, slips, "one number", atol=1e-6)

    ask(
        [4.0, 4.0, 1.0, 1.0],
        2,
        "the mean of the window before less the mean of the last one",
        {
            "the sign: lower losses are progress, and pay": (-3.0,),
            "means, not sums": (6.0,),
        },
    )
    ask(
        [9.0, 9.0, 3.0, 2.0],
        1,
        "only the last two windows count",
        {"what lies before the two windows does not count": (7.0, 5.0)},
    )
    ask([1.0, 1.0, 4.0, 4.0], 2, "getting worse pays nothing", {"at least 0": (-3.0,)})
    ask([5.0, 1.0, 2.0], 2, "with fewer than two windows nothing is known yet: 0")
    ask([2.0, 2.5, 1.5, 1.0, 1.75, 0.25], 3, "any window")
