"""Judges of the exercises of *One number after the last note teaches every note*."""

import numpy as np

from ..exercise import checker
from .asking import call, check, expect, list_given, to_numbers


@checker("policy-gradient-1")
def judge_score(score):
    logits = np.array([0.5, -1.0, 2.0])
    p = np.exp(logits) / np.exp(logits).sum()
    action, each = np.eye(3)[1], "one number a logit"
    got = to_numbers(call(score, logits, 1), each, (3,))
    flat = np.exp(logits / 2) / np.exp(logits / 2).sum()
    slips = {
        "mind the sign: the action's own logit goes up": p - action,
        "the gradient of the log-probability, not of the probability": p[1] * (action - p),
        "raising one logit lowers the probability of the others: subtract the probabilities": action,
        "the gradient of log p, not log p itself": np.log(p),
        "the gradient in the logits, not in p": action / p[1],
        "subtract the largest logit, do not divide by it: softmax has no temperature": action
        - flat,
    }
    rule = "one for the action, less the probabilities"
    if abs(got.sum()) > 1e-9:
        rule = "what the others lose is what the action gains: the sum is 0"
    expect(got, action - p, rule, slips, each, list_given(score, (logits, 1)))
    mean = sum(p[k] * to_numbers(call(score, logits, k), each, (3,)) for k in range(3))
    expect(mean, np.zeros(3), "its mean over the policy's own actions is 0")
    flood = "large logits must not overflow: subtract the largest first"
    check(score, (np.array([1000.0, 0.0]), 1), [-1, 1], flood)
    other = 1 / (1 + np.exp(-2.0))
    apart = "logits of 1000 and 998 are as far apart as 2 and 0: subtract the largest, do not clip"
    check(score, (np.array([1000.0, 998.0]), 1), [-other, other], apart)


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
