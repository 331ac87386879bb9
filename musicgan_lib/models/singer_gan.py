"""Singing without a score: a recurrent network turns noise into mel frames, and two kinds of critics hear them."""

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

    @torch.no_grad()
    def begin_with(self, songs) -> None:
        """Let the last layer begin with each band's mean level in ``(n, T, bands)``; a short run need not learn it."""
        self.frames[-1].bias.copy_(songs.mean((0, 1)).clamp(0.01, 0.99).logit())

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
        check_frames(songs)
        x = F.elu(self.narrow[0](songs.transpose(1, 2)))
        x = F.elu(self.widen[0](self.narrow[1](x)))
        return self.widen[1](x).sigmoid().transpose(1, 2)

    def score(self, songs) -> torch.Tensor:
        """Minus the price, ``(B,)``: larger is nearer to real."""
        return -self.price(songs)

    def price(self, songs) -> torch.Tensor:
        """What each song loses on the way through the code, ``(B,)``: the mean distance of its numbers."""
        return (songs - self(songs)).abs().mean((1, 2))


class PatchCritic(nn.Module):
    """How real a song ``(B, T, bands)`` sounds, ``(B,)``: the mean over its stretches, numbers without bounds.

    Beside each frame it hears how the frame differs from the one before. Each of its numbers is of one stretch of 21
    frames alone (Isola and others 2017), so that a song that moves well in one place and badly in another is told so.

    Parameters
    ----------
    bands : numbers of a frame.
    filters : channels of the convolutions.
    """

    #: How much louder than a frame its difference from the one before is heard: real ones are small
    CHANGES = 4.0

    def __init__(self, bands: int, filters: int = 64):
        super().__init__()
        self.enter = nn.Conv1d(2 * bands, filters, 3, 1, 1)
        self.narrow = nn.ModuleList(nn.Conv1d(filters, filters, 4, 2, 1) for _ in range(2))
        self.tell = nn.Conv1d(filters, 1, 3, 1, 1)

    def score(self, songs) -> torch.Tensor:
        """``(B,)``: larger is nearer to real. ValueError for a length that cannot be halved twice."""
        check_frames(songs)
        x = songs.transpose(1, 2)
        changes = F.pad(x.diff(dim=2), (1, 0))  # before the first frame nothing has changed
        return self.hear(torch.cat([x, self.CHANGES * changes], 1)).mean(1)

    def hear(self, x) -> torch.Tensor:
        """Frames and their changes, ``(B, 2 bands, T)``, as a number for each four frames, ``(B, T / 4)``."""
        x = self.enter(x)
        for layer in self.narrow:
            x = layer(F.leaky_relu(x, 0.2))
        return self.tell(F.leaky_relu(x, 0.2))[:, 0]


def check_frames(songs) -> None:
    """ValueError for songs ``(B, T, bands)`` whose length cannot be halved twice."""
    if songs.shape[1] % MULTIPLE:
        raise ValueError(f"{songs.shape[1]} frames: a critic hears a multiple of {MULTIPLE}")
