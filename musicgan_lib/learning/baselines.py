"""Baselines: what is subtracted from a return so that its noise shrinks and its mean stays.

Every function is ``(B, T) returns -> (B, T) advantages``. A baseline may look at the past of an action
and at other sequences, never at the action itself: then the expected gradient is the same.
"""

import torch
from torch import nn

from ..models.interface import Answer


def no_baseline(returns: torch.Tensor) -> torch.Tensor:
    """The returns as they are: Eq. 1 of Bjare and Meredith (2020)."""
    return returns


def batch_mean(returns: torch.Tensor) -> torch.Tensor:
    """Subtract the mean of the batch at each step, as the paper prints it.

    The mean holds the sequence itself, so the expected gradient shrinks to ``(B - 1) / B`` of itself.
    Source: Bjare and Meredith (2020), section 3.2.
    """
    return returns - returns.mean(0)


def leave_one_out(returns: torch.Tensor) -> torch.Tensor:
    """Subtract the mean of the *other* sequences: the same idea without the shrinking.

    ValueError for a batch of one. Source: Kool et al. (2019).
    """
    n = len(returns)
    if n < 2:
        raise ValueError("leaving one out needs two sequences or more")
    return (returns - returns.mean(0)) * (n / (n - 1))


def standardise(returns: torch.Tensor, least: float = 1e-8) -> torch.Tensor:
    """Subtract the batch mean and divide by the batch's standard deviation, step by step.

    What the authors' program does under the name of a reward baseline. The division makes the size
    of a step the same however alike the rewards are: a difference of a millionth is worth as much as one of 1.
    With rewards that are all equal their program divides zero by zero; here ``least`` makes it 0.
    Source: the published code of Bjare and Meredith (2020).
    """
    spread = returns.std(0, correction=0)
    return (returns - returns.mean(0)) / spread.clamp_min(least)


class Critic(nn.Module):
    """A learned baseline: what return to expect after a past, ``(B, T) actions -> (B, T)``.

    The value at t sees the actions before t alone. Source: the actor-critic of Sutton and Barto (2018).
    """

    def __init__(self, n_symbols: int, embedding: int = 32, hidden: int = 64):
        super().__init__()
        self.n_symbols = n_symbols
        self.embed = nn.Embedding(n_symbols + 1, embedding)  # the last one stands for the start
        self.memory = nn.LSTM(embedding, hidden, batch_first=True)
        self.value = Answer(hidden, 1)

    def forward(self, actions: torch.Tensor) -> torch.Tensor:
        start = torch.full_like(actions[:, :1], self.n_symbols)
        past = torch.cat([start, actions[:, :-1]], 1)  # (B, T): what came before each action
        return self.value(self.memory(self.embed(past))[0])[..., 0]

    def loss(self, actions: torch.Tensor, returns: torch.Tensor) -> torch.Tensor:
        """Mean squared error between what it expects and what came."""
        return (self(actions) - returns.detach()).square().mean()
