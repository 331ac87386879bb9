"""Judges of the exercises of the chapter on baselines and critics."""

import numpy as np

from ..exercise import checker


@checker("baselines-and-critics-1")
def judge_advantages(advantages):
    rewards = np.array([1.0, 2.0, 6.0])
    got = np.asarray(advantages(rewards.copy()), float)
    assert got.shape == (3,), "one number a tune"
    assert not np.allclose(got, rewards - 3), "the mean of the others: leave the tune itself out"
    assert not np.allclose(got, -np.array([-3.0, -1.5, 4.5])), "mind the sign: good tunes go up"
    assert np.allclose(got, [-3.0, -1.5, 4.5]), "the reward less the mean of the other rewards"
    assert np.allclose(advantages(rewards + 10), got), "a constant for all changes nothing"
    assert np.allclose(advantages(100 * rewards), 100 * got), "it keeps the size of differences"
    assert np.allclose(advantages(np.ones(4)), 0), "equal rewards teach nothing"


@checker("baselines-and-critics-2")
def judge_best_constant(best_constant):
    p = np.array([0.5, 0.25, 0.25])
    rewards = np.array([1.0, 0.0, 4.0])
    scores = np.array([[1.0, 0.0], [0.0, -2.0], [-2.0, 2.0]])
    got = float(best_constant(p, rewards, scores))
    assert not np.isclose(got, p @ rewards), (
        "tunes with long scores count more than by chance alone"
    )
    size = (scores**2).sum(1)
    assert not np.isclose(got, (size * rewards).sum() / size.sum()), "weigh by the chances, too"
    length = p * np.sqrt(size)
    assert not np.isclose(got, (length * rewards).sum() / length.sum()), "the squared length"

    def noise(b):
        return float((p * (rewards - b) ** 2 * size).sum())

    assert noise(got) <= min(noise(got - 0.01), noise(got + 0.01)), "another constant is less noisy"
    assert np.isclose(best_constant(p, np.full(3, 0.7), scores), 0.7), "equal rewards: that reward"
