"""The judge of the exercise of *Seven right answers of ten*."""

import math

from ..exercise import checker
from .asking import check


@checker("listening-study-1")
def judge_kappa(kappa):
    def agree(one, other, wanted, said, slips=None):
        check(kappa, (list(one), list(other)), wanted, said, slips)

    said = "half agreed, and half expected by luck, which is taken off"
    agree("AABB", "ABAB", 0, said)
    agree("ABAB", "ABAB", 1, "who always agree have kappa 1: divide by 1 - e")
    agree("AB", "BA", -1, "who never agree fall below 0")
    said = "luck follows from habits: both say A four times in five, so e is 0.68 and a is 0.6"
    agree("AAAAB", "AAABA", -0.25, said)
    slips = {
        "each listener has habits of her own, so do not pool the answers": 7 / 15,
        "the habits of both listeners count: e multiplies a share of one by a share of the other": 1
        / 3,
    }
    agree("AAAB", "AABB", 0.5, "e is .75 times .5 plus .25 times .5", slips)
    said = "there may be three answers, and each counts with its own shares"
    agree("ABC", "ABA", 0.5, said)
    agree("CCBA", "CCBB", 0.6, said)
    agree("AAA", "AAA", math.nan, "where luck alone agrees always nothing can be said: NaN")
