"""Judges of the exercises of *A reward for the whole tune tells every note which way to go*."""

import numpy as np

from ..exercise import checker


@checker("policy-gradient-1")
def judge_score(score):
    logits = np.array([0.5, -1.0, 2.0])
    p = np.exp(logits) / np.exp(logits).sum()
    got = np.asarray(score(logits.copy(), 1), float)
    assert got.shape == (3,), "one number a logit"
    assert not np.allclose(got, p - np.eye(3)[1]), "mind the sign: the action's own logit goes up"
    assert not np.allclose(got, p[1] * (np.eye(3)[1] - p)), (
        "the slope of the log-probability, not of the probability"
    )
    assert abs(got.sum()) < 1e-9, "what the others lose is what the action gains: the sum is 0"
    assert np.allclose(got, np.eye(3)[1] - p), "one for the action, less the probabilities"
    mean = sum(p[k] * np.asarray(score(logits.copy(), k)) for k in range(3))
    assert np.abs(mean).max() < 1e-9, "its mean over the policy's own actions is 0"
    far = np.asarray(score(np.array([1000.0, 0.0]), 1))
    assert np.allclose(far, [-1, 1]), "large logits must not overflow: subtract the largest first"


@checker("policy-gradient-2")
def judge_returns(returns_to_go):
    rewards = np.array([1.0, 2.0, 4.0])
    got = np.asarray(returns_to_go(rewards.copy(), 1.0), float)
    assert got.shape == (3,), "one number a step"
    assert not np.allclose(got, [1, 3, 7]), "what is still to come, not what has come"
    assert not np.allclose(got, [6, 4, 0]), "an action's own reward is part of its return"
    assert np.allclose(got, [7, 6, 4]), "without discount it is the plain sum to the end"
    half = np.asarray(returns_to_go(rewards.copy(), 0.5), float)
    assert not np.allclose(half, [3, 2, 1]), (
        "the discount counts from the action on, not from the start of the tune"
    )
    assert np.allclose(half, [3, 4, 4]), "each step further away multiplies by the discount"
    assert np.allclose(returns_to_go(rewards.copy(), 0.0), rewards), "discount 0: its own reward"
