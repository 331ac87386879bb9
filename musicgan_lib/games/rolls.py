"""The game on note matrices: likelihood, then a discriminator of continuations, then both in turn."""

import copy
from pathlib import Path

import numpy as np
import torch

from ..data import shards
from ..data.rolls import STEPS_PER_BAR, RollData, encode_rolls
from ..learning import team
from ..learning.fit import TrainingState
from ..learning.schedules import add_schedule, fall_in_a_line
from ..metrics.rolls import roll_statistics
from ..models import anokhin_nuzhin as nets
from ..models.biaxial import Biaxial
from ..models.note_features import (
    PLAY,
    REPLAY,
    AbsoluteFeatures,
    DeepJFeatures,
    JohnsonFeatures,
)
from . import roll_settings
from .adversarial import Adversarial, Play
from .game import device_of
from .roll_material import Rolls, Windows, some_of
from .roll_measures import ask_judges, draw, measure
from .roll_settings import Config
from .settings import Request
from .signals.continuations import Continuations

_OPTIMISERS = {
    "adam": torch.optim.Adam,
    "nadam": torch.optim.NAdam,
    "adadelta": torch.optim.Adadelta,
}


class RollGame(Adversarial):
    """A biaxial LSTM that continues bars, and a hierarchical discriminator that reads both halves.

    A control takes one thing away from a variant and keeps its budget; without a reward, cross-entropy is left, and
    teacher forcing that earns 1.
    """

    Config = Config
    generator = "policy"
    controls = ("zero_reward", "random_reward", "frozen_discriminator")
    batches = ("batch", "discriminator_batch", "rl_batch", "ce_batch")
    reads_folders = True

    def configure(self, request: Request) -> Config:
        """See :func:`roll_settings.configure`."""
        return roll_settings.configure(request)

    def shared_phase(self, config: Config) -> Config | None:
        """The settings of pre-training alone."""
        return roll_settings.shared_phase(config)

    def share(self, config: Config, processes: int) -> Config:
        """As of every game; groups of a batch have to be whole in each process, too."""
        own = super().share(config, processes)
        if processes > 1:
            roll_settings.check_groups(own, processes)
        return own

    def encode(self, config: Config, corpus: str) -> RollData:
        """The matrices that a run reads: pieces that are as long as a measured sample; or a folder of shards."""
        if not (Path(corpus).is_absolute() and (Path(corpus) / shards.INDEX).is_file()):
            return encode_rolls(corpus, config.low, config.high, config.per_track, config.bars)
        if config.volume:
            raise ValueError(f"{corpus}: shards hold no volume")
        wanted = {"low": config.low, "high": config.high, "per_track": config.per_track}
        return shards.load(corpus, **wanted, least=config.bars)

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        """Networks and optimisers at step 0. ``first_discriminator`` stays as it was when the game began."""
        notes = config.high - config.low + 1
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            policy = _build_policy(config, notes)
            if config.copy:
                _begin_with_counts(policy, data.pieces["train"])
            modules = {"policy": policy.to(device)}
            if config.pretrain_discriminator or config.adversarial:
                discriminator = nets.HierarchicalDiscriminator(
                    notes, config.low, 2, config.discriminator_units, config.discriminator_filters, config.conditional,
                    config.read, config.as_published, config.skip, config.discriminator_bars_back,
                )  # fmt: skip
                modules["discriminator"] = discriminator.to(device)
            if config.adversarial:
                modules["first_discriminator"] = copy.deepcopy(discriminator).requires_grad_(False)
                if config.baseline == "critic":
                    critic = nets.HistoryCritic(notes, config.low, as_published=config.as_published)
                    modules["critic"] = critic.to(device)
        test = Windows(data, "test", config.bars * STEPS_PER_BAR, config.channels, config.styles)
        which, starts = test.spread(config.measure)
        # what draw continues: bars of test pieces
        policy.openings = test.cut(which, starts)[:, : config.length // 2]
        policy.opening_styles = test.styles_of(which)
        fit = _OPTIMISERS[config.optimiser]
        optimisers = {"pretrain": fit(policy.parameters(), config.pretrain_lr)}
        if "discriminator" in modules:
            optimisers["discriminator"] = _adam(modules["discriminator"], config.discriminator_lr)
        if config.adversarial:
            optimisers["policy"] = _adam(policy, config.rl_lr)
        if "critic" in modules:
            optimisers["critic"] = torch.optim.Adam(
                modules["critic"].parameters(), config.discriminator_lr
            )
        state = TrainingState(modules, optimisers, torch.Generator().manual_seed(seed))
        if config.pretrain and config.optimiser != "adadelta":  # which has a rate of its own
            add_schedule(state, "pretrain", lambda step: fall_in_a_line(step / config.pretrain))
        return state

    def choose_material(self, config: Config, data) -> Rolls:
        """Windows of the training matrices."""
        return Rolls(config, data)

    def choose_signal(self, config: Config) -> type[Continuations]:
        """Each continuation is paid for."""
        return Continuations

    def begin_game(self, state: TrainingState, play: Play) -> None:
        """The discriminator is kept as it is now, asked what it thinks, and gets its rate of the game."""
        super().begin_game(state, play)
        state.memory.pop("pool", None)
        state.modules["first_discriminator"].load_state_dict(
            state.modules["discriminator"].state_dict()
        )
        own = torch.Generator().manual_seed(state.generator.initial_seed())
        asked = ask_judges(state, play.config, play.material.data, own)
        begun = {k.replace("d_", "begin_"): v for k, v in asked.items() if k[:2] == "d_"}
        state.memory |= begun
        state.optimisers["discriminator"].param_groups[0]["lr"] = play.config.game_lr

    def move_generator(self, state: TrainingState, play: Play, reading) -> dict:
        """One update by reward and cross-entropy, in two passes,
        so that the slope of the reward alone can be watched.
        """
        policy, optimiser = state.modules["policy"].train(), state.optimisers["policy"]
        play.signal.teach(state, reading)
        optimiser.zero_grad(set_to_none=True)
        play.signal.loss(state, reading).backward()
        team.average_slopes(policy)
        numbers = {"rl_slope": measure_slope(policy)}
        if weight := play.signal.likelihood:
            mixed = play.material.likelihood(state, 1.0)
            (weight * mixed).backward()
            numbers["cross_entropy"] = mixed.item()
        team.average_slopes(policy)
        torch.nn.utils.clip_grad_norm_(policy.parameters(), play.config.clip)
        optimiser.step()
        numbers |= watch(reading, play.config)
        return numbers | check_policy(state, play, play.config.check_every // 4)

    def finish_step(self, state: TrainingState, play: Play) -> dict:
        """Now and then in pre-training: nats on validation windows.

        A turn in which the generator moved has told its own.
        """
        if state.step >= play.config.pretrain:
            return {}
        return check_policy(state, play, play.config.check_every)

    def measure(self, state: TrainingState, config: Config, data, generator):
        """See :func:`roll_measures.measure`."""
        return measure(state, config, data, generator)

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """See :func:`roll_measures.draw`."""
        return draw(module, config, n, generator, temperature)


def watch(reading, config) -> dict:
    """What the slides watch of a batch, and density; a mean over those that are not silent, where silence has none."""
    half = config.length // 2
    start = half if config.conditional else 0
    whole = torch.cat([reading.roll[:, :half], reading.made], 1)[:, half - start :]
    found = roll_statistics(whole.cpu().numpy(), start, config.low)
    kept = {k: found[k][~np.isnan(found[k])] for k in ("eb", "upc", "qn", "density")}
    return {k: float(v.mean()) for k, v in kept.items() if len(v)}


@torch.no_grad()
def check_policy(state: TrainingState, play: Play, every: int) -> dict:
    """Nats a cell on validation windows at every so many steps and at the end of a phase; in between the last one."""
    config, done = play.config, state.step + 1
    if done % max(every, 1) == 0 or done in (config.pretrain, config.steps):
        policy, (roll, style) = state.modules["policy"].eval(), play.material.valid
        styles = style.split(32) if style is not None else [None] * len(roll)
        found = [
            policy.losses(r.to(device_of(policy)), s)["play"]
            for r, s in zip(roll.split(32), styles)
        ]
        state.memory["nll_valid"] = torch.stack(found).mean().item()
    return {k: v for k, v in state.memory.items() if k == "nll_valid"}


def measure_slope(module) -> float:
    """The length of a module's gradient."""
    slopes = [p.grad for p in module.parameters() if p.grad is not None]
    return torch.nn.utils.get_total_norm(slopes).item()


def _adam(module, rate):
    return torch.optim.Adam(module.parameters(), rate, betas=(0.5, 0.999))


def _build_policy(config, notes):
    sizes = (config.channels, config.time_units, config.note_units, config.dropout)
    if config.features == "anokhin":
        # as many windows as a training window can fill: others would never have been seen
        windows = max((config.length - 32) // STEPS_PER_BAR + (not config.causal), 1)
        return nets.build_generator(
            notes, config.low, *sizes, config.filters, config.attention, config.scaled,
            config.global_structure, config.causal, windows, config.copy, config.bars_back,
        )  # fmt: skip
    if config.features == "deepj":
        seen = DeepJFeatures(notes, config.low, config.channels, config.filters)
    elif config.features == "absolute":
        seen = AbsoluteFeatures(notes, config.channels)
    else:
        seen = JohnsonFeatures(notes, config.low, config.channels)
    return Biaxial(seen, *sizes, styles=config.styles, copy=config.copy, bars_back=config.bars_back)


@torch.no_grad()
def _begin_with_counts(policy, pieces) -> None:
    """Let the logits begin at three counts of training music: how often a cell sounds after silence and after sound,
    and is struck again. A short run would spend a third of its time on finding them.
    """
    seen = torch.ones(2, 2)  # sounded before, sounds
    struck = 0
    for rows in some_of(pieces):
        play = torch.as_tensor(rows[..., 0] > 0)
        for b in (0, 1):
            for now in (0, 1):
                seen[b, now] += ((play[:-1] == b) & (play[1:] == now)).sum()
        struck += int(rows[..., 1].sum())
    after = torch.logit(seen[:, 1] / seen.sum(1))
    policy.head.bias[PLAY], policy.copy.weight[PLAY, PLAY] = after[0], after[1] - after[0]
    policy.head.bias[REPLAY] = torch.logit((struck + 1) / (seen[1, 1] + 2))
