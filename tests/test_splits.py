"""On which split every number was measured: data whose three splits cannot be taken for each other."""

import math

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import rows, tone_tokens, words
from musicgan_lib.data.rolls import RollData
from musicgan_lib.games import (
    oracle,
    roll_material,
    roll_measures,
    tone_material,
    tone_measures,
    tones,
)
from musicgan_lib.games import (
    rolls as roll_game,
)
from musicgan_lib.games.published import neo2024 as program
from musicgan_lib.games.published import note_measures
from musicgan_lib.games.word_measures import spread_evenly
from musicgan_lib.learning import fit as loop

bjare2020 = systems.find("bjare2020")
seqgan2017 = systems.find("seqgan2017")
mogren2016 = systems.find("mogren2016")
anokhin2018 = systems.find("anokhin2018")
neo2024 = systems.find("neo2024")

SPLITS = ("train", "valid", "test")
CHANCES = {"train": 0.4, "valid": 0.3, "test": 0.2}  # of the word that a split repeats for ever
OF_WORDS = (*CHANCES.values(), 0.1)


# -- words ------------------------------------------------------------------------------------------

WORDS = {
    "embedding": 4, "hidden": 4, "discriminator_embedding": 4, "widths": (1,), "channels": (3,), "length": 4,
    "batch": 4,
    "pretrain": 1, "pretrain_batch": 4, "pretrain_discriminator": 0, "adversarial": 1, "measure": 64,
    "pretrain_lr": 0.0,
}  # fmt: skip


def make_words(kind=words.WordData, **more):
    parts = {s: [np.full(4 * 70, i)] for i, s in enumerate(SPLITS)}
    symbols = [[[float(i)] for i in range(4)]]
    return kind("splits", "published", (4,), symbols, parts, "none", **more)


def set_chances(policy, chances=OF_WORDS):
    """A policy that says each word with its chance, whatever came before."""
    with torch.no_grad():
        for weight in policy.parameters():
            weight.zero_()
        policy.heads[0].bias.copy_(torch.log(torch.tensor(chances)))
    return policy


def begin_words(data, **changes):
    config = bjare2020.configure("ordinary", "smoke", "tunes", **WORDS | changes)
    return config, bjare2020.game.build(config, data, 0)


def measure_words(chances, system=bjare2020, data=None):
    data = data or make_words()
    config, state = begin_words(data)
    set_chances(state.modules["policy"], chances)
    state.step = config.steps
    return system.game.measure(state, config, data, torch.Generator().manual_seed(0))[0]


def test_each_likelihood_is_of_its_own_split():
    found = measure_words(OF_WORDS)
    for split, chance in CHANCES.items():
        assert found[f"nll_{split}"] == pytest.approx(-math.log(chance), abs=1e-5)


@pytest.mark.parametrize("split", SPLITS)
def test_copies_are_counted_against_training_music_and_bleu_against_validation(split):
    always = [1e-9] * 4
    always[SPLITS.index(split)] = 1.0
    found = measure_words(always)
    assert found["longest_copy"] == (4 if split == "train" else 0)
    assert (found["bleu"] > 0.9) == (split == "valid")


def test_the_discriminator_is_asked_about_validation_music():
    data = make_words()
    config, state = begin_words(data)
    set_chances(state.modules["policy"])
    judge = state.modules["discriminator"]
    for word, split in enumerate(SPLITS):
        judge.score = lambda x, word=word: 9.0 * (x == word).float().mean(1) - 4.5
        found, _ = bjare2020.game.measure(state, config, data, torch.Generator().manual_seed(0))
        assert found["recall"] == (split == "valid")


def test_the_oracle_is_measured_on_test_sequences():
    data = make_words(oracle.OracleData)
    _, state = begin_words(data)
    data.oracle = set_chances(state.modules["policy"])
    found = measure_words(OF_WORDS, seqgan2017, data)
    assert found["oracle_entropy"] == pytest.approx(-math.log(CHANCES["test"]), abs=1e-5)


def test_the_best_weights_of_words_are_chosen_on_validation_and_learned_on_training_music(
    monkeypatch,
):
    data = make_words()
    config, state = begin_words(data)
    set_chances(state.modules["policy"])
    numbers = bjare2020.game.make_step(config, data)(state)
    assert numbers["nll_valid"] == pytest.approx(-math.log(CHANCES["valid"]), abs=1e-5)
    assert numbers["nll_batch"] == pytest.approx(-math.log(CHANCES["train"]), abs=1e-5)


def test_windows_are_taken_from_the_first_to_the_last():
    windows = np.arange(234)[:, None]
    chosen = spread_evenly(windows, 128)[:, 0]
    assert len(set(chosen.tolist())) == 128 and (chosen[0], chosen[-1]) == (0, 233)
    assert np.diff(chosen).max() == 2  # none is passed over for long
    assert (spread_evenly(windows, 234) == windows).all() and len(
        spread_evenly(windows, 500)
    ) == 234


# -- tones ------------------------------------------------------------------------------------------

KEYS = {"train": 48, "valid": 60, "test": 72}
TONES = {"hidden": 4, "length": 8, "batch": 4, "pretrain": 1, "pretrain_discriminator": 0, "adversarial": 1,
    "check_every": 1,
         "checked": 4, "measure": 6, "curriculum": 0}  # fmt: skip


def make_tones():
    """Normalised quadruplets without intensity: a split keeps to the octave above its key."""
    rng = np.random.default_rng(0)

    def piece(key):
        pitch = (key + rng.integers(0, 12, 60) - 60) / 12
        time = np.log2(1 + rng.integers(1, 5, 60) / 4)
        return np.stack([time, pitch, time], 1).astype(np.float32)

    pieces = {s: [piece(key) for _ in range(4)] for s, key in KEYS.items()}
    options = {
        "form": "quadruplets",
        "scale": "normalised",
        "tones": 1,
        "shared_time": False,
        "one_key": False,
    }
    return rows.RowData("splits", pieces, options, "none")


def octave_of(pitch) -> set:
    return {s for s, key in KEYS.items() if ((pitch >= key) & (pitch < key + 12)).any()}


@pytest.mark.parametrize("variant", ["adversarial", "repaired"])
def test_tones_learn_from_training_are_chosen_by_validation_and_measured_on_test_music(
    variant, monkeypatch
):
    data, seen = make_tones(), {}
    config = mogren2016.configure(variant, "smoke", "tunes", **TONES | {"batch": 4})
    state = mogren2016.game.build(config, data, 0)

    def listen(module, name, label, read):
        own = getattr(module, name)

        def spy(*args, **options):
            found = own(*args, **options)
            seen.setdefault(label(), set()).update(octave_of(read(found, args)))
            return found

        monkeypatch.setattr(module, name, spy)

    phase = ["step"]

    def pitches(windows):
        return np.concatenate([w.notes["pitch"] for w in windows.windows])

    for module in (tone_material, tones):
        listen(
            module, "Yardstick", lambda: f"{phase[0]} measured on", lambda made, _: pitches(made)
        )
    listen(
        tone_measures.text,
        "longest_copies",
        lambda: "copies of",
        lambda _, args: np.concatenate(args[1]),
    )
    kind = tone_material.Symbols if config.symbols else tone_material.Numbers
    listen(
        kind, "draw_words" if config.symbols else "real", lambda: "learned from",
        lambda found, _: key_of(found if config.symbols else found[0], data),
    )  # fmt: skip
    step = mogren2016.game.make_step(config, data)
    loop.fit(state, step, config.steps)
    phase[0] = "run"
    mogren2016.game.measure(state, config, data, torch.Generator().manual_seed(0))
    assert seen == {"step measured on": {"valid"}, "run measured on": {"test"}, "copies of": {"train"},
                    "learned from": {"train"}}  # fmt: skip


def key_of(drawn, data):
    """MIDI numbers of windows of rows, or of packed words."""
    if drawn.is_floating_point():
        return np.rint(60 + 12 * drawn[..., 1].numpy())
    return (
        drawn // (len(tone_tokens.TIMES) - 1) % tone_tokens.PITCHES + tone_tokens.LOWEST
    ).numpy()


def test_each_likelihood_of_tones_is_of_its_own_split(monkeypatch):
    data = make_tones()
    monkeypatch.setattr(
        "musicgan_lib.evaluation.nll.nll", lambda policy, words: key_of(words, data).mean()
    )
    config = mogren2016.configure(
        "density", "smoke", "tunes", **{k: v for k, v in TONES.items() if k != "adversarial"}
    )
    found = tone_measures.measure_likelihoods(None, config, data)
    for split, key in KEYS.items():
        assert key <= found[f"nll_{split}"] < key + 12


# -- notes ------------------------------------------------------------------------------------------


def make_notes():
    """Pitch, duration, offset; a split has pitches and durations of its own."""
    rng = np.random.default_rng(0)

    def piece(split):
        pitch = KEYS[split] + rng.integers(0, 12, 40)
        length = np.full(40, 1.0 + SPLITS.index(split))
        return np.stack([pitch, length, np.ones(40)], 1).astype(np.float32)

    pieces = {s: [piece(s) for _ in range(4)] for s in SPLITS}
    return rows.RowData("splits", pieces, {"form": "triples"}, "none")


@pytest.mark.parametrize("split", SPLITS)
def test_notes_are_compared_with_test_music_by_the_counts_of_training_music(split, monkeypatch):
    data, counted = make_notes(), []
    monkeypatch.setattr(
        note_measures, "read_counts", lambda pieces: counted.append(pieces) or COUNTS
    )
    samples = data.windows(split, 8)
    found = program.measure_notes(samples, data, 8, 100)
    assert (found["w1_duration"] == 0) == (split == "test")
    (pieces,) = counted
    assert octave_of(np.concatenate(pieces)[:, 0]) == {"train"}


COUNTS = {"offset": np.ones((33, 33)), "bass": np.ones((12, 12))}


@pytest.mark.parametrize("variant", ["as_published", "repaired"])
def test_notes_learn_from_training_music(variant):
    data = make_notes()
    sizes = {
        "hidden": 4,
        "width": 4,
        "notes": 1,
        "windows": 1,
        "measure": 4,
        "batch": 8,
        "length": 6,
    }
    config = neo2024.configure(
        variant, "smoke", "tunes", **sizes, normalised=False, rounded=False, matching=0.0
    )
    drawn = program._real(config, data)(40, torch.Generator().manual_seed(0))
    assert octave_of(drawn[..., 0].numpy()) == {"train"}


# -- rolls ------------------------------------------------------------------------------------------

DENSITIES = {"train": (0.05, 0.1), "valid": (0.2, 0.3), "test": (0.5, 0.7)}
ROLLS = {
    "low": 60, "high": 73, "bars": 4, "length": 32, "time_units": (4,), "note_units": (4,), "filters": 2, "batch": 2,
    "check_every": 1, "discriminator_units": 4, "discriminator_filters": 2, "skip": 4, "pool": 4,
    "discriminator_batch": 2, "rl_batch": 2,
    "ce_batch": 2, "measure": 8, "pretrain": 1, "pretrain_discriminator": 1, "adversarial": 1, "mismatched": 0.0,
}  # fmt: skip


def make_rolls():
    rng = np.random.default_rng(0)

    def piece(low, high):
        play = rng.random((6 * 16, 14)) < rng.uniform(low, high)
        return np.stack([play, np.zeros_like(play), play * 80], -1).astype(np.uint8)

    parts = {s: [piece(*ends) for _ in range(4)] for s, ends in DENSITIES.items()}
    return RollData("splits", parts, {"low": 60, "high": 73, "per_track": False}, "none")


def split_of(density: float) -> str:
    (name,) = (s for s, (low, high) in DENSITIES.items() if low - 0.05 <= density <= high + 0.05)
    return name


@pytest.fixture
def rolls():
    data = make_rolls()
    config = anokhin2018.configure("repaired", "smoke", "chorales", **ROLLS)
    return config, data, anokhin2018.game.build(config, data, 0)


def test_rolls_are_measured_on_test_music_and_copies_counted_against_training_music(
    rolls, monkeypatch
):
    config, data, state = rolls
    real, known, crops = [], [], []
    compare, copies, crop = (
        roll_measures.compare_rolls,
        roll_measures.longest_copies,
        roll_measures._crops,
    )

    def spy(made, of, *rest):
        real.append(split_of(of[..., 0].mean()))
        return compare(made, of, *rest)

    def spy_copies(some, corpus):
        known.extend(p is q for p, q in zip(corpus, train))
        return copies(some, corpus)

    def spy_crops(some, *rest):
        crops.extend(
            split_of(np.asarray(p[..., 0] > 0).mean()) for p in some if p.dtype == np.uint8
        )
        return crop(some, *rest)

    train = [roll_measures.metrics.onset_words(np.asarray(p)) for p in data.pieces["train"]]
    words = iter(train)
    own = roll_measures.metrics.onset_words
    trained = {id(p) for p in data.pieces["train"]}
    monkeypatch.setattr(
        roll_measures.metrics, "onset_words",
        lambda rows, *start: next(words) if id(rows) in trained else own(rows, *start),
    )  # fmt: skip
    monkeypatch.setattr(roll_measures, "compare_rolls", spy)
    monkeypatch.setattr(roll_measures, "longest_copies", spy_copies)
    monkeypatch.setattr(roll_measures, "_crops", spy_crops)
    found, _ = anokhin2018.game.measure(state, config, data, torch.Generator().manual_seed(0))
    assert real == ["test", "test"]  # and the floor's
    assert known == [True] * 8 and set(crops) == {"test"}
    assert found["mean_w_floor"] < 2


def test_each_likelihood_of_rolls_is_of_its_own_split(rolls):
    config, data, state = rolls
    policy = state.modules["policy"]
    policy.losses = lambda roll, style=None: {k: roll[..., 0].mean() for k in ("play", "replay")}
    found = roll_measures.measure_likelihoods(policy, config, data)
    assert all(split_of(found[f"nll_play_{s}"]) == s for s in SPLITS)


def test_the_judge_of_a_run_on_rolls_is_asked_about_test_music(rolls):
    config, data, state = rolls
    for name in ("discriminator", "first_discriminator"):
        state.modules[name].score = lambda y, x: torch.logit(
            (y[..., 0].mean((1, 2)) + x[..., 0].mean((1, 2))) / 2
        )
    found = roll_measures.ask_judges(state, config, data, torch.Generator().manual_seed(0))
    assert split_of(found["d_human"]) == split_of(found["first_human"]) == "test"


def test_rolls_learn_from_training_music_and_openings_are_test_music(rolls, monkeypatch):
    config, data, state = rolls
    assert split_of(state.modules["policy"].openings[..., 0].mean().item()) == "test"
    drawn, draw = set(), roll_material.Windows.draw

    def spy(self, *args):
        found = draw(self, *args)
        drawn.update(split_of(r[..., 0].mean().item()) for r in found[0])
        return found

    monkeypatch.setattr(roll_material.Windows, "draw", spy)
    monkeypatch.setattr(roll_game, "ask_judges", lambda *_: {})
    losses = type(state.modules["policy"]).losses
    checked = set()

    def listen(self, roll, style=None):
        checked.add(split_of(roll[..., 0].mean().item()))
        return losses(self, roll, style)

    monkeypatch.setattr(type(state.modules["policy"]), "losses", listen)
    loop.fit(state, anokhin2018.game.make_step(config, data), config.steps)
    assert drawn == {"train"} and checked == {"valid"}
