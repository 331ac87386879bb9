"""The game on words: an LSTM that draws them, and a discriminator of whole sequences that pays for them."""

import copy
import math

import torch

from ..data.tokens import TokenData
from ..evaluation import nll as measures
from ..learning import baselines, team
from ..learning.best import keep_best, restore_best
from ..learning.fit import TrainingState
from ..learning.schedules import add_schedule, fall_as_cosine_single
from ..models.seqgan import PrefixDiscriminator, TextCNN, WordPolicy
from . import word_settings
from .adversarial import Adversarial, Play
from .settings import Request
from .signals.rewards import has_critic
from .token_material import Tokens
from .word_measures import measure_words
from .word_settings import Config


class WordGame(Adversarial):
    """An LSTM over words and a convolutional discriminator; without ``adversarial`` steps likelihood alone."""

    Config = Config
    generator = "policy"
    controls = (
        "random_reward",
        "zero_reward",
        "constant_reward",
        "frozen_discriminator",
        "shuffled_order",
    )
    batches = ("batch", "pretrain_batch")

    def configure(self, request: Request) -> Config:
        """See :func:`word_settings.configure`."""
        return word_settings.configure(request)

    def shared_phase(self, config: Config) -> Config:
        """The settings of the pre-training alone."""
        return word_settings.shared_phase(config)

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
            optimisers["discriminator"] = adam(
                modules["discriminator"].parameters(), config.discriminator_lr
            )
        if "critic" in modules:
            optimisers["critic"] = adam(modules["critic"].parameters(), config.critic_lr)
        state = TrainingState(modules, optimisers, torch.Generator().manual_seed(seed))
        if config.anneal and config.pretrain:
            add_schedule(
                state, "pretrain", lambda step: fall_as_cosine_single(step / config.pretrain)
            )
        return state

    def choose_material(self, config: Config, data) -> Tokens:
        """Windows of the training words."""
        return Tokens(config, data)

    def choose_signal(self, config: Config):
        """See :func:`word_settings.choose_signal`."""
        return word_settings.choose_signal(config)

    def finish_step(self, state: TrainingState, play: Play) -> dict:
        """Now and then in pre-training: nats on validation windows, and the best weights remembered."""
        config, done = play.config, state.step + 1
        if done > config.pretrain:
            return {}
        if done % config.check_every == 0 or done == config.pretrain:
            found = team.agree(measures.nll(state.modules["policy"], play.material.valid))
            keep_best(state, "policy", found)
            state.memory["nll_valid"] = found
        return {k: v for k, v in state.memory.items() if k == "nll_valid"}

    def end_pretraining(self, state: TrainingState, play: Play) -> None:
        """The game begins with the weights that were best on validation windows."""
        load_best(state)

    def measure(self, state: TrainingState, config: Config, data, generator):
        """See :func:`measure_words`; a run that ends with likelihood has the best weights of it first."""
        if state.step <= config.pretrain:
            load_best(state)
        policy = state.modules["policy"]
        return measure_words(policy, state.modules.get("discriminator"), data, config, generator)

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, length) int64`` words."""
        return module.sample(n, config.length, generator, temperature).actions.cpu().numpy()


def build_networks(config: Config, sizes):
    """Name and network of each player, in the order in which they draw their first weights."""
    policy = WordPolicy(sizes, config.embedding, config.hidden, config.dropout, config.init_std)
    yield "policy", policy
    yield "reference", copy.deepcopy(policy).requires_grad_(False)
    if config.adversarial and config.reward == "prefix":
        yield "discriminator", PrefixDiscriminator(sizes, config.discriminator_embedding)
    elif config.adversarial:
        yield (
            "discriminator",
            TextCNN(sizes, config.discriminator_embedding, config.widths, config.channels),
        )
    if config.adversarial and has_critic(config):
        yield "critic", baselines.Critic(math.prod(sizes))
    if config.rollouts:
        yield "lagging", copy.deepcopy(policy).requires_grad_(False)


def load_best(state: TrainingState) -> None:
    """Put the best weights of pre-training back, where there are some, and forget them."""
    restore_best(state, "policy")
    state.memory.pop("best_policy", None)
