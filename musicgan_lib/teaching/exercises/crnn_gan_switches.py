"""Judges of the exercises of *C-RNN-GAN, switch by switch*."""

import numpy as np

from ..exercise import checker
from .asking import check


@checker("crnn-switches-1")
def judge_closeness(closeness):
    log2 = np.log(2)
    apart = np.zeros((2, 1, 10))
    apart[1, 0, :2] = log2, -log2
    both = np.ones((2, 1))
    slips = {
        "the song itself is not one of the others: leave it out": 1.25 * both,
        "L1: add up absolute differences, take no root of squares": 0.5 ** np.sqrt(2) * both,
        "the distance is the sum over the ten numbers, and not their mean": 0.25**0.1 * both,
        "e to the minus distance: who is far counts less": 4 * both,
        "compare songs, the first axis, and not kernels": 0 * both,
    }
    said = "two songs, two numbers off by log 2: e^(-2 log 2) = 1/4"
    check(closeness, (apart,), 0.25 * both, said, slips)
    three = np.concatenate([apart[:1], apart])
    slips = {
        "the sum over the others, and not their mean": [[0.625], [0.625], [0.25]],
        "a twin of the song is another song, and counts 1": [[0.25], [0.25], [0.5]],
        "e^(-distance) for each other song, and then the sum": [[0.25], [0.25], [0.0625]],
    }
    said = "two twins and a song at distance 2 log 2"
    check(closeness, (three,), [[1.25], [1.25], [0.5]], said, slips)
    kernels = np.concatenate([three, 0 * three], axis=1)
    slips = {"compare songs, and not kernels": [[0.0, 0], [1, 1], [0.25, 0.25]]}
    wanted = [[1.25, 2], [1.25, 2], [0.5, 2]]
    check(closeness, (kernels,), wanted, "each kernel has distances of its own", slips)
    check(closeness, (apart[:1],), [[0]], "one song alone has nobody near")
