"""A network that hears what it has just played, fading, and a plan that names the tune."""

import torch
from torch import nn
from torch.nn import functional as F


class PlanNet(nn.Module):
    """One hidden layer between what was played, a plan, and the next slice.

    Parameters
    ----------
    symbols, plans : how many symbols a slice can be, and how many tunes there are.
    hidden : sigmoid units between.
    decay : of the context, from slice to slice: context t is the sum over earlier slices s of
        ``decay ** (t - 1 - s)`` times the one-hot slice s. 0 leaves the slice before alone.

    ValueError for a decay outside of 0 to below 1. Source: Todd (1989), who calls it a sequential network, after
    Jordan (1986).
    """

    def __init__(self, symbols: int, plans: int, hidden: int = 15, decay: float = 0.8):
        super().__init__()
        if not 0 <= decay < 1:
            raise ValueError(f"decay is {decay}, and has to be 0 or more and below 1")
        self.symbols, self.plans, self.decay = symbols, plans, decay
        self.hidden = nn.Linear(symbols + plans, hidden)
        self.head = nn.Linear(hidden, symbols)

    def answer(self, context: torch.Tensor, plan: torch.Tensor) -> torch.Tensor:
        """Logits ``(..., V)`` of the next slice, from a context ``(..., V)`` and a plan ``(..., K)``."""
        return self.head(self.hidden(torch.cat([context, plan], -1)).sigmoid())

    def remember(self, context: torch.Tensor, played: torch.Tensor) -> torch.Tensor:
        """The context after one more slice each: ``(n, V), (n,) -> (n, V)``."""
        return self.decay * context + F.one_hot(played, self.symbols)

    def forward(self, tokens: torch.Tensor, plan: torch.Tensor) -> torch.Tensor:
        """Logits ``(B, T, V)`` of ``tokens (B, T)``, each given the true slices before it and ``plan (B, K)``."""
        context = torch.zeros(len(tokens), self.symbols, device=tokens.device)
        logits = []
        for played in tokens.unbind(1):
            logits.append(self.answer(context, plan))
            context = self.remember(context, played)
        return torch.stack(logits, 1)

    @torch.no_grad()
    def play(self, plan: torch.Tensor, length: int, start: torch.Tensor | None = None):
        """``(B, length) int64``: each slice the likeliest, given what the network played itself; plans ``(B, K)``.

        The slices in ``start (B, P)`` are kept as the beginning, and heard as if the network had played them.
        """
        context, tune = torch.zeros(len(plan), self.symbols, device=plan.device), []
        given = [] if start is None else start.unbind(1)[:length]
        for t in range(length):
            own = t >= len(given)
            tune.append(self.answer(context, plan).argmax(-1) if own else given[t])
            context = self.remember(context, tune[-1])
        return torch.stack(tune, 1)
