"""How much the judge hears: the best judge's share is exact, and equal sources have nothing to hear."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from musicgan_lib.evaluation.judge import SMOKE
from musicgan_lib.experiments import records
from musicgan_lib.lab import judge_power as power


def test_the_best_judge_is_the_one_that_enumeration_finds():
    every = np.array(list(itertools.product(range(3), repeat=4)))
    for strength in (0.15, 0.6, 1.0):
        real, fake = power.make_chains(strength, seed=2, n_symbols=3)
        p, q = (np.exp(chain.log_prob(every)) for chain in (real, fake))
        assert p.sum() == pytest.approx(1) and q.sum() == pytest.approx(1)
        exact = 0.5 + np.abs(p - q).sum() / 4
        found = power.bayes_accuracy(real, fake, 4, np.random.default_rng(0), n=40_000)
        assert found == pytest.approx(exact, abs=0.005)


def test_equal_chains_cannot_be_told_and_forgetting_leaves_every_word_as_often():
    real, same = power.make_chains(0.0, seed=5)
    assert power.bayes_accuracy(real, same, 32, np.random.default_rng(0), n=500) == 0.5
    _, fake = power.make_chains(0.4, seed=5)
    np.testing.assert_allclose(real.first @ real.then, real.first, atol=1e-12)
    np.testing.assert_allclose(real.first @ fake.then, real.first, atol=1e-12)


def test_a_chain_draws_what_its_probabilities_say():
    real, _ = power.make_chains(0.0, seed=3, n_symbols=4)
    words = real.draw(40_000, 3, np.random.default_rng(0))
    for at in (0, 1):
        pairs = np.bincount(4 * words[:, at] + words[:, at + 1], minlength=16) / len(words)
        expected = real.first[:, None] * real.then
        np.testing.assert_allclose(pairs.reshape(4, 4), expected, atol=0.01)


def test_a_reading_lies_between_chance_and_the_best_judge():
    sizes = power.Sizes(tunes=60, words=64, step=8, samples=400, judges=1)
    fast = replace(SMOKE, max_steps=60, check_every=20)
    found = power.read_power(sizes, 0.4, 0, fast)
    assert (
        0.5 - 3 * found["judge_standard_error"] < found["judge_accuracy"] < found["bayes_accuracy"]
    )
    assert found["judge_tunes"] == 18


def test_the_recorded_control_reads_one_half():
    rows = records.recorded("foundations/judging_generators/power")
    controls = [r["metrics"] for r in rows if r["control"] == "equal_sources"]
    assert len(controls) >= 3
    for found in controls:
        assert found["bayes_accuracy"] == 0.5
        assert abs(found["judge_accuracy"] - 0.5) < 3 * found["judge_standard_error"]
