"""Music in several streams, a network for each, which learn together; or all streams in one row, for one network."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .token_model import TokenModel
from .transformer_xl import SegmentStack

STREAMS = ("separate", "one")
HEARS = ("all", "own")


class StreamModel(TokenModel):
    """A Transformer-XL for each of ``stride`` streams whose tokens alternate: gap, duration, pitch, loudness, gap …

    The network of a stream reads the notes before, and of the present note the streams that come before its own; it
    says its own stream's token alone.

    Parameters
    ----------
    sizes, stride : as :class:`~musicgan_lib.models.recurrent.RecurrentModel` has them; ``stride`` tokens are a note.
    length : tokens of a training window.
    streams : ``"separate"``, a network each, or ``"one"``: one network reads all tokens as one row. Of four streams it
        is twice as wide, so that it has as many weights as the four.
    hears : of the network of a stream: ``"all"`` streams, or its ``"own"`` alone.
    segment, memory : notes that are read at once, and notes that are kept of those before.
    width, heads, layers : numbers a step, how many heads divide them, and how many layers; of each network.
    dropout : of what is read, and of what each layer adds, while training.

    ValueError for other words, for one row in which streams hear their own alone, for a segment that is the whole
    window, and for what a stack refuses. Source: four streams are those of Wu, Wang and Lei (2020); how a note's
    streams hear one another is ours.
    """

    def __init__(
        self,
        sizes,
        length,
        stride,
        streams="separate",
        hears="all",
        segment=16,
        memory=16,
        width=32,
        heads=2,
        layers=2,
        dropout=0.1,
    ):
        super().__init__()
        for name, value, known in (("streams", streams, STREAMS), ("hears", hears, HEARS)):
            if value not in known:
                raise ValueError(f"{name} is {value!r}; choose {' or '.join(known)}")
        if streams == "one" and hears == "own":
            raise ValueError("one row has no streams of its own to hear: hears moves nothing")
        if segment >= length:
            raise ValueError(f"a window of {length} tokens is one segment: memory moves nothing")
        self.symbols, self.stride = math.prod(sizes), stride
        self.one, self.own = streams == "one", hears == "own"
        width = width * math.isqrt(stride) if self.one else width
        tables = (nn.Embedding(self.symbols + 1, width) for _ in range(stride))
        self.past = nn.ModuleList(tables)  # the last row of each begins a sequence
        here = (nn.Embedding(self.symbols, width) for _ in range(0 if self.one else stride - 1))
        self.present = nn.ModuleList(here)
        times = stride if self.one else 1
        stacks = (
            SegmentStack(width, heads, layers, segment * times, memory * times, dropout)
            for _ in range(1 if self.one else stride)
        )
        self.stacks = nn.ModuleList(stacks)
        self.heads = nn.ModuleList(nn.Linear(width, self.symbols) for _ in range(stride))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        steps = tokens.shape[1]
        notes = F.pad(tokens, (0, -steps % self.stride)).unflatten(1, (-1, self.stride))
        read = self._read_row(notes) if self.one else self._read_streams(notes)
        logits = [head(read[:, :, i]) for i, head in enumerate(self.heads)]
        return torch.stack(logits, 2).flatten(1, 2)[:, :steps]

    def _read_row(self, notes: torch.Tensor) -> torch.Tensor:
        """What the one network knows before each token, ``(B, N, S) -> (B, N, S, W)``."""
        embedded = [table(notes[:, :, i]) for i, table in enumerate(self.past)]
        row = torch.stack(embedded, 2).flatten(1, 2)[:, :-1]
        begin = self.past[-1].weight[-1].expand(len(notes), 1, -1)
        read = self.stacks[0](torch.cat([begin, row], 1))
        return read.unflatten(1, notes.shape[1:])

    def _read_streams(self, notes: torch.Tensor) -> torch.Tensor:
        """What each network knows before its token, ``(B, N, S) -> (B, N, S, W)``."""
        before = F.pad(notes[:, :-1], (0, 0, 1, 0), value=self.symbols)
        past = [table(before[:, :, i]) for i, table in enumerate(self.past)]
        if self.own:
            heard = past
        else:
            heard = [sum(past)]
            for i, table in enumerate(self.present):
                heard.append(heard[-1] + table(notes[:, :, i]))
        return torch.stack([stack(x) for stack, x in zip(self.stacks, heard)], 2)
