"""Judges of the exercises of the chapter on GAN and policy gradient."""

import numpy as np

from ..exercise import checker


@checker("gan-rl-1")
def judge_who_learns(who_learns):
    def ask(human, machine):
        got = who_learns(np.asarray(human, float), np.asarray(machine, float))
        assert got in ("discriminator", "generator"), 'return "discriminator" or "generator"'
        return got

    assert ask([0.9, 0.9], [0.3, 0.3]) == "generator", "a gap of 0.6: the discriminator is ahead"
    assert ask([0.9, 0.9], [0.85, 0.85]) == "discriminator", "a gap of 0.05 is below 0.1"
    assert ask([0.7, 0.7], [0.5, 0.5]) == "discriminator", (
        "a gap of 0.2, and real music scores below 0.8"
    )
    assert ask([0.9, 0.9], [0.7, 0.7]) == "generator", "a gap of 0.2 is enough above 0.8"
    assert ask([0.95, 0.85], [0.55, 1.0]) == "generator", (
        "cut off each gap at 0 before the mean: 0.4 and 0 make 0.2, not 0.125"
    )
    assert ask([0.9, 0.9], [0.5, 1.3]) == "generator", "a gap below 0 counts 0"
    assert ask([0.9, 0.9, 0.9], [0.9, 0.9, 0.66]) == "discriminator", (
        "the mean of the gaps decides: 0, 0 and 0.24 make 0.08, and the largest alone says nothing"
    )


@checker("gan-rl-2")
def judge_compare_by_opening(compare_by_opening):
    got = np.asarray(compare_by_opening(np.array([[1.0, 0.0], [0.5, 0.5]])), float)
    assert got.shape == (2, 2), "a number for each reward: (openings, k)"
    assert np.allclose(got[1], 0), "two equal rewards of one opening: neither is better"
    assert not np.allclose(got[0], [0.5, -0.5]), "the mean of the others does not hold the reward"
    assert np.allclose(got[0], [1, -1]), "1 against the other's 0, and 0 against the other's 1"
    rewards = np.array([[0.0, 0.3, 0.6], [5.0, 5.3, 5.6]])
    got = np.asarray(compare_by_opening(rewards), float)
    assert np.allclose(got[0], got[1]), "an easy opening earns its continuations nothing"
    assert np.allclose(got[0], [-0.45, 0, 0.45]), "0.6 against the mean of 0 and 0.3"
