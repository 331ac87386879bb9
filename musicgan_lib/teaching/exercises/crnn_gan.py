"""Judges of the exercises of the chapter on C-RNN-GAN."""

import itertools

import numpy as np

from ..exercise import checker


@checker("crnn-gan-2")
def judge_fine(fine):
    two = np.array([-1.0, 1.0])
    assert np.isclose(fine(two, np.zeros(2)), 1), "always 0 against -1 and 1: the charge is 1"
    assert not np.isclose(fine(two, two), 0), "the partner is drawn independently: it is not itself"
    assert np.isclose(fine(two, two), 2), "-1 and 1 against -1 and 1, all four pairs: 2"
    assert np.isclose(fine(two, two + 3), 11), "add the squared distance of the means: 2 + 9"
    real, fake = np.array([0.3, 2.0, -1.0]), np.array([1.5, -0.2])
    every = np.mean([(r - f) ** 2 for r, f in itertools.product(real, fake)])
    assert np.isclose(fine(real, fake), every), (
        "batches of different sizes: variances divide by their own n, not by n - 1"
    )


@checker("crnn-gan-3")
def judge_log_density(log_density):
    edges = np.array([0.0, 1.0, 3.0])
    half = np.array([0.5, 0.5])
    x = np.array([0.5, 2.0])
    got = np.asarray(log_density(x, half, edges), float)
    assert got.shape == (2,), "one logarithm for each number: (N,)"
    assert not np.allclose(got, np.log(half)), (
        "a share is no density: the wider its box, the thinner it is spread"
    )
    assert not np.allclose(got, [0.5, 0.25]), "return the logarithm of the density"
    assert not np.allclose(got, -np.log([0.5, 0.25])), "the logarithm itself, not its negative"
    assert np.allclose(got, np.log([0.5, 0.25])), "share 1/2 over widths 1 and 2: 1/2 and 1/4"
    outside = np.asarray(log_density(np.array([-1.0, 4.0]), half, edges), float)
    assert np.isneginf(outside).all(), "outside of every box the density is 0: minus infinity"
    never = np.asarray(log_density(x, np.array([1.0, 0.0]), edges), float)
    assert np.isclose(never[0], 0) and np.isneginf(never[1]), "a box with share 0 is never drawn"
    rng = np.random.default_rng(0)
    shares, ends = rng.dirichlet(np.ones(5)), np.sort(rng.normal(size=6))
    grid = np.linspace(ends[0] - 1, ends[-1] + 1, 20001)
    area = np.exp(log_density(grid, shares, ends)).sum() * (grid[1] - grid[0])
    assert np.isclose(area, 1, atol=2e-3), f"the area of a density is 1; here it is {area:.3f}"
