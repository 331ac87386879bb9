"""An autoencoder of two levels: tokens inside segments, segments inside a window. Its flat twin has one level."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .vae import pick

#: What a window is cut into: its bars, as many segments at random places, or nothing but itself
UNITS = ("bars", "random", "whole")
#: A random boundary stands up to so many steps beside a bar line
FAR = 7
#: Different random cuts that there are; a window's own follows from its tokens
CUTS = 4096


class SegmentAutoencoder(nn.Module):
    """Reads a window segment by segment, and writes it back.

    A first GRU reads the tokens of each segment: the mean of its states is the segment's vector. A second one reads the
    row of segments. A third GRU goes from segment to
    segment while the window is written, and a fourth one writes the tokens of each after the third one's state. The
    fourth is told the state and the place in the bar at every step, and hears none of the tokens that it writes.

    Parameters
    ----------
    sizes, length, stride : of the music: symbols V, steps T of a window, and steps of a bar.
    units : ``"bars"``: a segment is a bar; ``"random"``: each inner bar line is moved by dice, always alike for the
        same window; ``"whole"``: no segments: one GRU reads all tokens, and another writes them after its vector.
    attends : True: who goes from segment to segment looks at those that were read; a whole has none to look at.
    width : numbers of each GRU's state.
    embedding : numbers of a token.

    Source: Li, Luong and Jurafsky (2015), whose levels are words, sentences and a paragraph.
    """

    def __init__(self, sizes, length, stride, units="bars", attends=True, width=64, embedding=32):
        super().__init__()
        if units not in UNITS:
            raise ValueError(f"no units {units!r}; there are {', '.join(UNITS)}")
        if length % stride:
            raise ValueError(f"length is {length}: choose whole bars of {stride} steps")
        if units == "whole" and attends:
            raise ValueError("a whole has no segments to look at: set attends to False")
        if width < 1 or embedding < 1:
            raise ValueError(f"width is {width} and embedding {embedding}: 1 or more")
        (symbols,) = sizes
        self.length, self.stride, self.width = length, stride, width
        self.units, self.attends = units, attends
        told = width * (1 + attends)
        self.embed, self.place = nn.Embedding(symbols, embedding), nn.Embedding(stride, embedding)
        self.reader = nn.GRU(embedding, width, batch_first=True)
        self.even = nn.LayerNorm(width)
        self.start = nn.Linear(told, width)
        self.writer = nn.GRU(embedding + told, width, batch_first=True)
        self.head = nn.Linear(width, symbols)
        if units != "whole":
            self.window_reader = nn.GRU(width, width, batch_first=True)
            self.window_writer = nn.GRUCell(told, width)
        if attends:
            self.which = nn.Embedding(length // stride, width)
            self.asks, self.answers = (nn.Linear(width, width) for _ in range(2))
            self.weighs = nn.Linear(width, 1)
        if units == "random":
            self.register_buffer("cuts", make_cuts(length // stride), persistent=False)

    def forward(self, tokens) -> torch.Tensor:
        """Logits ``(B, T, V)`` of each step, given what was read of the window, and the segments before."""
        begins, lengths = self.cut(tokens)
        rows, inside = gather(tokens, begins, lengths)
        states, _ = self.plan(self.read(rows, begins, lengths))
        logits = self.write_rows(states.flatten(0, 1), begins.flatten(), rows.shape[2])
        return logits[inside.flatten(0, 1)].view(*tokens.shape, -1)

    def nll(self, tokens) -> torch.Tensor:
        """Nats a token."""
        return F.cross_entropy(self(tokens).flatten(0, 1), tokens.flatten())

    def cut(self, tokens) -> tuple[torch.Tensor, torch.Tensor]:
        """Where the segments of windows ``(B, T)`` begin and how many steps they have, ``(B, segments)`` each."""
        n, steps = tokens.shape
        if self.units == "whole":
            return torch.zeros_like(tokens[:, :1]), torch.full_like(tokens[:, :1], steps)
        begins = torch.arange(0, steps, self.stride, device=tokens.device).expand(n, -1)
        if self.units == "random":
            begins = begins + self.cuts[number_windows(tokens) % CUTS]
        ends = F.pad(begins[:, 1:], (0, 1), value=steps)
        return begins, ends - begins

    def read(self, rows, begins, lengths) -> torch.Tensor:
        """A vector of each segment ``(B, n, L)``: the mean state over its tokens, made even, ``(B, n, width)``."""
        heard = self.embed(rows.flatten(0, 1)) + self._place(begins.flatten(), rows.shape[2])
        states, _ = self.reader(heard)
        steps = torch.arange(rows.shape[2], device=rows.device)
        inside = (steps < lengths[..., None]).flatten(0, 1)[..., None]
        mean = (states * inside).sum(1) / inside.sum(1)
        return self.even(mean).view(*lengths.shape, -1)

    def plan(self, vectors, after=None) -> tuple[torch.Tensor, torch.Tensor]:
        """What is told of each segment, ``(B, n, told)``, and how much each looked at each, ``(B, n, n)``.

        The third GRU hears the vector of the segment before: the true one, or what ``after(i, told)`` says of the one
        that is written.
        """
        if self.units == "whole":
            return vectors, torch.ones_like(vectors[:, :, :1])
        read, last = self.window_reader(vectors)
        if self.attends:
            read = read + vectors + self.which.weight
        state, before = last[0], torch.zeros_like(vectors[:, 0])
        told, looks = [], []
        for i in range(vectors.shape[1]):
            context, look = self.attend(state, read, i)
            state = self.window_writer(torch.cat([before, context], -1), state)
            told.append(torch.cat([state, context], -1))
            looks.append(look)
            before = vectors[:, i] if after is None else after(i, told[-1])
        return torch.stack(told, 1), torch.stack(looks, 1)

    def attend(self, state, read, i: int) -> tuple[torch.Tensor, torch.Tensor]:
        """What a state ``(B, width)`` takes from segments that were read, ``(B, n, width)``, for the i-th one, and
        their weights, ``(B, n)``; nothing from nobody where it does not look.
        """
        if not self.attends:
            return state[:, :0], torch.zeros_like(read[..., 0])
        asked = self.asks(state + self.which.weight[i])[:, None]
        look = self.weighs(torch.tanh(asked + self.answers(read))).squeeze(-1).softmax(-1)
        return (look[..., None] * read).sum(1), look

    def write_rows(self, told, begins, steps: int) -> torch.Tensor:
        """Logits ``(N, steps, V)`` of segments that begin at ``begins (N,)``, of which ``(N, told)`` is told."""
        places = self._place(begins, steps)
        heard = torch.cat([places, told[:, None].expand(-1, steps, -1)], -1)
        cell = self.start(told)[None]
        return self.head(self.writer(heard, torch.tanh(cell))[0])

    @torch.no_grad()
    def write(self, tokens, generator=None, temperature: float = 1.0) -> torch.Tensor:
        """What comes back of windows ``(B, T)``: they are read, then written without another look at their tokens.

        The likeliest token at each step, or a drawn one where there is a generator. Where segments end is told.
        """
        begins, lengths = self.cut(tokens)
        rows, inside = gather(tokens, begins, lengths)
        made = []

        def after(i, told):
            logits = self.write_rows(told, begins[:, i], rows.shape[2]).flatten(0, 1)
            made.append(pick(logits, generator, temperature).reshape(len(rows), 1, -1))
            return self.read(made[-1], begins[:, i : i + 1], lengths[:, i : i + 1])[:, 0]

        vectors = self.read(rows, begins, lengths)
        if self.units == "whole":
            after(0, vectors[:, 0])
        else:
            self.plan(vectors, after)
        return torch.cat(made, 1)[inside].view(tokens.shape)

    def _place(self, begins, steps: int) -> torch.Tensor:
        """An embedding of the place in the bar, ``(N, steps, E)``; a bar line stays where it was, whatever is cut."""
        at = begins[:, None] + torch.arange(steps, device=begins.device)
        return self.place(at % self.stride)


def make_cuts(segments: int) -> torch.Tensor:
    """By how much boundaries are moved from the bar lines, ``(CUTS, segments)``; a window's first step stays."""
    moves = np.random.default_rng(2015).integers(-FAR, FAR + 1, (CUTS, segments))
    moves[:, 0] = 0
    return torch.as_tensor(moves)


def number_windows(tokens) -> torch.Tensor:
    """A number of each window ``(B, T)`` that follows from its tokens, ``(B,) int64``."""
    weights = torch.arange(1, tokens.shape[1] + 1, device=tokens.device) ** 2 % 8191
    return (tokens * weights).sum(1)


def gather(tokens, begins, lengths) -> tuple[torch.Tensor, torch.Tensor]:
    """The segments of windows ``(B, T)``, ``(B, n, L)`` with L the longest one's steps, and which steps are inside."""
    steps = torch.arange(int(lengths.max()), device=tokens.device)
    at = (begins[..., None] + steps).clamp(max=tokens.shape[1] - 1)
    rows = tokens[:, None].expand(-1, at.shape[1], -1).gather(2, at)
    return rows, steps < lengths[..., None]
