"""Judges of the exercises of the chapter on C-RNN-GAN."""

import itertools

import numpy as np

from ..exercise import checker
from .asking import call, check, to_numbers


@checker("crnn-gan-2")
def judge_fine(fine):
    real, fake = np.array([0.3, 2.0, -1.0]), np.array([1.5, -0.2])
    gap = real.mean() - fake.mean()
    slips = {
        "variances divide by n, and not by n - 1": real.var(ddof=1) + fake.var(ddof=1) + gap**2,
        "the variance of the generated features is fined, too": real.var() + gap**2,
        "the variance of both sides is charged, and not the distance of the means alone": gap**2,
        "a variance is the squared standard deviation": real.std() + fake.std() + gap**2,
        "the distance of the means is squared": real.var() + fake.var() + abs(gap),
        "the sum of the variances, and not their difference": abs(real.var() - fake.var()) + gap**2,
        "the distance of the means is charged, too": real.var() + fake.var(),
        "all pairings, and not one of them": ((real[:2] - fake) ** 2).mean(),
        "each side has its own size, so do not join them": 2 * np.append(real, fake).var(),
        "both variances are charged in full, and not half of them": (real.var() + fake.var()) / 2
        + gap**2,
    }
    every = np.mean([(r - f) ** 2 for r, f in itertools.product(real, fake)])
    check(
        fine,
        (real, fake),
        every,
        "the mean charge over all pairings of a real feature and a fake one",
        slips,
    )
    two = np.array([-1.0, 1.0])
    check(fine, (two, 0 * two), 1, "the mean charge of -1 and 1 against 0 and 0")
    check(fine, (two, two), 2, "the partner is drawn independently: it is not itself")
    check(fine, (two, two + 3), 11, "add the squared distance of the means, 9")


@checker("crnn-gan-3")
def judge_log_density(log_density):
    edges, half, x = np.array([0.0, 2.0, 3.0]), np.array([0.5, 0.5]), np.array([1.0, 2.5])
    slips = {
        "a share is no density: the wider its box, the thinner it is spread": np.log(half),
        "divide by the width of the box, and do not multiply": np.log([1, 0.5]),
        "each box has its own width": np.log([0.25, 0.25]),
        "return the logarithm of the density": [0.25, 0.5],
        "the logarithm itself, not its negative: mind the sign": -np.log([0.25, 0.5]),
        "the natural logarithm, so that the answer is in nats": np.log2([0.25, 0.5]),
    }
    said = "share 1/2 over widths 2 and 1: the logarithms of 1/4 and 1/2"
    check(log_density, (x, half, edges), np.log([0.25, 0.5]), said, slips)
    said = "a number below the first edge is outside of every box: minus infinity"
    check(log_density, (np.array([-1.0]), half, edges), [-np.inf], said)
    said = "a number above the last edge is outside of every box: minus infinity"
    check(log_density, (np.array([4.0]), half, edges), [-np.inf], said)
    said = "a box with share 0 is never drawn: minus infinity"
    check(log_density, (x, np.array([1.0, 0.0]), edges), [np.log(0.5), -np.inf], said)
    rng = np.random.default_rng(0)
    shares, ends = rng.dirichlet(np.ones(5)), np.sort(rng.normal(size=6))
    grid = np.linspace(ends[0] - 1, ends[-1] + 1, 20001)
    area = np.exp(to_numbers(call(log_density, grid, shares, ends))).sum() * (grid[1] - grid[0])
    assert np.isclose(area, 1, atol=2e-3), f"the area of a density is 1; here it is {area:.3f}"
