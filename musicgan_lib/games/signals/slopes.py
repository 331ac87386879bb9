"""Signals that pass through what was made: how the discriminator's answer changes with every number of a fake."""

from dataclasses import dataclass, field

import torch

from ...learning import losses, team
from ...learning.balance import freezes
from .signal import DISCRIMINATOR, FROM_ONE_READING, GENERATOR, Reading, Signal

#: How the features of real and made songs are compared
MATCHING = {
    "paired": losses.feature_matching_paired,  # of several processes' rows the means are those of all
    "moments": lambda *rows: losses.feature_matching_moments(*map(team.gather_rows, rows)),
}


@dataclass
class Sloped(Reading):
    """Songs ``fake`` of a turn with a gradient, and the ``slopes`` of the generator's loss in them, list by list.

    ``losses`` of discriminator and generator say who is ahead.
    """

    fake: list[torch.Tensor] = field(kw_only=True)
    slopes: list[torch.Tensor] = field(kw_only=True)
    losses: tuple[float, float] = field(kw_only=True)


class Slopes(Signal):
    """The generator wants to be taken for real: the non-saturating loss, its slope taken through the fake.

    The discriminator reads real and made songs once. It does not change in between, so both losses are taken from the
    same reading: it is the discriminator's first lesson, unless ``penalty`` asks for a reading of its own.
    """

    order = FROM_ONE_READING

    @property
    def likelihood(self):
        """Without an adversary, what the generator was pre-trained by stands in its place."""
        own = self.config.likelihood
        return own or 1.0 if self.control == "no_adversary" else own

    def read(self, state):
        material, n = self.material, self.config.batch
        player, discriminator = (
            state.modules["player"].train(),
            state.modules["discriminator"].train(),
        )
        fake = material.fake(player, n, state.generator, slope=True)
        seen = [f.detach().requires_grad_() for f in fake]
        real = [r.to(f.device) for r, f in zip(material.real(n, state.generator), fake)]
        features = discriminator.features(
            material.shape([torch.cat(both) for both in zip(real, seen)])
        )
        of_real, of_fake = (
            discriminator.score_features(features[:n]),
            discriminator.score_features(features[n:]),
        )
        d_loss = losses.discriminator_loss(of_real, of_fake)
        g_loss = losses.non_saturating_loss(of_fake)
        lowered = self.compare(features[:n].detach(), features[n:], g_loss)
        slopes = torch.autograd.grad(lowered, seen, retain_graph=True)
        both = d_loss.item(), g_loss.item()
        return Sloped(
            numbers={"d_loss": both[0], "g_loss": both[1]},
            lesson=None if self.config.penalty else d_loss,
            fake=fake, slopes=slopes, losses=both,
        )  # fmt: skip

    def compare(self, real_features, fake_features, g_loss):
        """What the generator lowers, as far as the discriminator has a say in it."""
        return g_loss

    def choose_resting(self, state, reading):
        """Who was far ahead after the last turn sits out, by the rule ``freezing``."""
        resting = self.begin_resting()
        if before := state.memory.get("losses"):
            ahead = freezes(*before, self.config.freezing)
            resting |= {who for who, rests in zip((DISCRIMINATOR, GENERATOR), ahead) if rests}
        state.memory["losses"] = [team.mean(loss) for loss in reading.losses]
        reading.numbers |= {
            "frozen_d": float(DISCRIMINATOR in resting),
            "frozen_g": float(GENERATOR in resting),
        }
        return resting

    def loss(self, state, reading):
        if self.control == "no_adversary":
            return 0.0
        return sum((s * f).sum() for s, f in zip(reading.slopes, reading.fake))


class FeatureMatching(Slopes):
    """The generator wants to be read like real music: its features near those of real songs, by ``matching``."""

    def compare(self, real_features, fake_features, g_loss):
        return MATCHING[self.config.matching](real_features, fake_features)
