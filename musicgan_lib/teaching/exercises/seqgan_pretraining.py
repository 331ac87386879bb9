"""Judges of the exercises of *SeqGAN's likelihood model: a chunk that is held out has partly been read before*."""

import numpy as np

from ..exercise import checker
from .asking import call, check


@checker("pretraining-1")
def judge_nats_per_word(nats_per_word):
    factors = chord, pitch, duration = (
        np.array([0.5, 1.0, 0.5]),
        np.array([0.25, 0.5, 0.1]),
        np.array([0.5, 0.5, 0.5]),
    )
    words = chord * pitch * duration
    wanted = -np.log(words).mean()
    slips = {
        "nats per word: a word is all its factors, so do not divide by their number": wanted / 3,
        "a mean over words, and not their sum": 3 * wanted,
        "in nats: the natural logarithm": wanted / np.log(2),
        "the mean of the logarithms, and not the logarithm of the mean": (
            -sum(np.log(f.mean()) for f in factors),
            -np.log(words.mean()),
        ),
        "every factor is part of the word, and not one alone": tuple(
            -np.log(f).mean() for f in factors
        ),
        "surprise is not negative: mind the sign": -wanted,
        "minus the logarithm is a surprise, and not what is missing to 1": sum(
            (1 - f).mean() for f in factors
        ),
        "a word's probability is the product of its factors, and not their sum": -np.log(
            sum(factors)
        ).mean(),
        "return one number, the mean over words": -np.log(words),
    }
    said = "the mean over words of minus the logarithm of the product of their factors, in nats"
    check(nats_per_word, (list(factors),), wanted, said, slips)
    said = "any number of factors: a model of whole words has one, and the same surprise"
    check(nats_per_word, ([words],), wanted, said)
    check(nats_per_word, ([np.ones(3)] * 4,), 0, "certainty costs nothing")
    said = "a thousand words: their product underflows to 0, so add up logarithms"
    check(nats_per_word, ([np.full(1000, 0.01)] * 3,), -3 * np.log(0.01), said)


@checker("pretraining-2")
def judge_split_by_tune(split_by_tune):
    def split(tunes, share, seed):
        held = np.asarray(call(split_by_tune, tunes, share, np.random.default_rng(seed)))
        boolean = held.dtype == bool and held.shape == tunes.shape
        assert boolean, (
            f"return a boolean for each chunk, {tunes.shape}, not {held.dtype} {held.shape}"
        )
        both = set(tunes[held].tolist()) & set(tunes[~held].tolist())
        assert not both, f"tune {min(both)} has chunks on both sides"
        return set(tunes[held].tolist())

    named = np.array([7, 7, 42, 99, 42, 1200])
    found = len(split(named, 0.5, 0))
    assert found == 2, (
        f"tunes may bear any number: of {sorted(set(named.tolist()))} 2 tunes, not {found}"
    )
    tunes = np.random.default_rng(0).permutation(np.repeat(np.arange(10), [*range(1, 10), 55]))
    often = np.zeros(10)
    for seed in range(100):
        held = split(tunes, 0.3, seed)
        assert len(held) != 7, "True marks the held-out chunks, and not those to learn from"
        assert len(held) == 3, f"the share is of tunes: 3 of these 10, not {len(held)}"
        often[list(held)] += 1
    assert often.max() < 100, (
        "draw the tunes by lot with the rng that is given: one is always chosen"
    )
    assert 10 < often.min() and often.max() < 60, (
        "all tunes are equally likely, however many chunks they have: of 100 splits "
        f"the shortest is held out in {often[0]:.0f} and the longest in {often[9]:.0f}, not in about 30"
    )
    found = len(split(named, 0.01, 0))
    assert found == 1, f"at least one tune is held out, and 1 % of four is one, not {found}"
    again = split(tunes, 0.3, 5) == split(tunes, 0.3, 5)
    assert again, "the same rng deals the same split: use no other randomness"
