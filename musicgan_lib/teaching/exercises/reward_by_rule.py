"""Judges of the exercises of *Paid by four rules, a generator keeps the rules and forgets the music*."""

import numpy as np

from ..exercise import checker


@checker("reward-by-rule-1")
def judge_resolves_leaps(resolves_leaps):
    def ask(*pitch):
        return float(resolves_leaps(np.array(pitch)))

    assert ask(60, 62, 64) == 1, "no leap: nothing is broken, so 1"
    assert ask(60, 62, 69) == 1, "a leap at the very end has no next move and does not count"
    assert ask(60, 67, 65) == 1, "up a fifth, then down: resolved; seven semitones are a leap"
    assert ask(72, 64, 65) == 1, "down eight semitones, then up: leaps go both ways"
    assert ask(60, 67, 69) == 0, "up a fifth and on upwards is not resolved"
    assert ask(60, 67, 67) == 0, "staying on the pitch does not go the other way"
    assert ask(60, 66, 68) == 1, "six semitones are no leap here"
    got = ask(60, 67, 65, 74, 76)
    assert abs(got - 0.5) < 1e-9, (
        "one of two leaps is resolved: a share of the leaps, not of all moves"
    )


@checker("reward-by-rule-2")
def judge_best_under_price(best_under_price):
    reference, reward = np.array([0.5, 0.25, 0.25]), np.array([0.0, 1.0, 0.5])
    got = np.asarray(best_under_price(reference, reward, 1.0), dtype=float)
    assert got.shape == (3,), "one probability for each sequence"
    assert abs(got.sum() - 1) < 1e-9, "probabilities sum to 1"
    expected = reference * np.exp(reward)
    assert np.allclose(got, expected / expected.sum()), (
        "the reference times e to the reward over the price, rescaled: do not forget the reference"
    )
    dear = np.asarray(best_under_price(reference, reward, 1e6), dtype=float)
    assert np.allclose(dear, reference, atol=1e-5), (
        "a very dear price leaves the reference as it is"
    )
    half = np.asarray(best_under_price(reference, reward, 0.5), dtype=float)
    assert half[1] > got[1], "a cheaper price leans further towards the reward: divide by it"
    cheap = np.asarray(best_under_price(reference, reward, 1e-4), dtype=float)
    assert np.isfinite(cheap).all(), "at a small price e to the reward over the price overflows"
    assert np.allclose(cheap, [0, 1, 0]), "almost free: the best sequence alone"
    shut = np.asarray(best_under_price(np.array([0.0, 0.5, 0.5]), reward, 1.0), dtype=float)
    assert shut[0] == 0, "what the reference never does, the optimum never does"
