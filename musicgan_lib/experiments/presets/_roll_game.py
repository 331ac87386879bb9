"""The game that the presets on note matrices share: likelihood, then a judge of continuations, then both in turn."""

import copy
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from ...learning.fit import TrainingState
from ...models import anokhin_nuzhin as nets
from ...models.biaxial import Biaxial
from ...models.note_features import PLAY, REPLAY, STEPS_PER_BAR, DeepJFeatures, JohnsonFeatures
from .. import shards
from ..rolls import RollData, encode_rolls
from . import _roll_phases as phases
from . import check_least, check_name
from ._roll_batches import Windows
from ._roll_measures import ask_judges, draw, measure
from ._roll_phases import play

__all__ = ["CONTROLS", "GENERATOR", "READS_FOLDERS", "Config", "build", "draw", "encode", "make_step", "measure", "play", "shared_phase", "Windows"]  # fmt: skip
GENERATOR = "policy"
READS_FOLDERS = True
#: A control takes one thing away from a variant and keeps its budget; without a reward, cross-entropy is left.
CONTROLS = ("zero_reward", "random_reward", "frozen_discriminator")
_OPTIMISERS = {
    "adam": torch.optim.Adam,
    "nadam": torch.optim.NAdam,
    "adadelta": torch.optim.Adadelta,
}
#: What each setting may be
KNOWN = {
    "features": ("anokhin", "deepj", "johnson"),
    "optimiser": tuple(_OPTIMISERS),
    "read": ("mean", "last"),
    "baseline": phases.BASELINES,
    "rule": ("ratio", "gap"),
    "context": ("own", "real"),
    "teacher_reward": ("one", "judge"),
}


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    # the music: keys, tracks alone or together, and bars of a measured sample with its opening
    low: int = 36
    high: int = 83
    per_track: bool = False
    bars: int = 12
    # the generator; the published one has 256, 256, 128, 128 units and 64 filters
    features: str = "anokhin"
    volume: bool = False
    time_units: tuple[int, ...] = (256, 256)
    note_units: tuple[int, ...] = (128, 128)
    filters: int = 64
    dropout: float = 0.0
    attention: bool = True
    scaled: bool = False
    global_structure: bool = True
    causal: bool = True
    styles: int = 0
    copy: bool = True  # a cell hears itself one step before, from counts on
    bars_back: tuple[int, ...] = ()  # and so many bars before
    # likelihood
    length: int = 128  # steps of a window: the first half is X, the second Y
    batch: int = 8
    pretrain: int = 1000
    pretrain_lr: float = 4e-3
    optimiser: str = "adam"
    clip: float = 1.0
    check_every: int = 100
    # the judge; the published one has 1000 units
    judge_units: int = 64
    judge_filters: int = 16
    read: str = "mean"
    as_published: bool = False
    skip: int = 32
    judge_bars_back: tuple[int, ...] = ()  # its skip sees what each step repeats of them
    conditional: bool = True
    pool: int = 768  # continuations that it is pre-trained on
    pretrain_judge: int = 600
    judge_batch: int = 16
    judge_lr: float = 2e-3
    game_lr: float = 1e-3  # of the judge, once the generator moves
    noise: float = 0.0  # share of the negatives that is noise
    mismatched: float = 0.0  # and that are real continuations of another opening
    # policy gradient
    adversarial: int = 0
    rl_batch: int = 12
    ce_batch: int = 4
    rl_lr: float = 5e-4
    lambda_rl: float = 1e-2  # of the sum over cells
    lambda_ce: float = 1.0  # of the mean over cells
    baseline: str = "batch_mean"
    per_opening: int = 1  # continuations of each opening: Monte Carlo
    teacher_forcing: float = 0.0  # share of batches in which the real Y stands for the generator's
    teacher_reward: str = "one"
    context: str = "own"  # or "real": each step of Y is sampled after the real steps before it
    rule: str = "ratio"
    judge_steps: int = 1  # updates of the judge for one of the generator
    measure: int = 256  # samples, and windows of held-out music

    @property
    def channels(self) -> int:
        return 3 if self.volume else 2

    @property
    def steps(self) -> int:
        """Updates of the generator or of the pre-training judge, all phases together."""
        return self.pretrain + self.pretrain_judge + self.adversarial


def configure(game, variant: str, profile: str, corpus: str, changes: dict) -> Config:
    """The settings of a preset's variant at a profile on a corpus; ``changes`` are set last.

    ValueError for an unknown variant, profile, setting or value, with the ones there are.
    """
    check_name("variant", variant, game.VARIANTS)
    check_name("profile", profile, game.PROFILES)
    own, size = dict(game.VARIANTS[variant]), dict(game.PROFILES[profile])
    if not own.pop("adversarial", False):
        size |= {"adversarial": 0, "pretrain_judge": 0}
    settings = {"per_track": corpus in PER_TRACK} | size | own | changes
    for name in settings:
        check_name("setting", name, list(Config.__dataclass_fields__))
    config = replace(Config(), **settings)
    for name, known in KNOWN.items():
        check_name(name, getattr(config, name), known)
    ones = "filters batch check_every judge_units pool judge_batch rl_batch ce_batch per_opening"
    none = "pretrain pretrain_judge adversarial pretrain_lr judge_lr game_lr rl_lr lambda_rl lambda_ce judge_steps judge_filters skip styles"
    shares = "noise mismatched teacher_forcing dropout"
    check_least(config, **dict.fromkeys(ones.split(), 1), bars=3, measure=2, clip=1e-6, low=0)
    check_least(config, **dict.fromkeys([*none.split(), *shares.split()], 0), length=32)
    if any(getattr(config, name) > 1 for name in shares.split()):
        raise ValueError(f"{shares.replace(' ', ', ')} are shares, at most 1")
    if config.noise + config.mismatched > 1:
        raise ValueError("noise and mismatched together are a share, at most 1")
    if config.length % (2 * STEPS_PER_BAR):
        raise ValueError(f"length is {config.length} steps: choose an even number of bars of 16")
    if config.rl_batch % config.per_opening:
        raise ValueError("rl_batch has to be a multiple of per_opening")
    if not 12 <= config.high - config.low + 1 <= 128 - config.low:
        raise ValueError(f"keys {config.low} to {config.high} are no range of an octave or more")
    _refuse_nonsense(config)
    return config


def _refuse_nonsense(config) -> None:
    """ValueError for settings that exclude each other; without this one of them would be ignored."""
    group = config.per_opening if config.per_opening > 1 else config.rl_batch
    plain, alone = config.features != "anokhin", not config.conditional
    refused = {
        "bars have to go on after the opening, half of length": config.bars * 32 <= config.length,
        "attention and global_structure are anokhin's features": plain
        and (config.attention or config.global_structure),
        "bars_back and judge_bars_back count bars, from 1 on": min(*config.bars_back, *config.judge_bars_back, 1, 1) < 1,
        "judge_bars_back are for the judge's skip": config.judge_bars_back and not config.skip,
        "scaled is attention's": config.scaled and not config.attention,
        "styles are for other features than anokhin's, and for likelihood alone": config.styles
        and (config.adversarial or not plain),
        "a game from silence has no opening: no critic, no mismatched, no context real, one per_opening": alone
        and (config.baseline == "critic" or config.mismatched or config.context == "real" or config.per_opening > 1),
        "a mean of one continuation is no baseline: choose a larger rl_batch": group < 2
        and config.baseline in ("batch_mean", "leave_one_out"),
    }  # fmt: skip
    for why, so in refused.items():
        if so:
            raise ValueError(why)


#: Corpora whose pieces have too many tracks to be laid over each other
PER_TRACK = ("classical", "lakh", "piano_midi_de")


def shared_phase(config: Config) -> Config | None:
    """The settings of pre-training alone: of the judge, too, and then, asked again, of the generator."""
    later = (
        "adversarial", "rl_batch", "ce_batch", "rl_lr", "game_lr", "lambda_rl", "lambda_ce", "baseline", "per_opening",
        "teacher_forcing", "teacher_reward", "rule", "judge_steps",
    )  # fmt: skip
    judge = (
        "judge_units", "judge_filters", "read", "as_published", "skip", "judge_bars_back", "conditional", "pool", "pretrain_judge",
        "judge_batch", "judge_lr", "noise", "mismatched", "context",
    )  # fmt: skip
    if not config.adversarial:
        later += judge
    default = Config(pretrain_judge=0)
    return replace(config, **{k: getattr(default, k) for k in later})


def encode(config: Config, corpus: str) -> RollData:
    """The matrices that a run reads: pieces that are as long as a measured sample; or a folder of shards."""
    if not (Path(corpus) / shards.INDEX).is_file():
        return encode_rolls(corpus, config.low, config.high, config.per_track, config.bars)
    if config.volume:
        raise ValueError(f"{corpus}: shards hold no volume")
    wanted = {"low": config.low, "high": config.high, "per_track": config.per_track}
    return shards.load(corpus, **wanted, least=config.bars)


def build(config: Config, data, seed: int, device="cpu") -> TrainingState:
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
    for rows in pieces:
        play = torch.as_tensor(rows[..., 0] > 0)
        for b in (0, 1):
            for now in (0, 1):
                seen[b, now] += ((play[:-1] == b) & (play[1:] == now)).sum()
        struck += int(rows[..., 1].sum())
    after = torch.logit(seen[:, 1] / seen.sum(1))
    policy.head.bias[PLAY], policy.copy.weight[PLAY, PLAY] = after[0], after[1] - after[0]
    policy.head.bias[REPLAY] = torch.logit((struck + 1) / (seen[1, 1] + 2))


def make_step(config: Config, data, control: str | None = None):
    """The game, as a function for ``fit``: likelihood, then the judge alone, then both in turn."""
    if control is not None:
        check_name("control", control, CONTROLS)
    if control == "frozen_discriminator" and config.rule == "gap":
        raise ValueError("by the rule gap nobody learns once a judge that stands still is behind")
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
