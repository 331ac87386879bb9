"""The game on words: likelihood, then a discriminator, then both in turn; the reward is the discriminator's."""

import copy
import math

import torch

from ..data.tokens import TokenData
from ..learning import baselines, rollouts, team
from ..learning.fit import TrainingState
from ..learning.team import update
from ..models.seqgan import PrefixDiscriminator, TextCNN, WordPolicy
from . import controls, word_settings
from .game import Game, device_of
from .settings import Request
from .signals import read_signal
from .word_batches import Batches, keep_best, measure_words
from .word_settings import JUDGE_LOSSES, Config


class WordGame(Game):
    """An LSTM over words and a convolutional discriminator; without ``adversarial`` steps likelihood alone."""

    Config = Config
    generator = "policy"
    controls = controls.CONTROLS
    batches = ("batch", "pretrain_batch")

    def configure(self, request: Request) -> Config:
        """See :func:`word_settings.configure`."""
        return word_settings.configure(request)

    def shared_phase(self, config: Config) -> Config:
        """The settings of the pre-training alone."""
        return word_settings.shared_phase(config)

    def check_control(self, config: Config, control: str | None) -> None:
        """See :func:`controls.check_control`."""
        controls.check_control(config, control)

    def encode(self, config: Config, corpus: str) -> TokenData:
        """The words that a run reads; chorales are read as sopranos."""
        from ..data.words import encode_words

        melody_only = corpus == "chorales"
        return encode_words(
            corpus, config.form, config.all_keys, melody_only, config.one_key, config.close_chords
        )

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        """Networks and optimisers at step 0."""
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            modules = {
                name: module.to(device) for name, module in build_networks(config, data.sizes)
            }
        adam = torch.optim.Adam
        optimisers = {"pretrain": adam(modules["policy"].parameters(), config.pretrain_lr)}
        if config.adversarial:
            optimisers["policy"] = adam(modules["policy"].parameters(), config.rl_lr)
            optimisers["judge"] = adam(modules["judge"].parameters(), config.judge_lr)
        if "critic" in modules:
            optimisers["critic"] = adam(modules["critic"].parameters(), config.critic_lr)
        return TrainingState(modules, optimisers, torch.Generator().manual_seed(seed))

    def make_step(self, config: Config, data, control: str | None = None):
        """The game: likelihood first, then the discriminator alone, then both in turn."""
        self.check_control(config, control)
        real = Batches(data, "train", config.length)
        valid = choose_valid(config, data)

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

    def measure(self, state: TrainingState, config: Config, data, generator):
        """See :func:`measure_words`; a run that ends with likelihood has the best weights of it first."""
        policy = state.modules["policy"]
        if state.step <= config.pretrain:
            keep_best(state, choose_valid(config, data), load=True)
        return measure_words(policy, state.modules.get("judge"), data, config, generator)

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, length) int64`` words."""
        return module.sample(n, config.length, generator, temperature).actions.cpu().numpy()


def build_networks(config: Config, sizes):
    """Name and network of each player, in the order in which they draw their first weights."""
    policy = WordPolicy(sizes, config.embedding, config.hidden, config.dropout, config.init_std)
    yield "policy", policy
    yield "reference", copy.deepcopy(policy).requires_grad_(False)
    if config.adversarial and config.reward == "prefix":
        yield "judge", PrefixDiscriminator(sizes, config.judge_embedding)
    elif config.adversarial:
        yield "judge", TextCNN(sizes, config.judge_embedding, config.widths, config.channels)
    if config.adversarial and word_settings.has_critic(config):
        yield "critic", baselines.Critic(math.prod(sizes))
    if config.rollouts:
        yield "lagging", copy.deepcopy(policy).requires_grad_(False)


def choose_valid(config: Config, data) -> torch.Tensor:
    """The validation windows that choose the weights, ``(n, length) int64``."""
    return torch.as_tensor(data.windows("valid", config.length))[: config.measure]


def _pretrain(state, config, real, valid) -> dict:
    policy, optimiser = state.modules["policy"].train(), state.optimisers["pretrain"]
    done = state.step / config.pretrain
    if config.anneal:
        rate = 0.5 * (1 + torch.cos(torch.tensor(torch.pi * done)).item())
        optimiser.param_groups[0]["lr"] = config.pretrain_lr * max(rate, 0.02)
    in_other_keys = config.all_keys and done < 0.6  # the rest is spent in the keys of the music
    words = real.draw(config.pretrain_batch, state.generator, in_other_keys)
    loss = policy.nll(words.to(device_of(policy)))
    update(loss, policy, optimiser, config.clip)
    numbers = {"nll_batch": loss.item()}
    if (state.step + 1) % config.check_every == 0 or state.step + 1 == config.pretrain:
        numbers["nll_valid"] = keep_best(state, valid)
        state.memory["nll_valid"] = numbers["nll_valid"]
    return numbers | {k: v for k, v in state.memory.items() if k == "nll_valid"}


def _teach_judge(state, config, real, steps: int) -> float:
    policy, judge = state.modules["policy"].eval(), state.modules["judge"].train()
    device, total = device_of(judge), 0.0
    generated = policy.sample(config.batch * steps, config.length, state.generator).actions
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
    actions = policy.sample(config.batch, config.length, state.generator).actions
    log_prob = policy.log_prob(actions, entropy=False).log_prob
    signal = read_signal(state, config, actions, log_prob, control)
    signal.teach(log_prob)
    loss = signal.loss(log_prob)
    if config.likelihood:
        words = real.draw(config.batch, state.generator).to(device_of(policy))
        loss = loss + config.likelihood * team.size() * words.numel() * policy.nll(words)
    update(loss, policy, state.optimisers["policy"], config.clip)
    if config.rollouts:
        rollouts.follow(state.modules["lagging"], policy, config.lag)
    numbers = {
        "reward": signal.rewards.sum(1).mean().item(),
        "own_nll": -log_prob.mean().item(),
    }
    if controls.teaches_judge(control):
        numbers["judge_loss"] = _teach_judge(state, config, real, config.judge_steps)
    return numbers
