"""Judges of the exercises of *SeqGAN's likelihood model: a chunk that is held out has partly been read before*."""

import numpy as np

from ..exercise import checker


@checker("pretraining-1")
def judge_nats_per_word(nats_per_word):
    chord, pitch, duration = np.array([0.5, 1.0]), np.array([0.25, 0.5]), np.array([0.5, 0.5])
    got = nats_per_word([chord, pitch, duration])
    expected = (np.log(16) + np.log(4)) / 2
    assert got > 0, "surprise is not negative: mind the sign"
    assert not np.isclose(got, expected / 3), "a word is three tokens: do not divide by the factors"
    assert not np.isclose(got, 2 * expected), "a mean over words, not their sum"
    assert np.isclose(got, expected), (
        "minus the logarithm of the product of a word's factors, in nats"
    )
    assert np.isclose(nats_per_word([chord * pitch * duration]), expected), (
        "a model of whole words has one factor and the same surprise"
    )
    assert np.isclose(nats_per_word([np.ones(3)] * 4), 0), "certainty costs nothing"


@checker("pretraining-2")
def judge_split_by_tune(split_by_tune):
    tunes = np.repeat(np.arange(10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    chosen = set()
    for seed in range(20):
        held_out = np.asarray(split_by_tune(tunes, 0.3, np.random.default_rng(seed)))
        assert held_out.shape == tunes.shape and held_out.dtype == bool, "a boolean for each chunk"
        both = set(tunes[held_out]) & set(tunes[~held_out])
        assert not both, f"tune {min(both)} has chunks on both sides"
        assert len(set(tunes[held_out])) == 3, (
            "the share is of tunes: 3 of these 10, whatever their length"
        )
        chosen |= set(tunes[held_out].tolist())
    assert chosen == set(range(10)), "every tune can be held out: deal with rng"
    again = [split_by_tune(tunes, 0.3, np.random.default_rng(5)) for _ in range(2)]
    assert np.array_equal(*again), "the same rng deals the same split"
    named = np.array([7, 7, 42, 42, 99])
    few = np.asarray(split_by_tune(named, 0.01, np.random.default_rng(0)))
    assert len(set(named[few])) == 1, "at least one tune is held out"
