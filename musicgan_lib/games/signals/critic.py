"""A signal without bounds: the critic's number of what was made, and its slope through every point of it."""

from dataclasses import dataclass, field

import torch

from .signal import DISCRIMINATOR_FIRST, Reading, Signal


@dataclass
class Priced(Reading):
    """``lowered`` is what the generator lowers, with a gradient that finds its way through the fakes."""

    lowered: torch.Tensor = field(kw_only=True)


class Critic(Signal):
    """The generator raises the critic's mean number, once the critic has had its lessons of the turn.

    Source: Gulrajani, Ahmed, Arjovsky, Dumoulin and Courville (2017), algorithm 1.
    """

    order = DISCRIMINATOR_FIRST
    likelihood = 0.0

    def read(self, state):
        fake = self.material.fake(state)
        lowered = -self.material.score(state.modules["discriminator"], fake).mean()
        return Priced(numbers={"g_loss": lowered.item()}, lowered=lowered)

    def loss(self, state, reading):
        return reading.lowered
