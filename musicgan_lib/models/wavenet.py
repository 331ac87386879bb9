"""Convolutions with growing gaps: each sample of sound from a long past, with few layers."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .token_model import TokenModel


class GatedLayer(nn.Module):
    """Two taps, now and ``gap`` steps ago; a gate says how much of what they find goes on, and what is told at the end.

    ``tanh(a) * sigmoid(b)`` of one product; its two halves are added to the channels, and collected.
    """

    def __init__(self, channels: int, gap: int):
        super().__init__()
        self.gap = gap
        self.taps = nn.Linear(2 * channels, 2 * channels)
        self.out = nn.Linear(channels, 2 * channels)

    def step(self, now, then):
        """Channels ``(..., C)`` of now and of ``gap`` steps ago: channels that go on, and what is told."""
        found, gate = self.taps(torch.cat([now, then], -1)).chunk(2, -1)
        onward, told = self.out(found.tanh() * gate.sigmoid()).chunk(2, -1)
        return now + onward, told

    def forward(self, x):
        """``(B, T, C)``; before the beginning lies 0."""
        return self.step(x, F.pad(x, (0, 0, self.gap, 0))[:, : x.shape[1]])


class WaveNet(TokenModel):
    """``p(sample | samples before)`` over 256 levels (or whatever the alphabet is), by dilated causal convolutions.

    A layer has two taps, ``gap`` steps apart; gaps double from layer to layer, 1, 2, 4 …, and begin again with each
    stack. So a sample is drawn from the last ``1 + sum of gaps`` ones (:attr:`span`), and nothing before them.

    Parameters
    ----------
    sizes : of the alphabet, as :class:`~musicgan_lib.data.tokens.TokenData` has them; several fields are one number.
    channels : of each layer; a sample enters as so many numbers.
    layers : of a stack.
    stacks : how often the gaps begin again.
    gaps : ``"doubling"``, or ``"none"``: every gap is 1, with as many weights.

    The sampler keeps what each layer has to remember, its last ``gap`` steps, so a sample costs one step of each layer.
    ValueError for other gaps. Sources: van den Oord and others (2016); Le Paine and others (2016), whose sampler it is.
    """

    def __init__(self, sizes, channels=32, layers=9, stacks=1, gaps="doubling"):
        super().__init__()
        if gaps not in ("doubling", "none"):
            raise ValueError(f"gaps are {gaps!r}; choose doubling or none")
        if min(channels, layers, stacks) < 1 or layers > 16:
            raise ValueError("channels, layers and stacks are 1 or more, and layers 16 at most")
        self.symbols = math.prod(sizes)
        self.embed = nn.Embedding(self.symbols + 1, channels)  # the last row begins a sequence
        every = [2**k if gaps == "doubling" else 1 for k in range(layers)] * stacks
        self.layers = nn.ModuleList(GatedLayer(channels, gap) for gap in every)
        self.hidden = nn.Linear(channels, 2 * channels)
        self.head = nn.Linear(2 * channels, self.symbols)
        with (
            torch.no_grad()
        ):  # neighbouring levels sound alike, so they begin alike: a wave for each channel
            turns = torch.linspace(-1, 1, self.symbols)[:, None] * torch.arange(1, channels + 1)
            self.embed.weight[:-1] += torch.sin(turns * math.pi / 2)

    @property
    def span(self) -> int:
        """How many samples before it a sample is drawn from."""
        return 1 + sum(layer.gap for layer in self.layers)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        past = F.pad(tokens[:, :-1], (1, 0), value=self.symbols)
        x, told = self.embed(past), 0
        for layer in self.layers:
            x, part = layer(x)
            told = told + part
        return self._end(told)

    def begin(self, n: int) -> tuple:
        """``(what is told (n, C), step (n,), each layer's last gap steps (n, gap, C) …)`` before the first token."""
        width = self.embed.weight.shape[1]
        like = self.embed.weight.new_zeros
        start = torch.full((n,), self.symbols, device=self.embed.weight.device)
        pasts = tuple(like(n, layer.gap, width) for layer in self.layers)
        return self._read(start, torch.zeros_like(start), pasts)

    def advance(self, memory: tuple, tokens: torch.Tensor) -> tuple:
        _, step, *pasts = memory
        return self._read(tokens, step + 1, pasts)

    def next_logits(self, memory: tuple) -> torch.Tensor:
        return self._end(memory[0])

    def _end(self, told):
        return self.head(F.relu(self.hidden(F.relu(told))))

    def _read(self, tokens, step, pasts) -> tuple:
        x, told, kept = self.embed(tokens), 0, []
        for layer, past in zip(self.layers, pasts):
            kept.append(torch.cat([past[:, 1:], x[:, None]], 1))
            x, part = layer.step(x, past[:, 0])
            told = told + part
        return told, step, *kept
