"""Answers that look right and are not."""

import math


def join_as_if_equal(slopes, rows):
    return slopes.mean(0)


def scale_up_the_smallest(slopes):
    smallest = min(abs(s) for s in slopes if s)
    return 2.0 ** math.ceil(math.log2(2.0**-24 / smallest))


WRONG = {
    "gpu_training-1": join_as_if_equal,
    "gpu_training-2": scale_up_the_smallest,
}
