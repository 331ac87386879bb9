"""Judges of the exercises of *A sample has no slope, and soft notes give the forger away*."""

import numpy as np

from ..exercise import checker


@checker("discrete-adversaries-1")
def judge_draw_symbols(draw_symbols):
    rng = np.random.default_rng(0)
    p = np.array([0.5, 0.3, 0.15, 0.05])
    uniform = rng.uniform(1e-9, 1, (40_000, 4))
    got = np.asarray(draw_symbols(np.log(np.tile(p, (40_000, 1))), uniform))
    assert got.shape == (40_000,), "one draw for each row"
    assert got.min() >= 0 and got.max() <= 3 and (got == got.astype(int)).all(), (
        "indices of symbols, 0 to V - 1"
    )
    shares = np.bincount(got.astype(int), minlength=4) / len(got)
    assert shares.max() < 0.9, "the luck has to enter: not the likeliest symbol each time"
    assert np.abs(shares - p).max() < 0.01, (
        "over many rows each symbol comes up as often as its softmax says: Gumbel noise is "
        "minus the log of minus the log of a uniform number"
    )
    sure = np.asarray(draw_symbols(np.eye(4) * 60, uniform[:4]))
    assert (sure == np.arange(4)).all(), "each row has its own logits"


@checker("discrete-adversaries-2")
def judge_score_gradient(score_gradient):
    p = np.array([0.6, 0.3, 0.1])
    pay = np.array([1.0, -2.0, 5.0])
    each = np.array([score_gradient(p, k, pay[k]) for k in range(3)], dtype=float)
    assert each.shape == (3, 3), "one number for each symbol's logit"
    assert np.allclose(each.sum(1), 0), (
        "raising all logits together changes no probability: the numbers of a draw sum to 0"
    )
    assert each[2, 2] > 0 > each[1, 1], "a symbol that was paid becomes likelier, a fined one rarer"
    assert np.allclose(np.asarray(score_gradient(p, 0, 0.0)), 0), "no pay, no push"
    exact = p * (pay - p @ pay)  # the slope of p @ pay in the logits
    assert np.allclose(p @ each, exact), (
        "the mean over all draws is the exact slope of the mean pay"
    )
