"""The game on ends of melodies with an objective beside the discriminator: ORGAN."""

from dataclasses import dataclass, replace

import torch

from ..evaluation import nll as measures
from ..learning import melody_rules
from . import word_settings
from .ending_words import EndingGame
from .signals.mixed import Mixed

OWN = ("share", "matched", "penalty")


@dataclass(frozen=True)
class Config(word_settings.Config):
    """The settings of the game on words, and what is mixed into its reward."""

    share: float = 0.5  # of the reward, the discriminator's; the rest is the objective's
    matched: bool = True  # whether a melody is paid for its own steps; without: for another's
    penalty: bool = True  # whether a melody that came twice in a batch earns half each time


class ObjectiveGame(EndingGame):
    """A melody earns what the discriminator says, and how many of its moves are steps."""

    Config = Config

    def choose_signal(self, config: Config):
        return Mixed

    def shared_phase(self, config: Config) -> Config:
        """The settings of the pre-training alone."""
        plain = Config()
        later = {name: getattr(plain, name) for name in OWN}
        return replace(word_settings.shared_phase(config), **later)

    def measure(self, state, config: Config, data, generator):
        """As the game on words; ``steps`` is the objective, the mean share of moves that are steps.

        ``fines`` is what the rules of :mod:`~musicgan_lib.learning.melody_rules` charge a melody, which nobody asked
        it to keep; ``unique`` different melodies, as a share of all; ``log_p`` nats a note under the policy as it was
        before the game.
        """
        found, samples = super().measure(state, config, data, generator)
        found["steps"] = melody_rules.share_steps(samples).mean().item()
        found["fines"] = -melody_rules.charge(samples).sum(1).mean().item()
        found["unique"] = len(torch.unique(samples, dim=0)) / len(samples)
        before = "reference" if config.adversarial else self.generator
        found["log_p"] = -measures.nll(state.modules[before], samples)
        return found, samples
