"""Judges of the exercises of *Sixty-four tunes take as many commands as one*."""

import math

import numpy as np

from ..exercise import checker
from .asking import call, check, to_numbers


@checker("gpu_training-1")
def judge_join(join):
    slopes, rows = np.array([[1.0, 2.0], [3.0, 0.0], [6.0, 1.0]]), [3, 1, 2]
    weighted = np.array([[3.0, 6.0], [3.0, 0.0], [12.0, 2.0]]).sum(0)
    slips = {
        "processes have different numbers of rows, and each row counts alike": slopes.mean(0),
        "the gradient of the mean, and not of the sum over all rows": weighted,
        "divide by the number of rows in all, and not by that of processes": weighted / 3,
        "one gradient (P,): the mean goes over processes, the first axis": slopes.mean(1),
        "divide by the rows that there are, 6, and not by the 10 of the example": weighted / 10,
        "more rows weigh more, and not less": np.average(slopes, axis=0, weights=[2, 6, 3]),
        "every process counts, and not only the one with most rows": slopes[0],
    }
    said = "the mean over all six rows"
    check(join, (slopes, rows), weighted / 6, said, slips)
    check(join, (slopes[:1], [5]), [1, 2], "one process alone has the whole gradient")
    of_rows = np.random.default_rng(4).normal(size=(10, 3))
    means = np.array([of_rows[:4].mean(0), of_rows[4:8].mean(0), of_rows[8:].mean(0)])
    check(join, (means, [4, 4, 2]), of_rows.mean(0), "4, 4 and 2 rows: the mean of all ten")


@checker("gpu_training-2")
def judge_scale(choose):
    def fits(slopes, said):
        got = to_numbers(call(choose, slopes), "one scale for all gradients", ()).item()
        top = max(map(abs, slopes))
        right = 2.0 ** math.floor(math.log2(65504 / top))
        assert got != math.log2(right), (
            f"the power of two itself, {right:g}, not its exponent {got:g}"
        )
        of_two = 0 < got < math.inf and math.frexp(got)[0] == 0.5
        assert of_two, f"a scale is a power of two: {right:g}, not {got:g}"
        assert got * top <= 65504, f"{top:g} times {got:g} exceeds 65,504 ({said}): {right:g}"
        assert got * top > 65504 / 2, f"a larger power of two fits ({said}): {right:g}, not {got:g}"

    fits([1.0], "2^15 is below 65,504 and 2^16 is not")
    fits([1e-8, 1.0], "the largest gradient decides")
    fits([0.5, -2.0], "a negative gradient counts by its size")
    fits([0.0, 2.0**-20], "a gradient of 0 does not count")
    fits([65536.0], "a scale may be below 1")
    fits([65504 / 8], "exactly 65,504 is allowed")
