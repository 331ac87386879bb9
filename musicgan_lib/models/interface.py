"""What training asks of a generator and of a discriminator, and nothing more."""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import nn


@dataclass
class Trajectory:
    """What a policy did, and how sure it was of it.

    ``actions (B, T) int64``; ``log_prob (B, T)`` nats, of each action after those before it; ``entropy
    (B, T)`` nats, of the whole distribution that each action was drawn from.
    """

    actions: torch.Tensor
    log_prob: torch.Tensor
    entropy: torch.Tensor


class Policy(Protocol):
    """A generator of sequences, seen as an agent that takes one action a step."""

    def sample(self, n: int, length: int, generator, temperature: float = 1.0) -> Trajectory:
        """Draw ``n`` sequences; no gradient. ``log_prob`` and ``entropy`` are those at temperature 1."""

    def log_prob(self, actions: torch.Tensor) -> Trajectory:
        """The same numbers for given actions ``(B, T)``, with a gradient."""


class Discriminator(Protocol):
    """A judge of whole sequences. It gives logits: above 0 it takes a sequence for real."""

    def score(self, actions: torch.Tensor) -> torch.Tensor:
        """``(B, T) -> (B,)`` logits."""

    def features(self, actions: torch.Tensor) -> torch.Tensor:
        """``(B, T) -> (B, D)``: what the last layer sees."""


class Answer(nn.Linear):
    """The last layer of a judge or critic: it stays exact where other products are rounded to bf16, as differences of rewards are small."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.autocast(x.device.type, enabled=False):
            weight = self.weight
            return nn.functional.linear(x.to(weight.dtype), weight, self.bias)
