"""What a control takes away, for every system, variant and control: other weights after three turns, or a sentence.

A dozen variants at each commit, all where ``MUSICGAN_WEEKLY`` is set.
"""

import json

import families
import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data.rows import RowData
from musicgan_lib.data.shuffled import shuffle_order
from musicgan_lib.data.tokens import TokenData
from musicgan_lib.experiments import training
from musicgan_lib.games import controls
from musicgan_lib.games.signals import continuations
from musicgan_lib.learning import fit

#: The phases before three turns
SHORT = {"pretrain": 1, "pretrain_discriminator": 1}
#: The network that moves, by the names that games give it; an average of it may be what is kept
LEARNERS = ("player", "learner", "policy", "generator", "network", "table", "predictor")
#: Turns of systems of which three tell nothing: a listener has to know each station before it has a choice
TURNS = {"schmidhuber2010": 80}
#: First updates of systems of which one tells nothing: a codec has but one code then, and one code has no order
FIRST_UPDATES = {"dhariwal2020": 250}


def prepare(name, variant):
    """A system, and the changes that make its variant small."""
    system = systems.find(name)
    changes, config = families.cut(system, variant, **families.loosen(system, variant))
    short = {k: v for k, v in SHORT.items() if getattr(config, k, 0) and k in changes}
    if name in FIRST_UPDATES:
        short["pretrain"] = FIRST_UPDATES[name]
    if name in TURNS:
        short["steps"] = TURNS[name]
    return system, changes | short


def run(system, config, data, control=None):
    """Hashes of all networks at the end, and of the one that learns before the first turn and after the last."""
    state = system.game.build(config, data, 3)
    step = system.game.make_step(config, data, system.choose_signal_control(control))
    learner = next(state.modules[k] for k in LEARNERS if k in state.modules)
    if getattr(config, "adversarial", 0):
        fit.fit(state, step, sum(getattr(config, phase, 0) for phase in SHORT))
    before = fit.weights_hash(learner)
    fit.fit(state, step, config.steps)
    ends = [fit.weights_hash(module) for _, module in sorted(state.modules.items())]
    return ends, before, fit.weights_hash(learner)


def compose(system, config, data):
    """The samples that are measured, of a network that has learned nothing yet."""
    state = system.game.build(config, data, 3)
    return system.game.measure(state, config, data, torch.Generator().manual_seed(0))[1]


@pytest.mark.parametrize(("name", "variant"), families.chosen(families.every_variant()))
def test_a_control_changes_what_a_run_becomes_or_is_refused_with_a_sentence(
    name, variant, monkeypatch
):
    system, changes = prepare(name, variant)
    corpus = families.choose_corpus(system)
    plain = system.configure(variant, "smoke", corpus, **changes)
    # by the rule gap a fresh generator would rest for three turns
    monkeypatch.setattr(continuations, "is_behind", lambda gaps: False)
    data = system.game.encode(plain, corpus)
    own, _, learned = run(system, plain, data)
    for control in system.list_controls():
        try:
            config = system.configure_control(control, variant, "smoke", corpus, **changes)
        except ValueError as refused:
            assert len(str(refused).split()) > 6, refused
            if not getattr(plain, "adversarial", 0) or getattr(plain, "rule", "") == "gap":
                continue
            with monkeypatch.context() as unchecked:  # it would have been the variant, or no game
                unchecked.setattr(type(system.game), "check_control", lambda *_: None)
                _, pretrained, end = run(system, plain, data, control)
            assert end in (learned, pretrained), f"{control} is refused, and changes something"
            continue
        music = data if config == plain else system.game.encode(config, corpus)
        if run(system, config, music, control)[0] == own:  # then it acts on what is drawn
            one, other = (compose(system, given, music) for given in (plain, config))
            assert not np.array_equal(one, other), f"{control} changes nothing"


def test_every_control_of_a_game_has_a_place():
    for name in systems.names():
        for control in systems.find(name).game.controls:
            assert (control in controls.SIGNAL) != (control in controls.MUSIC), control
    used = {c for name in systems.names() for c in systems.find(name).game.controls}
    assert (
        used >= controls.SIGNAL.keys() | controls.MUSIC.keys()
    )  # and none stands there for nothing


def make_tokens():
    rng = np.random.default_rng(0)
    pieces = {s: [rng.integers(0, 50, n) for n in (9, 1, 40)] for s in ("train", "valid", "test")}
    others = [[p + 50, p + 100] for p in pieces["train"]]
    return TokenData("dice", "none", (200,), [[]], pieces, "0", others)


def make_rows():
    rng = np.random.default_rng(0)
    pieces = {s: [rng.random((n, 3)) for n in (9, 1, 40)] for s in ("train", "valid", "test")}
    return RowData("dice", pieces, {"form": "triples"}, "0")


@pytest.mark.parametrize("make", [make_tokens, make_rows])
def test_shuffled_music_is_the_same_music_in_no_order(make):
    data = make()
    mixed = shuffle_order(data)
    for before, after in zip(data.pieces["train"], mixed.pieces["train"], strict=True):
        rows, moved = (sorted(map(tuple, p.reshape(len(p), -1).tolist())) for p in (before, after))
        assert rows == moved and before.dtype == after.dtype
    assert (data.pieces["train"][2] != mixed.pieces["train"][2]).any()
    for split in ("valid", "test"):
        assert mixed.pieces[split] is data.pieces[split]
    for piece, keys in zip(mixed.pieces["train"], getattr(mixed, "other_keys", [])):
        assert all((key == piece + 50 * k).all() for k, key in enumerate(keys, 1))


def test_a_control_on_the_music_is_no_other_runs_beginning(tmp_path, monkeypatch):
    """Its pre-training is its own: the phase that variants share has learned from music in order."""
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "cache"))
    small = {"hidden": 6, "length": 6, "batch": 4, "pretrain": 3, "pretrain_discriminator": 0,
        "adversarial": 1, "measure": 4,
             "check_every": 3, "checked": 2, "g_lr": 0.0}  # fmt: skip
    ends = {}
    for control in (None, "shuffled_order"):
        folder = training.train(
            "mogren2016", "adversarial", "smoke", 3, corpus="tunes", control=control,
            folder=tmp_path / str(control), changes=small,
        )  # fmt: skip
        ends[control] = fit.weights_hash(training.open_run(folder)[3].modules["player"])
        assert json.loads((folder / "config.json").read_text())["control"] == control
    assert ends[None] != ends["shuffled_order"]
    assert len(list((tmp_path / "cache" / "training" / "mogren2016").glob("shared-*"))) == 1


def test_what_pays_instead_pays_nothing_a_constant_or_dice():
    actions = torch.zeros(3, 4)
    pay = {c: controls.pay_instead(c, torch.Generator().manual_seed(0)) for c in controls.SIGNAL}
    assert pay["zero_reward"](actions, 3).tolist() == [0, 0, 0]
    assert pay["constant_reward"](actions, 3, 2).tolist() == [[controls.CONSTANT] * 2] * 3
    thrown = pay["random_reward"](actions, 3, 4)
    assert thrown.shape == (3, 4) and len(set(thrown.flatten().tolist())) == 12
    assert ((thrown >= 0) & (thrown < 1)).all()
    assert {c for c, payer in pay.items() if payer is None} == {
        controls.FROZEN, "no_adversary", "zero_updates"
    }  # fmt: skip
