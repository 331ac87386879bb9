"""Policy gradients, one function an estimator: from rewards to the weights of log-probabilities.

Every function takes and returns ``(B, T)`` tensors: ``r[b, t]`` is the reward after action t, and the
result at t weighs ``log pi(x_t | s_t)`` in :func:`reinforce_loss`. None of the weights carries a
gradient. Sums run over time within a sequence; means over the batch.
"""

import torch


def terminal_reward(score: torch.Tensor, length: int) -> torch.Tensor:
    """A reward that comes at the end alone: ``(B,) -> (B, T)``, zero but in the last column.

    Source: Bjare and Meredith (2020), section 3.1.
    """
    rewards = score.new_zeros(len(score), length)
    rewards[:, -1] = score
    return rewards


def reward_to_go(rewards: torch.Tensor, discount: float = 1.0) -> torch.Tensor:
    """What is still to come at each step, its own reward included: ``sum over k >= t of discount**(k-t) r_k``.

    Source: Bjare and Meredith (2020), Eq. 1, with the reward of an action at the action's own index.
    """
    later, columns = torch.zeros_like(rewards[:, 0]), []
    for t in reversed(range(rewards.shape[1])):
        later = rewards[:, t] + discount * later
        columns.append(later)
    return torch.stack(columns[::-1], dim=1)


def reinforce_loss(log_prob: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """The scalar whose gradient is minus the policy gradient.

    The mean over the batch of the sum over time of ``-weight * log_prob``. The number itself means nothing;
    only its gradient does. Source: Williams (1992); Bjare and Meredith (2020), Eq. 1.
    """
    return -(weight.detach() * log_prob).sum(1).mean()


def merl_per_trajectory(rewards, log_prob, alpha: float) -> torch.Tensor:
    """Reward and surprise still to come: the return of maximum-entropy REINFORCE, as Eq. 2 weighs it.

    ``sum over k >= t of (r_k - alpha * log pi_k)``. The surprise of a whole sequence is added to a reward
    of at most 1, so at length 100 an alpha of 1 leaves the reward about 1 part in 300.
    Source: Bjare and Meredith (2020), Eq. 2, without its "-1".
    """
    return reward_to_go(rewards - alpha * log_prob.detach())


def merl_as_printed(rewards, log_prob, alpha: float) -> torch.Tensor:
    """Eq. 2 to the letter, with its "-1" inside the sum.

    The term is what remains of the gradient of -pi log pi; for an entropy weight alpha it is -alpha,
    and as it does not depend on the action its expectation is zero either way. Without a baseline it
    leaves noise: at the first step the sum of ones is T. Source: Bjare and Meredith (2020), Eq. 2.
    """
    return reward_to_go(rewards - alpha * log_prob.detach() - 1.0)


def merl_per_token(rewards, log_prob, alpha: float) -> torch.Tensor:
    """The same with the mean surprise of a token in place of the sum: alpha no longer grows with length.

    ``alpha / T`` in :func:`merl_per_trajectory`. Source: ours.
    """
    return merl_per_trajectory(rewards, log_prob, alpha / rewards.shape[1])


def merl_as_published(rewards, log_prob, alpha: float) -> torch.Tensor:
    """The entropy term as the authors' program sums it: over the sequences of the batch, not over time.

    A reverse running sum without an axis runs over the first one, so what a sequence is charged for depends
    on its place in the batch. It is then standardised a step, as is the reward to go, and divided by 1 / alpha.
    Kept to stand beside their printed numbers. Source: the published code of Bjare and Meredith (2020).
    """
    surprise = -log_prob.detach()
    over_batch = surprise.flip(0).cumsum(0).flip(0)
    return _standardise(reward_to_go(rewards)) + alpha * _standardise(over_batch)


def kl_return(rewards, log_prob, reference_log_prob, beta: float) -> torch.Tensor:
    """Reward still to come, less what it costs to leave a reference policy: the return of KL control.

    ``sum over k >= t of (r_k - beta * (log pi_k - log ref_k))``. Its optimum is the reference times
    ``exp(R / beta)``; with the entropy of MERL in its place it is ``exp(R / alpha)`` alone.
    Source: Jaques et al. (2017).
    """
    return reward_to_go(rewards - beta * (log_prob.detach() - reference_log_prob.detach()))


def prefix_rewards(step_logits: torch.Tensor) -> torch.Tensor:
    """A reward at every step: by how much each action raised the logit of a discriminator that sees prefixes.

    The rewards of a sequence add up to its last logit, so nothing is counted twice. ``(B, T) -> (B, T)``.
    Source: the future work of Bjare and Meredith (2020), section 7; the telescoping form is Ng et al. (1999).
    """
    before = torch.cat([torch.zeros_like(step_logits[:, :1]), step_logits[:, :-1]], 1)
    return (step_logits - before).detach()


def _standardise(values):
    return (values - values.mean(0)) / values.std(0, correction=0).clamp_min(1e-8)
