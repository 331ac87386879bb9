"""What passes from the discriminator to the generator of words: rewards, what they weigh, and the loss they make.

A signal is read from a batch before anybody learns from it. Then the critic, where there is one, takes its lesson
(``teach``), and ``loss`` is what the policy lowers. Neither reading nor ``loss`` changes anything.
"""

from dataclasses import dataclass

import torch

from ..learning import baselines, rollouts, soft_q, team
from ..learning import policy_gradient as pg
from ..learning.fit import TrainingState
from ..learning.team import update
from .controls import stand_in

_BASELINES = {
    "none": baselines.no_baseline,
    "batch_mean": baselines.batch_mean,
    "leave_one_out": baselines.leave_one_out,
    "standardise": baselines.standardise,
}
ENTROPY_ESTIMATORS = {
    "merl": pg.merl_per_trajectory,
    "merl_as_printed": pg.merl_as_printed,
    "merl_as_published": pg.merl_as_published,
    "merl_per_token": pg.merl_per_token,
}
BY_VALUES = "path_consistency"
#: Baselines that are means over the batch, and so need two sequences
MEANS = ("batch_mean", "leave_one_out", "standardise")
#: What each setting of the signal may be
KNOWN = {
    "baseline": [*_BASELINES, "critic"],
    "estimator": ["reinforce", "kl", BY_VALUES, *ENTROPY_ESTIMATORS],
    "reward": ["probability", "logit", "prefix"],
}


@dataclass
class Weighed:
    """REINFORCE: ``weight (B, T)`` is what each log-probability is multiplied with: ``returns`` less a baseline."""

    state: TrainingState
    config: object
    actions: torch.Tensor
    rewards: torch.Tensor
    returns: torch.Tensor
    weight: torch.Tensor

    def teach(self, log_prob) -> None:
        """A critic that is a baseline learns what came; ``weight`` holds what it expected before."""
        if self.config.baseline == "critic":
            critic = self.state.modules["critic"]
            for _ in range(self.config.judge_steps):
                loss = critic.loss(self.actions, self.returns)
                update(loss, critic, self.state.optimisers["critic"], self.config.clip)

    def loss(self, log_prob) -> torch.Tensor:
        """Summed over the words of all sequences, as published: of several processes, over those of all."""
        n = team.size() * len(self.actions)
        return n * pg.reinforce_loss(log_prob, self.weight)


@dataclass
class Consistent:
    """Path consistency: policy and critic each lower the same squared residuals, in units of beta, a mean over words."""

    state: TrainingState
    config: object
    actions: torch.Tensor
    rewards: torch.Tensor
    reference: torch.Tensor

    def teach(self, log_prob) -> None:
        """The critic goes first: the policy follows what it says afterwards."""
        critic = self.state.modules["critic"]
        for _ in range(self.config.judge_steps):
            loss = self._residuals(critic(self.actions), log_prob.detach())
            update(loss, critic, self.state.optimisers["critic"], self.config.clip)

    def loss(self, log_prob) -> torch.Tensor:
        return self._residuals(self.state.modules["critic"](self.actions).detach(), log_prob)

    def _residuals(self, values, log_prob) -> torch.Tensor:
        ratio, beta = log_prob - self.reference, self.config.beta
        residual = soft_q.path_consistency_residual(values, ratio, self.rewards, beta)
        return (residual / beta).square().mean()


@torch.no_grad()
def read_signal(state, config, actions, log_prob, control=None) -> Weighed | Consistent:
    """What a batch of sequences ``(B, T)`` earned, and what its log-probabilities are therefore weighed with."""
    judge = state.modules["judge"].eval()
    if config.rollouts:
        rewards, returns = _search(state, config, judge, actions, log_prob, control)
    else:
        rewards = _reward(judge, actions, config, control, state.generator)
        if config.estimator == BY_VALUES:
            return Consistent(state, config, actions, rewards, _before(state, actions))
        returns = _returns(log_prob, rewards, actions, state, config)
    if config.baseline == "critic":
        weight = returns - state.modules["critic"](actions)
    else:
        weight = team.over_all(_BASELINES[config.baseline], returns)
    return Weighed(state, config, actions, rewards, returns, weight)


def _reward(judge, actions, config, control, generator) -> torch.Tensor:
    """``(B, T)`` rewards of a batch: at every step, or at the end alone."""
    if config.reward == "prefix":
        instead = stand_in(control, generator)
        said = instead(actions, *actions.shape) if instead else judge.step_logits(actions)
        return pg.prefix_rewards(said)
    score, worth = _payer(judge, config, control, generator)
    return pg.terminal_reward(worth(score(actions)), actions.shape[1])


def _payer(judge, config, control, generator):
    """What is asked about whole sequences, ``(B, T) -> (B,)``, and a function from its answers to rewards."""
    if instead := stand_in(control, generator):
        return lambda actions: instead(actions, len(actions)), lambda paid: paid
    return judge.score, (lambda logit: logit) if config.reward == "logit" else torch.sigmoid


def _search(state, config, judge, actions, log_prob, control):
    """Rewards ``(B, T)``, and the mean reward of what each prefix may become in place of the one that came.

    The reward comes at the end, so the return after action t is ``discount**(T - 1 - t) R``: roll-outs give its mean.
    What the sequence itself pays at each step (for KL: distance; for maximum entropy: what is left of surprise) needs no
    finishing. Its sum still to come is added, an unbiased estimate of the part of the objective that it is: the gradient of
    E[R + sum_k c_k] is E[sum_t grad log pi_t (E[R | x_<=t] + sum_{k >= t} c_k)].
    """
    length = actions.shape[1]
    score, worth = _payer(judge, config, control, state.generator)
    values = rollouts.monte_carlo_values(
        state.modules["lagging"].eval(), score, actions, config.rollouts, state.generator, worth
    )
    steps_left = torch.arange(length - 1, -1, -1, device=values.device)
    returns = values * config.discount**steps_left
    if config.estimator != "reinforce":
        nothing = torch.zeros_like(values)
        returns = returns + _returns(log_prob, nothing, actions, state, config)
    return pg.terminal_reward(values[:, -1], length), returns


def _returns(log_prob, rewards, actions, state, config) -> torch.Tensor:
    """What each action is weighed with, before a baseline."""
    if config.estimator == "reinforce":
        return pg.reward_to_go(rewards, config.discount)
    if config.estimator == "kl":
        own = rewards - config.beta * (log_prob - _before(state, actions))
        return pg.reward_to_go(own, config.discount)
    return ENTROPY_ESTIMATORS[config.estimator](rewards, log_prob, config.alpha)


def _before(state, actions) -> torch.Tensor:
    """Log-probabilities under the policy as it was after pre-training."""
    return state.modules["reference"].eval().log_prob(actions, entropy=False).log_prob
