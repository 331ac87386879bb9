"""A U-Net over the samples of a noisy sound, which attends to the words of a caption and tells what is noise."""

import math

import torch
from torch import nn
from torch.nn import functional as F

#: Samples that become one place at the finest resolution, and how many of its places become one at the next
PATCH, FACTOR = 16, 4
#: There are three resolutions, so a sound is a multiple of so many samples
MULTIPLE = PATCH * FACTOR**2


class WaveUNet(nn.Module):
    """From noisy sounds, how noisy they are and what they are called, to a sound: ``(B, T) -> (B, T)``.

    ``forward(noisy, share, words)``: ``share (B,)`` is how much of the variance is noise, 0 to 1; ``words (B, W)`` are
    the numbers of a caption's words, and 0 is no word. A caption without a word is the *empty text*.

    Parameters
    ----------
    words : how many words there are, the empty one counted.
    longest : W, words of a caption at most.
    width : channels at the finest of the three resolutions; twice as many at the second, four times at the third.
    """

    def __init__(self, words: int, longest: int, width: int = 64):
        super().__init__()
        if width < 8 or width % 8:
            raise ValueError(f"width is {width}: choose a multiple of 8")
        sizes, told = (width, 2 * width, 4 * width), 2 * width
        self.words = nn.Embedding(words, told)
        self.place = nn.Parameter(torch.randn(longest, told) * 0.1)
        self.nothing = nn.Parameter(torch.randn(told))
        self.level = nn.Sequential(nn.Linear(2 * LEVELS, told), nn.SiLU(), nn.Linear(told, told))
        self.first = nn.Conv1d(1, width, 2 * PATCH, PATCH, PATCH // 2)
        options = {"kernel_size": 2 * FACTOR, "stride": FACTOR, "padding": FACTOR // 2}
        pairs = list(zip(sizes, sizes[1:]))
        self.shrink = nn.ModuleList(nn.Conv1d(a, b, **options) for a, b in pairs)
        self.grow = nn.ModuleList(nn.ConvTranspose1d(b, a, **options) for a, b in pairs)
        self.down, self.up = (nn.ModuleList(Block(n, told) for n in sizes) for _ in range(2))
        self.read_down = nn.ModuleList(Reader(n, told) for n in sizes[1:])
        self.read_up = nn.ModuleList(Reader(n, told) for n in sizes[:2])
        self.last = nn.ConvTranspose1d(width, 1, 2 * PATCH, PATCH, PATCH // 2)

    def forward(self, noisy, share, words) -> torch.Tensor:
        if noisy.shape[-1] % MULTIPLE:
            raise ValueError(f"{noisy.shape[-1]} samples: a sound is a multiple of {MULTIPLE}")
        told, heard = self.read_words(words)
        level = self.level(wave_numbers(share))
        x = self.down[0](self.first(noisy[:, None]), level)  # (B, width, T / 16)
        seen = []
        for k, shrink in enumerate(self.shrink):
            seen.append(x)
            x = self.down[k + 1](shrink(x), level)
            x = self.read_down[k](x, told, heard)
        x = self.up[2](x, level)  # (B, 4 width, T / 256)
        for k in (1, 0):
            x = self.up[k](self.grow[k](x) + seen[k], level)
            x = self.read_up[k](x, told, heard)
        return self.last(x)[:, 0]

    def read_words(self, words) -> tuple[torch.Tensor, torch.Tensor]:
        """What is attended to, ``(B, 1 + W, told)``, and which of it there is; the first, no word, always is."""
        told = self.words(words) + self.place[: words.shape[1]]
        nothing = self.nothing.expand(len(words), 1, -1)
        heard = torch.cat([torch.ones_like(words[:, :1], dtype=torch.bool), words > 0], 1)
        return torch.cat([nothing, told], 1), heard


class Block(nn.Module):
    """Two convolutions around which the input goes, too; how noisy it is scales and shifts channels between them."""

    def __init__(self, n: int, told: int):
        super().__init__()
        self.norms = nn.ModuleList(nn.GroupNorm(8, n) for _ in range(2))
        self.convs = nn.ModuleList(nn.Conv1d(n, n, 3, padding=1) for _ in range(2))
        self.level = nn.Linear(told, 2 * n)

    def forward(self, x, level):
        scale, shift = self.level(F.silu(level))[..., None].chunk(2, 1)
        y = self.convs[0](F.silu(self.norms[0](x)))
        return x + self.convs[1](F.silu(self.norms[1](y) * (1 + scale) + shift))


class Reader(nn.Module):
    """Cross-attention: each place asks, each word answers, and what is answered is added to the place."""

    def __init__(self, n: int, told: int, heads: int = 4):
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(8, n)
        self.ask, self.answer = nn.Linear(n, n), nn.Linear(told, 2 * n)
        self.out = nn.Linear(n, n)

    def forward(self, x, told, heard):
        ask = self.split(self.ask(self.norm(x).transpose(1, 2)))
        key, value = (self.split(part) for part in self.answer(told).chunk(2, -1))
        found = F.scaled_dot_product_attention(ask, key, value, attn_mask=heard[:, None, None])
        return x + self.out(found.transpose(1, 2).flatten(2)).transpose(1, 2)

    def split(self, x) -> torch.Tensor:  # (B, T, n) -> (B, heads, T, n / heads)
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)


#: Waves by which the network hears how noisy a sound is
LEVELS = 16


def wave_numbers(share) -> torch.Tensor:
    """A share of 0 to 1 as sines and cosines of ``LEVELS`` frequencies, ``(B,) -> (B, 2 LEVELS)``."""
    turns = share[:, None] * math.pi * 2 ** torch.linspace(-1, 6, LEVELS, device=share.device)
    return torch.cat([turns.sin(), turns.cos()], 1)
