"""Pairs of melodies of which one is the other moved by some semitones: who learns the relation, and not the notes?"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from ..data.frames import encode_frames, move
from ..data.windows import WindowCutter
from ..learning.fit import TrainingState
from ..models.draws import rand, randint
from ..models.gated_autoencoder import GatedAutoencoder, PairRBM
from .game import device_of
from .one_network import OneNetworkGame
from .settings import check_least, check_length, check_name

NETWORKS = ("gated", "rbm")


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    network: str = "gated"  # or "rbm": hidden units that add both patterns
    span: int = 6  # semitones up and down: so many relations, twice, and one that changes nothing
    related: bool = True  # else the second melody is another one, moved
    factors: int = 200  # products of the gated autoencoder
    mappings: int = 64  # units of the code
    noise: float = 0.3  # share of the notes that are struck out of what a gated autoencoder reads
    sweeps: int = 1  # of Gibbs sampling, for each step of contrastive divergence
    length: int = 8  # quarters of a melody
    batch: int = 128
    steps: int = 1600
    lr: float = 0.01
    clip: float = 5.0
    pairs: int = 4000  # from which the relation is learned to be read; half as many are asked
    measure: int = 64  # analogies that are kept

    def __post_init__(self):
        check_name("network", self.network, NETWORKS)
        check_least(
            self,
            span=1,
            factors=1,
            mappings=1,
            sweeps=1,
            length=1,
            batch=1,
            steps=0,
            pairs=2,
            measure=1,
        )
        for name in ("lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")
        if not 0 <= self.noise < 1:
            raise ValueError(f"noise is {self.noise}, a share of the notes: 0 or more, below 1")
        idle = ("factors", "noise") if self.network == "rbm" else ("sweeps",)
        for name in idle:
            if getattr(self, name) != getattr(type(self), name):
                raise ValueError(
                    f"{name} moves nothing where the network is {self.network}: leave it as it is"
                )


@dataclass(frozen=True)
class Pairs:
    """``x, y (n, T, P)``: melodies as floats, y being x moved by ``moved (n,)`` semitones."""

    x: torch.Tensor
    y: torch.Tensor
    moved: torch.Tensor


class RelationGame(OneNetworkGame):
    """A network sees melodies in pairs, and never a name of their relation. Afterwards its code is read.

    The melody is the highest pitch of each quarter.
    """

    Config = Config

    def encode(self, config: Config, corpus: str):
        return encode_frames(corpus, spare=config.span, part="top")

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        width = config.length * data.width

        def make():
            if config.network == "gated":
                return GatedAutoencoder(width, config.factors, config.mappings)
            network = PairRBM(width, config.mappings)
            set_frequencies(network, data, config)
            return network

        return self.begin(make, config, seed, device)

    def make_step(self, config: Config, data, control: str | None = None):
        """One update on random pairs: nats a note of both melodies for a gated network, else the contrast."""
        self.check_control(config, control)
        check_length(data, config.length)
        melodies = cut_melodies(data, "train", config.length)

        def step(state: TrainingState) -> dict:
            network = state.modules["network"].train()
            pairs = draw_pairs(melodies, config.batch, config, state.generator, config.related)
            x, y = (p.to(device_of(network)) for p in (pairs.x, pairs.y))
            if config.network == "gated":
                loss = spell_both(network, x, y, config.noise, state.generator)
            else:
                loss = network.contrast(
                    torch.cat([x, y], 1).flatten(1), config.sweeps, state.generator
                )
            self.learn(state, loss, config)
            return {"loss": loss.item()}

        return step

    def measure(self, state: TrainingState, config: Config, data, generator):
        """What the code knows, on pairs of tunes that no training saw; the first analogies.

        ``relation_right``: the share of pairs whose move is read right from the code by a linear map, which learned
        it from codes of training pairs. ``code_spread``: the share of the code's variance that is left within one
        relation, 0 where the code says nothing of the notes. ``analogy_right``: A is to B as C is to what? the share of
        notes of the answer that are right. ``copy_right``: the same where C is A.
        """
        network = state.modules["network"].eval()
        train, test = (cut_melodies(data, s, config.length) for s in ("train", "test"))
        known = draw_pairs(train, config.pairs, config, generator)
        asked = draw_pairs(test, config.pairs // 2, config, generator)
        other = draw_pairs(test, config.pairs // 2, config, generator, moved=asked.moved)
        with torch.no_grad():
            known_code, code = (relate(network, p) for p in (known, asked))
            answers = {
                "copy": answer(network, asked.x, code),
                "analogy": answer(network, other.x, code),
            }
        read = read_linearly(known_code.cpu(), known.moved, code.cpu())
        found = {
            "relation_right": (read == asked.moved).float().mean().item(),
            "code_spread": share_within(code.cpu(), asked.moved),
            "copy_right": share_right(answers["copy"], asked.y),
            "analogy_right": share_right(answers["analogy"], other.y),
            "parameters": float(sum(p.numel() for p in network.parameters())),
        }
        told = torch.cat(
            [asked.x, asked.y, other.x, keep_likeliest(answers["analogy"], other.x)], 1
        )
        return found, told[: config.measure].numpy().astype(np.uint8)

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, 4 * length, P) uint8``: analogies of made melodies, A, B, C and the answer, one after the other.

        ValueError for a temperature other than 1: the likeliest notes are taken.
        """
        if temperature != 1:
            raise ValueError(
                f"temperature is {temperature}, and no note is drawn here: leave it at 1"
            )
        width = module.b.numel() // 2 if config.network == "rbm" else module.bias_x.numel()
        melodies = make_walks(2 * n, config, width // config.length, generator)
        given = draw_pairs(melodies[:n], n, config, generator)
        other = draw_pairs(melodies[n:], n, config, generator, moved=given.moved)
        with torch.no_grad():
            made = answer(module, other.x, relate(module, given))
        told = torch.cat([given.x, given.y, other.x, keep_likeliest(made, other.x)], 1)
        return told.numpy().astype(np.uint8)


def cut_melodies(data, split: str, length: int) -> np.ndarray:
    """Every stretch of so many quarters of a split, ``(n, length, P)``; ValueError where there is none."""
    cutter = WindowCutter(data.pieces[split], length)
    found = cutter.cut(*cutter.every(1))
    if not len(found):
        raise ValueError(
            f"no {split} piece of {data.name} has {length} quarters: choose a smaller length"
        )
    return found


def draw_pairs(
    melodies, n: int, config: Config, generator, related: bool = True, moved=None
) -> Pairs:
    """``n`` pairs: a melody, and the same one moved by semitones from ``-span`` to ``span``, all as likely.

    Unrelated pairs move another melody. ``moved (n,)`` says by how much where it is not to be drawn.
    """
    first, second = (randint(len(melodies), n, generator).numpy() for _ in range(2))
    drawn = randint(2 * config.span + 1, n, generator) - config.span
    moved = drawn if moved is None else moved
    source = melodies[first if related else second]
    y = np.stack([move(melody, int(k)) for melody, k in zip(source, moved)])
    return Pairs(torch.as_tensor(melodies[first]).float(), torch.as_tensor(y).float(), moved)


def set_frequencies(network, data, config: Config) -> None:
    """Visible biases of a machine over pairs, such that each note sounds as often as in training."""
    often = np.concatenate(data.pieces["train"]).mean(0).clip(1e-3, 1 - 1e-3)
    with torch.no_grad():
        network.b.copy_(torch.logit(torch.as_tensor(np.tile(often, 2 * config.length))))


def spell_both(network, x, y, noise: float, generator) -> torch.Tensor:
    """Nats a note: both melodies, each from a damaged copy of the other one and the code of the damaged pair."""
    damaged = [p * (rand(*p.shape[:2], 1, generator=generator).to(p) >= noise) for p in (x, y)]
    a, b = (p.flatten(1) for p in damaged)
    code = network.relate(a, b)
    return (price_notes(network.answer(a, code), y) + price_notes(network.undo(b, code), x)) / 2


def price_notes(logits, melody) -> torch.Tensor:
    """Mean nats of the notes of melodies ``(n, T, P)``, each against all pitches of its quarter; rests pay nothing."""
    nats = -(F.log_softmax(logits.view_as(melody), -1) * melody).sum(-1)
    return nats.sum() / melody.sum().clamp(min=1)


def relate(network, pairs: Pairs) -> torch.Tensor:
    """Codes ``(n, M)``."""
    device = device_of(network)
    return network.relate(pairs.x.flatten(1).to(device), pairs.y.flatten(1).to(device))


def answer(network, x, code) -> torch.Tensor:
    """Logits of what a relation makes of melodies ``(n, T, P)``."""
    return network.answer(x.flatten(1).to(code.device), code).cpu().view_as(x)


def keep_likeliest(logits, like) -> torch.Tensor:
    """The likeliest pitch of each quarter, ``(n, T, P)`` of zeros and ones; silent where ``like`` is."""
    found = F.one_hot(logits.argmax(-1), logits.shape[-1]).float()
    return found * like.sum(-1, keepdim=True).clamp(max=1)


def share_right(logits, melody) -> float:
    """The share of notes whose pitch is the likeliest one; rests are not asked."""
    hit = melody.gather(-1, logits.argmax(-1, keepdim=True))
    return (hit.sum() / melody.sum().clamp(min=1)).item()


def share_within(code, group) -> float:
    """The share of a code's variance ``(n, M)`` that is left within the groups ``(n,)``, 0 to 1."""
    total = (code - code.mean(0)).square().sum()
    within = sum(
        (code[group == g] - code[group == g].mean(0)).square().sum() for g in group.unique()
    )
    return (within / total.clamp(min=1e-12)).item()


def read_linearly(known, labels, asked, ridge: float = 1.0) -> torch.Tensor:
    """The group of each code ``(m, M)``, by a linear map fitted to codes ``(n, M)`` with labels: least squares."""
    known, asked = known.double(), asked.double()
    middle, scale = known.mean(0), known.std(0) + 1e-3
    first, second = (F.pad((c - middle) / scale, (0, 1), value=1.0) for c in (known, asked))
    names, index = labels.unique(return_inverse=True)
    wanted = F.one_hot(index, len(names)).double()
    both = first.T @ first + ridge * torch.eye(first.shape[1], dtype=torch.float64)
    return names[(second @ torch.linalg.solve(both, first.T @ wanted)).argmax(1)]


def make_walks(n: int, config: Config, pitches: int, generator) -> np.ndarray:
    """Melodies that were never written: walks in steps of up to two semitones, ``(n, length, pitches) uint8``."""
    inner = pitches - 2 * config.span
    steps = randint(5, n * config.length, generator).view(n, -1) - 2
    place = (inner // 2 + steps.cumsum(1)).clamp(0, inner - 1) + config.span
    return F.one_hot(place, pitches).numpy().astype(np.uint8)
