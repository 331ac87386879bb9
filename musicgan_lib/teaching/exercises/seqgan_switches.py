"""Judges of the exercises of *A frozen discriminator is soon fooled, and then the music is gone*."""

import numpy as np

from ..exercise import checker


@checker("switches-1")
def judge_sign_flip(sign_flip):
    three = sign_flip([0.3, 0.1, 0.2])
    assert not np.isclose(three, 1 / 8), (
        "at least as far from 0 on either side: all plus, or all minus"
    )
    assert not np.isclose(three, 1 / 2), "compare means, not medians"
    assert np.isclose(three, 1 / 4), "three seeds that agree: 2 of 8 ways are as extreme"
    assert np.isclose(sign_flip([-0.3, -0.1, -0.2]), 1 / 4), (
        "the sign of the effect does not matter"
    )
    assert np.isclose(sign_flip([1.0, -1.0]), 1.0), "a mean of 0 is as extreme as anything"
    sizes = sign_flip([3.0, 2.0, -1.0])
    assert not np.isclose(sizes, 1.0), (
        "sizes count: of 3, 2, -1 two seeds agree and one does not, and still few ways reach the mean 4/3"
    )
    assert np.isclose(sizes, 1 / 2), "3, 2, -1 has mean 4/3, and 4 of 8 ways reach it"
    assert np.isclose(sign_flip([5.0, 1.0, 1.0, -1.0]), 1 / 2), (
        "5, 1, 1, -1 has mean 3/2, and 8 of 16 ways reach it"
    )
    assert np.isclose(sign_flip(np.ones(6)), 2 / 64), "n differences can be flipped in 2 ** n ways"
