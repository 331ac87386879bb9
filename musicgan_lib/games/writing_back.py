"""A melody is read and written back: what a network keeps of it in a few numbers, at any length."""

from dataclasses import dataclass

import numpy as np
import torch

from ..data.themes import make_tune
from ..learning import team
from ..learning.best import keep_best, restore_best
from ..learning.fit import TrainingState
from ..models.segment_autoencoder import gather
from . import likelihood
from .game import device_of
from .latent_measures import compare_events
from .likelihood import LikelihoodGame
from .settings import check_length, refuse
from .word_measures import spread_evenly


@dataclass(frozen=True)
class Config(likelihood.Config):
    """Everything that a run depends on but the seed, the music and the network's own settings. Steps are updates."""

    tokens: str = "melody_events"  # or any other that the network reads
    length: int = 128  # tokens of a window: whole bars

    def __post_init__(self):
        super().__post_init__()
        refuse(self.beyond, "a window comes back as long as it was read: leave beyond 0")


class WritingBackGame(LikelihoodGame):
    """One :class:`~musicgan_lib.models.segment_autoencoder.SegmentAutoencoder`: its loss is the likelihood of the
    window that it has just read. It composes nothing; who asks it for music is given made tunes, written back.
    """

    Base = Config
    controls = ()

    def configure(self, request):
        """As :class:`LikelihoodGame`; ValueError for what is no whole number of bars."""
        config = super().configure(request)
        if config.tokens == "melody_events" and config.length % 16:
            raise ValueError(
                f"length is {config.length}: a window of melody events is whole bars of 16"
            )
        return config

    def cut(self, config, data, split: str) -> torch.Tensor:
        """``measure`` windows of a split, from the first to the last, ``(n, length)``."""
        found = spread_evenly(data.windows(split, config.length), config.measure)
        if not len(found):
            check_length(data, config.length)
            raise ValueError(f"{split} music of {data.name} has no window of {config.length}")
        return torch.as_tensor(found)

    def make_evaluation(self, config, data):
        """Nats a token on the validation windows; the best weights by it are remembered."""
        valid = self.cut(config, data, "valid")

        def evaluate(state: TrainingState) -> dict:
            found = team.agree(price(state.modules["network"].eval(), valid))
            keep_best(state, "network", found)
            return {"nll_valid": found}

        return evaluate, config.check_every

    @torch.no_grad()
    def measure(self, state: TrainingState, config, data, generator):
        """How much of each split's windows comes back, the likeliest token at each step, and what the tokens cost.

        ``nll_SPLIT``: nats a token given the true segments before. ``right_onsets`` and the others of
        :func:`~musicgan_lib.games.latent_measures.compare_events`: of test windows, given the segments that the network
        wrote before; ``train_onsets``: of training windows. ``looked_own``: how much the writer of a segment looks at
        this segment, a share, on test windows.
        """
        restore_best(state, "network")
        network = state.modules["network"].eval()
        found = {}
        for split in ("train", "valid", "test"):
            batch = self.cut(config, data, split).to(device_of(network))
            found[f"nll_{split}"] = price(network, batch)
            again = network.write(batch).cpu().numpy()
            told = compare_events(batch.cpu().numpy(), again)
            if split == "train":
                found["train_onsets"] = told["right_onsets"]
        found |= told
        looks = look_at(network, batch)
        found["looked_own"] = looks.diagonal(dim1=1, dim2=2).mean().item()
        found["parameters"] = sum(p.numel() for p in network.parameters())
        return found, again

    def draw(self, module, config, n: int, generator, temperature: float = 1.0) -> np.ndarray:
        """``(n, length) int64``: tunes that are made by rule, written back."""
        rng = np.random.default_rng(generator.initial_seed())
        made = [np.resize(make_tune(rng)[0], config.length) for _ in range(n)]
        asked = torch.as_tensor(np.stack(made)).to(device_of(module))
        return module.write(asked, generator, temperature).cpu().numpy()


@torch.no_grad()
def look_at(network, windows) -> torch.Tensor:
    """How much each written segment looks at each that was read, ``(B, n, n)``, given the true segments before."""
    begins, lengths = network.cut(windows)
    rows, _ = gather(windows, begins, lengths)
    return network.plan(network.read(rows, begins, lengths))[1]


@torch.no_grad()
def price(network, windows) -> float:
    """Nats a token of windows ``(n, T)``."""
    return network.nll(windows.to(device_of(network))).item()
