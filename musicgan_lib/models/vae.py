"""Variational autoencoders of melodies: a bar-by-bar encoder, and a decoder that is flat or has a conductor."""

import torch
from torch import nn
from torch.nn import functional as F

from . import sampling


class LatentModel(nn.Module):
    """A network that says what a piece's code may be, and writes a piece after a code.

    ``latent`` is the number of units Z of a code. A subclass says :meth:`encode`, :meth:`price` and :meth:`write`. A
    batch is whole numbers, ``(B, ...) int64``: what is said beside the music may stand in further columns.
    """

    latent: int

    def encode(self, batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean and log of the variance of each piece's code, ``(B, Z)`` each."""
        raise NotImplementedError(f"{type(self).__name__} has no encode")

    def price(self, batch, z) -> torch.Tensor:
        """``-log p(x | z)`` of each piece, nats, ``(B,)``, with a gradient."""
        raise NotImplementedError(f"{type(self).__name__} has no price")

    def further(self, batch, z) -> torch.Tensor:
        """What training asks besides, ``(B,)`` nats; by default nothing. No part of the bound."""
        return torch.zeros(len(batch), device=z.device)

    def write(self, z, generator=None, temperature: float = 1.0) -> torch.Tensor:
        """A piece after each code, ``(n, T) int64``; without a generator the likeliest token at each step."""
        raise NotImplementedError(f"{type(self).__name__} has no write")


def pick(logits, generator, temperature: float) -> torch.Tensor:
    """A token of each row of logits ``(n, V)``: drawn, or the likeliest where there is no generator."""
    if generator is None:
        return logits.argmax(-1)
    return sampling.draw_symbol(logits, generator, temperature, None)[0]


class BarEncoder(nn.Module):
    """Reads each bar at once, and the bars in both directions: ``(B, T) -> (B, Z)`` twice.

    ``symbols`` V, ``stride`` steps of a bar, ``width`` numbers of a bar, ``latent`` units Z.
    """

    def __init__(self, symbols: int, stride: int, width: int, latent: int):
        super().__init__()
        self.symbols, self.stride = symbols, stride
        self.notes = nn.Embedding(stride * symbols, width)
        nn.init.normal_(self.notes.weight, std=0.3)
        self.bar = nn.Linear(width, width)
        self.bars = nn.GRU(width, width // 2, batch_first=True, bidirectional=True)
        self.head = nn.Linear(2 * width, 2 * latent)

    def read_bars(self, tokens) -> torch.Tensor:
        """What each bar says by itself, ``(B, T) -> (B, bars, width)``."""
        places = torch.arange(tokens.shape[1], device=tokens.device) % self.stride
        read = self.notes(places * self.symbols + tokens)
        each = read.unflatten(1, (-1, self.stride)).sum(2)
        return F.relu(self.bar(F.relu(each)))

    def forward(self, tokens) -> tuple[torch.Tensor, torch.Tensor]:
        bars = self.read_bars(tokens)
        context, _ = self.bars(bars)
        mean, log_variance = self.head(torch.cat([bars, context], -1).mean(1)).chunk(2, -1)
        return mean, log_variance


class StepDecoder(nn.Module):
    """A GRU that writes ``length`` tokens; at every step it is told the code, the place and the token before.

    ``symbols`` V, ``length`` steps, ``told`` numbers of the code, ``width`` of the state, ``embedding`` of a token.
    ``dropped`` is the share of earlier tokens that are hidden from it while it learns.
    """

    def __init__(self, symbols, length, told, width, embedding=16, dropped=0.0):
        super().__init__()
        self.symbols, self.length, self.dropped = symbols, length, dropped
        self.embed = nn.Embedding(symbols + 1, embedding)  # the last row: nothing was written yet
        self.place = nn.Embedding(length, embedding)
        self.start = nn.Linear(told, width)
        self.memory = nn.GRU(embedding + told, width, batch_first=True)
        self.head = nn.Linear(width, symbols)

    def forward(self, tokens, code, hidden=None) -> torch.Tensor:
        """Logits ``(N, length, V)`` of tokens ``(N, length)`` given a code ``(N, told)``.

        ``hidden (N, length) bool``: the earlier tokens that it is not told.
        """
        past = F.pad(tokens, (1, 0), value=self.symbols)[:, :-1]
        if hidden is not None:
            past = past.masked_fill(hidden, self.symbols)
        state, _ = self.memory(self._tell(past, code, 0), self._begin(code))
        return self.head(state)

    @torch.no_grad()
    def write(self, code, generator=None, temperature: float = 1.0) -> torch.Tensor:
        """``(N, length) int64`` after codes ``(N, told)``."""
        state, written = self._begin(code), []
        last = torch.full((len(code), 1), self.symbols).to(code.device)
        for step in range(self.length):
            said, state = self.memory(self._tell(last, code, step), state)
            last = pick(self.head(said[:, 0]), generator, temperature)[:, None]
            written.append(last)
        return torch.cat(written, 1)

    def _begin(self, code) -> torch.Tensor:
        return torch.tanh(self.start(code))[None]

    def _tell(self, past, code, first: int) -> torch.Tensor:
        places = torch.arange(first, first + past.shape[1], device=code.device)
        read = self.embed(past) + self.place(places)
        return torch.cat([read, code[:, None].expand(-1, past.shape[1], -1)], -1)


class Conductor(nn.Module):
    """Unrolls a code into one for each bar, ``(B, Z) -> (B, bars, width)``: it hears no note."""

    def __init__(self, bars: int, latent: int, width: int):
        super().__init__()
        self.start = nn.Linear(latent, width)
        self.place = nn.Parameter(0.3 * torch.randn(bars, width))
        self.memory = nn.GRU(width, width, batch_first=True)

    def forward(self, z) -> torch.Tensor:
        rows = self.place.expand(len(z), -1, -1)
        return self.memory(rows, torch.tanh(self.start(z))[None])[0]


class MelodyVAE(LatentModel):
    """A melody's code, and a decoder for it.

    Parameters
    ----------
    sizes, length, stride : of the music: symbols, steps of a window, and steps of a bar.
    decoder : ``"conductor"``: it unrolls the code into one for each bar, and each bar writes its notes from its own
        alone; ``"flat"``: one row of steps from the first to the last.
    latent : units of a code.
    width : numbers of a bar, and of a decoder's state.
    conducting : numbers of a bar's own code.
    dropped : share of earlier tokens that are hidden from the decoder while it learns.

    ValueError for a length that is no whole number of bars, for an odd width, and for a decoder that there is not.
    Source: Roberts et al. (2018), MusicVAE.
    """

    def __init__(
        self,
        sizes,
        length,
        stride,
        decoder="conductor",
        latent=32,
        width=128,
        conducting=64,
        dropped=0.0,
    ):
        super().__init__()
        if decoder not in ("conductor", "flat"):
            raise ValueError(f"no decoder {decoder!r}; there are conductor, flat")
        if length % stride:
            raise ValueError(f"length is {length}: choose whole bars of {stride} steps")
        if width % 2 or latent < 1:
            raise ValueError(f"width is {width} and latent {latent}: an even width, a unit or more")
        if not 0 <= dropped <= 1:
            raise ValueError(f"dropped is {dropped}, a share from 0 to 1")
        (symbols,) = sizes
        self.latent, self.length, self.stride, self.dropped = latent, length, stride, dropped
        self.encoder = BarEncoder(symbols, stride, width, latent)
        bars, self.conductor = length // stride, None
        if decoder == "conductor":
            self.conductor = Conductor(bars, latent, conducting)
            self.writer = StepDecoder(symbols, stride, conducting, width)
        else:
            self.writer = StepDecoder(symbols, length, latent, width)

    def encode(self, batch):
        return self.encoder(batch)

    def price(self, batch, z):
        logits = self.logits(batch, z)
        return F.cross_entropy(logits.transpose(1, 2), batch, reduction="none").sum(1)

    def logits(self, batch, z) -> torch.Tensor:
        """Logits ``(B, T, V)`` of each step, given the code and, of its own bar or of all, the tokens before."""
        rows, codes = batch, z
        if self.conductor is not None:
            rows, codes = batch.reshape(-1, self.stride), self.conductor(z).flatten(0, 1)
        hidden = None
        if self.training and self.dropped:
            hidden = torch.rand(rows.shape).to(rows.device) < self.dropped
        return self.writer(rows, codes, hidden).reshape(*batch.shape, -1)

    def write(self, z, generator=None, temperature=1.0):
        codes = z if self.conductor is None else self.conductor(z).flatten(0, 1)
        return self.writer.write(codes, generator, temperature).reshape(len(z), -1)
