"""Judges of the exercises of *C-RNN-GAN, switch by switch*."""

import numpy as np

from ..exercise import checker


@checker("crnn-switches-1")
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
