"""Singing without a score: a recurrent network turns noise into mel frames, and an autoencoder prices frames."""

import torch
from torch import nn
from torch.nn import functional as F

from .draws import randn

NOISES = ("frame", "song")
#: A song that a critic hears is a multiple of so many frames
MULTIPLE = 4


class Singer(nn.Module):
    """From noise to songs of any length, ``(B, T, noise) -> (B, T, bands)``, levels of 0 to 1.

    Parameters
    ----------
    bands : numbers of a frame.
    noise : numbers of each vector of noise.
    hidden : units of each of the two layers of gated recurrent units.
    each : ``"frame"``: every frame has noise of its own; ``"song"``: one vector for all frames of a song.
    """

    def __init__(self, bands: int, noise: int = 16, hidden: int = 96, each: str = "frame"):
        super().__init__()
        if each not in NOISES:
            raise ValueError(f"each is {each!r}, one of {', '.join(NOISES)}")
        self.noise, self.each = noise, each
        self.enter = nn.Linear(noise, hidden)
        self.memory = nn.GRU(hidden, hidden, 2, batch_first=True)
        self.frames = nn.Sequential(
            nn.Linear(hidden, hidden), nn.LeakyReLU(0.2), nn.Linear(hidden, bands)
        )

    def draw_noise(self, n: int, frames: int, generator) -> torch.Tensor:
        """``(n, frames, noise)``; one vector for a whole song is told once and repeated."""
        if self.each == "frame":
            return randn(n, frames, self.noise, generator=generator)
        return randn(n, 1, self.noise, generator=generator).expand(-1, frames, -1)

    def forward(self, noise) -> torch.Tensor:
        heard, _ = self.memory(F.leaky_relu(self.enter(noise), 0.2))
        return self.frames(heard).sigmoid()


class FrameCritic(nn.Module):
    """An autoencoder of songs ``(B, T, bands)``: what it cannot restore is unlike what it learned.

    ``balance`` says how much its loss on made songs counts; it travels with the weights.

    Parameters
    ----------
    bands : numbers of a frame.
    filters : channels of the convolutions.
    code : channels of the narrowest place, one for each four frames.
    """

    def __init__(self, bands: int, filters: int = 96, code: int = 24):
        super().__init__()
        self.narrow = nn.ModuleList(
            [nn.Conv1d(bands, filters, 4, 2, 1), nn.Conv1d(filters, code, 4, 2, 1)]
        )
        self.widen = nn.ModuleList(
            [
                nn.ConvTranspose1d(code, filters, 4, 2, 1),
                nn.ConvTranspose1d(filters, bands, 4, 2, 1),
            ]
        )
        self.register_buffer("balance", torch.zeros(()))

    def forward(self, songs) -> torch.Tensor:
        """The songs restored. ValueError for a length that cannot be halved twice."""
        if songs.shape[1] % MULTIPLE:
            raise ValueError(f"{songs.shape[1]} frames: a critic hears a multiple of {MULTIPLE}")
        x = F.elu(self.narrow[0](songs.transpose(1, 2)))
        x = F.elu(self.widen[0](self.narrow[1](x)))
        return self.widen[1](x).sigmoid().transpose(1, 2)

    def price(self, songs) -> torch.Tensor:
        """What each song loses on the way through the code, ``(B,)``: the mean distance of its numbers."""
        return (songs - self(songs)).abs().mean((1, 2))
