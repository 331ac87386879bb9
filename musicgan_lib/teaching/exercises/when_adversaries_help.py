"""Judges of the exercises of *When adversaries help: a discriminator as a filter, not as a teacher*."""

import numpy as np

from ..exercise import checker


@checker("when-adversaries-help-1")
def judge_gain(gain_of):
    real, fake = np.array([1.0, 2.0]), np.array([0.0, np.log(3.0)])
    got = gain_of(real, fake)
    expected = 1.5 - np.log(2)
    assert not np.isclose(got, 1.5 - np.log(3) / 2), (
        "log Z is the log of a mean, not a mean of logs"
    )
    assert not np.isclose(got, 1.5 - np.log(4)), "a mean over the samples, not a sum"
    assert not np.isclose(got, -expected), "a gain is higher when real music has more energy"
    assert np.isclose(got, expected), "the mean real energy, less the log of the mean weight"
    far = gain_of(real + 1000, fake + 1000)
    assert np.isfinite(far), "energies of 1000 overflow: take the largest out first"
    assert np.isclose(far, expected), "adding the same to all energies changes nothing"


@checker("when-adversaries-help-2")
def judge_worst_of(worst_of):
    p, score = np.array([0.5, 0.3, 0.2]), np.array([2.0, 1.0, 3.0])
    got = np.asarray(worst_of(p, score, 2))
    assert got.shape == p.shape and np.isclose(got.sum(), 1), "probabilities that sum to 1"
    best = np.array([0.8**2 - 0.3**2, 0.3**2, 1 - 0.8**2])
    assert not np.allclose(got, best), "that is the best of k"
    assert np.allclose(got, [0.7**2 - 0.2**2, 1 - 0.7**2, 0.2**2]), "all k score at least s"
    assert np.allclose(worst_of(p, score, 1), p), "the worst of one is that one"
    even = np.asarray(worst_of(p, np.array([1.0, 1.0, 2.0]), 2))
    assert np.allclose(even[:2], 0.96 * p[:2] / 0.8), "equal scores are shared out as p has it"
