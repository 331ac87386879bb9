"""The game on note matrices: every signal's gradient against one made by hand, and every setting moves something or
is refused.

Plain gradient descent at rate 1 tells the gradient that a turn used, with its sign, its scale and its weights.
"""

import copy

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data.rolls import RollData
from musicgan_lib.games import controls, roll_material
from musicgan_lib.games import rolls as roll_game
from musicgan_lib.games.signals import continuations
from musicgan_lib.learning import fit as loop

anokhin2018 = systems.find("anokhin2018")
deepj2018 = systems.find("deepj2018")

TINY = {
    "low": 60, "high": 73, "bars": 4, "length": 32, "time_units": (6,), "note_units": (4,), "filters": 2, "batch": 2,
    "check_every": 50, "discriminator_units": 4, "discriminator_filters": 2, "skip": 4, "pool": 6,
    "discriminator_batch": 4, "rl_batch": 4,
    "ce_batch": 2, "measure": 3, "pretrain": 0, "pretrain_discriminator": 0, "adversarial": 1, "mismatched": 0.0,
}  # fmt: skip


def make_data():
    rng = np.random.default_rng(0)

    def one(bars=6):
        play = np.repeat(rng.random((bars * 4, 14)) < 0.2, 4, axis=0)
        replay = np.zeros_like(play)
        replay[4::4] = play[4::4] & play[3:-1:4] & (rng.random((bars * 4 - 1, 14)) < 0.5)
        return np.stack([play, replay, play * 80], -1).astype(np.uint8)

    parts = {s: [one() for _ in range(4)] for s in ("train", "valid", "test")}
    return RollData("dice", parts, {"low": 60, "high": 73, "per_track": False}, "none")


DATA = make_data()


def begin(changes, variant="repaired"):
    config = anokhin2018.configure(variant, "smoke", "chorales", **TINY | changes)
    state = anokhin2018.game.build(config, DATA, 2)
    for name in ("policy", "discriminator", "critic"):
        if name in state.modules:
            module = state.modules[name]
            with torch.no_grad():  # a fresh judge says nearly the same of everything
                for weight in module.parameters():
                    weight.mul_(2)
            state.optimisers[name] = torch.optim.SGD(module.parameters(), lr=1.0)
    return config, state


def turn(config, state, monkeypatch, control="frozen_discriminator"):
    """One turn: networks before, X and Y of the batch, what was made,
    all windows in the order drawn, and what moved.
    """
    before = {k: copy.deepcopy(m) for k, m in state.modules.items()}
    heard, windows = [], []
    own, draw = continuations.continue_openings, roll_material.Windows.draw

    def listen(policy, config, roll, generator):
        heard.append((roll, own(policy, config, roll, generator)))
        return heard[-1][1]

    def spy(self, *args):
        windows.append(draw(self, *args))
        return windows[-1]

    monkeypatch.setattr(continuations, "continue_openings", listen)
    monkeypatch.setattr(roll_material.Windows, "draw", spy)
    monkeypatch.setattr(roll_game, "check_policy", lambda *_: {})
    monkeypatch.setattr(roll_game, "ask_judges", lambda *_: {})
    anokhin2018.game.make_step(config, DATA, control)(state)
    moved = {
        k: [(a - b).detach() for a, b in zip(before[k].parameters(), m.parameters())]
        for k, m in state.modules.items()
    }
    roll, made = heard[0]
    return before, roll, made, [w[0] for w in windows], moved


def surprise(policy, seen, said, before):
    """``(B, T)``: minus log-probability of each step: every cell's play, and replay where it sounds and did before."""
    p = (1 / (1 + torch.exp(-policy.logits(seen)[..., :2]))).clamp(1e-7, 1 - 1e-7)
    cells = -(said * torch.log(p) + (1 - said) * torch.log(1 - p))  # (B, T, N, 2)
    return (cells[..., 0] + cells[..., 1] * said[..., 0] * before[..., 0]).sum(2)


def one_later(roll):
    return torch.cat([torch.zeros_like(roll[:, :1]), roll[:, :-1]], 1)


def hand_log_prob(policy, config, roll, said):
    policy, half = policy.train(), config.length // 2
    if config.context == "real":
        whole = torch.cat([roll[:, :half], said], 1)
        return -surprise(policy, roll, whole, one_later(roll))[:, half:]
    if not config.conditional:
        return -surprise(policy, said, said, one_later(said))
    whole = torch.cat([roll[:, :half], said], 1)
    return -surprise(policy, whole, whole, one_later(whole))[:, half:]


def hand_weight(config, before, roll, made, control):
    """What each sequence's log-probability is multiplied with ``(B,)``."""
    half, forced = config.length // 2, config.teacher_forcing == 1
    x, y = roll[:, :half], roll[:, half:] if forced else made
    if forced and config.teacher_reward == "one":
        return torch.ones(len(roll))
    reward = 1 / (1 + torch.exp(-before["discriminator"].eval().score(y, x).detach()))
    if control == "random_reward":
        reward = torch.full((len(roll),), 0.25)
    if control == "zero_reward":
        return torch.zeros(len(roll))
    if config.baseline == "critic":
        return reward - before["critic"](x).detach()
    groups = reward.view(-1, config.per_opening if config.per_opening > 1 else len(reward))
    if config.baseline == "batch_mean":
        groups = groups - groups.sum(1, keepdim=True) / groups.shape[1]
    if config.baseline == "leave_one_out":
        others = (groups.sum(1, keepdim=True) - groups) / (groups.shape[1] - 1)
        groups = groups - others
    return groups.flatten()


def assert_same_slopes(found, wanted):
    largest = max(w.abs().max().item() for w in wanted)
    assert largest > 1e-4 and len(found) == len(wanted)
    for a, b in zip(found, wanted):
        assert torch.allclose(a, b, rtol=1e-3, atol=2e-4 * largest + 1e-7)


def slopes(loss, module):
    given = list(module.parameters())
    found = torch.autograd.grad(loss, given, allow_unused=True)
    return [torch.zeros_like(p) if g is None else g for p, g in zip(given, found)]


SIGNALS = {
    "no baseline": {"baseline": "none"},
    "batch mean": {},
    "leave one out": {"baseline": "leave_one_out"},
    "critic": {"baseline": "critic"},
    "groups": {"per_opening": 2, "baseline": "leave_one_out"},
    "teacher forcing": {"teacher_forcing": 1.0},
    "forced, paid by the judge": {"teacher_forcing": 1.0, "teacher_reward": "discriminator", "baseline": "none"},
    "after the real steps": {"context": "real", "baseline": "none"},
    "from silence": {"conditional": False, "baseline": "none"},
    "without cross-entropy": {"lambda_ce": 0.0, "baseline": "none"},
    "dice": {"baseline": "none"},
    "nothing": {},
    "forced, nothing": {"teacher_forcing": 1.0},
}  # fmt: skip
CONTROLS = {"dice": "random_reward", "nothing": "zero_reward", "forced, nothing": "zero_reward"}


@pytest.mark.parametrize("name", SIGNALS)
def test_a_turn_moves_the_policy_by_the_gradient_made_by_hand(name, monkeypatch):
    control = CONTROLS.get(name, "frozen_discriminator")
    config, state = begin({"lambda_rl": 0.5, "lambda_ce": 0.7, "clip": 1e9} | SIGNALS[name])
    if name == "forced, nothing":  # a control of nothing is refused, unless other batches are paid
        monkeypatch.setattr(type(anokhin2018.game), "check_control", lambda *_: None)
    if control == "random_reward":
        monkeypatch.setattr(controls, "rand", lambda *shape, generator: torch.full(shape, 0.25))
    before, roll, made, windows, moved = turn(config, state, monkeypatch, control)
    policy, half = before["policy"], config.length // 2
    said = roll[:, half:] if config.teacher_forcing == 1 else made
    weight = hand_weight(config, before, roll, made, control)
    log_prob = hand_log_prob(policy, config, roll, said).sum(1)
    loss = -config.lambda_rl * (weight * log_prob).sum() / len(roll)
    if config.lambda_ce:
        real = windows[1]  # after those of the turn
        nats = surprise(policy.train(), real, real, one_later(real))
        loss = loss + config.lambda_ce * nats.sum() / real[..., 0].numel()
    assert_same_slopes(moved["policy"], slopes(loss, policy))
    if config.baseline == "critic":
        critic = before["critic"].train()
        reward = 1 / (
            1 + torch.exp(-before["discriminator"].eval().score(made, roll[:, :half]).detach())
        )
        error = ((critic(roll[:, :half]) - reward) ** 2).sum() / len(roll)
        assert_same_slopes(moved["critic"], slopes(error, critic))


@pytest.mark.parametrize("changes", [{}, {"mismatched": 0.25}, {"noise": 0.5}], ids=str)
def test_a_lesson_moves_the_judge_by_the_gradient_made_by_hand(changes, monkeypatch):
    config, state = begin({"game_lr": 1.0, "clip": 1e9} | changes)
    monkeypatch.setattr(roll_material, "draw_noise", lambda like, generator: torch.ones_like(like))
    before, roll, made, windows, moved = turn(config, state, monkeypatch, None)
    judge, half, n = before["discriminator"].train(), config.length // 2, len(roll)
    real = windows[2]
    x, y = roll[:, :half].clone(), made.clone()
    y[: round(config.noise * n)] = 1  # what stands here for noise
    wrong = round(config.mismatched * n)
    if wrong:  # real music, each after the opening of the next piece
        x[n - wrong :], y[n - wrong :] = (
            real[:wrong, :half],
            real[[n - 1, *range(wrong - 1)], half:],
        )
    d_real = 1 / (1 + torch.exp(-judge.score(real[:, half:], real[:, :half])))
    d_made = 1 / (1 + torch.exp(-judge.score(y, x)))
    lesson = -torch.log(d_real).sum() / n - torch.log(1 - d_made).sum() / n
    assert_same_slopes(moved["discriminator"], slopes(lesson, judge))


def test_a_turn_makes_what_the_judge_prefers_likelier(monkeypatch):
    """Of the continuations of one batch, those paid above their mean gain probability on those paid below."""
    config, state = begin({"rl_batch": 16, "lambda_ce": 0.0, "lambda_rl": 1e-3, "clip": 1e9})
    before, roll, made, _, _ = turn(config, state, monkeypatch)
    reward = torch.sigmoid(before["discriminator"].eval().score(made, roll[:, :16]).detach())
    now, then = (
        hand_log_prob(p, config, roll, made).sum(1).detach()
        for p in (state.modules["policy"], before["policy"])
    )
    assert ((now - then) * (reward - reward.mean())).sum() > 0


# -- every setting moves something, or is refused -----------------------------------------------------

SMALL = TINY | {"pretrain": 2, "pretrain_discriminator": 2, "adversarial": 2}
GAME = {"variant": "repaired"}
FORCED = GAME | {"teacher_forcing": 1.0}
LONG = GAME | {"length": 64, "bars": 5}
#: Setting -> another value, and the settings beside which it has something to do
SETTINGS = {
    "features": (
        "johnson",
        {"variant": "likelihood", "attention": False, "global_structure": False},
    ),
    "volume": (True, GAME),
    "time_units": ((5,), GAME),
    "note_units": ((5,), GAME),
    "filters": (3, GAME),
    "dropout": (0.5, GAME),
    "attention": (False, GAME),
    "scaled": (True, GAME | {"attention": True}),
    "global_structure": (False, GAME),
    "causal": (False, LONG),
    "styles": (2, {"variant": "deepj"}),
    "copy": (False, GAME),
    "bars_back": ((1,), GAME),
    "length": (64, GAME | {"bars": 5}),
    "batch": (3, GAME),
    "pretrain": (3, GAME),
    "pretrain_lr": (0.1, GAME),
    "optimiser": ("nadam", GAME),
    "clip": (1e-4, GAME),
    "check_every": (1, GAME),
    "discriminator_units": (5, GAME),
    "discriminator_filters": (3, GAME),
    "read": ("last", GAME),
    "as_published": (True, GAME),
    "skip": (5, GAME),
    "discriminator_bars_back": ((1,), GAME),
    "conditional": (False, GAME),
    "pool": (8, GAME),
    "pretrain_discriminator": (3, GAME),
    "discriminator_batch": (5, GAME),
    "discriminator_lr": (0.1, GAME),
    "game_lr": (0.1, GAME),
    "noise": (0.5, GAME),
    "mismatched": (0.5, GAME),
    "adversarial": (3, GAME),
    "rl_batch": (6, GAME),
    "ce_batch": (3, GAME),
    "rl_lr": (0.1, GAME),
    "lambda_rl": (1.0, GAME),
    "lambda_ce": (0.0, GAME),
    "baseline": ("none", GAME),
    "per_opening": (2, GAME),
    "teacher_forcing": (1.0, GAME),
    "teacher_reward": ("discriminator", FORCED),
    "context": ("real", GAME),
    "rule": ("gap", GAME),
    "discriminator_steps": (2, GAME),
    "measure": (4, GAME),
}
#: What is read: these go into the encoding of the corpus
READ = {"low": 59, "high": 74, "per_track": True, "bars": 5}


def fingerprint(changes):
    """Everything that a run leaves behind: weights, what is remembered and logged."""
    variant, changes = changes["variant"], {k: v for k, v in changes.items() if k != "variant"}
    system, small = anokhin2018, SMALL
    if variant == "deepj":
        system, variant, changes = deepj2018, "without_style", changes | {"volume": False}
    if variant in ("likelihood", "without_style"):
        small = SMALL | {"adversarial": 0, "pretrain_discriminator": 0}
    config = system.configure(variant, "smoke", "chorales", **small | changes)
    state = system.game.build(config, DATA, 3)
    history = loop.fit(
        state, system.game.make_step(config, DATA), config.steps, log_every=1
    ).history
    rows = [sorted((k, v) for k, v in row.items() if k != "seconds") for row in history]
    hashes = [loop.weights_hash(m) for _, m in sorted(state.modules.items())]
    return hashes, repr(rows)


def test_every_setting_is_tried():
    assert SETTINGS.keys() | READ.keys() == anokhin2018.game.Config.__dataclass_fields__.keys()


@pytest.fixture(scope="module")
def bases():
    return {}


#: What is only looked at: nothing is chosen by it
WATCHED = ("check_every", "measure")


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_changes_what_a_run_leaves(name, bases):
    value, beside = SETTINGS[name]
    key = str(beside)
    bases[key] = bases.get(key) or fingerprint(beside)
    other = fingerprint(beside | {name: value})
    assert other != bases[key]
    assert (other[0] == bases[key][0]) == (name in WATCHED)


@pytest.mark.parametrize("name", READ)
def test_a_setting_of_the_music_reaches_its_encoding(name, monkeypatch):
    monkeypatch.setattr(roll_game, "encode_rolls", lambda *options: options)
    config = anokhin2018.configure("repaired", "smoke", "chorales", **TINY)
    other = anokhin2018.configure("repaired", "smoke", "chorales", **TINY | {name: READ[name]})
    assert anokhin2018.game.encode(config, "tunes") != anokhin2018.game.encode(other, "tunes")
    if name == "bars":  # and how long a sample is
        policy = anokhin2018.game.build(other, DATA, 0).modules["policy"]
        assert (
            anokhin2018.game.draw(policy, other, 1, torch.Generator()).shape[1] == 16 * READ["bars"]
        )


def test_every_variant_of_rolls_is_allowed_at_the_profiles_it_was_run_at():
    for name in ("anokhin2018", "biaxial2015", "deepj2018"):
        system = systems.find(name)
        for variant in system.variants:
            for profile in ("cpu", "gpu"):
                assert system.configure(variant, profile).steps > 0
