"""Judges of the exercises of the chapter on the hierarchical discriminator."""

import numpy as np

from ..exercise import checker
from .asking import check


@checker("hierarchical-discriminator-1")
def judge_hold(hold):
    faded = np.array([1, 2, 4, 8]) / 8
    twelve = 0.5 ** np.arange(12)[::-1]
    sigmoid = (1 / (1 + np.exp(-0.5))) ** np.arange(4)[::-1]
    slips = {
        "shares sum to 1: divide by what is held of all places": faded,
        "shares sum to 1, and these are what is let in and kept": faded / 2,
        "the first place comes first, and the last place has faded least": faded[::-1]
        / faded.sum(),
        "as many places as are asked for, 4, and not 12": (twelve / twelve.sum())[-4:],
        "the gate is what is kept, and no logit": sigmoid / sigmoid.sum(),
    }
    said = "each place holds the share of the next one times the gate: 4 places, gate 1/2"
    check(hold, (4, 0.5), faded / faded.sum(), said, slips)
    lost = {"the gate is what a memory keeps, and not what it loses": np.array([81, 9, 1]) / 91}
    lost = {s: x[::-1] / x.sum() for s, x in {k: np.array([1, 0.9, 0.81]) for k in lost}.items()}
    said = "each place holds the share of the next one times the gate: 3 places, gate 1/10"
    check(hold, (3, 0.1), np.array([0.01, 0.1, 1]) / 1.11, said, lost)
    check(hold, (5, 1.0), np.full(5, 0.2), "a gate of 1 keeps every place alike: gate 1")
    check(hold, (3, 0.0), [0, 0, 1], "a gate of 0 keeps the last place alone: gate 0")
    check(hold, (1, 0.3), [1], "one place has all")


@checker("hierarchical-discriminator-2")
def judge_proven(proven):
    real, made = np.array([0.9, 0.8]), np.array([0.3, 0.2, 0.1])
    says_real, says_made = np.log(real), np.log(1 - made)
    loss = -says_real.mean() - says_made.mean()
    log2 = np.log(2)
    slips = {
        "half of the loss is taken off log 2, and not all of it": log2 - loss,
        "the most that can be proven is ln 2, so begin with it and not with 2 ln 2": 2 * log2
        - loss,
        "in nats, not as a share of log 2": 1 - loss / 2 / log2,
        "the loss is a sum of two means, one over real and one over made": log2
        + np.append(says_real, says_made).mean(),
        "a mean over examples, and not their sum": max(
            0, log2 + (says_real.sum() + says_made.sum()) / 2
        ),
        "the mean of the logarithms, and not the logarithm of the mean": log2
        + (np.log(real.mean()) + np.log(1 - made.mean())) / 2,
        "high answers to real and low ones to made examples prove something: real has log D, "
        "made has log (1 - D)": 0,
    }
    said = "log 2 minus half of the loss"
    check(proven, (real, made), log2 - loss / 2, said, slips)
    half = np.full(4, 0.5)
    check(proven, (half, half), 0, "who always says one half proves nothing")
    said = "a discriminator that is wrong proves 0, and neither less nor more"
    check(proven, (1 - real, 1 - made), 0, said)
    sure = np.full(3, 1e-9)
    check(proven, (1 - sure, sure), log2, "who is always right and sure proves log 2", atol=1e-6)
