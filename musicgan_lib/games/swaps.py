"""Segments as points with two parts: what one part must spell on its own, and whom a swapped point follows."""

import math
from dataclasses import dataclass

import torch
from torch.nn import functional

from ..data.segments import encode_segments
from ..learning.elbo import draw_code, price_code
from ..learning.fit import TrainingState
from ..models.draws import randint, randn
from ..models.two_latents import LATENTS, ChordGiven, ChordTexture, PitchRhythm
from . import swap_measures
from .game import device_of
from .one_network import OneNetworkGame
from .settings import check_least, check_name, refuse
from .word_measures import spread_evenly

ANSWERS = ("own", "other")
#: Numbers of :mod:`musicgan_lib.data.harmony` for C, F, G and C: the chords of what is drawn from nothing
CADENCE = (0, 20, 28, 0)


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    keys: int = 3  # semitones up and down in which training segments stand, too
    bars: int = 2  # of a segment
    latent: int = 32  # numbers of a point
    width: int = 192  # of a hidden layer
    beta: float = 0.1  # what a nat of the point weighs
    batch: int = 64  # segments
    steps: int = 1000
    lr: float = 2e-3
    clip: float = 5.0
    measure: int = 512  # segments of test music that are asked, spread over all

    def __post_init__(self):
        check_least(self, keys=0, bars=1, latent=2, width=1, beta=0, batch=1, steps=0, measure=2)
        for name in ("lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")
        refuse(
            self.latent % 2, f"latent is {self.latent}: two parts want an even number of numbers"
        )


@dataclass(frozen=True)
class TwoConfig(Config):
    """As of :class:`Config`, and how a point is parted."""

    latents: str = (
        "two"  # parts, of which one must spell something on its own; or "one" point, which need not
    )
    answers: str = "own"  # or "other": what is to be spelled, or the chords that are read, are another segment's

    def __post_init__(self):
        super().__post_init__()
        check_name("latents", self.latents, LATENTS)
        check_name("answers", self.answers, ANSWERS)
        refuse(
            self.answers == "other" and self.batch < 2,
            "with a batch of 1 there is no other segment: choose batch=2 or more",
        )
        refuse(
            self.answers == "other" and self.latents == "one",
            "with one latent nothing has to be spelled: answers moves nothing",
        )


@dataclass(frozen=True)
class GivenConfig(Config):
    """As of :class:`Config`, and whether the chords are heard."""

    chords: str = "own"  # or "none": who reads and who writes are told no chord

    def __post_init__(self):
        super().__post_init__()
        check_name("chords", self.chords, ("own", "none"))


class SwapGame(OneNetworkGame):
    """An autoencoder learns segments: nats of the cells, beta times those of the point, and what a part must spell.

    A subclass names ``Network`` and ``voices``, how many voices it reads, and measures what it claims.
    """

    voices = 4
    Network: type
    Config = TwoConfig

    def encode(self, config, corpus: str):
        """See :func:`~musicgan_lib.data.segments.encode_segments`."""
        return encode_segments(corpus, config.bars, config.keys, self.voices)

    def options(self, config) -> dict:
        """What the network is told besides its sizes."""
        return {"latents": config.latents}

    def build(self, config, data, seed: int, device="cpu") -> TrainingState:
        cells = data.cells["train"]
        sizes = (*cells.shape[1:], data.size, config.latent, config.width)
        own = self.options(config)
        return self.begin(lambda: self.Network(*sizes, **own), config, seed, device)

    def spell(self, rows):
        """A segment as :meth:`draw` writes them: as it is."""
        return rows

    def price_part(self, network, z, cells, chords):
        """What a part pays for what it must spell, nats a segment, ``(B,)``; by default it need spell nothing."""
        return 0.0

    def hear(self, config, chords):
        """The chords that the network reads while it learns."""
        return chords

    def make_step(self, config, data, control: str | None = None):
        """One update on random segments; the loss is nats a segment over its number of cells."""
        self.check_control(config, control)
        all_cells, all_chords = (torch.as_tensor(x["train"]) for x in (data.cells, data.chords))

        def step(state: TrainingState) -> dict:
            network = state.modules["network"].train()
            drawn = randint(len(all_cells), config.batch, state.generator)
            cells = all_cells[drawn].to(device_of(network))
            chords = self.hear(config, all_chords[drawn].to(device_of(network)))
            mean, log_variance = network.encode(cells, chords)
            z = draw_code(mean, log_variance, state.generator)
            paid = price_cells(network, z, cells, chords)
            kl = price_code(mean, log_variance).sum(1)
            told = self.price_part(network, z, *self.ask(config, cells, chords))
            loss = (paid + told + config.beta * kl).mean()
            self.learn(state, loss / cells[0].numel(), config)
            return {"paid_batch": paid.mean().item(), "kl_batch": kl.mean().item()}

        return step

    def ask(self, config, cells, chords):
        """The cells and chords that a part must spell."""
        return cells, chords

    @torch.no_grad()
    def measure(self, state: TrainingState, config, data, generator):
        """How test segments come back and what they cost, and whom swaps follow; the samples are the first eight
        segments as they come back, and then eight swaps.

        ``bound_test``: nats a cell, minus the evidence lower bound; ``paid_test`` and ``kl_test`` nats a segment for
        its cells and its point, ``kl_PART`` for a part; ``right_cells``: the share of cells that come back.
        """
        network = state.modules["network"].eval()
        cells, chords = (
            torch.as_tensor(spread_evenly(x["test"], config.measure)).to(device_of(network))
            for x in (data.cells, data.chords)
        )
        mean, log_variance = network.encode(cells, chords)
        z = draw_code(mean, log_variance, generator)
        paid, kl = price_cells(network, z, cells, chords), price_code(mean, log_variance)
        again = network.write(mean, chords)
        found = {
            "paid_test": paid.mean().item(),
            "kl_test": kl.sum(1).mean().item(),
            "bound_test": (paid + kl.sum(1)).mean().item() / cells[0].numel(),
            "right_cells": (again == cells).float().mean().item(),
            "parameters": sum(p.numel() for p in network.parameters()),
        }
        for name, part in network.parts.items():
            found[f"kl_{name}"] = kl[:, part].sum(1).mean().item()
        more, swapped = self.measure_swaps(network, data, cells, chords, mean, again)
        samples = torch.cat([again[:8], swapped[:8]]).cpu().numpy()
        return found | more, samples

    def measure_swaps(self, network, data, cells, chords, mean, again) -> tuple[dict, torch.Tensor]:
        """The numbers that a system claims, and the swapped segments ``(n, V, T)``."""
        raise NotImplementedError(f"{type(self).__name__} measures no swaps")

    def draw(self, module, config, n: int, generator, temperature: float = 1.0):
        """``(n, V, T) int64``: the likeliest segments after points of the prior; where chords are given, a cadence.

        ``temperature`` spreads the points.
        """
        z = temperature * randn(n, config.latent, generator=generator)
        beats = torch.arange(module.beats) * len(CADENCE) // module.beats
        chords = torch.tensor(CADENCE)[beats].expand(n, -1)
        device = device_of(module)
        return module.write(z.to(device), chords.to(device)).cpu().numpy()


def price_cells(network, z, cells, chords) -> torch.Tensor:
    """``-log p(cells | z, chords)`` of each segment, nats, ``(B,)``."""
    logits = network.logits(z, chords)
    return functional.cross_entropy(logits.movedim(-1, 1), cells, reduction="none").sum((1, 2))


def swap(network, one, other, part: str) -> torch.Tensor:
    """The points ``one`` with a part of the points ``other``, ``(B, latent)`` each.

    ValueError for a part that there is not.
    """
    check_name("part", part, network.parts)
    mixed = one.clone()
    mixed[:, network.parts[part]] = other[:, network.parts[part]]
    return mixed


class PitchRhythmGame(SwapGame):
    """Of a melody: the rhythm's half of a point must spell the rhythm."""

    Network, voices = PitchRhythm, 1

    def ask(self, config, cells, chords):
        return (cells if config.answers == "own" else cells.roll(1, 0)), chords

    def price_part(self, network, z, cells, chords):
        if network.latents == "one":
            return 0.0
        rhythm = (cells - network.size + 3).clamp(min=0)  # begin 0, go on 1, silent 2
        logits = network.spell_rhythm(z).movedim(-1, 1)
        return functional.cross_entropy(logits, rhythm, reduction="none").sum((1, 2))

    def measure_swaps(self, network, data, cells, chords, mean, again):
        other = mean.roll(len(mean) // 2, 0)
        swapped = network.write(swap(network, mean, other, "rhythm"), chords)
        made = (x.cpu().numpy() for x in (cells, again, swapped))
        return swap_measures.measure_rhythm_swaps(data, *made), swapped


class ChordTextureGame(SwapGame):
    """Of four voices: the chords' part must spell the chords, and the other part hears how the notes lie."""

    Network = ChordTexture

    def hear(self, config, chords):
        return chords if config.answers == "own" else chords.roll(1, 0)

    def price_part(self, network, z, cells, chords):
        if network.latents == "one":
            return 0.0
        logits = network.spell_chords(z).movedim(-1, 1)
        return functional.cross_entropy(logits, chords, reduction="none").sum(1)

    def measure_swaps(self, network, data, cells, chords, mean, again):
        other = mean.roll(len(mean) // 2, 0)
        swapped = network.write(swap(network, mean, other, "texture"), chords)
        made = (x.cpu().numpy() for x in (cells, again, swapped, chords))
        return swap_measures.measure_texture_swaps(data, *made) | self.probe(
            network, data, mean
        ), swapped

    def probe(self, network, data, mean) -> dict:
        """What a straight line tells of chords and beginnings from each part of a point."""
        rows = {}
        for split in ("train", "test"):
            cells, chords = (spread_evenly(x[split], 2000) for x in (data.cells, data.chords))
            device = device_of(network)
            points, _ = network.encode(
                torch.as_tensor(cells).to(device), torch.as_tensor(chords).to(device)
            )
            rows[split] = (points.cpu().numpy(), cells, chords)
        return swap_measures.probe_parts(data, network.parts, rows["train"], rows["test"])


class ChordGivenGame(SwapGame):
    """Of four voices bar by bar: who reads a bar and who writes it are given the chords."""

    Network, Config = ChordGiven, GivenConfig

    def options(self, config) -> dict:
        return {"deaf": config.chords == "none"}

    def measure_swaps(self, network, data, cells, chords, mean, again):
        other = chords.roll(len(chords) // 2, 0)
        swapped = network.write(mean, other)
        made = (x.cpu().numpy() for x in (cells, again, swapped, chords, other))
        return swap_measures.measure_chord_swaps(data, *made), swapped
