"""A signal by values: policy and critic are tied to the reward by one equation for each step of a sequence."""

import torch

from ...learning import soft_q
from ...learning.team import update
from ..settings import refuse
from .rewards import Drawn, RewardSignal, ask_reference


class PathConsistency(RewardSignal):
    """Policy and critic each lower the same squared residuals, in units of beta, a mean over words."""

    @classmethod
    def refuse(cls, config, changes):
        refuse(
            config.rollouts or config.likelihood or config.baseline != "none",
            "path_consistency takes no rollouts, no likelihood and no baseline",
        )
        refuse(
            config.beta < 1e-6,
            f"beta is {config.beta}, and path_consistency needs a price above 0",
        )
        refuse("lag" in changes, "lag is of the policy that finishes rollouts, and there are none")
        super().refuse(config, changes)

    @classmethod
    def learns_without_reward(cls, config):
        return True

    def weigh(self, state, actions, log_prob):
        rewards, reference = self.pay(state, actions), ask_reference(state, actions)
        return Drawn(actions=actions, log_prob=log_prob, rewards=rewards, reference=reference)

    def teach(self, state, reading):
        """The critic goes first: the policy follows what it says afterwards."""
        critic = state.modules["critic"]
        for _ in range(self.config.discriminator_steps):
            loss = self.square(reading, critic(reading.actions), reading.log_prob.detach())
            update(loss, critic, state.optimisers["critic"], self.config.clip)

    def loss(self, state, reading):
        values = state.modules["critic"](reading.actions).detach()
        return self.square(reading, values, reading.log_prob)

    def square(self, reading, values, log_prob) -> torch.Tensor:
        """The mean squared residual of these values and log-probabilities, ``(B, T)`` each."""
        ratio, beta = log_prob - reading.reference, self.config.beta
        residual = soft_q.path_consistency_residual(values, ratio, reading.rewards, beta)
        return (residual / beta).square().mean()
