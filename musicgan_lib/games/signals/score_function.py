"""Signals by the score function: each log-probability is multiplied with what came of its token (REINFORCE)."""

import torch

from ...learning import policy_gradient as pg
from ...learning import rollouts, team
from ...learning.team import update
from ..settings import refuse
from .rewards import (
    AS_PRINTED,
    BASELINES,
    ENTROPY_ESTIMATORS,
    MEANS,
    Drawn,
    RewardSignal,
    ask_reference,
)


class ScoreFunction(RewardSignal):
    """REINFORCE: each log-probability is multiplied with what its sequence earned from there on, less a baseline."""

    @classmethod
    def refuse(cls, config, changes):
        super().refuse(config, changes)
        refuse(
            config.baseline in MEANS and config.adversarial and config.batch < 2,
            f"{config.baseline} is a mean over the batch: choose a batch of 2 or more",
        )
        refuse(
            "lag" in changes and not config.rollouts,
            "lag is of the policy that finishes rollouts, and there are none",
        )

    @classmethod
    def learns_without_reward(cls, config):
        priced = {"reinforce": False, "kl": config.beta > 0, "merl_as_printed": True}
        own = priced.get(config.estimator, config.alpha != 0)
        return own or super().learns_without_reward(config)

    def weigh(self, state, actions, log_prob):
        rewards, returns = self.earn(state, actions, log_prob)
        if self.config.baseline == "critic":
            weight = returns - state.modules["critic"](actions)
        else:
            weight = team.over_all(BASELINES[self.config.baseline], returns)
        return Drawn(
            actions=actions, log_prob=log_prob, rewards=rewards, returns=returns, weight=weight
        )

    def earn(self, state, actions, log_prob) -> tuple[torch.Tensor, torch.Tensor]:
        """Rewards and returns ``(B, T)``, before a baseline."""
        rewards = self.pay(state, actions)
        return rewards, self.sum_up(state, rewards, actions, log_prob)

    def sum_up(self, state, rewards, actions, log_prob) -> torch.Tensor:
        """What comes after each action by the estimator: rewards, and what the sequence pays for its own words."""
        config = self.config
        if config.estimator == "reinforce":
            return pg.reward_to_go(rewards, config.discount)
        if config.estimator == "kl":
            own = rewards - config.beta * (log_prob - ask_reference(state, actions))
            return pg.reward_to_go(own, config.discount)
        return ENTROPY_ESTIMATORS[config.estimator](rewards, log_prob, config.alpha)

    def teach(self, state, reading):
        """A critic that is a baseline learns what came; ``weight`` holds what it expected before."""
        if self.config.baseline == "critic":
            critic = state.modules["critic"]
            for _ in range(self.config.discriminator_steps):
                loss = critic.loss(reading.actions, reading.returns)
                update(loss, critic, state.optimisers["critic"], self.config.clip)

    def loss(self, state, reading):
        """Summed over the words of all sequences, as published: of several processes, over those of all."""
        n = team.size() * len(reading.actions)
        return n * pg.reinforce_loss(reading.log_prob, reading.weight)


class RollOuts(ScoreFunction):
    """REINFORCE where each prefix earns the mean reward of what it may become, finished by a policy that lags behind.

    The reward comes at the end, so the return after action t is ``discount**(T - 1 - t) R``: roll-outs give its mean.
    What the sequence itself pays at each step (for KL: distance; for maximum entropy: what is left of surprise) needs
    no finishing. Its sum still to come is added, an unbiased estimate of the part of the objective that it is: the
    gradient of E[R + sum_k c_k] is E[sum_t grad log pi_t (E[R | x_<=t] + sum_{k >= t} c_k)].
    """

    @classmethod
    def refuse(cls, config, changes):
        super().refuse(config, changes)
        refuse(
            config.estimator in AS_PRINTED,
            f"rollouts are no part of {config.estimator}, which is kept as it stands: choose merl or merl_per_token",
        )
        refuse(
            config.reward == "prefix",
            "rollouts are for a reward at the end: a prefix reward pays at every step",
        )

    def earn(self, state, actions, log_prob):
        config, length = self.config, actions.shape[1]
        score, worth = self.find_payer(state)
        lagging = state.modules["lagging"].eval()
        values = rollouts.monte_carlo_values(
            lagging, score, actions, config.rollouts, state.generator, worth
        )
        steps_left = torch.arange(length - 1, -1, -1, device=values.device)
        returns = values * config.discount**steps_left
        if config.estimator != "reinforce":
            nothing = torch.zeros_like(values)
            returns = returns + self.sum_up(state, nothing, actions, log_prob)
        return pg.terminal_reward(values[:, -1], length), returns

    def follow(self, state):
        rollouts.follow(state.modules["lagging"], state.modules["policy"], self.config.lag)
