"""Transformers over a row of latents: one tells the noise in it, the other says what the next latent may be."""

import math

import torch
from torch import nn

from .attention import mark_waves
from .draws import randn


class Block(nn.Module):
    """Every latent weighs all of the row, or only those up to itself; then two dense layers. Each adds to its input."""

    def __init__(self, width: int, heads: int, causal: bool):
        super().__init__()
        self.heads, self.causal = heads, causal
        self.ask, self.answer = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        dense = nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        self.dense = nn.Sequential(*dense)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(B, R, W) -> (B, R, W)``."""
        parts = self.ask(self.before(x)).chunk(3, -1)
        query, keys, values = (p.unflatten(-1, (self.heads, -1)).transpose(1, 2) for p in parts)
        weight = query @ keys.transpose(-1, -2) / query.shape[-1] ** 0.5  # (B, H, R, R)
        if self.causal:
            later = torch.ones(weight.shape[-2:], dtype=torch.bool, device=x.device).triu(1)
            weight = weight.masked_fill(later, -torch.inf)
        x = x + self.answer((weight.softmax(-1) @ values).transpose(1, 2).flatten(2))
        return x + self.dense(self.between(x))


class RowTransformer(nn.Module):
    """Rows of ``rows`` latents of ``units`` numbers through ``layers`` blocks, ``(B, R, Z) -> (B, R, told)``.

    ``width`` numbers a latent inside, divided by ``heads``. It begins by telling 0. ValueError for a width that heads
    cannot divide.
    """

    def __init__(self, units, rows, told, width=96, heads=4, layers=3, causal=False):
        super().__init__()
        if width % heads:
            raise ValueError(f"hidden is {width}: {heads} heads cannot share it evenly")
        self.units, self.width = units, width
        self.read = nn.Linear(units, width)
        self.place = nn.Parameter(0.1 * torch.randn(rows, width))
        self.blocks = nn.Sequential(*(Block(width, heads, causal) for _ in range(layers)))
        self.norm, self.tell = nn.LayerNorm(width), nn.Linear(width, told)
        nn.init.zeros_(self.tell.weight)
        nn.init.zeros_(self.tell.bias)

    def hear(self, latents: torch.Tensor, beside=0.0) -> torch.Tensor:
        """``beside`` is added to each latent inside; ValueError for latents of another size."""
        if latents.dim() != 3 or latents.shape[1:] != (len(self.place), self.units):
            size = f"{len(self.place)} latents of {self.units} numbers"
            raise ValueError(f"a row has {size} here, and this one {tuple(latents.shape[1:])}")
        return self.tell(self.norm(self.blocks(self.read(latents) + self.place + beside)))


class Denoiser(RowTransformer):
    """The noise in a row of noisy latents, ``(B, R, Z), level (B,) -> (B, R, Z)``; all hear all."""

    def __init__(self, units: int, rows: int, **sizes):
        super().__init__(units, rows, units, **sizes)
        width = self.width
        self.level = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, noisy, level) -> torch.Tensor:
        waves = mark_waves(level.to(noisy.dtype), self.width)
        return self.hear(noisy, self.level(waves)[:, None])


class NextLatent(RowTransformer):
    """What each latent may be, given those before it: a mixture of ``mixture`` normal distributions.

    As the autoregressive network beside which Mittal et al. (2021) set their own.
    """

    def __init__(self, units: int, rows: int, mixture: int = 8, **sizes):
        super().__init__(units, rows, mixture * (2 * units + 1), causal=True, **sizes)
        self.mixture = mixture
        self.begin = nn.Parameter(torch.zeros(units))
        #: Where the means stand at first: apart, so that the parts of the mixture learn different things
        self.middle = nn.Parameter(torch.randn(mixture, units))

    def forward(self, latents) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Logs of shares ``(B, R, M)``, means and logs of deviations ``(B, R, M, Z)`` of each latent."""
        first = self.begin.expand(len(latents), 1, -1)
        told = self.hear(torch.cat([first, latents[:, :-1]], 1)).unflatten(-1, (self.mixture, -1))
        share, mean, deviation = told.split([1, self.units, self.units], -1)
        return share[..., 0].log_softmax(-1), self.middle + mean, deviation.clamp(-5, 3)

    def price(self, latents) -> torch.Tensor:
        """``-log p`` of each row, nats, ``(B,)``."""
        share, mean, deviation = self(latents)
        far = (latents[:, :, None] - mean) / deviation.exp()
        each = -0.5 * far.square() - deviation - 0.5 * math.log(2 * math.pi)
        return -(share + each.sum(-1)).logsumexp(-1).sum(-1)

    @torch.no_grad()
    def write(self, n: int, generator, temperature: float = 1.0) -> torch.Tensor:
        """``(n, R, Z)``, a latent after the other; ``temperature`` spreads each."""
        rows = torch.zeros(n, len(self.place), self.units).to(self.begin)
        for at in range(rows.shape[1]):
            share, mean, deviation = (x[:, at] for x in self(rows))
            part = torch.multinomial(share.exp().cpu(), 1, generator=generator)[:, 0]
            every = torch.arange(n)
            part = part.to(rows.device)
            every = every.to(rows.device)
            noise = temperature * randn(n, self.units, generator=generator).to(rows)
            rows[:, at] = mean[every, part] + deviation[every, part].exp() * noise
        return rows
