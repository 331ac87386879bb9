"""The program of Neo and Saleem (2024): a GAN of LSTMs on single notes of three numbers, and what repairs it.

As published: the listing and the training of the paper's program, single notes in random order, raw numbers, an LSTM
that takes one step. What is not reproduced: "best" weights chosen by the lowest loss of a last batch, and stored by
reference (so the last).
"""

import copy
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch.nn import functional as F

from ...data.rows import RowData, encode_tones
from ...data.tone_tokens import quantise, tone_tokens
from ...data.windows import WindowCutter
from ...learning import losses
from ...learning.fit import TrainingState
from ...models import lstm_gan as nets
from ...models.draws import Dice
from ..game import Game, device_of
from ..settings import Request, check_least, check_length, check_settings
from .note_measures import measure_notes


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music."""

    normalised: bool = False
    sequences: bool = False
    rounded: bool = False  # samples lie on keys and note values while training, too
    matching: float = 0.0  # weight of how often each pitch class and note value is played, in the generator's loss
    penalty: float = 0.0  # on the discriminator's slope at real music
    #: What is kept of the running mean of the generator's weights, which then plays
    average: float = 0.0
    beta1: float = 0.9
    beta2: float = 0.999
    rate: float = 1e-3  # of Adam, for both; the paper's
    discriminator_rate: float = 1e-3
    batch: int = 64  # single notes; of windows half as many
    length: int = 32  # notes of a window and of a sample
    hidden: int = 256  # of the generator and of the note discriminator; the paper's
    width: int = 64  # channels of the sequence discriminator
    notes: int = 1000
    windows: int = 1000
    measure: int = 256  # samples of `length` notes, and as many windows of real music

    def __post_init__(self):
        ones = "hidden width notes windows rate discriminator_rate matching penalty average beta1 beta2"
        check_least(self, **dict.fromkeys(ones.split()[:4], 1), length=6, measure=2, batch=4)
        check_least(self, **dict.fromkeys(ones.split()[4:], 0))
        if max(self.average, self.beta1, self.beta2) >= 1:
            raise ValueError("average, beta1 and beta2 have to be below 1")
        if (
            not self.sequences
            and self.penalty
            or not self.normalised
            and (self.rounded or self.matching)
        ):
            raise ValueError("penalty needs sequences; rounded and matching need normalised")

    @property
    def steps(self) -> int:
        return self.windows if self.sequences else self.notes


class NoteGame(Game):
    """Single notes in random order, as published, or windows of them; each update teaches both networks."""

    Config = Config
    generator = "generator"
    controls = ("frozen_discriminator", "zero_updates")

    def configure(self, request: Request) -> Config:
        """The settings of a request; ValueError for one that is unknown."""
        settings = request.size | request.own
        if request.profile == "smoke" and "average" in settings:
            settings["average"] = 0.9  # of fifty updates
        if request.profile == "cpu" and not settings.get("sequences"):
            settings["hidden"] = 256  # as printed
        check_settings(request.changes, Config)
        return replace(Config(), **settings | request.changes)

    def encode(self, config: Config, corpus: str) -> RowData:
        """Pitch, duration and offset of every note, by piece."""
        return encode_tones(corpus, form="triples")

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        """Networks and optimisers at step 0."""
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            if config.sequences:
                pair = (
                    nets.SequenceGenerator(hidden=config.hidden),
                    nets.SequenceDiscriminator(config.width),
                )
            else:
                pair = (
                    nets.NoteGenerator(hidden=config.hidden),
                    nets.NoteDiscriminator(config.hidden),
                )
            pair[0].scale = _scale(config, data)  # it plays what it makes, wherever its weights go
        modules = {name: m.to(device) for name, m in zip((self.generator, "discriminator"), pair)}
        if config.average:
            modules["learner"] = copy.deepcopy(modules[self.generator])
            modules[self.generator].requires_grad_(False)
        betas = (config.beta1, config.beta2)
        learner = modules.get("learner", modules[self.generator])
        optimisers = {
            self.generator: torch.optim.Adam(learner.parameters(), config.rate, betas),
            "discriminator": torch.optim.Adam(
                modules["discriminator"].parameters(), config.discriminator_rate, betas
            ),
        }
        return TrainingState(modules, optimisers, torch.Generator().manual_seed(seed))

    def make_step(self, config: Config, data, control: str | None = None):
        """One update of the discriminator, one of the generator; a function for ``fit``."""
        self.check_control(config, control)
        check_length(data, config.length)
        draw_real = _real(config, data)

        def step(state: TrainingState) -> dict:
            discriminator, average = state.modules["discriminator"], state.modules["generator"]
            generator = state.modules.get("learner", average)
            n = config.batch // 2 if config.sequences else config.batch
            real = draw_real(n, state.generator).to(device_of(discriminator))
            real.requires_grad_(config.penalty > 0)
            with torch.no_grad():
                fake = _round(_fake(generator, config, n, state.generator), generator, config)
            loss_d, total = _discriminator_loss(config, discriminator, real, fake)
            if control is None:
                _update(total, state.optimisers["discriminator"])
            raw = _fake(generator, config, n, state.generator)
            loss_g = _generator_loss(
                config, discriminator, average, real, raw, _round(raw, generator, config)
            )
            if control != "zero_updates":
                _update(loss_g, state.optimisers["generator"])
            if config.average:
                for kept, new in zip(average.parameters(), generator.parameters()):
                    kept.lerp_(new.detach(), 1 - config.average)
            numbers = {"d_loss": loss_d.item(), "g_loss": loss_g.item()}
            if (state.step + 1) % 10 == 0:
                numbers["distinct_pitches"] = self._count_pitches(average, config)
                state.memory.setdefault("pitches", []).append(numbers["distinct_pitches"])
            return numbers

        return step

    def _count_pitches(self, module, config: Config) -> int:
        """How many pitches some 256 notes have, drawn from the same noise each time."""
        few = 256 // config.length + 1
        notes = self.draw(module, config, few, torch.Generator().manual_seed(0))
        return len(np.unique(notes[..., 0].round()))

    @torch.no_grad()
    def draw(
        self, module, config: Config, n: int, generator, temperature: float = 1.0
    ) -> np.ndarray:
        """``(n, length, 3) float32`` in MIDI numbers and quarter lengths; ``temperature`` widens the noise."""
        songs = n if config.sequences else n * config.length
        out = _fake(module, config, songs, generator, temperature).view(n, config.length, 3)
        return (module.scale.denormalise(out) if config.normalised else out).cpu().numpy()

    def measure(
        self, state: TrainingState, config: Config, data, generator
    ) -> tuple[dict, np.ndarray]:
        """The metrics of ``measure_notes``, and how many pitches samples had while training; with the samples."""
        samples = self.draw(state.modules[self.generator].eval(), config, config.measure, generator)
        state.modules[self.generator].train()
        found = measure_notes(samples, data, config.length, config.measure)
        found["distinct_while_training"] = float(np.median(state.memory.get("pitches", [np.nan])))
        return found, samples

    def as_tokens(self, data, drawn):
        """Corpus and samples as symbols, for a judge that reads words: key, length and time since, quantised."""

        def rows(notes):
            pitch, length, since = np.moveaxis(np.asarray(notes, float), -1, 0)
            times = [np.log2(1 + 4 * np.maximum(t, 0)) for t in (length, since)]
            return np.stack([times[0], (pitch - 60) / 12, times[1]], -1)

        pieces = {s: [rows(p).astype(np.float32) for p in part] for s, part in data.pieces.items()}
        options = data.options | {"form": "quadruplets", "scale": "normalised"}
        words = tone_tokens(RowData(data.name, pieces, options, data.data_hash, data.split_by))
        fields = np.moveaxis(quantise(rows(drawn)), -1, 0)
        return words, np.ravel_multi_index(tuple(fields), words.sizes).astype(np.int64)


def _discriminator_loss(config, discriminator, real, fake) -> tuple[torch.Tensor, torch.Tensor]:
    """The discriminator's loss, and the same with the penalty on its slope at real music."""
    of_real = discriminator(real)
    if config.sequences:
        loss = losses.discriminator_loss(of_real, discriminator(fake))
    else:  # probabilities, as the listing has them
        of_fake = discriminator(fake)
        loss = F.binary_cross_entropy(of_real, torch.ones_like(of_real))
        loss = loss + F.binary_cross_entropy(of_fake, torch.zeros_like(of_fake))
    if not config.penalty:
        return loss, loss
    total = of_real.sum() / config.length**0.5
    (slope,) = torch.autograd.grad(total, real, create_graph=True)
    return loss, loss + config.penalty / 2 * slope.square().sum((1, 2)).mean()


def _generator_loss(config, discriminator, average, real, raw, made) -> torch.Tensor:
    """The generator's loss: what the discriminator answers, what rounding took away, and how far the means are off."""
    of_fake = discriminator(made)
    if config.sequences:
        loss = losses.non_saturating_loss(of_fake)
    else:
        loss = F.binary_cross_entropy(of_fake, torch.ones_like(of_fake))
    if config.rounded:  # or a time beyond the longest runs away unseen
        loss = loss + (raw - made.detach()).square().mean()
    if config.matching:
        both = (average.scale.view(x).mean(1) for x in (real.detach(), made))
        loss = loss + config.matching * losses.feature_matching_moments(*both)
    return loss


def _fake(module, config, n: int, generator, temperature: float = 1.0) -> torch.Tensor:
    """Notes ``(n, 3)`` or windows ``(n, length, 3)`` as the networks see them, with a gradient."""
    device = device_of(module)
    if not config.sequences:
        return module(temperature * torch.randn(n, module.noise, generator=generator).to(device))
    song = temperature * torch.randn(n, module.noise, generator=generator).to(device)
    step = temperature * torch.randn(n, config.length, module.noise, generator=generator).to(device)
    return module(song, step)


def _round(fields, module, config) -> torch.Tensor:
    """On keys and note values, as they will be played, with the gradient of no rounding: straight through."""
    return fields + (module.scale.snap(fields) - fields).detach() if config.rounded else fields


def _scale(config, data):
    rows = torch.as_tensor(np.concatenate(data.pieces["train"]))
    return nets.NoteScale.of(rows) if config.normalised else None


def _real(config, data):
    """A function that draws real batches: single notes of all pieces, or windows of one piece each."""
    pieces = [p for p in data.pieces["train"] if len(p) >= config.length]
    if config.normalised:
        rows = _scale(config, data).normalise(torch.as_tensor(np.concatenate(pieces))).numpy()
        pieces = np.split(rows, np.cumsum([len(p) for p in pieces])[:-1])
    cutter = WindowCutter(pieces, config.length if config.sequences else 1, "start")

    def draw(n, generator):
        windows = torch.as_tensor(cutter.cut(*cutter.draw(n, Dice(generator))))
        return windows if config.sequences else windows[:, 0]

    return draw


def _update(loss, optimiser) -> None:
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()
