"""The game on note matrices: likelihood, then a discriminator of continuations, then both in turn."""

import copy
from pathlib import Path

import torch

from ..data import shards
from ..data.rolls import STEPS_PER_BAR, RollData, encode_rolls
from ..learning.fit import TrainingState
from ..models import anokhin_nuzhin as nets
from ..models.biaxial import Biaxial
from ..models.note_features import PLAY, REPLAY, DeepJFeatures, JohnsonFeatures
from . import roll_phases as phases
from . import roll_settings
from .game import Game
from .roll_batches import Windows, some_of
from .roll_measures import ask_judges, draw, measure
from .roll_settings import Config
from .settings import Request

_OPTIMISERS = {
    "adam": torch.optim.Adam,
    "nadam": torch.optim.NAdam,
    "adadelta": torch.optim.Adadelta,
}


class RollGame(Game):
    """A biaxial LSTM that continues bars, and a hierarchical discriminator that reads both halves.

    A control takes one thing away from a variant and keeps its budget; without a reward, cross-entropy is left, and
    teacher forcing that earns 1.
    """

    Config = Config
    generator = "policy"
    controls = ("zero_reward", "random_reward", "frozen_discriminator")
    batches = ("batch", "judge_batch", "rl_batch", "ce_batch")
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
        """Networks and optimisers at step 0. ``first_judge`` is the judge as it was when the game began."""
        notes = config.high - config.low + 1
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            policy = _build_policy(config, notes)
            if config.copy:
                _begin_with_counts(policy, data.pieces["train"])
            modules = {"policy": policy.to(device)}
            if config.pretrain_judge or config.adversarial:
                judge = nets.HierarchicalDiscriminator(
                    notes, config.low, 2, config.judge_units, config.judge_filters, config.conditional,
                    config.read, config.as_published, config.skip, config.judge_bars_back,
                )  # fmt: skip
                modules["judge"] = judge.to(device)
            if config.adversarial:
                modules["first_judge"] = copy.deepcopy(judge).requires_grad_(False)
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
        if "judge" in modules:
            optimisers["judge"] = _adam(modules["judge"], config.judge_lr)
        if config.adversarial:
            optimisers["policy"] = _adam(policy, config.rl_lr)
        if "critic" in modules:
            optimisers["critic"] = torch.optim.Adam(modules["critic"].parameters(), config.judge_lr)
        return TrainingState(modules, optimisers, torch.Generator().manual_seed(seed))

    def check_control(self, config: Config, control: str | None) -> None:
        """ValueError for a control that there is not, takes nothing away, or leaves nothing to learn from."""
        super().check_control(config, control)
        if control is None:
            return
        if not config.adversarial:
            raise ValueError(f"{control} takes nothing away where adversarial is 0: nobody is paid")
        if control == "frozen_discriminator" and config.rule == "gap":
            raise ValueError(
                "by the rule gap nobody learns once a judge that stands still is behind"
            )
        forced = config.teacher_forcing and config.teacher_reward == "one"
        if control != "frozen_discriminator" and not config.lambda_rl:
            raise ValueError(
                f"{control} takes nothing away where lambda_rl is 0: a reward moves nothing"
            )
        if control == "zero_reward" and not config.lambda_ce and not forced:
            raise ValueError(
                "zero_reward is no control here: without cross-entropy and teacher forcing it is no update, so the run would "
                "end with the pre-trained weights to the bit. Compare with likelihood, or take random_reward"
            )

    def make_step(self, config: Config, data, control: str | None = None):
        """Likelihood, then the discriminator alone, then both in turn."""
        self.check_control(config, control)
        real = Windows(data, "train", config.length, config.channels, config.styles)
        held = Windows(data, "valid", config.length, config.channels, config.styles)
        which, starts = held.spread(min(config.measure, 64))
        valid = held.cut(which, starts), held.styles_of(which)

        def step(state: TrainingState) -> dict:
            if state.step < config.pretrain:
                return phases.pretrain(state, config, real, valid)
            if state.step < config.pretrain + config.pretrain_judge:
                return phases.pretrain_judge(state, config, real)
            if state.step == config.pretrain + config.pretrain_judge:
                state.memory.pop("pool", None)
                state.modules["first_judge"].load_state_dict(state.modules["judge"].state_dict())
                own = torch.Generator().manual_seed(state.generator.initial_seed())
                asked = ask_judges(state, config, data, own)
                state.memory |= {
                    k.replace("d_", "begin_"): v for k, v in asked.items() if k[:2] == "d_"
                }
            return phases.play(state, config, real, valid, control)

        return step

    def measure(self, state: TrainingState, config: Config, data, generator):
        """See :func:`roll_measures.measure`."""
        return measure(state, config, data, generator)

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """See :func:`roll_measures.draw`."""
        return draw(module, config, n, generator, temperature)


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
