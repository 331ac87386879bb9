"""Judges of the exercises of *A table of counts is the score to beat*."""

import numpy as np

from ..exercise import checker


@checker("likelihood-first-1")
def judge_mean_nll(mean_nll):
    p = np.array([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]])
    sure = mean_nll(np.eye(3), np.arange(3))
    assert abs(sure) < 1e-12, "a model that is sure and right pays nothing"
    got = mean_nll(p, np.array([0, 1]))
    assert got > 0, "surprise is not negative: mind the sign"
    expected = -(np.log(0.5) + np.log(0.8)) / 2
    assert not np.isclose(got, 2 * expected), "a mean over symbols, not a sum"
    assert not np.isclose(got, expected / np.log(2)), "nats, so the natural logarithm"
    assert np.isclose(got, expected), "the mean of -log p of the symbols that came"
    twice = mean_nll(np.vstack([p, p]), np.array([0, 1, 0, 1]))
    assert np.isclose(twice, expected), "hearing it twice changes no mean"


@checker("likelihood-first-2")
def judge_nucleus(nucleus):
    p = np.array([0.1, 0.5, 0.15, 0.25])
    got = np.asarray(nucleus(p, 0.7))
    assert got.shape == p.shape and np.isclose(got.sum(), 1), "probabilities that sum to 1"
    assert not np.allclose(got, [0, 1, 0, 0]), (
        "the symbol whose probability takes the sum past the share is kept, too"
    )
    assert np.allclose(got, [0, 2 / 3, 0, 1 / 3]), "keep the likeliest until they reach the share"
    steep = nucleus(np.array([0.02, 0.9, 0.05, 0.03]), 0.93)
    assert np.allclose(steep, [0, 18 / 19, 1 / 19, 0]), (
        "a small symbol stays while the sum is short"
    )
    flat = np.asarray(nucleus(np.full(4, 0.25), 0.5))
    assert np.allclose(np.sort(flat), [0, 0, 0.5, 0.5]), "of equals, no more than reach the share"
    assert np.allclose(nucleus(p, 1.0), p), "a share of 1 keeps every symbol"
    assert np.allclose(nucleus(p, 0.1), [0, 1, 0, 0]), "at least one symbol stays"
    assert np.isclose(p.sum(), 1) and p[0] == 0.1, "leave the array you were given alone"
