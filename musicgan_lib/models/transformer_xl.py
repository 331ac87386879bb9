"""Attention over segments: what a segment read is kept, and the next one reads on from there."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .attention import mark_waves, weigh_distances
from .token_model import TokenModel


class SegmentLayer(nn.Module):
    """Heads over a segment and what is kept of earlier ones, then two dense layers; each adds to its input.

    A score has four parts: what is asked matches what stands there, or how far back it stands, and both once more with
    a bias in place of the question. Distances are waves, so that none is too far (Dai et al. 2019, section 3.3).
    """

    def __init__(self, width: int, heads: int, dropout: float):
        super().__init__()
        self.heads, size = heads, width // heads
        self.ask, self.keep = nn.Linear(width, width), nn.Linear(width, 2 * width)
        self.far = nn.Linear(width, width, bias=False)
        self.of_what = nn.Parameter(torch.zeros(heads, 1, size))
        self.of_distance = nn.Parameter(torch.zeros(heads, 1, size))
        self.answer, self.dropout = nn.Linear(width, width), nn.Dropout(dropout)
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        dense = nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        self.dense = nn.Sequential(*dense)

    def forward(self, x: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
        """The steps ``x (B, Q, W)`` afterwards, given what went into this layer before them, ``kept (B, M, W)``."""
        read = self.before(torch.cat([kept, x], 1))
        asked, steps = x.shape[1], read.shape[1]
        query = self._split(self.ask(read[:, steps - asked :]))
        keys, values = map(self._split, self.keep(read).chunk(2, -1))
        waves = mark_waves(torch.arange(steps, device=x.device), x.shape[-1])
        table = self._split(self.far(waves))  # (H, steps, D)
        weight = (query + self.of_what) @ keys.mT
        weight = weight + weigh_distances(query + self.of_distance, table, steps)
        past = torch.ones(asked, steps, dtype=torch.bool, device=x.device).tril(steps - asked)
        weight = (weight / query.shape[-1] ** 0.5).masked_fill(~past, -torch.inf).softmax(-1)
        x = x + self.dropout(self.answer((weight @ values).transpose(1, 2).flatten(2)))
        return x + self.dropout(self.dense(self.between(x)))

    def _split(self, x: torch.Tensor) -> torch.Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(-3, -2)


class SegmentStack(nn.Module):
    """Layers over a sequence of vectors, read ``segment`` steps at a time; each layer is given the last ``memory`` of
    the steps that it read before the segment, and no gradient goes there.

    ValueError for a segment below 1, a memory below 0, and a width that heads cannot divide.
    """

    def __init__(
        self, width: int, heads: int, layers: int, segment: int, memory: int, dropout: float
    ):
        super().__init__()
        if segment < 1 or memory < 0:
            raise ValueError(f"segment is {segment}, memory {memory}: 1 and 0 are the least")
        if width % heads:
            raise ValueError(f"width is {width}: {heads} heads cannot share it evenly")
        self.segment, self.memory = segment, memory
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(SegmentLayer(width, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """All steps ``(B, T, W)`` as the layers read them."""
        kept, read = None, []
        for first in range(0, x.shape[1], self.segment):
            output, kept = self.read(x[:, first : first + self.segment], first, kept)
            read.append(output)
        return torch.cat(read, 1)

    def read(self, x: torch.Tensor, first: int, kept=None) -> tuple:
        """Steps from ``first`` on, none beyond its segment, and what went into each layer so far, ``(B, T, W)``."""
        kept = kept or [x[:, :0]] * len(self.layers)
        if first % self.segment == 0:
            kept = [self._recall(states) for states in kept]
        x, after = self.dropout(x), []
        for layer, before in zip(self.layers, kept):
            after.append(torch.cat([before, x], 1))
            x = layer(x, before)
        return self.norm(x), after

    def _recall(self, states: torch.Tensor) -> torch.Tensor:
        """What the next segment is given of these."""
        return states[:, max(states.shape[1] - self.memory, 0) :].detach()


class TransformerXL(TokenModel):
    """A :class:`SegmentStack` over tokens, each embedded with its place in its row.

    Parameters
    ----------
    sizes, stride : as :class:`~musicgan_lib.models.recurrent.RecurrentModel` has them.
    length : tokens of a training window.
    segment : tokens that are read at once, and learn from one another.
    memory : how many steps are kept of what each layer read before the segment; 0: none.
    width, heads, layers : numbers a token, how many heads divide them, and how many layers lie one above the other.
    dropout : of embeddings, and of what each layer adds, while training.

    ValueError for a segment that is the whole window, of which nothing would be kept, and what a stack refuses. Source:
    Dai et al. (2019), with norms before the layers; the place in the row is ours.
    """

    def __init__(
        self,
        sizes,
        length,
        stride,
        segment=64,
        memory=64,
        width=128,
        heads=4,
        layers=3,
        dropout=0.1,
    ):
        super().__init__()
        if segment >= length:
            raise ValueError(f"a window of {length} tokens is one segment: memory moves nothing")
        self.symbols, self.stride = math.prod(sizes), stride
        self.embed = nn.Embedding(self.symbols + 1, width)  # the last row begins a sequence
        self.place = nn.Embedding(stride, width)
        self.stack = SegmentStack(width, heads, layers, segment, memory, dropout)
        self.head = nn.Linear(width, self.symbols)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        past = F.pad(tokens[:, :-1], (1, 0), value=self.symbols)
        return self.head(self.stack(self._embed(past, 0)))

    def begin(self, n: int) -> tuple:
        """``(output (n, W), step (n,), what went into each layer (n, T, W) …)`` before the first token."""
        return self._go_on(torch.full((n,), self.symbols, device=self.head.weight.device), 0, None)

    def advance(self, memory: tuple, tokens: torch.Tensor) -> tuple:
        _, step, *kept = memory
        return self._go_on(tokens, int(step[0]) + 1, kept)

    def next_logits(self, memory: tuple) -> torch.Tensor:
        return self.head(memory[0])

    def _embed(self, past: torch.Tensor, first: int) -> torch.Tensor:
        at = torch.arange(first, first + past.shape[1], device=past.device)
        return self.embed(past) + self.place(at % self.stride)

    def _go_on(self, tokens: torch.Tensor, first: int, kept) -> tuple:
        output, kept = self.stack.read(self._embed(tokens[:, None], first), first, kept)
        return output[:, -1], torch.full_like(tokens, first), *kept
