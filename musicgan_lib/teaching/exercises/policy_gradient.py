"""Judges of the exercises of *One number after the last note teaches every note*."""

import numpy as np

from ..exercise import checker
from .asking import check


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
    r = np.array([[1.0, 2.0, 4.0], [3.0, 0.0, 1.0]])
    tunes = "add up along a tune (time is the last axis), not over the tunes of the batch"

    def discounted(rewards, discount, axis=-1):
        lags = np.subtract.outer(np.arange(rewards.shape[axis]), np.arange(rewards.shape[axis]))
        weigh = np.where(lags >= 0, float(discount) ** np.maximum(lags, 0), 0)
        return rewards @ weigh if axis == -1 else weigh.T @ rewards

    def ask(rewards, discount, rule, slips):
        wanted = discounted(rewards, discount)
        slips = {tunes: discounted(rewards, discount, 0), **slips}
        check(
            returns_to_go, (rewards, discount), wanted, rule, slips, "one number a step of a tune"
        )

    so_far, whole = r.cumsum(1), np.repeat(r.sum(1, keepdims=True), 3, 1)
    to_go = discounted(r, 1.0)
    ask(
        r,
        1.0,
        "without discount it is the plain sum to the end",
        {
            "what is still to come, not what has come": so_far,
            "an action's own reward is part of its return": to_go - r,
            "the numbers are right and stand in reverse: the first step has the most to come": (
                to_go[:, ::-1]
            ),
            "not the whole return at each step: the past is left out": whole,
            "all rewards to come count, not the next one alone": r
            + np.pad(r, ((0, 0), (0, 1)))[:, 1:],
            f"{tunes}, nor over everything": np.cumsum(r.ravel()[::-1])[::-1].reshape(2, 3),
        },
    )
    powers = 0.5 ** np.arange(3)
    half = discounted(r, 0.5)
    ask(
        r,
        0.5,
        "each step further away multiplies by the discount",
        {
            "the discount changes nothing yet": to_go,
            "the discount counts from the action on, not from the start of the tune": discounted(
                r * powers, 1.0
            ),
            "the action's own reward is not discounted: only what comes later is": half / 2,
        },
    )
    ask(r, 0.0, "discount 0: its own reward", {})
    rule = "rewards that are whole numbers have returns that are not: do not keep their type"
    ask(np.array([[1, 1, 1], [2, 1, 0]]), 0.5, rule, {})
