"""The worlds in which adversaries are put to the test: what must hold in them whatever the seed."""

import numpy as np
import pytest
import torch

from musicgan_lib import corpora
from musicgan_lib.lab import exact_world, melodies, worlds
from musicgan_lib.learning import enumeration
from musicgan_lib.models.tabular import TabularPolicy

CHAINS = (
    "control",
    "temperature 0.9",
    "temperature 0.7",
    "rl_kl 0.5",
    "rl_kl 2",
    "rl_d",
    "rl_log_d",
    "js",
)


@pytest.fixture(scope="module")
def rows():
    return exact_world.run_exact(truths=2, seed=3)


def metric(rows, system, name):
    return np.array([r["metrics"][name] for r in rows if r["system"] == system])


def test_a_chain_has_the_probabilities_that_enumeration_finds():
    world = exact_world.ExactWorld(2, 0)
    chain = TabularPolicy(4, 4, order=1).double()
    with torch.no_grad():
        chain.logits.copy_(world.mle[1].view_as(chain.logits))
    listed = enumeration.sequence_log_prob(chain, world.tunes)
    torch.testing.assert_close(world.q0[1], listed.exp().detach())
    torch.testing.assert_close(world.p.sum(1), torch.ones(2, dtype=torch.double))


def test_nothing_is_likelier_than_maximum_likelihood_and_nothing_nearer_than_the_projection(rows):
    for other in CHAINS:
        assert (
            metric(rows, "control", "nll_excess") <= metric(rows, other, "nll_excess") + 1e-9
        ).all()
        assert (
            metric(rows, "js", "jensen_shannon") <= metric(rows, other, "jensen_shannon") + 1e-4
        ).all()


def test_the_truth_cannot_be_told_from_itself_and_a_filter_is_harder_to_tell_than_the_plain_generator(
    rows,
):
    assert metric(rows, "truth", "judge_accuracy") == pytest.approx(0.5)
    for helped in ("ebm", "ebm by likelihood", "best_of 4"):
        gain = metric(rows, "control", "judge_accuracy") - metric(rows, helped, "judge_accuracy")
        assert (gain > 0.02).all(), helped
    cold = metric(rows, "temperature 0.7", "entropy")
    assert (cold < metric(rows, "control", "entropy")).all()


def test_the_oracle_knows_itself_best():
    sizes = worlds.TINY | {"lm": 60, "d": 20, "rl": 2, "more": 5, "pool": 500}
    found = {
        r["system"]: r["metrics"] for r in worlds.run_oracle(0, sizes, symbols=8, length=4, n=3000)
    }
    assert found["truth"]["bayes_accuracy"] == pytest.approx(0.5, abs=1e-9)
    for system, metrics in found.items():
        assert metrics["nll"] >= found["truth"]["nll"] - 1e-9, system
        assert metrics["bayes_accuracy"] >= 0.48, system
    assert found["temperature 0.7"]["entropy"] < found["mle"]["entropy"]


def test_the_music_world_never_has_a_tune_on_two_sides():
    words, kinds = melodies.music_words(corpora.load("chorales"))
    assert max(w.max() for w in words) < len(kinds) <= 119
    white = np.mean(
        [pitch % 12 in (0, 2, 4, 5, 7, 9, 11) for w in words for pitch, _ in [kinds[i] for i in w]]
    )
    assert white > 0.85  # moved to C or a
    parts = melodies.split_tunes(words, 32)
    tunes = {name: set(part.tune.tolist()) for name, part in parts.items()}
    assert sum(map(len, tunes.values())) == len(set.union(*tunes.values()))
    assert len(tunes["A"]) > len(tunes["J"]) > len(tunes["S"]) > len(tunes["K"]) > 5
