"""Judges of the exercises of *A sure discriminator stops the minimax generator*."""

import numpy as np

from ..exercise import checker


@checker("two-generator-losses-1")
def judge_best_discriminator(best_discriminator):
    p, q = np.array([0.5, 0.25, 0.25, 0.0]), np.array([0.1, 0.25, 0.0, 0.65])
    got = np.asarray(best_discriminator(p, q), dtype=float)
    assert got.shape == p.shape, "one probability for each symbol"
    assert got[1] == 0.5, "where both sources are equally likely, one half"
    assert got[2] == 1 and got[3] == 0, "what only one source gives is known for sure"
    assert np.isclose(got[0], 5 / 6), "p over p + q: the chance of *real*, given the symbol"
    with np.errstate(all="ignore"):
        nowhere = np.asarray(best_discriminator(np.array([1.0, 0.0]), np.array([1.0, 0.0])))
    assert not np.isnan(nowhere).any(), "0 / 0 where neither source ever goes"
    assert np.allclose(nowhere, 0.5), "one half where neither source ever goes"


@checker("two-generator-losses-2")
def judge_pushes(pushes):
    logits = np.array([-30.0, -2.0, 0.0, 2.0])
    minimax, other = (np.asarray(a, dtype=float) for a in pushes(logits))
    assert minimax.shape == other.shape == logits.shape, "two arrays, one number for each logit"
    assert (minimax > 0).all() and (other > 0).all(), "pushes up are positive: minus the slopes"
    assert np.isclose(minimax[2], 0.5) and np.isclose(other[2], 0.5), (
        "where D says one half the two are equal, and each is one half"
    )
    assert minimax[0] < 1e-9, "minimax sleeps where the discriminator is sure of a fake"
    assert np.isclose(other[0], 1), "non-saturating pushes with full force there"
    d = 1 / (1 + np.exp(-logits))
    assert np.allclose(minimax, d), "the slope of log(1 - D) in the logit has the size of D"
    assert np.allclose(other, 1 - d), "the slope of -log D in the logit has the size of 1 - D"
