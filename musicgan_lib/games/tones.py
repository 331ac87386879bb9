"""The game on tones: likelihood or squared error first, then a discriminator and a generator by its slopes."""

import copy

import numpy as np
import torch
from torch.optim.swa_utils import get_ema_multi_avg_fn

from ..data import rows, tone_tokens
from ..learning import team
from ..learning.fit import TrainingState
from ..learning.schedules import add_schedule, fall_as_cosine
from ..models.crnn_gan import Discriminator, Generator, minibatch_closeness
from ..models.seqgan import WordPolicy
from ..models.tone_gan import RelationDiscriminator
from ..models.words import unpack
from . import tone_settings
from .adversarial import Adversarial, Play
from .settings import Request, check_length
from .signals.slopes import Slopes
from .tone_material import Numbers, Symbols, Tones
from .tone_measures import Yardstick, measure_likelihoods
from .tone_settings import Config


class ToneGame(Adversarial):
    """C-RNN-GAN's pair on rows of real numbers, or an LSTM over their symbols and a discriminator of relations.

    A control takes one thing away from a variant and keeps its budget. Without an adversary the generator goes on
    with its likelihood or squared error: as many updates as in the game, by the same optimiser at the same rate.
    """

    Config = Config
    generator = "generator"
    controls = ("no_adversary", "frozen_discriminator", "shuffled_order")
    batches = ("batch",)

    def configure(self, request: Request) -> Config:
        """See :func:`tone_settings.configure`."""
        return tone_settings.configure(request)

    def shared_phase(self, config: Config) -> Config | None:
        """The settings of the pre-training alone."""
        return tone_settings.shared_phase(config)

    def encode(self, config: Config, corpus: str) -> rows.RowData:
        """The tones that a run reads."""
        return rows.encode_tones(
            corpus, "quadruplets", config.scale, config.tones, config.shared_time, config.one_key
        )

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        """Networks and optimisers at step 0. ``generator`` is what is kept, ``player`` what is trained."""
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            player, discriminator = _build_pair(config, data.width)
        modules = {"player": player.to(device)}
        if config.adversarial:
            modules["discriminator"] = discriminator.to(device)
        modules["generator"] = copy.deepcopy(player).requires_grad_(False)
        optimisers = {"pretrain": _optimiser(player, config.pretrain_lr, config)}
        if config.adversarial:
            optimisers["player"] = _optimiser(player, config.g_lr, config)
            optimisers["discriminator"] = _optimiser(discriminator, config.d_lr, config)
        state = TrainingState(modules, optimisers, torch.Generator().manual_seed(seed))
        if config.optimiser == "adam" and config.pretrain:  # the paper's rate is constant
            add_schedule(state, "pretrain", lambda step: fall_as_cosine(step / config.pretrain))
        return state

    def choose_material(self, config: Config, data) -> Tones:
        """Windows of the training tones, as numbers or as symbols; ValueError where no piece is as long as a song."""
        check_length(data, config.length)
        return Symbols(config, data) if config.symbols else Numbers(config, data)

    def choose_signal(self, config: Config) -> type[Slopes]:
        """See :func:`tone_settings.choose_signal`."""
        return tone_settings.choose_signal(config)

    def end_pretraining(self, state: TrainingState, play: Play) -> None:
        """The generator is chosen in the last phase: what was best before is forgotten."""
        for name in ("best", "checks"):
            state.memory.pop(name, None)

    def finish_step(self, state: TrainingState, play: Play) -> dict:
        """The kept generator follows the player, in the game as a running average; now and then it is checked."""
        config, done = play.config, state.step + 1
        share = config.average if state.step > config.pretrain else 0.0
        follow = get_ema_multi_avg_fn(share)
        kept, learned = (list(state.modules[k].parameters()) for k in ("generator", "player"))
        follow(kept, learned, None)
        if done % config.check_every == 0 or done == config.steps:
            return check_generator(state, config, play.material.yardstick)
        return {}

    def measure(self, state: TrainingState, config: Config, data, generator):
        """Statistics of samples against test windows, likelihoods where there are any; with the samples.

        The generator is the one that was nearest to *validation* windows.
        """
        kept = state.modules["generator"]
        if "best" in state.memory:
            kept.load_state_dict(state.memory["best"])
        drawn = draw(kept.eval(), config, config.measure, generator)
        found = Yardstick(data, "test", config).measure(drawn, whole=True)
        if config.symbols:
            found |= measure_likelihoods(kept, config, data)
        checks = state.memory.get("checks", [])
        if checks:
            found["valid_z_last_third"] = float(np.mean(checks[-max(len(checks) // 3, 1) :]))
        return found, drawn

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """See :func:`draw`."""
        return draw(module, config, n, generator, temperature)

    def as_tokens(self, data, drawn) -> tuple:
        """The corpus and samples as symbols; ValueError unless they are normalised tones, one a cell."""
        words = tone_tokens.tone_tokens(data)
        fields = np.moveaxis(tone_tokens.quantise(drawn), -1, 0)
        return words, np.ravel_multi_index(tuple(fields), words.sizes).astype(np.int64)


def _build_pair(config: Config, width: int):
    """The player and its discriminator; both are drawn, whether there is a game or not."""
    if config.symbols:
        sizes = tone_tokens.field_sizes(width)
        player = WordPolicy(sizes, config.hidden // 2, config.hidden, 0.1)
        discriminator = RelationDiscriminator(sizes, config.hidden // 2)
    else:
        player = Generator(width, config.hidden, config.layers)
        discriminator = Discriminator(width, config.hidden, config.layers, config.kernels)
        discriminator.closeness = lambda rows: team.over_all(minibatch_closeness, rows)
    if config.spectral:
        discriminator.decide = torch.nn.utils.parametrizations.spectral_norm(discriminator.decide)
    return player, discriminator


def _optimiser(module, rate, config):
    if config.optimiser == "sgd":
        return torch.optim.SGD(module.parameters(), rate, weight_decay=config.l2)
    return torch.optim.Adam(module.parameters(), rate, betas=(0.5, 0.9), weight_decay=config.l2)


def check_generator(state, config, yardstick) -> dict:
    """How far samples are from validation windows; the best generator is remembered, and forgotten when a phase ends.

    Of the pre-training the second half counts.
    """
    generator = torch.Generator().manual_seed(state.step)
    drawn = draw(state.modules["generator"].eval(), config, config.checked, generator)
    found = team.agree(yardstick.measure(drawn)["mean_z"])
    if state.step >= config.pretrain // 2:
        state.memory.setdefault("checks", []).append(found)
        if found <= min(state.memory["checks"]):
            kept = state.modules["generator"].state_dict()
            state.memory["best"] = {k: v.clone() for k, v in kept.items()}
    return {"mean_z": found}


def draw(module, config: Config, n: int, generator, temperature: float = 1.0) -> np.ndarray:
    """``(n, length, width)`` rows of new music, on the scale of the data.

    ValueError for a temperature of real numbers.
    """
    if not config.symbols:
        if temperature != 1:
            raise ValueError("tones that are real numbers have no temperature: leave it at 1")
        return module.sample(n, config.length, generator).float().cpu().numpy()
    words = module.sample(n, config.length, generator, temperature).actions.cpu()
    return tone_tokens.dequantise(torch.stack(unpack(words, module.sizes), -1).numpy())
