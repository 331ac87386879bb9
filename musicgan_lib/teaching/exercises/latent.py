"""Judges of the exercises of *A melody becomes a point, and the way between two points is music*."""

import math

from ..exercise import checker
from .asking import check


def _price(mean, log_variance):
    return sum(0.5 * (m * m + math.exp(v) - 1 - v) for m, v in zip(mean, log_variance))


@checker("latent-1")
def judge_price(price):
    def ask(mean, log_variance, rule, slips=None):
        wanted = _price(mean, log_variance)
        check(price, (mean, log_variance), wanted, rule, slips, "one number of nats", atol=1e-6)

    ask([0.0, 0.0], [0.0, 0.0], "a code that is the prior itself costs nothing: 0")
    ask(
        [2.0],
        [0.0],
        "half the square of the mean, where the variance is 1",
        {
            "the square of the mean is halved": (4.0,),
            "the mean is squared": (1.0,),
        },
    )
    ask([-2.0], [0.0], "a mean below 0 costs as much as one above: it is squared")
    ask(
        [0.0],
        [math.log(4.0)],
        "half of variance - 1 - log of the variance, where the mean is 0",
        {
            "what is given is the *log* of the variance: take exp of it": (
                0.5 * (math.log(4.0) - 1 - math.log(math.log(4.0))),
                0.5 * (math.log(4.0) - 1 - math.log(4.0)),
            ),
            "half of it is asked": (3 - math.log(4.0),),
            "exp of the log-variance is the variance; its root is the deviation": (
                0.5 * (2 - 1 - math.log(4.0)),
            ),
        },
    )
    ask(
        [1.0, 2.0],
        [0.0, 0.0],
        "the units of a code are added up",
        {"add the units up, and do not take their mean": (1.25,)},
    )
    ask([0.3, -1.2, 0.0], [-2.0, 0.5, 1.0], "three units with variances of their own")
    ask([], [], "a code without units costs nothing")


def _steady(path):
    apart = [sum(a != b for a, b in zip(path[0], row)) for row in path]
    return all(near <= far for near, far in zip(apart, apart[1:]))


@checker("latent-2")
def judge_steady(steady):
    def ask(path, rule, slips=None):
        check(steady, (path,), _steady(path), rule, slips, "True or False")

    ask([[1, 2, 3], [1, 2, 9], [1, 8, 9]], "the distances are 0, 1 and 2: True")
    ask(
        [[1, 2, 3], [7, 8, 9], [1, 2, 9]],
        "the distances from the first are 0, 3 and 1: the last comes nearer again, so False",
    )
    ask([[1, 2, 3], [1, 2, 9], [1, 2, 9]], "to stand still is not to come nearer: True")
    ask(
        [[1, 2, 3, 4], [9, 9, 3, 4], [9, 9, 9, 4]],
        "measure from the first melody, not from the one before: 0, 2, 3, so True",
    )
    ask(
        [[0, 0], [5, 0], [1, 1]],
        "a place that differs counts once, by however many semitones: 0, 1, 2, so True",
    )
    ask(
        [[0, 0], [1, 1], [9, 0]],
        "the distances are 0, 2 and 1, so False, however far 9 lies from 0",
    )
    ask([[4, 4]], "a way of one melody is steady")
