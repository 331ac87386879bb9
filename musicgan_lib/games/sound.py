"""Sound by likelihood alone: a network predicts each sample, and is measured in bits."""

import math
from dataclasses import dataclass

import numpy as np
import torch

from ..evaluation import nll as measures
from ..learning.best import restore_best
from ..metrics.clarity import describe_sounds
from . import likelihood
from .likelihood import LikelihoodGame
from .settings import check_least, refuse
from .word_measures import spread_evenly


@dataclass(frozen=True)
class Config(likelihood.Config):
    """Everything that a run depends on but the seed, the music and the network's own settings. Steps are updates."""

    tokens: str = "wave.4000"  # or any other rate
    length: int = 1024  # samples of a window
    drawn: int = 8000  # samples of a clip that the network makes
    clips: int = 8  # clips that are made and measured

    def __post_init__(self):
        super().__post_init__()
        check_least(self, drawn=2, clips=1)
        refuse(self.beyond, "a clip is measured where it was heard for a while: leave beyond 0")
        refuse(
            not self.tokens.startswith("wave."),
            f"tokens is {self.tokens!r}: sound is wave.RATE, such as wave.4000",
        )


class SoundGame(LikelihoodGame):
    """As :class:`LikelihoodGame`, for samples of sound."""

    Base = Config

    def measure(self, state, config, data, generator):
        """What the best weights are worth, and clips that they make.

        ``bits_SPLIT``: bits a sample, of the second half of each window, given all before in it. ``pitched``,
        ``in_key`` and ``clarity`` of made clips, and ``real_`` of as many test clips
        (:func:`~musicgan_lib.metrics.clarity.describe_sounds`). ``span``: samples that one is drawn from, where the
        network says so.
        """
        restore_best(state, "network")
        network, found = state.modules["network"].eval(), {}
        for split in ("train", "valid", "test"):
            found[f"bits_{split}"] = self.price(network, config, data, split)
        made = self.draw(network, config, config.clips, generator)
        real = np.stack(spread_evenly(np.stack(data.pieces["test"]), config.clips))
        for side, rows in (("", made), ("real_", real)):
            waves = [data.decode(row).samples for row in rows]
            found |= {side + k: v for k, v in describe_sounds(waves, data.rate).items()}
        if span := getattr(network, "span", 0):
            found["span"] = span
        found["parameters"] = sum(p.numel() for p in network.parameters())
        return found, made

    def price(self, network, config: Config, data, split: str) -> float:
        """Bits a sample, of the second half of ``config.measure`` windows of a split, given all before in it."""
        windows = spread_evenly(data.windows(split, config.length), config.measure)
        half = config.length // 2
        return measures.nll(network, torch.as_tensor(windows), first=half) / math.log(2)

    def draw(self, module, config, n: int, generator, temperature: float = 1.0):
        """``(n, drawn) int64`` levels."""
        return module.sample(n, config.drawn, generator, temperature).actions.cpu().numpy()
