"""A discriminator alone: it learns to tell stretches of melodies from fakes that are planted, and nobody answers it."""

import itertools
import math
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from ..data.pitch_lines import LOWEST, encode_lines
from ..learning.best import keep_best, restore_best
from ..learning.fit import TrainingState
from ..learning.team import update
from ..models.batch_discriminator import BatchDiscriminator
from ..models.draws import rand
from ..models.seqgan import TextCNN
from .game import Game, device_of
from .settings import check_least, check_name, refuse
from .token_material import Batches

FAKES = ("blocks", "copies")
#: Sixteen notes in four blocks, as MIDI pitches: what is put in order where no melody is given
PHRASE = (60, 62, 64, 65, 67, 69, 67, 65, 64, 65, 62, 64, 60, 59, 60, 60)
BLOCKS = 5  # at most: all their orders are listed
ROUNDS = 8  # batches on which weights are chosen


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but its seed and its music."""

    fakes: str = (
        "blocks"  # real stretches with their blocks in another order; or "copies" of few real ones
    )
    length: int = 16  # notes of a stretch
    block: int = 4  # notes of a block
    modes: int = 1  # different stretches in a batch of copies
    dealt: bool = False  # the labels of a batch are dealt out anew among its stretches
    embedding: int = 16
    widths: tuple[int, ...] = (2, 3, 4, 5)
    channels: tuple[int, ...] = (32, 32, 32, 32)
    highway: bool = True
    kernels: int = 0  # of minibatch discrimination; 0: every stretch is judged alone
    dropout: float = 0.3
    batch: int = 64  # stretches of each kind
    lr: float = 1e-3
    clip: float = 5.0
    check_every: int = 50
    steps: int = 600
    measure: int = 20  # batches of each kind that are measured

    def __post_init__(self):
        check_name("fakes", self.fakes, FAKES)
        check_least(
            self, length=2, block=1, modes=1, embedding=1, kernels=0, batch=2, check_every=1
        )
        check_least(self, steps=0, measure=1)
        refuse(
            self.length % self.block or not 2 <= self.length // self.block <= BLOCKS,
            f"{self.length} notes are not 2 to {BLOCKS} blocks of {self.block}: choose length and block anew",
        )
        refuse(
            len(self.widths) != len(self.channels)
            or min(self.widths + self.channels, default=0) < 1,
            "widths and channels are as many, and each is 1 or more: one of each for every kind of filter",
        )
        refuse(
            self.fakes == "blocks" and self.modes != 1,
            f"modes is {self.modes}, and only copies have modes: leave it 1",
        )
        refuse(
            self.modes > self.batch,
            f"modes is {self.modes}, and a batch has {self.batch} stretches",
        )
        refuse(not 0 <= self.dropout < 1, f"dropout is {self.dropout}, a share: 0 or more, below 1")
        for name in ("lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")


class TellingGame(Game):
    """A step shows a batch of real stretches and a batch of fakes, each as a batch, and asks for the label of each.

    The fakes are planted: no network makes them, so what the discriminator can know is known. ``blocks`` have exactly
    the notes of a real stretch in another order; ``copies`` are real stretches, few of them and again and again, other
    ones in each batch, so that each alone is as real as any.
    """

    Config = Config
    generator = "network"

    def encode(self, config: Config, corpus: str):
        return encode_lines(corpus)

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        settings = {
            k: getattr(config, k) for k in ("embedding", "widths", "channels", "dropout", "highway")
        }
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            if config.kernels:
                network = BatchDiscriminator(data.sizes, config.kernels, **settings)
            else:
                network = TextCNN(data.sizes, **settings)
        network = network.to(device)
        optimiser = torch.optim.Adam(network.parameters(), config.lr)
        generator = torch.Generator().manual_seed(seed)
        return TrainingState({"network": network}, {"network": optimiser}, generator)

    def make_step(self, config: Config, data, control: str | None = None):
        """One update from a batch of each kind."""
        self.check_control(config, control)
        windows = Batches(data, "train", config.length)

        def step(state: TrainingState) -> dict:
            network = state.modules["network"].train()
            real = windows.draw(config.batch, state.generator)
            fake = plant(config, windows.draw(config.batch, state.generator), state.generator)
            logits = score_both(network, real, fake)
            labels = label(len(real), config.dealt, state.generator)
            loss = binary_cross_entropy_with_logits(logits, labels.to(logits.device))
            update(loss, network, state.optimisers["network"], config.clip)
            return {"verdict_nats": loss.item()}

        return step

    def make_evaluation(self, config: Config, data):
        """Nats of a verdict on validation stretches, always the same; the best weights by it are remembered.

        Where labels are dealt out, these are, too: what learned from no truth is not chosen by it.
        """
        windows = Batches(data, "valid", config.length)

        def evaluate(state: TrainingState) -> dict:
            dice, network = torch.Generator().manual_seed(0), state.modules["network"]
            found = judge(network, windows, config, ROUNDS, dice, config.dealt)["verdict_nats"]
            keep_best(state, "network", found)
            return {"verdict_nats_valid": found}

        return evaluate, config.check_every

    def measure(self, state: TrainingState, config: Config, data, generator):
        """Of test stretches, with the best weights: ``verdict_nats``, what the true label of a stretch costs (guessing
        costs ln 2, .693), and ``accuracy``, the share of right verdicts; ``restored``, the share of stretches of which
        the network likes the true order of blocks best of all (guessing: 1 / number of orders), of fakes by blocks.
        ``parameters``. The samples are the stretches in the order that it likes best, or copies that it was shown.
        """
        restore_best(state, "network")
        network = state.modules["network"].eval()
        windows = Batches(data, "test", config.length)
        found = judge(network, windows, config, config.measure, generator, dealt=False)
        shown = windows.draw(config.batch, generator)
        samples = plant(config, shown, generator)
        if config.fakes == "blocks":
            liked = torch.stack([score_orders(network, one, config.block) for one in shown])
            found["restored"] = float(count_restored(liked).mean())
            orders = list_orders(config.length, config.block)
            samples = shown.gather(1, orders[liked.argmax(1)])
        found["parameters"] = sum(p.numel() for p in network.parameters())
        return found, samples.numpy()

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, length) int64``: :data:`PHRASE`, or as much of it as fits, its blocks in orders that the network likes.

        An order is drawn with ``exp(logit / temperature)``.
        """
        notes = torch.tensor(PHRASE).repeat(1 + config.length // len(PHRASE))[: config.length]
        logits = score_orders(module.eval(), notes - LOWEST, config.block)
        shares = torch.softmax(logits / max(temperature, 1e-6), 0)
        drawn = torch.multinomial(shares, n, replacement=True, generator=generator)
        return (notes - LOWEST)[list_orders(config.length, config.block)[drawn]].numpy()


def plant(config: Config, windows: torch.Tensor, generator) -> torch.Tensor:
    """Fakes made of real stretches, ``(B, T) -> (B, T)``: see :class:`TellingGame`."""
    if config.fakes == "copies":
        return windows[torch.arange(len(windows)) % config.modes]
    blocks = windows.unflatten(1, (-1, config.block))  # (B, K, block)
    order = rand(*blocks.shape[:2], generator=generator).argsort(1)
    same = (order == torch.arange(order.shape[1])).all(1)
    order[same] = order[same].roll(1, 1)  # another order, in any case
    return blocks.gather(1, order[..., None].expand_as(blocks)).flatten(1)


def score_both(network, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    """Logits of two batches, each read by itself: those of the real one first."""
    device = device_of(network)
    return torch.cat([network.score(part.to(device)) for part in (real, fake)])


def label(n: int, dealt: bool, generator) -> torch.Tensor:
    """``(2 n,)``: 1 for ``n`` real stretches and 0 for as many fakes behind them; dealt out anew where asked for."""
    labels = (torch.arange(2 * n) < n).float()
    return labels[rand(2 * n, generator=generator).argsort()] if dealt else labels


@torch.no_grad()
def judge(network, windows, config: Config, rounds: int, generator, dealt: bool) -> dict:
    """``verdict_nats`` and ``accuracy`` over so many batches of each kind."""
    network.eval()
    nats, right = [], []
    for _ in range(rounds):
        real = windows.draw(config.batch, generator)
        fake = plant(config, windows.draw(config.batch, generator), generator)
        logits = score_both(network, real, fake).cpu()
        signed = logits * (2 * label(len(real), dealt, generator) - 1)
        nats.append(softplus(-signed).mean())
        right.append((signed > 0).float().mean())
    return {
        "verdict_nats": float(torch.stack(nats).mean()),
        "accuracy": float(torch.stack(right).mean()),
    }


def count_restored(logits: torch.Tensor) -> torch.Tensor:
    """Whether the first order is liked best, ``(B, K!) -> (B,)``; where several are liked as well, a share."""
    near = logits >= logits.amax(1, keepdim=True) - 1e-5
    return near[:, 0] / near.sum(1)


def list_orders(length: int, block: int) -> torch.Tensor:
    """Places of a stretch's notes in every order of its blocks, ``(K!, T) int64``; the first is the true one."""
    places = np.arange(length).reshape(-1, block)
    orders = itertools.permutations(range(len(places)))
    return torch.as_tensor(np.stack([places[list(order)].ravel() for order in orders]))


@torch.no_grad()
def score_orders(network, notes: torch.Tensor, block: int) -> torch.Tensor:
    """Logits of one stretch ``(T,)`` with its blocks in every order, ``(K!,)``, the true one first."""
    every = notes[list_orders(len(notes), block)]
    return network.score(every.to(device_of(network))).cpu()
