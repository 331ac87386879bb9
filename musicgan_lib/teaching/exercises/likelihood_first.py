"""Judges of the exercises of *A table of counts is the score to beat*."""

import numpy as np

from ..exercise import checker


@checker("likelihood-first-1")
def judge_mean_nll(mean_nll):
    p = np.array([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6]])
    symbols = np.array([1, 1, 0])  # not always the likeliest one
    expected = -(np.log(0.25) + np.log(0.8) + np.log(0.2)) / 3
    got = np.asarray(mean_nll(p, symbols), float)
    assert got.ndim == 0, "one number: the mean over all symbols"
    assert not np.isnan(got), "the result is not a number (NaN)"
    assert not np.isclose(got, -np.log([0.5, 0.8, 0.6]).mean()), (
        "ask for the symbol that came, not for the likeliest one"
    )
    assert not np.isclose(got, -expected), "surprise is not negative: mind the sign"
    assert not np.isclose(got, 3 * expected), "a mean over symbols, not a sum"
    assert not np.isclose(got, expected / np.log(2)), "nats, so the natural logarithm, not log2"
    assert not np.isclose(got, expected / np.log(10)), "nats, so the natural logarithm, not log10"
    assert not np.isclose(got, -np.log(np.mean([0.25, 0.8, 0.2]))), (
        "the mean of the logarithms, not the logarithm of the mean"
    )
    entropy = -(p * np.log(p)).sum(1).mean()
    assert not np.isclose(got, entropy), (
        "this is the surprise that the model expects; ask for the symbols that came"
    )
    assert not np.isclose(got, -np.log(p).mean()), (
        "only the symbol that came counts, not all of them"
    )
    assert not np.isclose(got, expected * 3 / 2), "divide by the number of symbols T, not by T - 1"
    assert np.isclose(got, expected), "the mean of -log p of the symbols that came"
    with np.errstate(divide="ignore", invalid="ignore"):
        sure = float(mean_nll(np.eye(3), np.arange(3)))
    assert not np.isnan(sure), (
        "0 times log 0 is not a number: take the logarithm of the symbols that came, and of no other"
    )
    assert abs(sure) < 1e-12, "a model that is sure and right pays nothing"
    twice = float(mean_nll(np.vstack([p, p]), np.tile(symbols, 2)))
    assert np.isclose(twice, expected), "hearing it twice changes no mean"


@checker("likelihood-first-2")
def judge_nucleus(nucleus):
    p = np.array([0.1, 0.5, 0.15, 0.25])
    kept = p.copy()
    got = np.asarray(nucleus(kept, 0.7))
    assert got.shape == p.shape, "as many probabilities out as in"
    assert np.array_equal(kept, p), "leave the array you were given alone: work on a copy"
    assert not np.allclose(got, [0, 0.5, 0, 0.25]), "rescale what is kept, so that it sums to 1"
    assert np.isclose(got.sum(), 1), "probabilities that sum to 1"
    assert not np.allclose(np.sort(got)[::-1], got) or not np.allclose(
        np.sort(got), [0, 0, 1 / 3, 2 / 3]
    ), "each probability stays at its symbol's place: undo the sorting"
    assert not np.allclose(got, [0, 1, 0, 0]), (
        "the symbol whose probability takes the sum past the share is kept, too"
    )
    assert not np.allclose(got, np.array([0, 0.5, 0.15, 0.25]) / 0.9), (
        "0.5 and 0.25 have reached 0.7 already: nothing more is kept"
    )
    assert not np.allclose(got, np.array([0.1, 0, 0.15, 0.25]) / 0.5), (
        "this keeps the unlikely symbols; begin with the likeliest"
    )
    assert np.allclose(got, [0, 2 / 3, 0, 1 / 3]), "keep the likeliest until they reach the share"
    steep = nucleus(np.array([0.02, 0.9, 0.05, 0.03]), 0.93)
    assert np.allclose(steep, [0, 18 / 19, 1 / 19, 0]), (
        "a small symbol stays while the sum is short"
    )
    flat = np.asarray(nucleus(np.full(4, 0.25), 0.5))
    assert np.allclose(np.sort(flat), [0, 0, 0.5, 0.5]), "of equals, no more than reach the share"
    assert np.allclose(nucleus(p, 1.0), p), "a share of 1 keeps every symbol"
    assert np.allclose(nucleus(p, 0.1), [0, 1, 0, 0]), "at least one symbol stays"
