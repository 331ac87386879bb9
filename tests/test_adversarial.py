"""The adversarial loop itself, with a game that only writes a diary: its phases, who learns when, and who rests."""

import itertools
from dataclasses import dataclass, replace

import pytest
import torch

from musicgan_lib.games.adversarial import Adversarial, Play
from musicgan_lib.games.controls import FROZEN
from musicgan_lib.games.material import Material
from musicgan_lib.games.signals import signal as parts
from musicgan_lib.learning import fit
from musicgan_lib.learning.schedules import add_schedule


@dataclass(frozen=True)
class Config:
    pretrain: int = 2
    pretrain_discriminator: int = 2
    adversarial: int = 2
    discriminator_steps: int = 3
    clip: float = 1e9
    likelihood: float = 0.0

    @property
    def steps(self):
        return self.pretrain + self.pretrain_discriminator + self.adversarial


CONFIG = Config()


class Number(torch.nn.Module):
    """One weight, from 0 on; each loss moves it by what the loss says."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(()))


class Diary(Material):
    """What the loop asked for, in order. A loss of k has a slope of -k, so plain descent at rate 1 adds k."""

    learner = "player"

    def __init__(self, config, data):
        super().__init__(config, data)
        self.said = data

    def lower(self, module, by):
        return -by * module.weight

    def real(self, n, generator):
        self.said.append(f"{n} real")
        return torch.zeros(n)

    def fakes(self, state, lessons, reading):
        self.said.append(f"{lessons} batches of fakes" + (" of the turn" if reading else ""))
        return [torch.zeros(5)] * lessons

    def score(self, discriminator, batch):
        return discriminator.weight.expand(len(batch))

    def lesson(self, discriminator, real, fake, generator):
        assert discriminator.training and len(real) == len(fake)
        self.said.append("lesson")
        loss = self.lower(discriminator, 1.0)
        return loss, {"d_loss": float(len(self.said))}

    def pretraining_loss(self, state):
        assert state.modules["player"].training
        self.said.append("pre-training")
        return self.lower(state.modules["player"], 10.0)

    def tell_pretraining(self, loss):
        return {"nats": loss}

    def likelihood(self, state, weight):
        self.said.append("likelihood")
        return self.lower(state.modules["player"], 1000.0 * weight)


class Spoken(parts.Signal):
    """A signal that moves the player by 100, whatever it reads."""

    resting: set = set()
    first_lesson = False

    def begin(self, state):
        self.material.said.append("signal begins")

    def read(self, state):
        discriminator = state.modules["discriminator"]
        self.material.said.append(f"read a discriminator of {discriminator.weight.item():.0f}")
        lesson = self.material.lower(discriminator, 0.25) if self.first_lesson else None
        return parts.Reading({"d_loss": 7.0}, lesson)

    def choose_resting(self, state, reading):
        return super().choose_resting(state, reading) | self.resting

    def teach(self, state, reading):
        self.material.said.append("critic")

    def loss(self, state, reading):
        self.material.said.append("loss")
        return self.material.lower(state.modules["player"], 100.0)

    def follow(self, state):
        self.material.said.append("follow")


class DiaryGame(Adversarial):
    Config, generator, controls = Config, "player", (FROZEN,)

    def __init__(self, signal=Spoken):
        self.signal = signal

    def configure(self, request):
        return CONFIG

    def encode(self, config, corpus):
        return []

    def build(self, config, data, seed, device="cpu"):
        modules = {name: Number() for name in ("player", "discriminator")}
        optimisers = {
            name: torch.optim.SGD(modules[of].parameters(), 1.0)
            for name, of in (
                ("pretrain", "player"),
                ("player", "player"),
                ("discriminator", "discriminator"),
            )
        }
        return fit.TrainingState(modules, optimisers, torch.Generator().manual_seed(seed))

    def choose_material(self, config, data):
        return Diary(config, data)

    def choose_signal(self, config):
        return self.signal

    def end_pretraining(self, state, play):
        play.material.said.append("end of pre-training")

    def finish_step(self, state, play):
        play.material.said.append("finish")
        return {"finished": 1.0}

    def measure(self, state, config, data, generator):
        raise NotImplementedError

    def draw(self, module, config, n, generator, temperature=1.0):
        raise NotImplementedError


def play(config=CONFIG, control=None, steps=None, **signal):
    """What was asked for in order, the weights of both networks at the end, and what was logged."""
    game = DiaryGame(type("Own", (Spoken,), signal))
    said = []
    state = game.build(config, said, 0)
    step = game.make_step(config, said, control)
    report = fit.fit(state, step, steps or config.steps, log_every=1)
    ends = {name: module.weight.item() for name, module in state.modules.items()}
    return said, ends, report.history


PRETRAINING = ["pre-training", "finish"]
LESSON = ["1 batches of fakes", "5 real", "lesson"]


def test_likelihood_comes_first_then_the_discriminator_alone_then_both():
    said, ends, history = play(steps=4)
    assert said == [*PRETRAINING * 2, "end of pre-training", *LESSON * 2]
    assert ends == {"player": 20, "discriminator": 2}
    turn = ["read a discriminator of 2", "critic", "loss", "follow", "3 batches of fakes of the turn",
            *["5 real", "lesson"] * 3, "finish"]  # fmt: skip
    said, ends, history = play(steps=5)
    assert said[len(PRETRAINING) * 2 + 1 + len(LESSON) * 2 :] == ["signal begins", *turn]
    assert ends == {"player": 120, "discriminator": 5}
    assert [set(row) - {"step", "seconds"} for row in history] == [
        *[{"nats", "finished"}] * 2, *[{"d_loss"}] * 2, {"d_loss", "finished"}
    ]  # fmt: skip
    assert history[-1]["d_loss"] == 7  # the reading's word stands over the lessons'
    assert play()[1] == {"player": 220, "discriminator": 8}


@pytest.mark.parametrize(
    ("skipped", "first"),
    [("pretrain", "end of pre-training"), ("pretrain_discriminator", "pre-training")],
)
def test_a_phase_of_no_steps_is_passed_over_with_what_stands_between(skipped, first):
    said, ends, _ = play(replace(CONFIG, **{skipped: 0}))
    assert (
        said[0] == first and said.count("signal begins") == said.count("end of pre-training") == 1
    )
    assert ends["player"] == 200 + 10 * (0 if skipped == "pretrain" else 2)


def test_what_stands_between_phases_is_done_once_wherever_a_run_pauses():
    whole, ends, _ = play()
    for stops in itertools.combinations(range(1, 6), 2):
        game, said = DiaryGame(), []
        state = game.build(CONFIG, said, 0)
        for stop in (*stops, 6):
            fit.fit(state, game.make_step(CONFIG, said), stop)
        assert said == whole
        assert {k: m.weight.item() for k, m in state.modules.items()} == ends


ORDERS = {
    parts.GENERATOR_FIRST: ["read a discriminator of 2", "loss", "lesson"],
    parts.FROM_ONE_READING: ["read a discriminator of 2", "lesson", "loss"],
    parts.DISCRIMINATOR_FIRST: ["lesson", "read a discriminator of 5", "loss"],
}


@pytest.mark.parametrize("order", ORDERS)
def test_who_learns_first_in_a_turn_is_the_signals_to_say(order):
    said, _, _ = play(steps=5, order=order)
    turn = said[said.index("signal begins") :]
    found = [word for word in turn if word.startswith(("read", "loss", "lesson"))]
    assert list(dict.fromkeys(found)) == ORDERS[order]
    of_turn = "3 batches of fakes" + (" of the turn" if order[0] == "read" else "")
    assert of_turn in turn  # before a reading there is no batch of the turn


def test_a_reading_that_is_a_lesson_is_the_first_of_them():
    said, ends, _ = play(steps=5, first_lesson=True)
    assert "2 batches of fakes of the turn" in said and said.count("lesson") == 2 + 2
    assert ends["discriminator"] == 2 + 0.25 + 2


@pytest.mark.parametrize(
    ("resting", "ends"),
    [
        ({"generator"}, {"player": 20, "discriminator": 8}),
        ({"discriminator"}, {"player": 220, "discriminator": 2}),
        ({"generator", "discriminator"}, {"player": 20, "discriminator": 2}),
    ],
    ids=["generator", "discriminator", "both"],  # a set has no order of its own
)
def test_who_rests_learns_nothing(resting, ends):
    assert play(resting=resting)[1] == ends


@pytest.mark.parametrize("order", ORDERS)
def test_a_frozen_discriminator_learns_before_the_game_alone(order):
    assert play(control=FROZEN, order=order)[1] == {"player": 220, "discriminator": 2}


def test_a_likelihood_is_mixed_into_every_update_of_the_generator():
    said, ends, _ = play(replace(CONFIG, likelihood=0.5), steps=5)
    assert ends["player"] == 20 + 100 + 500
    assert said.index("loss") + 1 == said.index("likelihood") == said.index("follow") - 1


def test_a_gradient_is_cut_to_its_length():
    ends = play(replace(CONFIG, clip=0.5))[1]
    assert ends == pytest.approx({"player": 0.5 * 4, "discriminator": 0.5 * 8}, rel=1e-5)


def test_the_mean_of_several_lessons_is_logged():
    game = DiaryGame()
    state, said = game.build(CONFIG, [], 0), []
    material = Diary(CONFIG, said)
    told = game.teach(state, Play(CONFIG, material, Spoken(CONFIG, material)), 3)
    assert told == {"d_loss": (3 + 5 + 7) / 3}  # how long the diary was at each
    assert game.teach(state, Play(CONFIG, material, Spoken(CONFIG, material)), 0) == {}


@pytest.mark.parametrize("stop", [None, 1, 2])
def test_a_schedule_falls_with_the_steps_of_pre_training_and_goes_on_after_a_pause(stop, tmp_path):
    game, config = DiaryGame(), replace(CONFIG, pretrain=4)
    for until in (stop, config.steps) if stop else (config.steps,):
        state = game.build(config, [], 0)
        add_schedule(state, "pretrain", lambda step: 1 - step / 4)
        fit.fit(state, game.make_step(config, []), until, folder=tmp_path)
    assert state.modules["player"].weight.item() == 10 * (1 + 0.75 + 0.5 + 0.25) + 200
    assert state.schedules["pretrain"].last_epoch == 4


def test_a_control_takes_nothing_away_where_there_is_no_game():
    game = DiaryGame()
    with pytest.raises(ValueError, match="takes nothing away where adversarial is 0"):
        game.make_step(replace(CONFIG, adversarial=0), [], FROZEN)
    with pytest.raises(ValueError, match="no control 'dice'"):
        game.make_step(CONFIG, [], "dice")
