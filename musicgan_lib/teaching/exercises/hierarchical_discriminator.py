"""Judges of the exercises of the chapter on the hierarchical discriminator."""

import numpy as np

from ..exercise import checker


@checker("hierarchical-discriminator-1")
def judge_hold(hold):
    got = np.asarray(hold(4, 0.5), float)
    assert got.shape == (4,), "one share for each place: (places,)"
    assert np.isclose(got.sum(), 1), "shares sum to 1"
    assert got[-1] > got[0], "the first place comes first, and it is the one that fades most"
    assert np.allclose(got, np.array([1, 2, 4, 8]) / 15), "half of it is kept at every later place"
    assert np.allclose(hold(3, 0.1), np.array([0.01, 0.1, 1]) / 1.11), (
        "the gate is what is kept, not what is lost"
    )
    assert np.allclose(hold(5, 1.0), 0.2), "a gate of 1 keeps every place alike"
    assert np.allclose(hold(1, 0.3), 1), "one place has all"


@checker("hierarchical-discriminator-2")
def judge_proven(proven):
    half = np.full(4, 0.5)
    assert np.isclose(proven(half, half), 0), "who always says one half proves nothing"
    real, made = np.array([0.9, 0.8]), np.array([0.3, 0.2, 0.1])
    loss = -np.log(real).mean() - np.log(1 - made).mean()
    got = proven(real, made)
    assert not np.isclose(got, np.log(2) - loss), (
        "the loss is twice log 2 less TWICE the divergence"
    )
    assert not np.isclose(got, 1 - loss / (2 * np.log(2))), "in nats, not as a share of log 2"
    assert np.isclose(got, np.log(2) - loss / 2), (
        "log 2 minus half the loss, which is a mean over real plus a mean over made, of any two sizes"
    )
    assert proven(1 - real, 1 - made) == 0, "a judge that is wrong proves nothing, not less than it"
    assert proven(1 - np.full(3, 1e-9), np.full(3, 1e-9)) <= np.log(2) + 1e-12, "at most log 2"
