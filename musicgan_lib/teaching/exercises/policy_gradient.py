"""Judges of the exercises of *One number after the last note teaches every note*."""

import numpy as np

from ..exercise import checker


@checker("policy-gradient-1")
def judge_score(score):
    logits = np.array([0.5, -1.0, 2.0])
    p = np.exp(logits) / np.exp(logits).sum()
    kept = logits.copy()
    got = np.asarray(score(kept, 1), float)
    assert np.array_equal(kept, logits), "leave the array you were given alone: work on a copy"
    assert got.shape == (3,), "one number a logit"
    assert not np.allclose(got, p - np.eye(3)[1]), "mind the sign: the action's own logit goes up"
    assert not np.allclose(got, p[1] * (np.eye(3)[1] - p)), (
        "the gradient of the log-probability, not of the probability"
    )
    assert not np.allclose(got, np.eye(3)[1]), (
        "raising one logit lowers the probability of the others: subtract the probabilities"
    )
    assert not np.allclose(got, np.log(p)), "the gradient of log p, not log p itself"
    assert not np.allclose(got, np.eye(3)[1] / p[1]), "the gradient in the logits, not in p"
    assert abs(got.sum()) < 1e-9, "what the others lose is what the action gains: the sum is 0"
    flat = np.exp(logits / 2) / np.exp(logits / 2).sum()
    assert not np.allclose(got, np.eye(3)[1] - flat), (
        "subtract the largest logit, do not divide by it: softmax has no temperature"
    )
    assert np.allclose(got, np.eye(3)[1] - p), "one for the action, less the probabilities"
    mean = sum(p[k] * np.asarray(score(logits.copy(), k)) for k in range(3))
    assert np.abs(mean).max() < 1e-9, "its mean over the policy's own actions is 0"
    with np.errstate(over="ignore", invalid="ignore"):
        far = np.asarray(score(np.array([1000.0, 0.0]), 1))
        near = np.asarray(score(np.array([1000.0, 998.0]), 1))
    assert np.allclose(far, [-1, 1]), "large logits must not overflow: subtract the largest first"
    other = 1 / (1 + np.exp(-2.0))
    assert np.allclose(near, [-other, other]), (
        "logits of 1000 and 998 are as far apart as 2 and 0: subtract the largest, do not clip"
    )


@checker("policy-gradient-2")
def judge_returns(returns_to_go):
    rewards = np.array([1.0, 2.0, 4.0])
    kept = rewards.copy()
    got = np.asarray(returns_to_go(kept, 1.0), float)
    assert got.shape == (3,), "one number a step"
    assert np.array_equal(kept, rewards), "leave the array you were given alone: work on a copy"
    assert not np.allclose(got, [1, 3, 7]), "what is still to come, not what has come"
    assert not np.allclose(got, [6, 4, 0]), "an action's own reward is part of its return"
    assert not np.allclose(got, [4, 6, 7]), (
        "the numbers are right and stand in reverse: the first step has the most to come"
    )
    assert not np.allclose(got, [7, 7, 7]), (
        "not the whole return at each step: the past is left out"
    )
    assert not np.allclose(got, [3, 6, 4]), "all rewards to come count, not the next one alone"
    assert np.allclose(got, [7, 6, 4]), "without discount it is the plain sum to the end"
    half = np.asarray(returns_to_go(rewards.copy(), 0.5), float)
    assert not np.allclose(half, [7, 6, 4]), "the discount changes nothing yet"
    assert not np.allclose(half, [3, 2, 1]), (
        "the discount counts from the action on, not from the start of the tune"
    )
    assert not np.allclose(half, [1.5, 2, 2]), (
        "the action's own reward is not discounted: only what comes later is"
    )
    assert np.allclose(half, [3, 4, 4]), "each step further away multiplies by the discount"
    assert np.allclose(returns_to_go(rewards.copy(), 0.0), rewards), "discount 0: its own reward"
    whole = np.asarray(returns_to_go(np.array([1, 1, 1]), 0.5))
    assert np.allclose(whole, [1.75, 1.5, 1]), (
        "rewards that are whole numbers have returns that are not: do not keep their type"
    )
