"""Recurrent networks that write tokens in order."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .token_model import TokenModel

CELLS = {"lstm": nn.LSTM, "gru": nn.GRU}


class RecurrentModel(TokenModel):
    """A stack of LSTMs or GRUs over tokens, each embedded with its place in its row.

    Parameters
    ----------
    sizes : of the alphabet, as :class:`~musicgan_lib.data.tokens.TokenData` has them; several fields are one number.
    stride : how many tokens stand side by side, such as the voices of a sixteenth; token t is in place t mod stride.
    cell, width, layers : ``"lstm"`` or ``"gru"``, units, and how many lie one above the other.
    embedding : numbers a token.
    dropout : of embeddings and of each layer's output while training.

    ValueError for another cell. Source: the stack is that of Liang (2016); the place in the row is ours.
    """

    def __init__(self, sizes, stride, cell="lstm", width=256, layers=2, embedding=64, dropout=0.0):
        super().__init__()
        if cell not in CELLS:
            raise ValueError(f"cell is {cell!r}; choose {', '.join(CELLS)}")
        self.symbols = math.prod(sizes)
        self.stride = stride
        self.embed = nn.Embedding(self.symbols + 1, embedding)  # the last row begins a sequence
        self.place = nn.Embedding(stride, embedding)
        between = dropout if layers > 1 else 0.0
        self.memory = CELLS[cell](embedding, width, layers, batch_first=True, dropout=between)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width, self.symbols)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        past = F.pad(tokens[:, :-1], (1, 0), value=self.symbols)
        places = torch.arange(tokens.shape[1], device=tokens.device) % self.stride
        read = self.dropout(self.embed(past) + self.place(places))
        return self.head(self.dropout(self.memory(read)[0]))

    def begin(self, n: int) -> tuple:
        """``(output (n, H), place (n,), hidden states (n, L, H) …)`` before the first token."""
        device = self.head.weight.device
        start = torch.full((n,), self.symbols, device=device)
        return self._read(start, torch.zeros_like(start), None)

    def advance(self, memory: tuple, tokens: torch.Tensor) -> tuple:
        _, place, *hidden = memory
        return self._read(tokens, (place + 1) % self.stride, hidden)

    def next_logits(self, memory: tuple) -> torch.Tensor:
        return self.head(memory[0])

    def _read(self, tokens, place, hidden) -> tuple:
        read = (self.embed(tokens) + self.place(place))[:, None]
        if hidden is not None:
            states = tuple(part.transpose(0, 1).contiguous() for part in hidden)
            hidden = states if isinstance(self.memory, nn.LSTM) else states[0]
        output, after = self.memory(read, hidden)
        states = after if isinstance(after, tuple) else (after,)
        return output[:, 0], place, *(part.transpose(0, 1) for part in states)
