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


class Decoder(Protocol):
    """What writes one token after the other: all that sampling and roll-outs know of a network.

    A memory is a tuple of tensors whose first dimension counts the sequences, so that rows of it can be repeated and
    joined: hidden states, or the keys and values of everything so far.
    """

    def begin(self, n: int) -> tuple:
        """The memory of ``n`` sequences before their first token."""

    def advance(self, memory: tuple, tokens: torch.Tensor) -> tuple:
        """The memory after one more token each, ``tokens (n,)``."""

    def draw(self, memory: tuple, generator, temperature: float = 1.0, given=None) -> tuple:
        """The next token of each sequence, or ``given (n,)``,
        and its log-probability at temperature 1, ``(n,)`` each.
        """


class Policy(Protocol):
    """A generator of sequences, seen as an agent that takes one action a step."""

    def decoder(self) -> Decoder:
        """What draws as the policy does now; its weights may be copied, so ask again after an update."""

    def sample(self, n: int, length: int, generator, temperature=1.0, prefix=None) -> Trajectory:
        """Draw ``n`` sequences, without a gradient: ``sampling.run`` of the decoder."""

    def log_prob(self, actions: torch.Tensor, entropy: bool = True) -> Trajectory:
        """The log-probabilities of given actions ``(B, T)``, with a gradient, and the entropies where asked."""

    def nll(self, actions: torch.Tensor) -> torch.Tensor:
        """Their mean negative, nats a token: a scalar with a gradient."""


class Discriminator(Protocol):
    """A discriminator of whole sequences. It gives logits: above 0 it takes a sequence for real."""

    def score(self, actions: torch.Tensor) -> torch.Tensor:
        """``(B, T) -> (B,)`` logits."""

    def features(self, actions: torch.Tensor) -> torch.Tensor:
        """``(B, T) -> (B, D)``: what the last layer sees."""


class Answer(nn.Linear):
    """The last layer of a discriminator or critic: it stays exact where other products are rounded to bf16,
    as differences of rewards are small.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.autocast(x.device.type, enabled=False):
            weight = self.weight
            return nn.functional.linear(x.to(weight.dtype), weight, self.bias)
