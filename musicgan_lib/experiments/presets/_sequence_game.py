"""The game that the presets on words share: likelihood, then a judge, then both in turn.

Each paper's module holds its own variants and sizes; :class:`Game` ties them to this.
"""

import copy
import math
from dataclasses import dataclass, replace

import torch

from ...learning import baselines, losses, rollouts, team
from ...learning.fit import TrainingState
from ...learning.team import update
from ...models.seqgan import PrefixDiscriminator, Sampler, TextCNN, WordPolicy
from . import check_least, check_name
from ._signals import CONTROLS, KNOWN, policy_loss
from ._words import Batches, keep_best, measure_words

_JUDGE_LOSSES = {
    "cross_entropy": losses.discriminator_loss,
    "least_squares": losses.least_squares_discriminator_loss,
}
__all__ = [
    "BATCHES",
    "CONTROLS",
    "Config",
    "build",
    "encode",
    "make_step",
    "measure",
    "shared_phase",
]

#: What several processes divide among them.
BATCHES = ("batch", "pretrain_batch")


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    form: str = "published"  # or "factored", "interleaved"
    all_keys: bool = False
    one_key: bool = False
    close_chords: bool = False
    # the networks; the paper's configuration is 32, 512, no dropout, N(0, 0.1), and 2000 channels of width 20
    embedding: int = 32
    hidden: int = 512
    dropout: float = 0.0
    init_std: float | None = 0.1
    judge_embedding: int = 32
    widths: tuple[int, ...] = (20,)
    channels: tuple[int, ...] = (2000,)
    # the phases
    length: int = 100
    batch: int = 64
    pretrain: int = 1000
    pretrain_batch: int = 128
    pretrain_lr: float = 1e-3
    anneal: bool = False  # cosine over the pre-training; the paper's rate is constant
    check_every: int = 50  # how often pre-training looks at the validation pieces
    pretrain_judge: int = 300
    adversarial: int = 0
    judge_steps: int = 4  # updates of the discriminator for one of the generator
    judge_lr: float = 1e-4
    rl_lr: float = 1e-3
    critic_lr: float = 1e-2
    clip: float = 5.0
    # the signal
    estimator: str = "reinforce"
    baseline: str = "none"
    reward: str = "probability"  # or "logit"
    alpha: float = 0.0
    beta: float = 0.0
    discount: float = 1.0
    #: Monte-Carlo search: how often each prefix is finished; 0 rewards the end alone
    rollouts: int = 0
    lag: float = 0.8  # of the policy that finishes them
    judge_loss: str = "cross_entropy"  # or "least_squares"
    likelihood: float = 0.0  # weight of a likelihood step mixed into every adversarial one
    measure: int = 128  # samples and windows that are measured

    @property
    def steps(self) -> int:
        """Updates of the generator or of the pre-training discriminator, all phases together."""
        return self.pretrain + self.adversarial + (self.pretrain_judge if self.adversarial else 0)


#: Sopranos and the embedded tunes are shorter than a hundred words.
LONGEST = {"chorales": 32, "tunes": 32}


def configure(game, variant: str, profile: str, corpus: str, changes: dict) -> Config:
    """The settings of a preset's variant at a profile on a corpus; ``changes`` are set last.

    ValueError for an unknown variant, profile or setting, with the ones there are.
    """
    check_name("variant", variant, game.VARIANTS)
    check_name("profile", profile, game.PROFILES)
    own, size = dict(game.VARIANTS[variant]), dict(game.PROFILES[profile])
    forms = {form: size.pop(form, {}) for form in ("published", "factored")}
    size |= forms[own.get("form", "published")]
    if not own.get("adversarial"):
        size["adversarial"] = 0
    own.pop("adversarial", None)
    settings = size | own | changes
    for name in settings:
        check_name("setting", name, list(Config.__dataclass_fields__))
    config = replace(Config(), **settings)
    for name, known in (KNOWN | {"judge_loss": list(_JUDGE_LOSSES)}).items():
        check_name(name, getattr(config, name), known)
    sizes = ("embedding", "hidden", "length", "batch", "pretrain_batch", "measure", "check_every")
    by_values = config.estimator == "path_consistency"
    beta = 1e-6 if by_values else 0
    if by_values and (config.rollouts or config.likelihood or config.baseline != "none"):
        raise ValueError("path_consistency takes no rollouts, no likelihood and no baseline")
    check_least(config, **dict.fromkeys(sizes, 1), pretrain=0, adversarial=0, rollouts=0, beta=beta)
    return replace(config, length=min(config.length, LONGEST.get(corpus, config.length)))


def shared_phase(config: Config) -> Config | None:
    """The settings of the pre-training alone, the same for all variants that share it."""
    later = (
        "adversarial", "pretrain_judge", "judge_steps", "judge_lr", "rl_lr", "estimator", "baseline", "reward",
        "alpha", "beta", "discount", "likelihood", "judge_embedding", "widths", "channels",
    )  # fmt: skip
    default = Config()
    return replace(config, **{k: getattr(default, k) for k in later})


def encode(config: Config, corpus: str):
    """The words that a run reads; chorales are read as sopranos."""
    from ..encode import encode_words

    melody_only = corpus == "chorales"
    return encode_words(
        corpus, config.form, config.all_keys, melody_only, config.one_key, config.close_chords
    )


def build(config: Config, data, seed: int, device="cpu") -> TrainingState:
    """Networks and optimisers at step 0."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        policy = WordPolicy(
            data.sizes, config.embedding, config.hidden, config.dropout, config.init_std
        ).to(device)
        modules = {"policy": policy, "reference": copy.deepcopy(policy).requires_grad_(False)}
        if config.adversarial:
            judge = (
                PrefixDiscriminator(data.sizes, config.judge_embedding)
                if config.reward == "prefix"
                else TextCNN(data.sizes, config.judge_embedding, config.widths, config.channels)
            )
            modules["judge"] = judge.to(device)
            if config.baseline == "critic" or config.estimator == "path_consistency":
                modules["critic"] = baselines.Critic(math.prod(data.sizes)).to(device)
        if config.rollouts:
            modules["lagging"] = copy.deepcopy(policy).requires_grad_(False)
    optimisers = {"pretrain": torch.optim.Adam(policy.parameters(), config.pretrain_lr)}
    if config.adversarial:
        optimisers["policy"] = torch.optim.Adam(policy.parameters(), config.rl_lr)
        optimisers["judge"] = torch.optim.Adam(modules["judge"].parameters(), config.judge_lr)
    if "critic" in modules:
        optimisers["critic"] = torch.optim.Adam(modules["critic"].parameters(), config.critic_lr)
    return TrainingState(modules, optimisers, torch.Generator().manual_seed(seed))


def make_step(config: Config, data, control: str | None = None):
    """The game: likelihood first, then the judge alone, then both in turn; a function for ``fit``."""
    if control is not None:
        check_name("control", control, CONTROLS)
    real = Batches(data, "train", config.length)
    valid = torch.as_tensor(data.windows("valid", config.length))[: config.measure]

    def step(state: TrainingState) -> dict:
        if state.step < config.pretrain:
            return _pretrain(state, config, real, valid)
        if state.step == config.pretrain:
            keep_best(state, valid, load=True)
            for name in {"reference", "lagging"} & state.modules.keys():
                state.modules[name].load_state_dict(state.modules["policy"].state_dict())
        if state.step < config.pretrain + config.pretrain_judge:
            return {"judge_loss": _teach_judge(state, config, real, 1)}
        return _play(state, config, real, control)

    return step


def measure(state: TrainingState, config: Config, data, generator) -> tuple[dict, torch.Tensor]:
    """What the run is worth: flat metrics, and the samples that they were measured on."""
    policy = state.modules["policy"]
    if state.step <= config.pretrain:
        valid = torch.as_tensor(data.windows("valid", config.length))[: config.measure]
        keep_best(state, valid, load=True)
    return measure_words(policy, state.modules.get("judge"), data, config, generator)


def _pretrain(state, config, real, valid) -> dict:
    policy, optimiser = state.modules["policy"].train(), state.optimisers["pretrain"]
    done = state.step / config.pretrain
    if config.anneal:
        rate = 0.5 * (1 + torch.cos(torch.tensor(torch.pi * done)).item())
        optimiser.param_groups[0]["lr"] = config.pretrain_lr * max(rate, 0.02)
    in_other_keys = config.all_keys and done < 0.6  # the rest is spent in the keys of the music
    words = real.draw(config.pretrain_batch, state.generator, in_other_keys)
    loss = policy.nll(words.to(_device(policy)))
    update(loss, policy, optimiser, config.clip)
    numbers = {"nll_batch": loss.item()}
    if (state.step + 1) % config.check_every == 0 or state.step + 1 == config.pretrain:
        numbers["nll_valid"] = keep_best(state, valid)
        state.memory["nll_valid"] = numbers["nll_valid"]
    return numbers | {k: v for k, v in state.memory.items() if k == "nll_valid"}


def _teach_judge(state, config, real, steps: int) -> float:
    policy, judge = state.modules["policy"].eval(), state.modules["judge"].train()
    device, total = _device(judge), 0.0
    generated = Sampler(policy).run(config.batch * steps, config.length, state.generator).actions
    for fake in generated.split(config.batch):
        true = real.draw(len(fake), state.generator).to(device)
        loss = _JUDGE_LOSSES[config.judge_loss](judge.score(true), judge.score(fake.to(device)))
        update(loss, judge, state.optimisers["judge"], config.clip)
        total += loss.item() / steps
    return total


def _play(state, config, real, control) -> dict:
    policy = state.modules["policy"].eval()
    actions = Sampler(policy).run(config.batch, config.length, state.generator).actions
    out = policy.log_prob(actions, entropy=False)
    loss, rewards = policy_loss(state, config, actions, out.log_prob, control)
    if config.likelihood:
        loss = config.likelihood * policy.nll(
            real.draw(config.batch, state.generator).to(_device(policy))
        ) + loss / (team.size() * len(actions) * config.length)
    update(loss, policy, state.optimisers["policy"], config.clip)
    if config.rollouts:
        rollouts.follow(state.modules["lagging"], policy, config.lag)
    numbers = {
        "reward": rewards.sum(1).mean().item(),
        "own_nll": -out.log_prob.mean().item(),
    }
    if control != "frozen_discriminator":
        numbers["judge_loss"] = _teach_judge(state, config, real, config.judge_steps)
    return numbers


def _device(module):
    return next(module.parameters()).device
