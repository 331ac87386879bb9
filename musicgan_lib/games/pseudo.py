"""A network for each voice learns a cell from everything around it; Gibbs sampling makes music of that."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from ..data.grid import encode_grid
from ..data.pieces_padded import lay_bars, pad_pieces, write_rests
from ..learning.best import keep_best, restore_best
from ..learning.fit import TrainingState
from ..models.draws import randint
from ..models.sweeps import sweep
from ..models.voice_networks import VoiceNetworks
from .game import device_of
from .one_network import OneNetworkGame
from .settings import check_least

AT_ONCE = 2048  # cells that are asked together
#: After how many sweeps the chains are measured
LOOKS = (0, 1, 2, 4, 8, 16, 40)


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    keys: int = 3  # semitones up and down in which training pieces stand, too
    past: int = 16  # sixteenths before a cell that are heard
    future: int = 16  # and after it; 0 hears none, in any voice
    embedding: int = 8  # numbers for each cell that is heard
    hidden: int = 128  # units of each of two layers
    batch: int = 256  # sixteenths, of each of which all voices are asked
    steps: int = 300
    lr: float = 2e-3
    clip: float = 1.0
    check_every: int = 150  # how often validation music is asked
    asked: int = 3000  # sixteenths of validation and of test music that are asked, spread over all
    sweeps: int = 40  # of Gibbs sampling
    apart: int = 4  # sixteenths between cells of a voice that are drawn together
    length: int = 64  # sixteenths of a sample
    measure: int = 16  # samples

    def __post_init__(self):
        check_least(self, keys=0, past=0, future=0, embedding=1, hidden=1, batch=1, steps=0)
        check_least(self, check_every=1, asked=1, sweeps=0, apart=1, length=1, measure=1)
        for name in ("lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")
        if self.apart > self.length:
            raise ValueError(
                f"cells {self.apart} apart do not fit into {self.length} sixteenths: choose a smaller apart"
            )


class PseudoGame(OneNetworkGame):
    """Pseudo-likelihood of voices on a grid (:class:`~musicgan_lib.models.voice_networks.VoiceNetworks`)."""

    Config = Config

    def encode(self, config: Config, corpus: str):
        return encode_grid(corpus, range(-config.keys, config.keys + 1))

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        names = ("past", "future", "embedding", "hidden")
        sizes = {name: getattr(config, name) for name in names}
        return self.begin(
            lambda: VoiceNetworks(data.sizes[0], data.voices, **sizes), config, seed, device
        )

    def make_step(self, config: Config, data, control: str | None = None):
        """One update on random sixteenths, in a random key each; the loss is the mean of the voices' nats a cell."""
        self.check_control(config, control)
        music = pad_pieces(data, "train", in_other_keys=config.keys > 0)
        tokens, beside = (torch.as_tensor(x) for x in music[:2])
        total, sounding = int(music.lengths.sum()), {}

        def step(state: TrainingState) -> dict:
            network = state.modules["network"].train()
            if not sounding:
                sounding["read"] = network.mark_sounding(tokens)
            number = randint(total, config.batch, state.generator).numpy()
            which, at = (torch.as_tensor(x) for x in music.find(number))
            rows, own = which.unique(return_inverse=True)  # few pieces travel to the device
            device = device_of(network)
            part = [x[rows].to(device) for x in (tokens, beside, sounding["read"])]
            loss = price_cells(network, *part, own.to(device), at.to(device)).mean()
            self.learn(state, loss, config)
            return {"nll_batch": loss.item()}

        return step

    def make_evaluation(self, config: Config, data):
        """Nats a cell of validation music; the best weights by it are remembered."""

        def evaluate(state: TrainingState) -> dict:
            found = ask(state.modules["network"], data, "valid", config.asked)["pseudo_nll"]
            keep_best(state, "network", found)
            return {"nll_valid": found}

        return evaluate, config.check_every

    def measure(self, state: TrainingState, config: Config, data, generator):
        """What :func:`ask` says of validation and test music, and what becomes of chains that begin with noise.

        ``nll_sweep_8``, ``holds_sweep_8``: nats a cell that the network finds in the chains after eight sweeps, and
        their share of holds; ``nll_real``, ``nll_real_spread``, ``holds_real``: in as many stretches of test music,
        with the standard deviation over these. The chains sing in the bars and under the fermatas of these stretches.
        """
        restore_best(state, "network")
        network = state.modules["network"].eval()
        found = {}
        for split in ("valid", "test"):
            told = ask(network, data, split, config.asked)
            found |= {f"{name}_{split}": value for name, value in told.items()}
        real = pad_pieces(data, "test", most=config.length)
        long = np.flatnonzero(real.lengths == config.length)
        long = long[np.linspace(0, len(long) - 1, config.measure).round().astype(int)]
        tokens, beside = (torch.as_tensor(x[long]).to(device_of(network)) for x in real[:2])
        own = price_all(network, tokens, beside)
        found |= {"nll_real": own.mean(), "nll_real_spread": own.mean((1, 2)).std(unbiased=False)}
        found["holds_real"] = (tokens == data.hold).float().mean()
        chains = self.begin_chains(data.sizes[0], tokens, generator)
        for k in range(config.sweeps + 1):
            if k:
                chains = sweep(
                    network, chains, beside, torch.ones_like(chains) > 0, generator, config.apart
                )
            if k in LOOKS or k == config.sweeps:
                found[f"nll_sweep_{k}"] = price_all(network, chains, beside).mean()
                found[f"holds_sweep_{k}"] = (chains == data.hold).float().mean()
        found["parameters"] = sum(p.numel() for p in network.parameters())
        voices = write_rests(chains.cpu().numpy(), data.hold)
        return {k: float(v) for k, v in found.items()}, data.to_tokens(voices)

    def begin_chains(self, symbols: int, like, generator) -> torch.Tensor:
        """Noise to begin with: every token as likely as any other, of the shape of ``like (n, voices, T)``."""
        return torch.randint(symbols, like.shape, generator=generator).to(like.device)

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, length * voices) int64`` tokens: chains in 4/4, with a fermata at the end of every second bar."""
        device = device_of(module)
        beside = torch.as_tensor(lay_bars(config.length), device=device).expand(n, -1, -1)
        like = torch.empty(n, module.voices, config.length, device=device)
        chains = self.begin_chains(module.symbols, like, generator)
        free = torch.ones_like(chains) > 0
        for _ in range(config.sweeps):
            chains = sweep(module, chains, beside, free, generator, config.apart, temperature)
        voices = write_rests(chains.cpu().numpy(), module.symbols - 2)
        return np.moveaxis(voices, 1, 2).reshape(n, -1)


def price_cells(network, tokens, beside, sounding, which, steps) -> torch.Tensor:
    """Nats of the cells of every voice at some steps of some pieces, ``(voices, B)``, with a gradient."""
    return torch.stack(
        [
            F.cross_entropy(
                network(tokens, beside, voice, which, steps, sounding),
                tokens[which, voice, steps],
                reduction="none",
            )
            for voice in range(tokens.shape[1])
        ]
    )


@torch.no_grad()
def price_all(network, tokens, beside) -> torch.Tensor:
    """Nats of every cell of ``tokens (n, voices, T)``, each given all others: their sum is no likelihood of a piece."""
    n, voices, length = tokens.shape
    sounding = network.mark_sounding(tokens)
    which = torch.arange(n, device=tokens.device).repeat_interleave(length)
    steps = torch.arange(length, device=tokens.device).repeat(n)
    parts = zip(which.split(AT_ONCE), steps.split(AT_ONCE))
    nats = torch.cat([price_cells(network, tokens, beside, sounding, *p) for p in parts], 1)
    return nats.view(voices, n, length).transpose(0, 1)


@torch.no_grad()
def ask(network, data, split: str, asked: int) -> dict:
    """``pseudo_nll``, nats a cell given all others, on sixteenths spread over a split; what the likeliest tokens are.

    ``token_right``: the share of cells whose likeliest token is the composer's; ``onset_right``: of those in which he
    begins a note; ``holds``: the share of cells that hold, which a network that always holds would get right.
    """
    music, device = pad_pieces(data, split), device_of(network)
    tokens, beside = (torch.as_tensor(x).to(device) for x in music[:2])
    sounding = network.mark_sounding(tokens)
    total = int(music.lengths.sum())
    number = np.linspace(0, total - 1, min(asked, total)).round().astype(np.int64)
    which, steps = (torch.as_tensor(x).to(device) for x in music.find(number))
    nats, right, begins, holds = [], [], [], []
    for some, at in zip(which.split(AT_ONCE), steps.split(AT_ONCE)):
        for voice in range(data.voices):
            logits = network(tokens, beside, voice, some, at, sounding)
            true = tokens[some, voice, at]
            nats.append(F.cross_entropy(logits, true, reduction="none"))
            right.append(logits.argmax(-1) == true)
            begins.append(true < data.hold)
            holds.append(true == data.hold)
    nats, right, begins, holds = (torch.cat(x) for x in (nats, right, begins, holds))
    return {
        "pseudo_nll": nats.mean().item(),
        "token_right": right.float().mean().item(),
        "onset_right": right[begins].float().mean().item(),
        "holds": holds.float().mean().item(),
    }
