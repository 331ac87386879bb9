"""Judges of the exercises of the chapter on C-RNN-GAN."""

import itertools

import numpy as np

from ..exercise import checker


@checker("crnn-gan-1")
def judge_closeness(closeness):
    twins = np.zeros((3, 1, 10))
    got = np.asarray(closeness(twins), float)
    assert got.shape == (3, 1), "one number for each song and kernel: (B, kernels)"
    assert not np.allclose(got, 3), "a song is no neighbour of its own: leave it out"
    assert np.allclose(got, 2), "three equal songs: each has two others at distance 0"
    apart = np.zeros((2, 1, 10))
    apart[1, 0, :2] = np.log(2), -np.log(2)
    assert not np.allclose(closeness(apart), 0.5 ** np.sqrt(2)), (
        "L1: add up absolute differences, take no root of squares"
    )
    assert np.allclose(closeness(apart), 0.25), "two numbers off by log 2 each: e^(-2 log 2) = 1/4"
    rows = np.random.default_rng(0).normal(size=(4, 2, 10)) / 10
    swapped = closeness(rows[[1, 0, 2, 3]])
    assert np.allclose(np.asarray(swapped)[[1, 0]], np.asarray(closeness(rows))[:2]), (
        "the order of the batch does not matter to a song"
    )
    assert not np.allclose(closeness(rows)[:, 0], closeness(rows)[:, 1]), "each kernel is apart"


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
