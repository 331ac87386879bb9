"""What music the judges hear: none of it may have trained, or chosen, what they judge."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from musicgan_lib.evaluation import judge_run as judging
from musicgan_lib.evaluation.judge import SMOKE
from musicgan_lib.evaluation.windows import Windows, split_by_tune
from musicgan_lib.lab import worlds

FAST = replace(SMOKE, max_steps=20, check_every=10, widths=(1, 2), channels=8, batch=32)
SIZES = worlds.TINY | {"lm": 20, "more": 2, "d": 20, "rl": 1, "pool": 128, "proposals": 300, "kept": 64}  # fmt: skip


def test_the_judge_of_the_music_world_hears_no_tune_of_the_generator(monkeypatch):
    """Each tune is one note repeated, so every window says which tune it is from."""
    tunes, benches, heard = [np.full(40, i) for i in range(60)], [], []

    class Watched(worlds.Bench):
        def __init__(self, train, valid, *rest):
            super().__init__(train, valid, *rest)
            benches.append((train, valid))

    def watch(real, fake, **rest):
        heard.append({part: set(windows.words.ravel()) for part, windows in real.items()})
        assert fake.shape == (SIZES["kept"], 32)
        return SimpleNamespace(metrics=dict)

    monkeypatch.setattr(worlds, "Bench", Watched)
    monkeypatch.setattr(worlds, "judge", watch)
    monkeypatch.setattr(worlds.reweighting, "residual_gain", lambda *_: (0.0, 0.0))
    rows = list(worlds.run_music(tunes, 60, 0, SIZES))
    ((train, valid),) = benches
    trained, chose = (set(torch.as_tensor(w).ravel().tolist()) for w in (train, valid))
    assert len(trained) == 30 and len(chose) > 3 and not trained & chose
    assert len(rows) == len(heard) == 6 and all(h == heard[0] for h in heard)
    of_judge = [heard[0][part] for part in ("train", "select", "test")]
    assert min(map(len, of_judge)) > 2
    assert len(trained | chose) + sum(map(len, of_judge)) == 60  # all tunes, each in one part


def pieces_of(numbers, times=40):
    return [np.full(times, i) for i in numbers]


def make_run(train=20, valid=30, test=30):
    """A corpus of which each piece is one word repeated, and samples in which all words come."""
    cuts = np.cumsum([0, train, valid, test])
    splits = {s: range(a, b) for s, a, b in zip(("train", "valid", "test"), cuts, cuts[1:])}
    data = SimpleNamespace(name="planted", pieces={s: pieces_of(r) for s, r in splits.items()})
    return data, np.repeat(np.arange(cuts[-1])[:, None], 16, 1)


def watch_judge(monkeypatch):
    """What the judge of each seed hears, part by part: tunes of real music, and samples."""
    heard, ask = [], judging.judge

    def watch(real, fake, *, turn, **rest):
        samples = judging.windows.split_samples(fake, turn=turn)
        heard.append([{p: set(w.words.ravel()) for p, w in s.items()} for s in (real, samples)])
        return ask(real, fake, turn=turn, **rest)

    monkeypatch.setattr(judging, "judge", watch)
    return heard


def test_the_judge_of_a_run_hears_test_pieces_alone_and_each_seed_tests_others(monkeypatch):
    heard = watch_judge(monkeypatch)
    data, drawn = make_run()
    found = judging.judge_run(drawn, data, seeds=3, recipe=FAST)
    for real, _ in heard:
        assert set.union(*real.values()) == set(range(50, 80))  # the test pieces, and all of them
        assert sum(map(len, real.values())) == 30  # none in two parts
    for kind in (0, 1):
        tested = [h[kind]["test"] for h in heard]
        assert len(set.union(*tested)) == sum(map(len, tested))  # nothing is tested twice
    assert found["judge_tunes"] == 27 and found["judge_seeds"] == 3


def test_too_few_test_pieces_are_refused_and_no_other_fills_in():
    data, drawn = make_run(test=19)
    with pytest.raises(ValueError, match="planted has 19 test pieces of 16 words.*judge needs 20"):
        judging.judge_run(drawn, data, recipe=FAST)


def by_hand(right, tune):
    """The error of a mean whose witnesses are tunes: the spread of their sums."""
    sums = np.array([(right[tune == t] - right.mean()).sum() for t in np.unique(tune)])
    return np.sqrt(len(sums) / (len(sums) - 1) * (sums**2).sum()) / len(right)


def test_the_error_of_a_judgement_counts_tunes():
    """Ten windows of each tune: by windows the error would come out far smaller."""
    rng = np.random.default_rng(0)
    tune = np.repeat(np.arange(60), 10)
    real = Windows(np.repeat(rng.integers(0, 5, (60, 16)), 10, 0), tune)
    fake = rng.integers(0, 5, (200, 16))
    parts = split_by_tune(real)
    found = judging.judge(parts, fake, n_symbols=5, seeds=(0,), recipe=FAST)
    right, tunes = found.tested["real"]
    assert (tunes == parts["test"].tune).all() and 0 < right.mean() < 1
    of_fake = by_hand(*found.tested["fake"])
    assert found.standard_error == pytest.approx(np.hypot(by_hand(right, tunes), of_fake) / 2)
    turns = judging.take_turns(real, fake, 5, 2, FAST)
    errors = [by_hand(*turns.tested[kind]) for kind in ("real", "fake")]
    spread = np.std(list(turns.by_seed.values()), ddof=1) / np.sqrt(2)
    assert turns.standard_error == pytest.approx(max(np.hypot(*errors) / 2, spread))
    assert len(np.unique(turns.tested["real"][1])) == 36  # two turns of eighteen
