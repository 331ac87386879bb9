"""Judges of the exercises of *A sample has no slope, and soft notes give the forger away*."""

import numpy as np

from ..exercise import checker
from .asking import agree, call, check, expect, to_numbers


@checker("discrete-adversaries-1")
def judge_draw_symbols(draw_symbols):
    p = np.array([0.5, 0.3, 0.15, 0.05])
    uniform = np.random.default_rng(1).uniform(1e-9, 1, (40_000, 4))
    logits = np.tile(np.log(p) + 3, (40_000, 1))
    once = -np.log(uniform)
    g = -np.log(once)  # Gumbel noise
    drawn = (logits + g).argmax(1)
    gumbel = "Gumbel noise is minus the log of minus the log of a uniform number"
    slips = {
        "the noise has to enter: this takes the likeliest symbol each time": logits.argmax(1),
        f"{gumbel}: this adds the uniform number itself": (logits + uniform).argmax(1),
        f"{gumbel}: two logarithms, not one": (logits + once).argmax(1),
        f"{gumbel}: mind its sign": (logits - g).argmax(1),
        "add the noise to the logits, do not multiply": (logits * g).argmax(1),
        "the largest wins, not the smallest": (logits + g).argmin(1),
        "one draw for each row: this looks down the columns": (logits + g).argmax(0),
        "the noise goes onto the logits, not onto the probabilities": (p + g).argmax(1),
        "each row has noise of its own": (logits + g[:1]).argmax(1),
        "return which symbol won, a whole number, not how large it was": (logits + g).max(1),
        "return which symbol won, a whole number, not a one-hot row": np.eye(4)[drawn],
        "no temperature: the logits enter as they are": (2 * logits + g).argmax(1),
    }
    found = call(draw_symbols, logits, uniform)
    for sentence, value in slips.items():
        assert not agree(found, value), sentence
    got = to_numbers(found)
    assert got is not None and got.shape == (40_000,), "return one draw for each row"
    assert np.isin(got, range(4)).all(), "symbols are whole numbers, 0 to V - 1"
    shares = np.bincount(got.astype(int), minlength=4) / len(got)
    assert np.abs(shares - p).max() < 0.01, (
        f"over many rows each symbol comes up as often as its softmax says: {gumbel}; expected "
        f"shares {p}, got {shares.round(3)}"
    )
    check(
        draw_symbols,
        (np.eye(4) * 60, uniform[:4]),
        np.arange(4),
        "each row has its own logits",
    )


@checker("discrete-adversaries-2")
def judge_score_gradient(score_gradient):
    p, eye = np.array([0.6, 0.3, 0.1]), np.eye(3)
    what = "one number for each symbol's logit"
    for k, pay in ((1, 5.0), (2, -2.0)):
        wanted = pay * (eye[k] - p)
        alone = (
            "a symbol that was not drawn changes, too: raising all logits changes no probability"
        )
        check(
            score_gradient,
            (p, k, pay),
            wanted,
            "the pay, times one for the drawn symbol less the probabilities",
            {
                "mind the sign: a symbol that was paid becomes likelier, a fined one rarer": -wanted,
                "the slope in the *logits*, not in the probability": pay * eye[k] / p[k],
                f"{alone}: subtract the probabilities (the softmax is normalised)": pay * eye[k],
                f"{alone}: the others go down": wanted * eye[k],
                "the slope of the *logarithm* of the probability, not of the probability": p[k]
                * wanted,
                "the mean over draws already multiplies by p: leave p out": p * wanted,
                "subtract p: this multiplies by it": pay * p * (eye[k] - p[k]),
                "subtract each symbol's own probability, not the drawn one's": pay
                * (eye[k] - p[k]),
                "the pay has to enter": eye[k] - p,
                "the draw already comes with its chance: do not divide by it": wanted / p[k],
                "the slope of the log-probability, not the log-probability": np.full(
                    3, -pay * np.log(p[k])
                ),
                "a negative pay pushes down: do not cut it off": max(pay, 0) * (eye[k] - p),
                "the pay multiplies all of it, the probabilities, too": pay * eye[k] - p,
            },
            what,
        )
    check(score_gradient, (p, 0, 0.0), np.zeros(3), "no pay, no push")
    pay = np.array([1.0, -2.0, 5.0])
    each = np.array([to_numbers(call(score_gradient, p, k, pay[k])) for k in range(3)])
    exact = p * (pay - p @ pay)  # the slope of p @ pay in the logits
    expect(p @ each, exact, "the mean over all draws is the exact slope of the mean pay")
