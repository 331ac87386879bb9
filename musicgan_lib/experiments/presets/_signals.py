"""What passes from the discriminator to the generator of words: rewards, returns, and the loss they make."""

import torch

from ...learning import baselines, rollouts, soft_q, team
from ...learning import policy_gradient as pg
from ...learning.team import update
from ...models.draws import rand

#: A control takes one thing away from a variant and keeps its budget.
CONTROLS = ("random_reward", "zero_reward", "constant_reward", "frozen_discriminator")
#: The constant with which a reader of SeqGAN's code saw the oracle's score fall faster
CONSTANT = 2.0

_BASELINES = {
    "none": baselines.no_baseline,
    "batch_mean": baselines.batch_mean,
    "leave_one_out": baselines.leave_one_out,
    "standardise": baselines.standardise,
}
_ENTROPY_ESTIMATORS = {
    "merl": pg.merl_per_trajectory,
    "merl_as_printed": pg.merl_as_printed,
    "merl_as_published": pg.merl_as_published,
    "merl_per_token": pg.merl_per_token,
}
#: What each setting of the signal may be
KNOWN = {
    "baseline": [*_BASELINES, "critic"],
    "estimator": ["reinforce", "kl", "path_consistency", *_ENTROPY_ESTIMATORS],
    "reward": ["probability", "logit", "prefix"],
}


def policy_loss(state, config, actions, log_prob, control=None):
    """The loss whose gradient is the policy's signal, and the rewards ``(B, T)`` behind it.

    A critic, where the game has one, takes its lesson on the way.
    """
    judge = state.modules["judge"].eval()
    if config.rollouts and control in (None, "frozen_discriminator"):
        weight = rollouts.monte_carlo_values(
            state.modules["lagging"].eval(), judge.score, actions, config.rollouts, state.generator
        )
        rewards = pg.terminal_reward(weight[:, -1], config.length)
    else:
        rewards = _reward(judge, actions, config, control, state.generator)
        if config.estimator == "path_consistency":
            return _consistency_loss(log_prob, rewards, actions, state, config), rewards
        weight = _returns(log_prob.detach(), rewards, actions, state, config)
    if config.baseline == "critic":
        advantage = weight - _teach_critic(state, config, actions, weight)
    else:
        advantage = team.over_all(_BASELINES[config.baseline], weight)
    n = team.size() * len(actions)  # a sum, as published
    return n * pg.reinforce_loss(log_prob, advantage), rewards


@torch.no_grad()
def _reward(judge, actions, config, control, generator) -> torch.Tensor:
    """``(B, T)`` rewards of a batch, or what stands in their place in a control."""
    n, length = actions.shape
    if control == "zero_reward":
        return torch.zeros(n, length, device=actions.device)
    if control == "constant_reward":
        return pg.terminal_reward(torch.full((n,), CONSTANT), length).to(actions.device)
    if control == "random_reward":
        return pg.terminal_reward(rand(n, generator=generator), length).to(actions.device)
    if config.reward == "prefix":
        return pg.prefix_rewards(judge.step_logits(actions))
    score = judge.score(actions)
    return pg.terminal_reward(score if config.reward == "logit" else score.sigmoid(), length)


def _returns(log_prob, rewards, actions, state, config) -> torch.Tensor:
    """What each action is weighed with, before a baseline."""
    if config.estimator == "reinforce":
        return pg.reward_to_go(rewards, config.discount)
    if config.estimator == "kl":
        own = rewards - config.beta * (log_prob - _before(state, actions))
        return pg.reward_to_go(own, config.discount)
    return _ENTROPY_ESTIMATORS[config.estimator](rewards, log_prob, config.alpha)


@torch.no_grad()
def _before(state, actions) -> torch.Tensor:
    """Log-probabilities under the policy as it was after pre-training."""
    return state.modules["reference"].eval().log_prob(actions, entropy=False).log_prob


def _teach_critic(state, config, actions, returns) -> torch.Tensor:
    """What the critic expected of a batch, before it learns from it."""
    critic = state.modules["critic"]
    expected = critic(actions).detach()
    for _ in range(config.judge_steps):
        update(critic.loss(actions, returns), critic, state.optimisers["critic"], config.clip)
    return expected


def _consistency_loss(log_prob, rewards, actions, state, config) -> torch.Tensor:
    """The policy's half of the squared residuals, in units of beta; the critic takes its half here."""
    ratio, critic = log_prob - _before(state, actions), state.modules["critic"]

    def loss(values, ratio):
        residual = soft_q.path_consistency_residual(values, ratio, rewards, config.beta)
        return (residual / config.beta).square().mean()

    for _ in range(config.judge_steps):
        own = loss(critic(actions), ratio.detach())
        update(own, critic, state.optimisers["critic"], config.clip)
    return loss(critic(actions).detach(), ratio)
