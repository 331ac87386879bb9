"""A melody as a row of latents, one a bar, by a frozen autoencoder, and a network that writes such rows."""

import torch
from torch import nn

from .denoiser import Denoiser, NextLatent
from .vae import MelodyVAE

WRITERS = {"diffusion": Denoiser, "autoregressive": NextLatent}


class LatentRows(nn.Module):
    """``autoencoder`` reads and writes bars; ``writer`` is a denoiser of rows of their latents, or what foretells them.

    ``size`` symbols of the music, ``bar`` steps of a bar, ``bars`` of a row; ``latent`` units and ``width`` of the
    autoencoder; ``model`` of :data:`WRITERS`, ``hidden`` its width, and its further settings. Latents are told in
    units of their own spread over training music, about their mean: :meth:`settle` finds both.
    """

    def __init__(self, size, bar, bars, latent, width, model="diffusion", hidden=96, **sizes):
        super().__init__()
        self.bar, self.bars, self.latent = bar, bars, latent
        options = {"decoder": "flat", "writer": "at_once", "latent": latent, "width": width}
        self.autoencoder = MelodyVAE((size,), bar, bar, **options)
        self.register_buffer("centre", torch.zeros(latent))
        self.register_buffer("spread", torch.ones(latent))
        self.writer = WRITERS[model](latent, bars, width=hidden, **sizes)

    def freeze(self) -> None:
        """From here on the autoencoder learns nothing."""
        self.autoencoder.requires_grad_(False).eval()

    @torch.no_grad()
    def read_bars(self, tokens) -> torch.Tensor:
        """The mean of each bar's latent as the autoencoder says it, ``(B, T) -> (B, T / bar, Z)``.

        ValueError for tokens that are no whole bars.
        """
        if tokens.shape[1] % self.bar or not tokens.shape[1]:
            raise ValueError(f"{tokens.shape[1]} steps are no whole bars of {self.bar}")
        mean, _ = self.autoencoder.encode(tokens.reshape(-1, self.bar))
        return mean.reshape(len(tokens), -1, self.latent)

    @torch.no_grad()
    def settle(self, latents) -> None:
        """Take the mean and the spread of latents ``(n, ..., Z)``."""
        flat = latents.flatten(0, -2)
        self.centre.copy_(flat.mean(0))
        self.spread.copy_(flat.std(0).clamp(min=1e-3))

    def encode(self, tokens) -> torch.Tensor:
        """A row of latents for each melody, ``(B, T) -> (B, T / bar, Z)``, in units of their spread."""
        return (self.read_bars(tokens) - self.centre) / self.spread

    @torch.no_grad()
    def decode(self, latents) -> torch.Tensor:
        """The likeliest melody after rows of latents, ``(B, R, Z) -> (B, R * bar) int64``.

        ValueError for latents of another size, and for what is no number.
        """
        if latents.shape[-1] != self.latent:
            raise ValueError(
                f"a latent has {self.latent} numbers here, and this one {latents.shape[-1]}"
            )
        if not torch.isfinite(latents).all():
            raise ValueError("a latent holds what is no number: nothing is written after it")
        told = latents * self.spread + self.centre
        return self.autoencoder.write(told.flatten(0, 1)).reshape(len(latents), -1)
