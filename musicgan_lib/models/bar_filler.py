"""A transformer over tracks of bars: what is missing is written at the end, behind all that stands around it."""

from typing import NamedTuple

import torch
from torch import nn

from .attention import Layer


class Memory(NamedTuple):
    """What was read: keys and values ``(B, T, 2 W)`` of each layer, and of each row its place and whether it is one."""

    kept: list
    place: torch.Tensor
    there: torch.Tensor


class BarFiller(nn.Module):
    """Causal attention over rows of tokens, each embedded as the sum of what is said of it.

    Parameters
    ----------
    sizes : how many values each of the numbers has that are said of a token.
    voices, bars : of a window; ``place``: which of the numbers are the voice and the bar of a token.
    heads, lengths : a token to be foretold is an event, one of so many heads with one of so many lengths, or the end.
    width, layers, divided, dropout : numbers a token, layers, attention heads that divide the numbers, and the share
        of numbers that is dropped while it learns.
    left_only : a control: a token sees none of the row's bars that stand behind its own, though they are read before
        it where it fills a hole.

    ValueError for a width that the attention heads cannot divide.
    """

    def __init__(
        self,
        sizes,
        voices,
        bars,
        heads,
        lengths=16,
        place=(4, 5),
        width=64,
        layers=2,
        divided=4,
        dropout=0.0,
        left_only=False,
    ):
        super().__init__()
        if width % divided:
            raise ValueError(f"width is {width}: {divided} attention heads cannot share it evenly")
        self.voices, self.bars, self.heads = voices, bars, heads
        self.place, self.left_only = place, left_only
        self.embed = nn.ModuleList([nn.Embedding(size, width) for size in sizes])
        for table in self.embed:
            nn.init.normal_(table.weight, std=0.3)
        made = (Layer(width, divided, 0, dropout) for _ in range(layers))
        self.layers = nn.ModuleList(made)
        self.norm = nn.LayerNorm(width)
        self.pitch, self.length = nn.Linear(width, heads), nn.Linear(width, lengths)
        self.both = nn.Linear(width, heads * lengths + 1)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Logits ``(B, T, heads * lengths + 1)`` of the token after each row ``(B, T, numbers)``."""
        return self.read(rows)[0]

    def read(self, rows: torch.Tensor, there=None, memory: Memory | None = None) -> tuple:
        """Logits after each row ``(B, Q, numbers)``, and what is to be remembered where reading goes on.

        ``there (B, Q)`` bools: rows that are none, behind shorter windows, are seen by nobody. With a ``memory`` of the
        rows before these, the logits are those that all rows together would have.
        """
        x = sum(table(rows[..., f]) for f, table in enumerate(self.embed))
        voice, bar = (rows[..., field] for field in self.place)
        own = voice * self.bars + bar  # (B, Q)
        place, found = own, torch.ones_like(own) > 0 if there is None else there
        if memory is not None:
            place = torch.cat([memory.place, own], 1)
            found = torch.cat([memory.there, found], 1)
        hidden = ~found[:, None, None]  # (B, 1, 1, T)
        if self.left_only:
            hidden = hidden | self._hide(place, own)
        kept = list(memory.kept) if memory is not None else [None] * len(self.layers)
        for i, layer in enumerate(self.layers):
            x, kept[i] = layer(x, kept[i], hidden)
        x = self.norm(x)
        parts = (self.pitch(x)[..., None] + self.length(x)[..., None, :]).flatten(-2)
        logits = self.both(x)
        logits = torch.cat([logits[..., :-1] + parts, logits[..., -1:]], -1)
        return logits, Memory(kept, place, found)

    def _hide(self, place: torch.Tensor, own: torch.Tensor) -> torch.Tensor:
        """Which steps stand in a bar behind that of the one who asks, ``(B, 1, Q, T)``."""
        return (place[:, None, :] > own[:, :, None])[:, None]
