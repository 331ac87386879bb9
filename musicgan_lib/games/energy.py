"""Contrastive divergence for frames whose Boltzmann machine has its biases set by a recurrent network."""

import math
from dataclasses import dataclass, replace

import numpy as np
import torch

from ..data import frames as music
from ..data.frames import encode_frames
from ..data.windows import WindowCutter
from ..learning.annealed import anneal
from ..learning.best import keep_best, restore_best
from ..learning.fit import TrainingState
from ..models.draws import Dice
from ..models.rbm import MOST_SUMMED, free_energy, log_partition
from ..models.rnn_rbm import MEMORIES, RNNRBM
from .controls import change_music
from .game import device_of
from .one_network import OneNetworkGame
from .settings import check_least, check_length, check_name

COMPARED = (
    128  # frames on which an estimate of log Z is compared with the exact one, or with another
)
AT_ONCE = 1024  # frames that are annealed together


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    keys: int = (
        3  # semitones up and down into which training music is moved, another number in each window
    )
    hidden: int = 12  # units of the Boltzmann machine; up to 16 the likelihood is exact
    units: int = 100  # of the recurrent network
    memory: str = "whole"  # or "frame": no recurrence; "none": the same machine in every frame
    sweeps: int = 10  # of Gibbs sampling, for each step of contrastive divergence
    length: int = 32  # frames of a window
    batch: int = 16
    steps: int = 4000
    lr: float = 0.01
    clip: float = 5.0
    check_every: int = 500  # how often validation pieces are asked
    checked: int = 12  # validation pieces that choose the weights
    temperatures: int = 1000  # steps of annealing, where log Z is estimated
    chains: int = 8
    asked: int = 512  # frames whose log Z is estimated where it cannot be summed, spread over all
    draws: int = 50  # sweeps for each frame that is drawn
    sample: int = 64  # frames of a sample
    measure: int = 64  # samples that are measured

    def __post_init__(self):
        check_name("memory", self.memory, MEMORIES)
        check_least(
            self,
            keys=0,
            hidden=1,
            units=1,
            sweeps=1,
            length=2,
            batch=1,
            steps=0,
            check_every=1,
            checked=1,
        )
        check_least(self, temperatures=1, chains=1, asked=1, draws=1, sample=1, measure=1)
        for name in ("lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")


class EnergyGame(OneNetworkGame):
    """An :class:`~musicgan_lib.models.rnn_rbm.RNNRBM` learns frames, a short chain from the music against the music.

    ``shuffled_order`` puts the frames of each training piece into random order.
    """

    Config = Config
    controls = ("shuffled_order",)

    def encode(self, config: Config, corpus: str):
        return encode_frames(corpus, spare=config.keys)

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        """The network at step 0: its visible biases are such that each pitch sounds as often as in training."""
        frames = np.concatenate(data.pieces["train"])
        often = torch.as_tensor((frames.sum(0) + 0.5) / (len(frames) + 1), dtype=torch.float32)

        def make():
            network = RNNRBM(data.width, config.hidden, config.units, config.memory)
            with torch.no_grad():
                network.b.copy_(torch.logit(often))
            return network

        return self.begin(make, config, seed, device)

    def make_step(self, config: Config, data, control: str | None = None):
        """One update on random windows, each in a random key: free energy of music less that of chains begun there."""
        self.check_control(config, control)
        check_length(data, config.length)
        pieces = change_music(data, control).pieces["train"]
        cutter = WindowCutter(pieces, config.length)

        def step(state: TrainingState) -> dict:
            network, dice = state.modules["network"].train(), Dice(state.generator)
            moved = music.draw_in_keys(cutter, config.batch, config.keys, dice)
            frames = torch.as_tensor(moved, dtype=torch.float32, device=device_of(network))
            loss = network.contrast(frames, config.sweeps, state.generator)
            self.learn(state, loss, config)
            return {"contrast": loss.item()}

        return step

    def make_evaluation(self, config: Config, data):
        """Nats a frame on the first validation pieces; the best weights by it are remembered."""
        pieces = data.pieces["valid"][: config.checked]
        quick = replace(
            config, temperatures=max(config.temperatures // 5, 1), asked=max(config.asked // 4, 1)
        )

        def evaluate(state: TrainingState) -> dict:
            generator = torch.Generator().manual_seed(0)
            found = price(state.modules["network"], pieces, quick, generator).mean().item()
            keep_best(state, "network", found)
            return {"nll_valid": found}

        return evaluate, config.check_every

    def measure(self, state: TrainingState, config: Config, data, generator):
        """Nats a frame of whole pieces, by the best weights and by counts without order; what samples are like.

        ``nll_valid`` and ``nll_test``: every frame counts the same. ``nll_counts_test`` is what a 1-gram of whole
        frames pays, ``nll_pitches_test`` what independent pitches pay. ``annealing_error``: the mean distance of the
        estimate of log Z from the exact one, or where that is out of reach from a second estimate. ``sounding`` is the
        mean number of pitches of a frame that is drawn, ``known`` the share of such frames that training has, too.
        """
        restore_best(state, "network")
        network = state.modules["network"].eval()
        found = {
            f"nll_{split}": price(network, data.pieces[split], config, generator).mean().item()
            for split in ("valid", "test")
        }
        counts = music.learn_frame_counts(
            data.pieces["train"], np.concatenate(data.pieces["valid"])
        )
        test = np.concatenate(data.pieces["test"])
        found["nll_counts_test"] = music.price_frames(counts, test).mean()
        found["nll_pitches_test"] = music.price_frames(counts | {"trust": 0.0}, test).mean()
        found["annealing_error"] = compare_estimates(
            network, data.pieces["test"], config, generator
        )
        drawn = self.draw(network, config, config.measure, generator)
        rows = drawn.reshape(-1, drawn.shape[-1])
        found["sounding"] = rows.sum(1).mean()
        found["known"] = np.mean([row.tobytes() in counts["seen"] for row in rows])
        found["parameters"] = sum(p.numel() for p in network.parameters())
        return {k: float(v) for k, v in found.items()}, drawn

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, sample, P) uint8`` frames."""
        drawn = module.sample(n, config.sample, generator, config.draws, temperature)
        return drawn.cpu().numpy().astype(np.uint8)


@torch.no_grad()
def set_all_biases(network, pieces) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Frames of some pieces and the biases of their machines, ``(n, P), (n, P), (n, H)``; no piece hears another."""
    found = []
    for piece in pieces:
        frames = torch.as_tensor(piece, dtype=network.b.dtype, device=network.b.device)[None]
        found.append((frames[0], *(x[0] for x in network(frames))))
    frames, b, c = map(torch.cat, zip(*found))
    return frames, b, c


@torch.no_grad()
def price(network, pieces, config: Config, generator) -> torch.Tensor:
    """Nats of every frame of whole pieces, ``(n,)``: exact where the machine is small.

    Else ``asked`` frames, spread over all, by annealing.
    """
    frames, b, c = set_all_biases(network, pieces)
    if not can_sum(network) and len(b) > config.asked:
        frames, b, c = (x[spread(len(x), config.asked)] for x in (frames, b, c))
    if network.memory == "none":  # one machine for all
        log_z = sum_or_anneal(network, b[:1], c[:1], config, generator)
    else:
        log_z = sum_or_anneal(network, b, c, config, generator)
    return free_energy(frames, network.weight, b, c) + log_z


def can_sum(network) -> bool:
    """Whether the states of the machine's smaller side are few enough for an exact ``log Z``."""
    return min(network.weight.shape) <= MOST_SUMMED


def spread(total: int, n: int) -> torch.Tensor:
    """``n`` places from the first of ``total`` to the last, all where there are fewer."""
    return torch.linspace(0, total - 1, min(n, total)).round().long()


def sum_or_anneal(network, b, c, config: Config, generator) -> torch.Tensor:
    """``log Z`` of each row of biases, ``(n,)``."""
    if can_sum(network):
        return log_partition(network.weight, b, c)
    chains = config.chains * max(
        AT_ONCE // len(b) // config.chains, 1
    )  # one machine for all is asked well
    options = (config.temperatures, chains, generator)
    parts = zip(b.split(AT_ONCE), c.split(AT_ONCE))
    return torch.cat([anneal(network.weight, *part, *options).log_z for part in parts])


@torch.no_grad()
def compare_estimates(network, pieces, config: Config, generator) -> float:
    """Mean distance of annealing from the exact ``log Z``, nats, or from another estimate; frames spread over all."""
    _, b, c = set_all_biases(network, pieces)
    b, c = (x[spread(len(x), COMPARED)] for x in (b, c))
    first = anneal(network.weight, b, c, config.temperatures, config.chains, generator).log_z
    return (first - sum_or_anneal(network, b, c, config, generator)).abs().mean().item()
