"""A policy small enough to enumerate: one row of logits for every past."""

import torch
from torch import nn

from .interface import Trajectory


class TabularPolicy(nn.Module):
    """A table of logits, one row for each past; with it, every expectation can be computed exactly.

    Parameters
    ----------
    n_symbols, length : V and T. The whole table has ``1 + V + … + V**(T-1)`` rows.
    order : None for a row a past; ``k`` to see the last k symbols alone, with the same rows at every
        step: a Markov chain, which cannot hold every distribution.

    Implements ``Policy``; all rows start at 0, so that all sequences are equally likely. Source: ours.
    """

    def __init__(self, n_symbols: int, length: int, order: int | None = None):
        super().__init__()
        self.n_symbols, self.length, self.order = n_symbols, length, order
        self.seen = length - 1 if order is None else order
        rows = sum(n_symbols**k for k in range(self.seen + 1))
        self.logits = nn.Parameter(torch.zeros(rows, n_symbols))

    def rows(self, actions: torch.Tensor) -> torch.Tensor:
        """The row of the past of each place, ``(B, T) -> (B, T)``."""
        places = []
        for t in range(actions.shape[1]):
            k = min(t, self.seen)
            row = torch.zeros_like(actions[:, 0])
            for past in range(t - k, t):
                row = row * self.n_symbols + actions[:, past]
            places.append(row + sum(self.n_symbols**j for j in range(k)))
        return torch.stack(places, dim=1)

    def log_prob(self, actions: torch.Tensor) -> Trajectory:
        log_p = torch.log_softmax(self.logits, -1)[self.rows(actions)]  # (B, T, V)
        taken = log_p.gather(-1, actions[..., None])[..., 0]
        entropy = -(log_p.exp() * log_p).sum(-1)
        return Trajectory(actions, taken, entropy)

    @torch.no_grad()
    def sample(self, n: int, length: int, generator, temperature: float = 1.0) -> Trajectory:
        actions = torch.zeros(n, 0, dtype=torch.int64)
        for _ in range(length):
            past = torch.cat([actions, actions.new_zeros(n, 1)], 1)
            logits = self.logits[self.rows(past)[:, -1]]
            p = torch.softmax(logits / temperature, -1)
            actions = torch.cat([actions, torch.multinomial(p, 1, generator=generator)], 1)
        return self.log_prob(actions)
