"""A signal for pictures: the verdict's slope through every point of them, and first features matched."""

from dataclasses import dataclass, field

import torch

from ...learning import losses
from .signal import GENERATOR_FIRST, Reading, Signal


@dataclass
class Painted(Reading):
    """``lowered`` is what the generator lowers, with a gradient that finds its way through the pictures."""

    lowered: torch.Tensor = field(kw_only=True)


class Pictures(Signal):
    """The non-saturating loss, and ``matching`` times the distance of mean first features of real and made pictures.

    The pictures are made once a turn: the generator learns from them, then the discriminator.
    """

    order = GENERATOR_FIRST
    likelihood = 0.0

    def read(self, state):
        material, discriminator = self.material, state.modules["discriminator"].train()
        fake = material.fake(state)
        real = material.real(self.config.batch, state.generator)
        seen = [discriminator.features(*material.send(state, batch)) for batch in (real, fake)]
        of_real = discriminator.score_features(seen[0])
        of_fake = discriminator.score_features(seen[1])
        means = [features.mean(0) for features in seen]
        apart = (means[0].detach() - means[1]).square().sum()
        g_loss = losses.non_saturating_loss(of_fake)
        # the lesson reads the pictures once more, as they are: its gradient must not reach the generator
        still = [part.detach() for part in fake]
        lesson = losses.discriminator_loss(of_real, material.score(discriminator, still))
        return Painted(
            numbers={"d_loss": lesson.item(), "g_loss": g_loss.item(), "apart": apart.item()},
            lesson=lesson,
            lowered=g_loss + self.config.matching * apart,
        )

    def loss(self, state, reading):
        return reading.lowered
