"""The game on tones: likelihood or squared error first, then a discriminator and a generator by its slopes."""

import copy
from contextlib import nullcontext

import numpy as np
import torch

from ..data import rows, tone_tokens
from ..learning import losses, team
from ..learning.balance import curriculum, freezes
from ..learning.fit import TrainingState
from ..learning.team import update
from ..models.crnn_gan import Discriminator, Generator, minibatch_closeness
from ..models.seqgan import WordPolicy
from ..models.tone_gan import RelationDiscriminator
from ..models.words import unpack
from . import tone_settings
from .game import Game, device_of
from .settings import Request, check_length
from .tone_batches import Numbers, Symbols
from .tone_measures import Yardstick, measure_likelihoods
from .tone_settings import MATCHING, Config


class ToneGame(Game):
    """C-RNN-GAN's pair on rows of real numbers, or an LSTM over their symbols and a discriminator of relations.

    A control takes one thing away from a variant and keeps its budget. Without an adversary the generator goes on with its
    likelihood or squared error: as many updates as in the game, by the same optimiser at the same rate.
    """

    Config = Config
    generator = "generator"
    controls = ("no_adversary", "frozen_discriminator")
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
            player, judge = _build_pair(config, data.width)
        modules = {"player": player.to(device)}
        if config.adversarial:
            modules["judge"] = judge.to(device)
        modules["generator"] = copy.deepcopy(player).requires_grad_(False)
        optimisers = {"pretrain": _optimiser(player, config.pretrain_lr, config)}
        if config.adversarial:
            optimisers["player"] = _optimiser(player, config.g_lr, config)
            optimisers["judge"] = _optimiser(judge, config.d_lr, config)
        return TrainingState(modules, optimisers, torch.Generator().manual_seed(seed))

    def check_control(self, config: Config, control: str | None) -> None:
        """ValueError for a control that there is not, and for one that takes nothing away."""
        super().check_control(config, control)
        if control is not None and not config.adversarial:
            raise ValueError(
                f"{control} takes nothing away where adversarial is 0: there is no game"
            )

    def make_step(self, config: Config, data, control: str | None = None):
        """Pre-training, the discriminator alone, then both in turn.

        ValueError as of :meth:`check_control`, and where a split has no piece as long as a sample.
        """
        self.check_control(config, control)
        check_length(data, config.length)
        table = Symbols(data, config) if config.symbols else Numbers(data, config)
        yardstick = Yardstick(data, "valid", config)

        def step(state: TrainingState) -> dict:
            player = state.modules["player"].train()
            if state.step == config.pretrain:  # the generator is chosen in the last phase
                for name in ("best", "checks"):
                    state.memory.pop(name, None)
            if state.step < config.pretrain:
                numbers = _pretrain(state, config, table)
            elif state.step < config.pretrain + config.pretrain_judge:
                return {"d_loss": _teach(state, config, table)}
            else:
                numbers = _play(state, config, table, control)
            keep = state.modules["generator"]
            share = config.average if state.step > config.pretrain else 0.0
            with torch.no_grad():
                for kept, new in zip(keep.parameters(), player.parameters()):
                    kept.lerp_(new, 1 - share)
            done = state.step + 1
            if done % config.check_every == 0 or done == config.steps:
                numbers |= _check(state, config, yardstick)
            return numbers

        return step

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
        judge = RelationDiscriminator(sizes, config.hidden // 2)
    else:
        player = Generator(width, config.hidden, config.layers)
        judge = Discriminator(width, config.hidden, config.layers, config.kernels)
        judge.closeness = lambda rows: team.over_all(minibatch_closeness, rows)
    if config.spectral:
        judge.decide = torch.nn.utils.parametrizations.spectral_norm(judge.decide)
    return player, judge


def _optimiser(module, rate, config):
    if config.optimiser == "sgd":
        return torch.optim.SGD(module.parameters(), rate, weight_decay=config.l2)
    return torch.optim.Adam(module.parameters(), rate, betas=(0.5, 0.9), weight_decay=config.l2)


def _check(state, config, yardstick) -> dict:
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


def _pretrain(state, config, table) -> dict:
    player, optimiser = state.modules["player"], state.optimisers["pretrain"]
    done = state.step / config.pretrain
    if config.optimiser == "adam":  # the paper's rate is constant
        cosine = 0.5 * (1 + float(np.cos(np.pi * done)))  # a checkpoint holds plain numbers
        optimiser.param_groups[0]["lr"] = config.pretrain_lr * max(cosine, 0.02)
    length = config.length
    if state.step < config.curriculum:  # six epochs, each four cells longer than the one before
        length = curriculum(6 * state.step // config.curriculum, longest=length)
    loss = table.likelihood_loss(player, length, state.generator)
    update(loss, player, optimiser, config.clip)
    # of raw ticks and Hz a squared error is in the millions: its root has the units of the rows
    return (
        {"pretrain_nll": loss.item()} if config.symbols else {"pretrain_rmse": loss.item() ** 0.5}
    )


def _teach(state, config, table, fake=None) -> float:
    """One update of the discriminator alone; returns its loss."""
    judge = state.modules["judge"].train()
    if fake is None:
        with torch.no_grad():
            fake = table.fake(state.modules["player"], config.batch, state.generator, slope=False)
    device = device_of(judge)
    real = [r.to(device) for r in table.real(config.batch, state.generator)]
    real = [r.requires_grad_(bool(config.penalty)) for r in real]
    with torch.backends.cudnn.flags(enabled=False) if config.penalty else nullcontext():
        score = judge.score(table.shape(real))  # cuDNN's kernels have no second derivative
    loss = total = losses.discriminator_loss(score, judge.score(table.shape(fake)))
    if config.penalty:
        slopes = torch.autograd.grad(score.sum(), real, create_graph=True)
        total = loss + config.penalty * sum(s.square().flatten(1).sum(1).mean() for s in slopes)
    update(total, judge, state.optimisers["judge"], config.clip)
    return loss.item()


def _play(state, config, table, control) -> dict:
    """One update of each, the generator's first; who was far ahead after the last round sits out.

    The discriminator reads real and generated songs once: it does not change in between, so both losses
    can be taken from the same reading.
    """
    player, judge = state.modules["player"], state.modules["judge"].train()
    before = state.memory.get("losses")
    rest_d, rest_g = freezes(*before, config.freezing) if before else (False, False)
    rest_d = rest_d or control == "frozen_discriminator"
    n = config.batch
    fake = table.fake(player, n, state.generator, slope=True)
    seen = [f.detach().requires_grad_() for f in fake]
    real = [r.to(f.device) for r, f in zip(table.real(n, state.generator), fake)]
    features = judge.features(table.shape([torch.cat(both) for both in zip(real, seen)]))
    of_real, of_fake = judge.score_features(features[:n]), judge.score_features(features[n:])
    d_loss, g_loss = (
        losses.discriminator_loss(of_real, of_fake),
        losses.non_saturating_loss(of_fake),
    )
    signal = g_loss
    if config.matching != "off":
        signal = MATCHING[config.matching](features[:n].detach(), features[n:])
    slopes = torch.autograd.grad(signal, seen, retain_graph=True)
    if not rest_d:
        first = 0 if config.penalty else 1  # a penalised loss has a reading of its own
        if first:
            update(d_loss, judge, state.optimisers["judge"], config.clip)
        for _ in range(config.judge_steps - first):
            _teach(state, config, table)
    if not rest_g:
        weight = config.likelihood
        if control == "no_adversary":
            # what the generator was pre-trained by stands in the adversary's place
            loss, weight = 0.0, weight or 1.0
        else:
            loss = sum((s * f).sum() for s, f in zip(slopes, fake))
        if weight:
            loss = loss + weight * table.likelihood_loss(player, config.length, state.generator)
        update(loss, player, state.optimisers["player"], config.clip)
    state.memory["losses"] = [team.mean(d_loss.item()), team.mean(g_loss.item())]
    numbers = {"d_loss": d_loss.item(), "g_loss": g_loss.item()}
    return numbers | {"frozen_d": float(rest_d), "frozen_g": float(rest_g)}


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
