"""Judges of the exercises of the page on symbolic diffusion."""

import math

from ..exercise import checker
from .asking import check


def _add(clean, noise, kept):
    return [math.sqrt(kept) * c + math.sqrt(1 - kept) * n for c, n in zip(clean, noise)]


@checker("diffusion-1")
def judge_noise(add_noise):
    def ask(clean, noise, kept, rule, slips=None):
        given = (clean, noise, kept)
        check(add_noise, given, _add(*given), rule, slips, "a list of numbers", atol=1e-6)

    ask([3.0, -1.0], [5.0, 5.0], 1.0, "where all is kept, nothing is changed")
    ask([3.0, -1.0], [5.0, 2.0], 0.0, "where nothing is kept, only the noise is left, in full")
    ask(
        [2.0],
        [1.0],
        0.25,
        "the clean number times the root of kept, the noise times the root of 1 - kept",
        {
            "`kept` is a share of the *variance*: take roots": ([0.25 * 2 + 0.75],),
            "the noise gets the root of what is not kept, not what the other root leaves": ([1.5],),
            "`kept` is the share of the clean numbers, not of the noise": (
                [2 * math.sqrt(0.75) + 0.5],
            ),
            "the noise has a factor of its own": ([2.0],),
            "noise is added, not taken away": ([1 - math.sqrt(0.75)],),
        },
    )
    ask([1.0, 0.0, -2.0], [0.5, -1.0, 4.0], 0.64, "each number gets the noise at its own place")
    ask([], [], 0.5, "no numbers: an empty list")


def _share(one, other):
    both = set(one) & set(other)
    return sum(min(one.count(p) / len(one), other.count(p) / len(other)) for p in both)


@checker("diffusion-2")
def judge_share(share):
    def ask(one, other, rule, slips=None):
        given = (one, other)
        check(share, given, _share(*given), rule, slips, "a number from 0 to 1", atol=1e-9)

    ask([60, 62, 64, 65], [60, 62, 64, 65], "a bar shares all of itself: 1")
    ask([60, 62], [64, 65], "two bars without a common pitch share nothing: 0")
    ask([60, 62, 62, 64], [62, 60, 64, 62], "when a pitch sounds makes no difference: 1")
    ask(
        [60, 60, 60, 62],
        [60, 62, 62, 62],
        "of 60 the smaller share is 1/4, and so is that of 62: 1/2",
        {
            "pitches in common are not enough: each counts by its shares of time": (1.0,),
            "of the two shares take the smaller one, not the larger": (1.5,),
            "of the two shares take the smaller one, not their product": (0.375,),
        },
    )
    ask(
        [60, 60, 62, 62, 64, 64],
        [60, 62, 64],
        "three thirds on both sides: 1, though one bar is longer",
        {"divide each bar by its own length": (0.5, 3.0)},
    )
    ask(
        [60, 60, 72, 72],
        [72, 72, 72, 72],
        "an octave higher is another pitch: only 72 is in both, 1/2",
        {"an octave higher is another pitch here": (1.0,)},
    )
    ask([60, 64, 67, 67, 67], [67, 67, 65], "of 67 the smaller share: 3/5 and 2/3 give 3/5")
