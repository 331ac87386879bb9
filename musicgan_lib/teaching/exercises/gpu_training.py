"""Judges of the exercises of *Sixty-four tunes take as many commands as one*."""

import math

import numpy as np

from ..exercise import checker


@checker("gpu_training-1")
def judge_join(join):
    def expect(slopes, rows, wanted, why):
        got = np.asarray(join(np.array(slopes, float), list(rows)), float)
        assert got.shape == np.shape(wanted), (
            f"the gradient has shape {np.shape(wanted)}, not {got.shape}"
        )
        assert np.allclose(got, wanted), f"{why}: {wanted}, not {got.tolist()}"

    expect([[1.0, 2.0], [3.0, 0.0]], (2, 2), [2.0, 1.0], "with equal shares it is the plain mean")
    expect([[1.0], [3.0]], (3, 1), [1.5], "three rows count three times as much as one")
    expect([[2.0, 4.0]], (5,), [2.0, 4.0], "one process alone has the whole gradient")
    of_rows = np.random.default_rng(4).normal(size=(10, 3))
    parts = of_rows[:4], of_rows[4:8], of_rows[8:]
    means = [p.mean(0) for p in parts]
    expect(means, map(len, parts), of_rows.mean(0), "4, 4 and 2 rows: the mean of all ten")


@checker("gpu_training-2")
def judge_scale(choose):
    def expect(slopes, wanted, why):
        got = choose(list(slopes))
        assert math.isclose(got, wanted), f"{why}: {wanted:g}, not {got:g}"

    expect([1.0], 2.0**15, "2^15 is below 65,504 and 2^16 is not")
    expect([1e-8, 1.0], 2.0**15, "the largest gradient decides")
    expect([-2.0, 0.5], 2.0**14, "a gradient below zero is as long as one above")
    expect([0.0, 2.0**-20], 2.0**35, "a gradient of 0 does not count")
    expect([65504.0], 1.0, "65,504 itself is a number of fp16")
    expect([65536.0], 0.5, "a larger gradient has to shrink")
    expect([65504 / 8], 8.0, "exactly the largest number is allowed")
