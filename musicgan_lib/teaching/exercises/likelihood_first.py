"""Judges of the exercises of *A table of counts is the score to beat*."""

import numpy as np

from ..exercise import checker
from .asking import call, check, expect, to_numbers


@checker("likelihood-first-1")
def judge_mean_nll(mean_nll):
    p = np.array([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6], [0.6, 0.3, 0.1]])
    symbols = np.array([1, 1, 0, 2])  # not always the likeliest one
    came = p[range(4), symbols]
    wanted = -np.log(came).mean()
    late = p[range(4), np.roll(symbols, 1)]
    check(
        mean_nll,
        (p, symbols),
        wanted,
        "the mean of -log p of the symbols that came",
        {
            "ask for the symbol that came, not for the likeliest one": -np.log(p.max(1)).mean(),
            "row t predicts symbol t, the one that came at its own place": -np.log(late).mean(),
            "surprise is not negative: mind the sign": -wanted,
            "a mean over symbols, not a sum": 4 * wanted,
            "nats, so the natural logarithm, not log2": wanted / np.log(2),
            "nats, so the natural logarithm, not log10": wanted / np.log(10),
            "the mean of the logarithms, not the logarithm of the mean": -np.log(came.mean()),
            "surprise is -log p, not 1 - p": 1 - came.mean(),
            "the mean surprise itself, in nats: this is exp of it, the perplexity": np.exp(wanted),
            "nothing is added to a probability": -np.log(came + 0.01).mean(),
            "this is the surprise that the model expects; ask for the symbols that came": -(
                p * np.log(p)
            )
            .sum(1)
            .mean(),
            "only the symbol that came counts, not all of them": -np.log(p).mean(),
            "divide by the number of symbols T that came, not by T - 1 or V": wanted * 4 / 3,
        },
        "one number: the mean over all symbols",
    )
    check(
        mean_nll,
        (np.eye(3), np.arange(3)),
        0,
        "a model that is sure and right pays nothing",
        {"0 times log 0 is nan: take the logarithm of the symbols that came, of no other": np.nan},
    )
    twice = np.vstack([p, p]), np.tile(symbols, 2)
    check(mean_nll, twice, wanted, "hearing it twice changes no mean")


@checker("likelihood-first-2")
def judge_nucleus(nucleus):
    p = np.array([0.08, 0.5, 0.12, 0.25, 0.05])

    def keep(*symbols):
        return np.where(np.isin(range(5), symbols), p, 0) / p[list(symbols)].sum()

    wanted = keep(1, 3)
    tilted = np.where(wanted > 0, np.exp(p), 0)
    proportion = "what is kept stays in proportion"
    check(
        nucleus,
        (p, 0.7),
        wanted,
        "keep the likeliest until they reach the share",
        {
            "rescale what is kept, so that it sums to 1": wanted * 0.75,
            "each probability stays at its symbol's place: undo the sorting": np.sort(wanted)[::-1],
            "each probability stays at its symbol's place: undo the sorting, here upwards": np.sort(
                wanted
            ),
            "the symbol whose probability takes the sum past the share is kept, too": keep(1),
            "0.5 and 0.25 have reached 0.7 already: nothing more is kept": keep(1, 3, 2),
            "a share of the probability, not of the number of symbols": keep(1, 3, 2, 0),
            "this keeps the unlikely symbols; begin with the likeliest": keep(0, 2, 3, 4),
            f"{proportion}: this makes it even": (wanted > 0) / 2,
            f"{proportion}: divide by the sum, no softmax": tilted / tilted.sum(),
        },
        "as many probabilities as symbols",
    )
    steep = np.array([0.02, 0.9, 0.05, 0.03])
    small = "a small symbol stays while the sum is short"
    check(nucleus, (steep, 0.93), [0, 18 / 19, 1 / 19, 0], small)
    flat = to_numbers(call(nucleus, np.full(4, 0.25), 0.5), "four probabilities", (4,))
    expect(np.sort(flat), [0, 0, 0.5, 0.5], "of equals, no more than reach the share")
    check(nucleus, (p, 1.0), p, "a share of 1 keeps every symbol")
    check(nucleus, (p, 0.1), keep(1), "at least one symbol stays")
