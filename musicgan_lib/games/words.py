"""The game that the presets on words share: likelihood, then a judge, then both in turn.

Each paper's module holds its own variants and sizes, and ``configure`` that knows them.
"""

import copy
import math

import torch

from ...learning import baselines, rollouts, team
from ...learning.fit import TrainingState
from ...learning.team import update
from ...models.seqgan import PrefixDiscriminator, Sampler, TextCNN, WordPolicy
from ._controls import CONTROLS, check_control, teaches_judge
from ._sequence_settings import JUDGE_LOSSES, Config, has_critic, shared_phase
from ._signals import read_signal
from ._words import Batches, keep_best, measure_words

__all__ = [
    "BATCHES",
    "CONTROLS",
    "Config",
    "build",
    "check_control",
    "encode",
    "make_step",
    "measure",
    "shared_phase",
]

#: What several processes divide among them.
BATCHES = ("batch", "pretrain_batch")


def encode(config: Config, corpus: str):
    """The words that a run reads; chorales are read as sopranos."""
    from ...data.words import encode_words

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
            if has_critic(config):
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
    check_control(config, control)
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
        loss = JUDGE_LOSSES[config.judge_loss](judge.score(true), judge.score(fake.to(device)))
        update(loss, judge, state.optimisers["judge"], config.clip)
        total += loss.item() / steps
    return total


def _play(state, config, real, control) -> dict:
    """One update of the generator by what the discriminator says, and lessons of the discriminator.

    The loss is a sum over the words of the batch, as published, and so is a likelihood that is mixed in: ``clip`` bounds
    one and the same gradient with and without it.
    """
    policy = state.modules["policy"].eval()
    actions = Sampler(policy).run(config.batch, config.length, state.generator).actions
    log_prob = policy.log_prob(actions, entropy=False).log_prob
    signal = read_signal(state, config, actions, log_prob, control)
    signal.teach(log_prob)
    loss = signal.loss(log_prob)
    if config.likelihood:
        words = real.draw(config.batch, state.generator).to(_device(policy))
        loss = loss + config.likelihood * team.size() * words.numel() * policy.nll(words)
    update(loss, policy, state.optimisers["policy"], config.clip)
    if config.rollouts:
        rollouts.follow(state.modules["lagging"], policy, config.lag)
    numbers = {
        "reward": signal.rewards.sum(1).mean().item(),
        "own_nll": -log_prob.mean().item(),
    }
    if teaches_judge(control):
        numbers["judge_loss"] = _teach_judge(state, config, real, config.judge_steps)
    return numbers


def _device(module):
    return next(module.parameters()).device
