"""A signal of two voices: the discriminator's verdict, mixed with an objective that somebody wrote down (ORGAN)."""

import torch

from ...learning.melody_rules import share_steps
from ...learning.objectives import count_copies, mix_rewards
from .. import controls
from ..settings import refuse
from .rewards import BY_VALUES
from .score_function import ScoreFunction
from .signal import DISCRIMINATOR


class Mixed(ScoreFunction):
    """REINFORCE on whole melodies: ``share`` of the reward is the verdict, the rest the share of their steps."""

    @classmethod
    def refuse(cls, config, changes):
        refuse(
            not 0 <= config.share <= 1,
            f"share is {config.share}: choose 0 (the objective alone) to 1 (the verdict alone)",
        )
        for name in ("share", "matched", "penalty"):
            refuse(
                name in changes and not config.adversarial,
                f"{name} is of the reward, and adversarial is 0: there is none, so leave {name}",
            )
        refuse(
            config.rollouts or config.reward != "probability" or config.estimator == BY_VALUES,
            "a melody is paid once, by a probability and a share: "
            "rollouts is 0, reward is probability, and path_consistency is another game's",
        )
        refuse(
            config.share == 1 and not config.matched,
            "matched is of the objective, and share is 1: there is none, so leave matched",
        )
        super().refuse(config, changes)

    @classmethod
    def refuse_control(cls, config, control):
        refuse(
            control == controls.FROZEN and not config.share,
            f"{control} takes nothing away where share is 0: no discriminator is asked",
        )
        super().refuse_control(config, control)

    def begin_resting(self):
        """Where share is 0 nobody asks the discriminator, and it rests."""
        return super().begin_resting() if self.config.share else {DISCRIMINATOR}

    def find_payer(self, state):
        if controls.pay_instead(self.control, state.generator):
            return super().find_payer(state)
        return lambda melodies: self.value(state, melodies), lambda paid: paid

    def value(self, state, melodies) -> torch.Tensor:
        """What each melody earns, ``(B, T) -> (B,)``; not ``matched``: for the steps of the melody beside it."""
        config, discriminator = self.config, state.modules["discriminator"].eval()
        worth = share_steps(melodies)
        worth = worth if config.matched else worth.roll(1)
        copies = count_copies(melodies) if config.penalty else 1
        return mix_rewards(discriminator.score(melodies).sigmoid(), worth, config.share, copies)
