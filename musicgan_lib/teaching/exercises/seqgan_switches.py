"""Judges of the exercises of *A frozen discriminator is soon fooled, and then the music is gone*."""

import numpy as np

from ..exercise import checker
from .asking import check


@checker("switches-1")
def judge_sign_flip(sign_flip):
    slips = {
        "at least as far from 0 on either side: all plus, or all minus": 1 / 8,
        "at least as far: the observed way and its opposite are two of the ways": 0,
        "of all 2^n ways, with the observed one among them": 1 / 7,
        "a share of all ways, and not their number": 2,
        "flip signs: whoever shuffles the differences never changes their mean": 1,
        "compare means, not medians": 1 / 2,
    }
    said = "three seeds that agree: 2 of 8 ways are as far, and all ways are tried"
    check(sign_flip, ([0.3, 0.1, 0.2],), 1 / 4, said, slips)
    said = "the sign of the effect does not matter"
    check(sign_flip, ([-0.3, -0.1, -0.2],), 1 / 4, said)
    check(sign_flip, ([1.0, -1.0],), 1, "a mean of 0 is as extreme as anything")
    said = (
        "how far the mean is counts, so sizes count: of 3, 2, -1 the mean 4/3 is reached by 4 of 8"
    )
    check(sign_flip, ([3.0, 2.0, -1.0],), 1 / 2, said)
    said = "5, 1, 1, -1 has mean 3/2, and 8 of 16 ways reach it"
    check(sign_flip, ([5.0, 1.0, 1.0, -1.0],), 1 / 2, said)
    said = "means that differ by rounding alone are equally far: 0.6, 0.6, 0.3, -0.6 as well as 6, 6, 3, -6"
    check(sign_flip, ([0.6, 0.6, 0.3, -0.6],), 5 / 8, said)
    check(sign_flip, (np.ones(6),), 2 / 64, "n differences can be flipped in 2 ** n ways")
