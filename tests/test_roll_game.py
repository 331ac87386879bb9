"""The game on note matrices: what its phases learn from, what a control takes away, what is refused."""

import functools
import json

import numpy as np
import pytest
import rotation
import torch

from musicgan_lib import systems
from musicgan_lib.data.rolls import RollData
from musicgan_lib.experiments import run_folder, training
from musicgan_lib.games import roll_material as material
from musicgan_lib.games import roll_measures as measures
from musicgan_lib.games.adversarial import Play
from musicgan_lib.games.roll_material import Rolls, Windows
from musicgan_lib.games.signals import continuations
from musicgan_lib.learning import fit as loop

anokhin2018 = systems.find("anokhin2018")
biaxial2015 = systems.find("biaxial2015")
deepj2018 = systems.find("deepj2018")

TINY = {
    "low": 60, "high": 73, "bars": 4, "length": 32, "time_units": (6,), "note_units": (4,), "filters": 2, "batch": 2,
    "check_every": 2, "discriminator_units": 4, "discriminator_filters": 2, "pool": 6,
    "discriminator_batch": 4, "rl_batch": 4, "ce_batch": 2,
    "measure": 6,
}  # fmt: skip
PHASES = {"pretrain": 3, "pretrain_discriminator": 2, "adversarial": 3}


def make_data(seed=0, pieces=5, bars=6):
    rng = np.random.default_rng(seed)

    def one():
        play = np.repeat(rng.random((bars * 4, 14)) < 0.1, 4, axis=0)
        replay = np.zeros_like(play)
        replay[4::4] = play[4::4] & play[3:-1:4] & (rng.random((bars * 4 - 1, 14)) < 0.5)
        return np.stack([play, replay, play * 80], -1).astype(np.uint8)

    parts = {s: [one() for _ in range(pieces)] for s in ("train", "valid", "test")}
    return RollData("dice", parts, {"low": 60, "high": 73, "per_track": False}, "none")


DATA = make_data()


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "cache"))


def configure(variant="repaired", preset=anokhin2018, **changes):
    own = preset.variants[variant]
    sizes = {k: v for k, v in (TINY | PHASES).items() if k not in own or k in PHASES and own[k]}
    if not own.get("adversarial"):
        sizes |= {"pretrain_discriminator": 0, "adversarial": 0}
    return preset.configure(variant, "smoke", "chorales", **sizes | changes)


def train(
    folder, variant="repaired", preset="anokhin2018", control=None, seconds=float("inf"), **changes
):
    own = systems.find(preset).variants[variant]
    sizes = {k: v for k, v in (TINY | PHASES).items() if k not in own or k in PHASES and own[k]}
    if not own.get("adversarial"):
        sizes |= {"pretrain_discriminator": 0, "adversarial": 0}
    return training.train(
        preset, variant, "smoke", 3, corpus="chorales", control=control, folder=folder, data=DATA,
        changes=sizes | changes, seconds=seconds,
    )  # fmt: skip


def weights(folder, name="policy"):
    content = torch.load(folder / "checkpoint.pt", weights_only=True)["modules"][name]
    return {k: v.numpy() for k, v in content.items()}


def same(a, b):
    return all(np.array_equal(a[k], b[k]) for k in a)


def begin(variant="repaired", **changes):
    config = configure(variant, **changes)
    state = anokhin2018.game.build(config, DATA, 0)
    return config, state, Windows(DATA, "train", config.length)


def begin_turns(**changes):
    """A state whose next step is a turn, and what turns share."""
    config, state, real = begin(**changes)
    state.step = config.pretrain + config.pretrain_discriminator
    music = Rolls(config, DATA)
    return state, Play(config, music, continuations.Continuations(config, music)), real


def read(roll, reward, forced=False):
    """What a turn would have read of a batch whose continuations are the real ones, and earn this."""
    return continuations.Continued(
        roll=roll, made=roll[:, roll.shape[1] // 2 :], forced=forced, human=reward, machine=reward
    )


ALL = [("anokhin2018", v) for v in sorted(anokhin2018.variants)] + [
    (p, v) for p in ("biaxial2015", "deepj2018") for v in sorted(systems.find(p).variants)
]


@pytest.mark.parametrize("preset, variant", rotation.pick(ALL, 8))
def test_every_variant_runs_and_is_measured(tmp_path, preset, variant):
    heard = systems.find(preset).variants[variant]
    longer = {"length": 64} if "bars_back" in heard or "discriminator_bars_back" in heard else {}
    folder = train(tmp_path / "run", variant, preset, **longer)
    metrics = json.loads((folder / "record.json").read_text())[0]["metrics"]
    assert {"mean_w", "mean_w_floor", "judge_auc", "w1_eb", "longest_copy"} <= metrics.keys()
    sees_ahead = variant in ("faithful", "leaky_global")  # what it has is no likelihood
    assert ("nll_play_test" in metrics) != sees_ahead == ("leaky_nll_play_test" in metrics)
    assert ("begin_auc" in metrics) == ("d_auc" in metrics)
    assert ("d_auc" in metrics) == bool(systems.find(preset).variants[variant].get("adversarial"))
    samples = np.load(folder / "samples.npz")["words"]
    assert samples.shape[:3] == (6, 64, 14) and samples.dtype == np.uint8
    config, state, _ = begin()
    if variant != "unconditional" and not longer:
        opening = state.modules["policy"].openings.numpy()
        assert np.array_equal(samples[:, :16, :, :2], opening[..., :2])
        assert (samples[..., 1] <= samples[..., 0]).all()


@pytest.mark.parametrize(
    "variant", rotation.pick(["repaired", "one_step", "faithful", "unconditional"], 2)
)
def test_a_phase_is_shared_twice_and_changes_nothing(tmp_path, monkeypatch, variant):
    shared = train(tmp_path / "shared", variant)
    kept = sorted((tmp_path / "cache" / "training" / "anokhin2018").glob("shared-*"))
    assert len(kept) == 2  # the generator's pre-training, and the judge's on top of it
    spent = [json.loads((k / "config.json").read_text())["seconds"] for k in kept]
    assert max(spent) > 1.2 * min(spent)  # the second holds the first
    monkeypatch.setattr(type(anokhin2018.game), "shared_phase", lambda self, config: None)
    alone = train(tmp_path / "alone", variant)
    for name in ("policy", "first_discriminator"):
        assert same(weights(alone, name), weights(shared, name))


def test_a_shared_phase_that_was_stopped_goes_on_where_it_was(tmp_path, monkeypatch):
    whole = weights(train(tmp_path / "whole"))
    (tmp_path / "cache").rename(tmp_path / "other")
    clock = iter(range(10**6))  # a second passes at every look
    monkeypatch.setattr(training.time, "perf_counter", lambda: next(clock))
    for _ in range(40):
        folder = train(tmp_path / "parts", seconds=9)
        if json.loads((folder / "config.json").read_text())["share"] == 1:
            break
    assert same(weights(folder), whole)


def test_what_was_done_after_a_stopped_beginning_survives_a_kill(tmp_path, monkeypatch):
    """A run that was stopped in the phase that it shares begins there again, but only once."""
    whole = weights(train(tmp_path / "whole"))
    (tmp_path / "cache").rename(tmp_path / "other")
    folder, clock = tmp_path / "parts", iter(range(10**6))
    with monkeypatch.context() as slow:
        slow.setattr(training.time, "perf_counter", lambda: next(clock))
        train(folder, seconds=9)
    assert json.loads((folder / "config.json").read_text())["shares"]
    game = type(anokhin2018.game)
    turns, take_turn = [], game.take_turn

    def killed(self, state, play):
        turns.append(state.step)
        if len(turns) == 2:
            raise MemoryError  # nothing after this line runs, as after kill -9
        return take_turn(self, state, play)

    with monkeypatch.context() as broken:
        broken.setattr(game, "take_turn", killed)
        broken.setattr(loop, "fit", functools.partial(loop.fit, save_every=1))
        with pytest.raises(MemoryError):
            train(folder)
    train(folder, seconds=0)
    assert json.loads((folder / "config.json").read_text())["share"] == 6 / 8
    assert same(weights(train(folder)), whole)


def test_a_stopped_run_goes_on_to_the_same_weights(tmp_path):
    whole = weights(train(tmp_path / "whole"))
    (tmp_path / "cache").rename(tmp_path / "other")
    config = configure()
    data, parts = DATA, tmp_path / "parts"
    for stop in (2, 4, 6, config.steps):
        state = anokhin2018.game.build(config, data, 3)
        loop.fit(state, anokhin2018.game.make_step(config, data), stop, folder=parts, code="x")
    assert same(weights(parts), whole)


def test_without_reward_only_cross_entropy_is_left(tmp_path):
    zero = weights(train(tmp_path / "zero", control="zero_reward"))
    assert same(zero, weights(train(tmp_path / "none", lambda_rl=0.0)))
    assert not same(zero, weights(train(tmp_path / "some", lambda_rl=0.5)))
    assert not same(zero, weights(train(tmp_path / "dice", control="random_reward")))


def test_without_reward_teacher_forcing_is_left(tmp_path, monkeypatch):
    def end(name, control, **changes):
        return weights(train(tmp_path / name, "reward_and_forcing", control=control, **changes))

    with (
        monkeypatch.context() as unchecked
    ):  # nobody asks the judge, so a control is none, and refused
        unchecked.setattr(type(anokhin2018.game), "check_control", lambda *_: None)
        forced = end("forced", "zero_reward", teacher_forcing=1.0)
        assert same(forced, end("same", None, teacher_forcing=1.0))
        assert same(forced, end("dice", "random_reward", teacher_forcing=1.0))
        assert same(forced, end("critic", "zero_reward", teacher_forcing=1.0, baseline="critic"))
    asked = end(
        "asked", "zero_reward", teacher_forcing=1.0, teacher_reward="discriminator", lambda_ce=0.1
    )
    only = end("only", "zero_reward", teacher_forcing=0.0, lambda_ce=0.1)
    assert same(asked, only)  # there the judge's opinion of real music was the reward


@pytest.mark.parametrize(
    ("changes", "control", "says"),
    [
        ({"teacher_forcing": 0.0}, "zero_reward", "zero_reward is no control here"),
        ({"teacher_reward": "discriminator"}, "zero_reward", "zero_reward is no control here"),
        ({"lambda_rl": 0.0}, "random_reward", "where lambda_rl is 0"),
        ({"teacher_forcing": 1.0}, "zero_reward", "where every batch is forced"),
        ({"teacher_forcing": 1.0}, "random_reward", "where every batch is forced"),
        ({"adversarial": 0}, "zero_reward", "where adversarial is 0"),
    ],
)
def test_a_control_that_leaves_nothing_or_takes_nothing_is_refused(changes, control, says):
    config = configure("reward_and_forcing", **changes)
    with pytest.raises(ValueError, match=says):
        anokhin2018.game.check_control(config, control)


def test_a_frozen_judge_stays_the_first_judge(tmp_path):
    frozen = train(tmp_path / "frozen", control="frozen_discriminator")
    assert same(weights(frozen, "discriminator"), weights(frozen, "first_discriminator"))
    learning = train(tmp_path / "learning")
    assert not same(weights(learning, "discriminator"), weights(learning, "first_discriminator"))
    assert same(weights(learning, "first_discriminator"), weights(frozen, "first_discriminator"))


def test_a_generator_begins_with_what_counts_say():
    config, state, _ = begin(global_structure=False)
    policy = state.modules["policy"]
    policy.head.weight.data.zero_()  # what the memories say is left out
    play = np.concatenate([p[1:, :, 0] > 0 for p in DATA.pieces["train"]])
    before = np.concatenate([p[:-1, :, 0] > 0 for p in DATA.pieces["train"]])
    replay = np.concatenate([p[1:, :, 1] > 0 for p in DATA.pieces["train"]])
    roll = torch.as_tensor(np.stack([before[:1], play[:1]], 1)[..., None].repeat(2, -1)).float()
    roll[..., 1] = 0
    chance = policy.logits(roll)[0, 1].sigmoid().detach().numpy()
    for sounded in (False, True):
        want = play[before == sounded].mean()
        assert np.allclose(chance[before[0] == sounded, 0], want, atol=0.01)
    assert np.allclose(chance[:, 1], replay[before & play].mean(), atol=0.02)


def test_teacher_forcing_with_reward_one_is_cross_entropy():
    state, play, real = begin_turns(
        lambda_ce=0.0, baseline="none", teacher_forcing=1.0, lambda_rl=0.5, clip=1e9, rl_lr=0.0
    )
    roll, _ = real.draw(4, state.generator)
    policy = state.modules["policy"]
    anokhin2018.game.move_generator(state, play, read(roll, torch.zeros(4), forced=True))
    slopes = [p.grad.clone() for p in policy.parameters()]
    policy.zero_grad()
    (-0.5 * policy.log_prob(roll).log_prob[:, 16:].sum(1).mean()).backward()
    for mine, theirs in zip(slopes, policy.parameters()):
        assert torch.allclose(mine, theirs.grad, atol=1e-6)


@pytest.mark.parametrize("baseline", ["batch_mean", "leave_one_out", "none"])
def test_a_forced_turn_teaches_whatever_the_baseline(baseline):
    state, play, _ = begin_turns(lambda_ce=0.0, baseline=baseline, teacher_forcing=1.0)
    turn = anokhin2018.game.take_turn(state, play)
    assert turn["reward"] == 1 and turn["rl_slope"] > 1e-3


def test_monte_carlo_samples_are_really_resampled():
    config, state, real = begin(per_opening=4)
    roll = real.draw(1, state.generator)[0].repeat_interleave(4, 0)
    made = material.continue_openings(state.modules["policy"], config, roll, state.generator)
    assert len({m.numpy().tobytes() for m in made}) == 4


def test_continuations_are_compared_with_those_of_their_own_opening():
    state, play, real = begin_turns(per_opening=2, baseline="leave_one_out", lambda_ce=0.0)
    roll = real.draw(2, state.generator)[0].repeat_interleave(2, 0)
    reading = read(roll, torch.tensor([1.0, 0.0, 0.5, 0.5]))
    play.signal.teach(state, reading)
    assert torch.allclose(reading.weight[:, 0], torch.tensor([1.0, -1.0, 0.0, 0.0]))


def test_one_step_samples_have_the_chance_that_they_are_said_to_have():
    config, state, real = begin(context="real")
    policy = state.modules["policy"].eval()
    roll = real.draw(1, state.generator)[0]
    said = material.continue_openings(policy, config, roll, state.generator)
    with torch.no_grad():
        found = material.log_prob_of(policy, config, roll, said)
        chance = policy.logits(roll)[0, 16:].sigmoid()
    total = np.zeros(16)
    for t in range(16):
        for p in range(14):
            play, replay = said[0, t, p]
            q = chance[t, p].numpy()
            total[t] += np.log(q[0] if play else 1 - q[0])
            if play and roll[0, 15 + t, p, 0]:
                total[t] += np.log(q[1] if replay else 1 - q[1])
            else:
                assert not replay
    assert np.allclose(found[0].numpy(), total, atol=1e-4)


@pytest.mark.parametrize(
    "human, machine, behind",
    [(0.9, 0.85, True), (0.9, 0.6, False), (0.7, 0.5, True), (0.75, 0.4, False), (0.5, 0.9, True)],
)
def test_the_gap_rule(human, machine, behind):
    state, play, real = begin_turns(rule="gap")
    reading = read(real.draw(4, state.generator)[0], torch.full((4,), machine))
    reading.human = torch.full((4,), human)
    for _ in range(3):
        resting = play.signal.choose_resting(state, reading)
    assert resting == ({"generator"} if behind else {"discriminator"})


def test_the_gap_rule_trains_one_at_a_time(monkeypatch):
    state, play, _ = begin_turns(rule="gap")
    for behind in (True, False):
        monkeypatch.setattr(continuations, "is_behind", lambda _, behind=behind: behind)
        before = {k: loop.weights_hash(m) for k, m in state.modules.items()}
        anokhin2018.game.take_turn(state, play)
        moved = {k for k, m in state.modules.items() if loop.weights_hash(m) != before[k]}
        assert moved == ({"discriminator"} if behind else {"policy"})


def test_negatives_are_what_they_are_called(monkeypatch):
    state, play, real = begin_turns(noise=0.25, mismatched=0.25)
    seen = []
    judge = state.modules["discriminator"]
    say = judge.score
    monkeypatch.setattr(judge, "score", lambda y, x: seen.append((x, y)) or say(y, x))
    made = real.draw(8, state.generator)[0][..., :2]
    play.material.lesson(judge, play.material.real(8, state.generator), made, state.generator)
    (x, y), (x_made, y_made) = seen
    assert torch.equal(y_made[2:6], made[2:6, 16:]) and not torch.equal(y_made[:2], made[:2, 16:])
    assert torch.equal(x_made[:6], made[:6, :16])
    assert torch.equal(x_made[6:], x[:2]) and torch.equal(y_made[7], y[0])


def test_music_is_no_distance_from_itself_and_a_judge_cannot_tell_it(monkeypatch):
    real = Windows(DATA, "test", 64).cut([0, 1, 2, 3, 4] * 4, [0, 16] * 10).numpy()
    which = [0, 1, 2, 3, 4] * 4
    found = measures.compare_rolls(real, real, which, 16, 60)
    assert found["mean_w"] == 0 and found["w1_upc"] == 0 and found["upc"] == found["upc_real"]
    noise = material.draw_noise(torch.as_tensor(real), torch.Generator().manual_seed(0)).numpy()
    found = measures.compare_rolls(noise, real, which, 16, 60)
    assert found["mean_w"] > 1 and found["w1_upc_low"] <= found["w1_upc"] <= found["w1_upc_high"]
    silent = measures.compare_rolls(0 * real, real, which, 16, 60)
    assert silent["eb"] == 1 and silent["mean_w"] > 1


def test_a_fresh_judge_tells_noise_and_not_more_of_the_same():
    """Pieces that each have keys of their own: who knows the piece must not know whether it is real."""
    data, config = make_data(1, pieces=24, bars=12), configure(measure=128)
    rng = np.random.default_rng(0)
    for i, rows in enumerate(data.pieces["test"]):
        data.pieces["test"][i] = rows * (rng.random(14) < 0.4)[:, None].astype(np.uint8)
    windows = Windows(data, "test", 64)
    which, starts = windows.spread(128)
    alike = windows.cut(which, starts).numpy()
    found = measures.judge_rolls(alike, data, config, which, seeds=1)
    assert 0.4 < found["judge_auc"] < 0.6
    late = np.roll(alike, 2, axis=1)  # every note half a beat late
    assert measures.judge_rolls(late, data, config, which, seeds=1)["judge_auc"] > 0.9


def test_a_sample_continues_its_opening_and_goes_round_where_there_are_few(tmp_path):
    config, state, _ = begin()
    policy = state.modules["policy"]
    made = anokhin2018.game.draw(policy, config, 8, torch.Generator().manual_seed(1))
    assert np.array_equal(made[6, :16], policy.openings[0].numpy())
    hot = anokhin2018.game.draw(policy, config, 8, torch.Generator().manual_seed(1), 100.0)
    assert 0.4 < hot[:, 16:, :, 0].mean() < 0.6


def test_a_style_is_a_third_of_the_training_music():
    windows = Windows(DATA, "train", 32, styles=3)
    assert windows.styles.shape == (5, 3) and (windows.styles.sum(1) == 1).all()
    filled = [float((p[..., 0] > 0).mean()) for p in windows.pieces]
    assert windows.styles.argmax(1)[int(np.argmax(filled))] == 2
    config = configure("likelihood", deepj2018)
    state = deepj2018.game.build(config, DATA, 0)
    policy = state.modules["policy"].eval()
    for name, p in policy.style_to.named_parameters():
        if name.endswith("weight"):
            torch.nn.init.normal_(p)
    roll = windows.draw(2, state.generator)[0]
    wide = torch.cat([roll, roll[..., :1]], -1)
    said = [policy.logits(wide, torch.eye(3)[[s, s]]) for s in (0, 2)]
    assert not torch.allclose(*said)


def test_a_command_writes_music_that_can_be_read(tmp_path, monkeypatch):
    folder = train(tmp_path / "run", "likelihood")
    monkeypatch.setattr(type(anokhin2018.game), "encode", lambda self, config, corpus: DATA)
    (path,) = training.sample(folder, 1, out=tmp_path)
    assert path.read_bytes()[:4] == b"MThd"
    kept = np.load(folder / "samples.npz")["words"]
    assert len(DATA.decode(kept[0])) > 0  # as it is kept
    monkeypatch.setattr(run_folder, "JUDGED", 4)
    with pytest.raises(ValueError, match="reads tokens"):
        training.evaluate(folder, judge_seeds=1)


def test_sizes_are_set_and_read_back_by_a_command():
    setting = training.read_setting(anokhin2018, "time_units=48,24")
    assert setting == ("time_units", (48, 24))
    told = training.command(
        "anokhin2018", "likelihood", "cpu", 0, "chorales", None, dict([setting])
    )
    assert told.endswith("--set time_units=48,24")
    with pytest.raises(ValueError, match="time_units is a tuple"):
        training.read_setting(anokhin2018, "time_units=4,x")


REFUSED = [
    ({"rule": "gaps"}, "no rule 'gaps'; near: gap"),
    ({"read": "first"}, "no read"),
    ({"baseline": "mean"}, "batch_mean"),
    ({"length": 48}, "even number of bars"),
    ({"length": 64, "bars": 3}, "go on for two and more"),
    ({"rl_batch": 5, "per_opening": 2}, "multiple of per_opening"),
    ({"noise": 1.5}, "at most 1"),
    ({"mismatched": -0.1}, "at least 0"),
    ({"high": 64}, "octave"),
    ({"batch": 0}, "batch"),
    ({"high": 140}, "range"),
    ({"unit": 3}, "no setting 'unit'"),
    ({"bars": 2}, "bars"),
    ({"styles": 3}, "styles"),
    ({"noise": 0.6, "mismatched": 0.6}, "together"),
    ({"bars": 3, "length": 96}, "after the opening"),
    ({"attention": False, "scaled": True}, "scaled"),
    ({"teacher_reward": "discriminator"}, "what forced batches earn"),
    ({"conditional": False, "mismatched": 0.0, "per_opening": 2}, "from silence"),
    ({"conditional": False, "mismatched": 0.5}, "from silence"),
    ({"bars_back": (1, 0)}, "from 1 on"),
    ({"bars_back": (1, 1)}, "each once"),
    ({"discriminator_bars_back": (2,)}, "within length"),
    ({"discriminator_bars_back": (1,), "skip": 0}, "skip"),
    ({"rl_batch": 1}, "no baseline"),
    ({"features": "deepj"}, "anokhin"),
    ({"lambda_rl": float("nan")}, "lambda_rl"),
]


@pytest.mark.parametrize("changes, words", REFUSED, ids=[str(c) for c, _ in REFUSED])
def test_settings_that_make_no_sense_are_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        configure(**changes)


def test_what_a_preset_cannot_do_is_refused():
    with pytest.raises(ValueError, match="no opening|critic"):
        configure("unconditional", baseline="critic")
    for changes in ({"mismatched": 0.1}, {"context": "real"}, {"per_opening": 2}):
        with pytest.raises(ValueError, match="from silence"):
            configure("unconditional", **changes)
    with pytest.raises(ValueError, match="stands still"):
        anokhin2018.game.make_step(configure("gap_rule"), DATA, "frozen_discriminator")
    with pytest.raises(ValueError, match="no control 'zero'; near: zero_reward"):
        anokhin2018.game.make_step(configure(), DATA, "zero")
    with pytest.raises(ValueError, match="longest|length"):
        Windows(DATA, "train", 1600)
    assert biaxial2015.configure("likelihood", "gpu").time_units == (300, 300)
