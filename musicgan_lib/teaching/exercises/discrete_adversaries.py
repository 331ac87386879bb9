"""Judges of the exercises of *A sample has no slope, and soft notes give the forger away*."""

import numpy as np

from ..exercise import checker
from .asking import agree, call, check, to_numbers


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
    got = to_numbers(found, "one draw for each row", (40_000,))
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
def judge_straight_through_bias(straight_through_bias):
    p, values = np.array([0.6, 0.3, 0.1]), np.array([1.0, -2.0, 5.0])
    slopes = np.array([[1.0, 0.5, 2.0], [-1.0, 3.0, 0.0], [4.0, -2.0, 1.5]])
    what = "one number for each logit"

    def through_softmax(row):  # slopes in the probabilities -> slopes in the logits
        return p * (row - p @ row)

    back = p @ slopes  # what comes back, on average over the draws
    off = back - values
    wanted = through_softmax(off)
    others = "raising one logit lowers the other probabilities"
    check(
        straight_through_bias,
        (p, values, slopes),
        wanted,
        "the mean slope that comes back less the values, through the softmax",
        {
            "mind the sign: straight-through less the exact gradient": -wanted,
            "a bias may be above or below 0: keep its sign": abs(wanted),
            "this is the mean of straight-through: subtract the exact gradient": through_softmax(
                back
            ),
            "this is the exact gradient: subtract it from the mean of straight-through": (
                through_softmax(values)
            ),
            "row k of `slopes` comes back when k was drawn: weigh the rows, not the columns": (
                through_softmax(slopes @ p - values)
            ),
            "a mean over draws weighs each symbol by its chance": through_softmax(
                slopes.mean(0) - values
            ),
            "all of row k comes back when k was drawn, not its own entry alone": through_softmax(
                np.diag(slopes) - values
            ),
            "the exact gradient holds p once: the mean value is p @ values": through_softmax(
                back - p * values
            ),
            "the gradient in the *logits*: go back through the softmax": off,
            f"{others}: subtract the mean": p * off,
            f"{others}: the diagonal of the softmax's slope is not all of it": p * (1 - p) * off,
            f"{others}: the mean that is subtracted is weighed by p": p * (off - off.mean()),
            "each logit moves its own probability: multiply by p": off - p @ off,
            "pretend that the softmax was shown: it is the same for every draw": sum(
                p[k] * (np.eye(3)[k] - p) * (slopes[k] - values) for k in range(3)
            ),
        },
        what,
    )
    line = "where the discriminator is a line, straight-through is exact: no bias"
    for height in (0.0, 2.5):
        given = (p, values + height, np.tile(values, (3, 1)))
        check(straight_through_bias, given, np.zeros(3), line, {}, what)
    two = np.array([0.25, 0.75]), np.array([0.0, 1.0]), np.array([[0.0, 0.0], [0.0, 2.0]])
    bend = "a bend of two symbols: (row[1]) ** 2"
    check(straight_through_bias, two, [-0.09375, 0.09375], bend, {}, what)
