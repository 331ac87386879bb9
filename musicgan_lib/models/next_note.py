"""A small network that foretells the next note of a station from the last few."""

import torch
from torch import nn
from torch.nn import functional as F

from .sampling import draw_symbol


class NextNote(nn.Module):
    """One hidden layer between the last notes, the station that plays them, and the next note.

    Parameters
    ----------
    symbols, stations : how many a note and a station can be.
    context : notes before that it hears.
    hidden : tanh units.

    Source: ours.
    """

    def __init__(self, symbols: int, stations: int, context: int = 3, hidden: int = 48):
        super().__init__()
        if context < 1:
            raise ValueError(f"context is {context}: let it hear 1 note or more")
        self.symbols, self.stations, self.context = symbols, stations, context
        self.hidden = nn.Linear(context * symbols + stations, hidden)
        self.head = nn.Linear(hidden, symbols)

    def forward(self, notes: torch.Tensor, station: torch.Tensor) -> torch.Tensor:
        """Logits ``(B, T, V)`` of the notes after the first ``context`` ones of ``notes (B, context + T)``.

        ``station (B,)`` plays them.
        """
        heard = F.one_hot(notes.unfold(1, self.context, 1)[:, :-1], self.symbols)  # (B, T, K, V)
        known = F.one_hot(station, self.stations)[:, None].expand(-1, heard.shape[1], -1)
        told = torch.cat([heard.flatten(2), known], -1).to(self.head.weight.dtype)
        return self.head(self.hidden(told).tanh())

    def nll(self, notes: torch.Tensor, station: torch.Tensor) -> torch.Tensor:
        """Nats of each note but the first ``context``, ``(B, T)``, with a gradient."""
        logits = self(notes, station)
        return F.cross_entropy(logits.mT, notes[:, self.context :], reduction="none")

    @torch.no_grad()
    def play(self, notes, station, length: int, generator, temperature: float = 1.0):
        """``(B, length)``: what it plays on from ``notes (B, context)``, which are not repeated."""
        tune = notes
        for _ in range(length):
            asked = F.pad(tune[:, -self.context :], (0, 1))
            logits = self(asked, station)[:, -1]
            drawn, _ = draw_symbol(logits, generator, temperature, None)
            tune = torch.cat([tune, drawn[:, None]], 1)
        return tune[:, notes.shape[1] :]
