"""Recurrent layers over voices in which each sixteenth begins with a mark, and which may be kept from the marks."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .token_model import TokenModel

MARKS = ("heard", "silent")


class MarkedModel(TokenModel):
    """A stack of LSTMs over tokens, ``stride`` of them a sixteenth; the first of these says whether a fermata stands
    there: the last token that there is says yes, the one before it no.

    Each step reads the token before it, its place in the sixteenth, and what stood in the same place a sixteenth ago.

    Parameters
    ----------
    sizes, stride : as :class:`~musicgan_lib.models.recurrent.RecurrentModel` has them.
    marks : ``"heard"``, or ``"silent"``, a control: each mark is read as no fermata. It is still to be predicted.
    width, layers : units of a layer, and how many lie one above the other.
    embedding : numbers a token.
    dropout : of embeddings and of each layer's output while training.

    ValueError for other marks. Source: fermatas among the notes, and three layers, are Liang (2016); to read the same
    place a sixteenth ago is ours, and makes it learn in fewer steps.
    """

    #: It predicts no chords
    chords = 0

    def __init__(
        self, sizes, stride, marks="heard", width=256, layers=3, embedding=32, dropout=0.3
    ):
        super().__init__()
        if marks not in MARKS:
            raise ValueError(f"marks is {marks!r}; choose {', '.join(MARKS)}")
        self.symbols, self.stride, self.silent = math.prod(sizes), stride, marks == "silent"
        self.embed = nn.Embedding(self.symbols + 1, embedding)  # the last row begins a sequence
        self.earlier = nn.Embedding(self.symbols + 1, embedding)
        self.place = nn.Embedding(stride, embedding)
        between = dropout if layers > 1 else 0.0
        self.memory = nn.LSTM(2 * embedding, width, layers, batch_first=True, dropout=between)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width + 2 * embedding, self.symbols)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        given, output = self._run(self._hush(tokens))
        return self.head(torch.cat([output, given], -1))

    def read(self, tokens: torch.Tensor) -> torch.Tensor:
        """What the last layer's units say when each token has been read, ``(B, T) -> (B, T, H)``."""
        return self._run(F.pad(self._hush(tokens), (0, 1)))[1][:, 1:]

    def begin(self, n: int) -> tuple:
        """``(what is read, output, the last sixteenth (n, stride), place (n,), two states (n, L, H))``."""
        device = self.head.weight.device
        recent = torch.full((n, self.stride), self.symbols, device=device)
        states = torch.zeros(2, n, self.memory.num_layers, self.memory.hidden_size, device=device)
        return self._step(recent, torch.zeros_like(recent[:, 0]), *states)

    def advance(self, memory: tuple, tokens: torch.Tensor) -> tuple:
        _, _, recent, place, *states = memory
        recent = torch.cat([recent[:, 1:], self._hush(tokens)[:, None]], 1)
        return self._step(recent, (place + 1) % self.stride, *states)

    def next_logits(self, memory: tuple) -> torch.Tensor:
        return self.head(torch.cat([memory[1], memory[0]], -1))

    def _step(self, recent, place, *states) -> tuple:
        given = self._give(recent[:, -1:], recent[:, :1], place[:, None])
        first = tuple(part.transpose(0, 1).contiguous() for part in states)
        output, after = self.memory(given, first)
        kept = (part.transpose(0, 1) for part in after)
        return given[:, 0], self.dropout(output[:, 0]), recent, place, *kept

    def _run(self, tokens) -> tuple[torch.Tensor, torch.Tensor]:
        """What each step reads, and what the last layer then says."""
        steps = tokens.shape[1]
        past = F.pad(tokens, (self.stride, 0), value=self.symbols)
        places = torch.arange(steps, device=tokens.device) % self.stride
        last = past[:, self.stride - 1 : self.stride - 1 + steps]
        given = self._give(last, past[:, :steps], places)
        return given, self.dropout(self.memory(given)[0])

    def _give(self, last, same, place) -> torch.Tensor:
        known = [self.embed(last) + self.place(place), self.earlier(same)]
        return self.dropout(torch.cat(known, -1))

    def _hush(self, tokens):
        """The tokens, with fermatas taken away from a network that must not hear them."""
        if not self.silent:
            return tokens
        fermata = self.symbols - 1
        return tokens.masked_fill(tokens == fermata, fermata - 1)
