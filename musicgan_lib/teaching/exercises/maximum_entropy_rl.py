"""Judges of the exercises of *At α = 1 and length 100, the reward is one part in 300*."""

import numpy as np

from ..exercise import checker


def _worth(p, reward, alpha, beta, old):
    """Reward plus alpha entropies less beta KLs."""
    return p @ (reward - alpha * np.log(p) - beta * (np.log(p) - np.log(old)))


@checker("maximum-entropy-rl-1")
def judge_best_of_both(best_of_both):
    reward = np.array([0.0, 0.5, 1.0, 0.2])
    old = np.array([0.4, 0.3, 0.1, 0.2])

    def ask(alpha, beta):
        return np.asarray(best_of_both(reward, alpha, beta, old), dtype=float)

    got = ask(0.5, 0.0)
    assert got.shape == (4,), "one probability for each sequence"
    assert abs(got.sum() - 1) < 1e-9, "probabilities sum to 1"
    entropy_alone = np.exp(reward / 0.5)
    assert np.allclose(got, entropy_alone / entropy_alone.sum()), (
        "with beta 0 the reference does not enter: this is ME-2"
    )
    kl_alone = old * np.exp(reward / 0.5)
    assert np.allclose(ask(0.0, 0.5), kl_alone / kl_alone.sum()), "with alpha 0 this is ME-3"
    both = ask(0.5, 0.5)
    best = _worth(both, reward, 0.5, 0.5, old)
    rng = np.random.default_rng(0)
    for other in rng.dirichlet(10 * np.ones(4), 200):
        assert best >= _worth(other, reward, 0.5, 0.5, old) - 1e-9, (
            "another distribution is worth more: both prices multiply log pi, so they add up below"
        )
    assert np.isfinite(ask(1e-4, 0.0)).all(), "at a small price e to the reward overflows"


@checker("maximum-entropy-rl-2")
def judge_soft_values(soft_values):
    score = np.array([[0.0, 1.0], [0.5, 0.2]])
    got = [np.asarray(v, dtype=float) for v in soft_values(score.copy(), 0.5)]
    assert len(got) == 2, "a value array for each number of notes sung so far, none after the last"
    assert [v.shape for v in got] == [(), (2,)], (
        "the empty past first; then one value for each past"
    )
    last = 0.5 * np.log(np.exp(score / 0.5).sum(1))
    assert np.allclose(got[1], last), "V = alpha log sum exp(Q / alpha) over the last action"
    whole = 0.5 * np.log(np.exp(score / 0.5).sum())
    assert np.allclose(got[0], whole), (
        "the first value is alpha log Z over all sequences: values of a step are the Q of the step before"
    )
    sharp = [np.asarray(v, dtype=float) for v in soft_values(score.copy(), 1e-3)]
    assert np.isfinite(sharp[0]).all(), "exp overflows at a small alpha: take the largest out first"
    assert abs(sharp[0] - 1.0) < 1e-2, "as alpha goes to 0 the value is that of the best sequence"
