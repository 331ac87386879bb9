"""The independent judge: pinned, calibrated, not fooled by order or by a tune on both sides."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch

from musicgan_lib.evaluation import judge as room
from musicgan_lib.evaluation.judge import (
    RECIPE,
    SMOKE,
    Windows,
    calibrate,
    judge,
    recipe_hash,
    smallest_detectable_gap,
)
from musicgan_lib.evaluation.judge_run import judge_run
from musicgan_lib.evaluation.windows import (
    cut_windows,
    shuffle_bars,
    shuffle_notes,
    split_by_tune,
    split_samples,
)

QUICK = replace(SMOKE, max_steps=50, check_every=10, widths=(1, 2, 3), channels=8, batch=48)


def make_tunes(n, seed, length=60):
    """Walks on a ring of 12 that mostly go up: the order of the notes is all there is to hear."""
    rng = np.random.default_rng(seed)
    return [np.cumsum(rng.choice([1, 1, 1, 2, 5], length)) % 12 for _ in range(n)]


def make_windows(n, seed, length=12):
    bars = [np.arange(60) // 4] * n
    return cut_windows(make_tunes(n, seed), length, 6, bars)


REAL = split_by_tune(make_windows(90, 0))


def others(n=90, seed=1):
    found = make_windows(n, seed)
    return replace(found, tune=found.tune + 1000)


def test_nobody_changes_the_recipe_unnoticed():
    """Every recorded judgement names this hash. A new recipe needs a new version and new records."""
    assert recipe_hash() == "5335184aee8a"


def test_any_change_changes_the_hash():
    hashes = {recipe_hash(replace(RECIPE, **c)) for c in ({}, {"dropout": 0.4}, {"batch": 65})}
    assert len(hashes) == 3 and recipe_hash(SMOKE) not in hashes


def test_calibration_knows_right_from_wrong():
    found = calibrate(REAL, others(), n_symbols=12, seeds=(0,), recipe=QUICK)
    assert abs(found["real"].accuracy - 0.5) < 0.06
    assert found["notes_shuffled"].accuracy > 0.85
    assert found["notes_shuffled"].js_bound > 0.1 > found["real"].js_bound
    assert {"real_again", "bars_shuffled"} <= found.keys()
    assert found["real"].by_seed.keys() == {0} and found["real_again"].by_seed.keys() == {1000}
    assert found["real"].recipe_hash == recipe_hash(QUICK)
    assert set(found["real"].per_architecture) == set(QUICK.architectures)


def test_both_architectures_learn():
    both = replace(QUICK, architectures=("cnn", "gru"), max_steps=120)
    found = judge(
        REAL,
        shuffle_notes(others(), np.random.default_rng(0)),
        n_symbols=12,
        seeds=(0,),
        recipe=both,
    )
    assert min(found.per_architecture.values()) > 0.8
    assert found.chosen[0] in both.architectures and found.steps[0] % both.check_every == 0


def test_the_same_seed_judges_the_same_and_leaves_the_global_seed_alone():
    fake = shuffle_notes(others(), np.random.default_rng(0))
    before = torch.random.get_rng_state()
    one, two = (judge(REAL, fake, n_symbols=12, seeds=(3,), recipe=QUICK) for _ in range(2))
    assert one == two
    assert torch.equal(before, torch.random.get_rng_state())


def test_sorted_samples_do_not_fool_it():
    """Half of these fakes are noise. Sorted, the noise would fill the training part alone."""
    good = others().words
    noise = shuffle_notes(others(), np.random.default_rng(0)).words
    mixed = np.concatenate([noise, good])  # as importance resampling by Gumbel top-k leaves them
    for part in split_samples(mixed).values():
        is_noise = np.isin(part.tune, np.arange(len(noise)))
        assert 0.4 < is_noise.mean() < 0.6
    jumbled = np.random.default_rng(5).permutation(mixed)
    a, b = (
        judge(REAL, m, n_symbols=12, seeds=(0,), recipe=QUICK).accuracy for m in (mixed, jumbled)
    )
    assert abs(a - b) < 0.08


def test_a_tune_in_two_parts_is_refused():
    leaky = REAL | {"test": REAL["train"]}
    with pytest.raises(ValueError, match="stands in train and in test"):
        judge(leaky, others(), n_symbols=12, recipe=QUICK)
    with pytest.raises(ValueError, match="in both sets"):
        calibrate(REAL, REAL["test"], n_symbols=12, recipe=QUICK)


@pytest.mark.parametrize(
    "fake, message",
    [
        (np.full((50, 12), 12), "must lie in 0..11"),
        (np.zeros((50, 11), int), "lengths"),
        (np.zeros((4, 12), int), "too few"),
    ],
)
def test_sets_that_cannot_be_judged(fake, message):
    with pytest.raises(ValueError, match=message):
        judge(REAL, fake, n_symbols=12, recipe=QUICK)


def test_the_split_keeps_tunes_together():
    seen = [set(part.tune) for part in REAL.values()]
    assert sum(map(len, seen)) == 90 and len(set.union(*seen)) == 90
    assert [len(s) for s in seen] == [45, 18, 27]
    with pytest.raises(ValueError, match="three ways"):
        split_by_tune(make_windows(2, 0))
    assert [len(p) for p in split_by_tune(cut_windows([np.arange(4)] * 3, 4)).values()] == [1, 1, 1]


def test_windows_by_hand():
    found = cut_windows([np.arange(5), np.arange(2), np.arange(10, 13)], 3, 2)
    np.testing.assert_array_equal(found.words, [[0, 1, 2], [2, 3, 4], [10, 11, 12]])
    np.testing.assert_array_equal(found.tune, [0, 0, 2])


def test_whole_bars_change_places_and_the_edges_stay():
    words = Windows(
        np.array([[1, 2, 3, 4, 5, 6, 7, 8]]), np.zeros(1), np.array([[0, 1, 1, 2, 2, 3, 3, 4]])
    )
    seen = {tuple(shuffle_bars(words, np.random.default_rng(s)).words[0]) for s in range(40)}
    orders = itertools.permutations([(2, 3), (4, 5), (6, 7)])
    assert seen == {(1, *itertools.chain(*o), 8) for o in orders}
    one_bar = replace(words, bar=np.zeros((1, 8), int))
    np.testing.assert_array_equal(
        shuffle_bars(one_bar, np.random.default_rng(0)).words, words.words
    )
    with pytest.raises(ValueError, match="bars"):
        shuffle_bars(replace(words, bar=None), np.random.default_rng(0))


def test_windows_of_one_tune_are_one_witness():
    right, tune = np.repeat([1.0, 0.0, 1.0, 0.0], 25), np.repeat(np.arange(4), 25)
    alone = room.standard_error(right, np.arange(100))
    assert alone == pytest.approx(0.05, rel=0.02)
    assert room.standard_error(right, tune) == pytest.approx(0.5 / np.sqrt(3))


def test_smallest_gap_is_found_as_often_as_promised():
    error, rng = 0.014, np.random.default_rng(0)
    gap = smallest_detectable_gap(error, power=0.8)
    found = rng.normal(gap, np.sqrt(2) * error, 20_000)
    assert np.mean(np.abs(found) > 1.96 * np.sqrt(2) * error) == pytest.approx(0.8, abs=0.01)
    assert smallest_detectable_gap(error, power=0.5) == pytest.approx(
        1.96 * np.sqrt(2) * error, rel=1e-3
    )
    assert smallest_detectable_gap(0.0) == np.inf


def test_windows_are_scored_one_by_one():
    fake = shuffle_notes(others(), np.random.default_rng(0))
    more = np.concatenate([others(30, 7).words, fake.words[:100]])
    found = judge(REAL, fake, n_symbols=12, seeds=(0,), recipe=QUICK, also_score=more)
    n = len(more) - 100
    assert found.scores.shape == (n + 100,)
    assert found.scores[:n].mean() > 1 > -1 > found.scores[n:].mean()


def test_flat_numbers_for_a_record():
    found = judge(REAL, others(), n_symbols=12, seeds=(0, 1), recipe=replace(QUICK, max_steps=10))
    metrics = found.metrics()
    assert metrics["judge_seeds"] == 2 and metrics["judge_accuracy"] == found.accuracy
    assert found.accuracy == pytest.approx(np.mean(list(found.by_seed.values())))
    spread = np.var(list(found.by_seed.values()), ddof=1) / 2
    assert found.standard_error >= np.sqrt(spread)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_it_judges_on_a_gpu_too():
    fake = shuffle_notes(others(), np.random.default_rng(0))
    assert judge(REAL, fake, n_symbols=12, seeds=(0,), recipe=QUICK, device="cuda").accuracy > 0.85


@pytest.mark.parametrize("seeds", [0, -1])
def test_a_run_is_judged_by_a_judge_or_more(seeds):
    with pytest.raises(ValueError, match=f"{seeds} judges are asked for"):
        judge_run(None, None, seeds)
