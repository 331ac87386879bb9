"""Judges of the exercises of *A sure discriminator stops the minimax generator*."""

import numpy as np

from ..exercise import checker
from .asking import call, check, expect, to_numbers


@checker("two-generator-losses-1")
def judge_best_discriminator(best_discriminator):
    p, q = np.array([0.5, 0.2, 0.3]), np.array([0.1, 0.4, 0.5])
    wanted = p / (p + q)
    each = "one probability for each symbol"
    check(
        best_discriminator,
        (p, q),
        wanted,
        "p / (p + q): the chance of *real*, given the symbol",
        {
            "the probability of *real*, not of fake": 1 - wanted,
            "divide by p + q, not by q alone": p / q,
            "each symbol has its own probability: they need not sum to 1": wanted / wanted.sum(),
            "a probability, not a verdict: p / (p + q)": (p > q).astype(float),
            "a probability: this is the logit": np.log(p / q),
            "nothing is added: p / (p + q)": (p + 0.01) / (p + q + 0.02),
            "p / (p + q) is the sigmoid of log p - log q, not of p - q": 1 / (1 + np.exp(q - p)),
            "p / (p + q), without squares": p**2 / (p**2 + q**2),
        },
        each,
    )
    neither = "one half where neither source ever goes"
    sure = "what only one source gives is known for sure"
    p, q = np.array([0.5, 0.25, 0.25, 0.0]), np.array([0.1, 0.25, 0.0, 0.65])
    check(best_discriminator, (p, q), [5 / 6, 0.5, 1, 0], sure, {}, each)
    check(
        best_discriminator,
        (np.array([1.0, 0.0]), np.array([1.0, 0.0])),
        [0.5, 0.5],
        neither,
        {
            f"0 / 0: {neither}": [0.5, np.nan],
            f"{neither}, not 0": [0.5, 0],
            f"{neither}, not 1": [0.5, 1],
        },
    )


@checker("two-generator-losses-2")
def judge_pushes(pushes):
    z = np.array([-3.0, -1.0, 0.0, 2.0])
    d = 1 / (1 + np.exp(-z))
    wanted = np.stack([d, 1 - d])
    ns = "the second is the non-saturating push, 1 - D"
    check(
        pushes,
        (z,),
        wanted,
        "the slope of log(1 - D) in the logit has the size of D, that of -log D the size of 1 - D",
        {
            "first minimax, then non-saturating": wanted[::-1],
            "pushes up are positive: minus the slopes of the losses": -wanted,
            "both pushes are positive": np.stack([d, d - 1]),
            "these are the losses: return their slopes": -np.log(1 - np.stack([d, 1 - d])),
            "the slope in the *logit*, not in the probability D": 1 / wanted[::-1],
            f"{ns}, this gives minimax twice": np.stack([d, d]),
            f"{ns}, this gives it twice": np.stack([1 - d, 1 - d]),
            "the slope of the loss: the slope of the sigmoid is a part of it": np.stack(
                [d * (1 - d)] * 2
            ),
            "each logit has its own push: no mean over the batch": wanted / 4,
            "each logit has its own push: no sum": wanted.sum(1),
            "the slopes as they are: the half does not belong here": wanted / 2,
            f"a pair: {ns}": d,
        },
        "a pair of arrays, one number for each logit",
    )
    with np.errstate(all="ignore"):
        far = to_numbers(call(pushes, np.array([-800.0, -40.0, 40.0, 800.0])))
    expect(far, [[0, 0, 1, 1], [1, 1, 0, 0]], "e to a large logit overflows: use what does not")
    positive = (
        "both pushes are positive, also where D is all but sure: 1 - D loses its digits there"
    )
    assert far[0, 1] > 0 and far[1, 2] > 0, f"{positive}, and sigmoid(-z) does not (given -40, 40)"
