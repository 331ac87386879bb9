"""Maximum-entropy reinforcement learning by values: learn what each action leads to, and the policy follows.

The game is known to be deterministic: an action is appended to the sequence, and that is all. Then the
soft Bellman equation holds for every single transition, and any sequences will do to learn from.
"""

import torch
from torch import nn

from ..models.interface import Trajectory
from ..models.tabular import TabularPolicy


def soft_value(q: torch.Tensor, alpha: float) -> torch.Tensor:
    """The best one can get in reward and surprise from here: ``alpha * logsumexp(Q / alpha)`` over the actions.

    ``(..., V) -> (...)``. As alpha goes to 0 it becomes the largest Q. ValueError unless alpha is positive.
    Source: Ziebart et al. (2008); Haarnoja et al. (2017), Eq. 3.
    """
    if not alpha > 0:
        raise ValueError(f"alpha is {alpha!r}; a soft maximum needs a positive one")
    return alpha * torch.logsumexp(q / alpha, -1)


def soft_bellman_residual(q, actions, rewards, alpha: float) -> torch.Tensor:
    """How far each action's value is from its reward and the soft value of where it leads, ``(B, T)``.

    ``r_t + V_{t+1} - Q_t``, with nothing after the last action. ``q (B, T, V)``: the values of all actions
    at each step of ``actions (B, T)``. Zero everywhere, on every sequence, is the optimum.
    Source: Haarnoja et al. (2017), Eq. 7, for a game without chance.
    """
    taken = q.gather(-1, actions[..., None])[..., 0]
    value = soft_value(q, alpha)
    after = torch.cat([value[:, 1:], torch.zeros_like(value[:, :1])], 1)
    return rewards + after - taken


def path_consistency_residual(values, log_ratio, rewards, alpha: float) -> torch.Tensor:
    """How far a policy and a critic are from the soft Bellman equation, ``(B, T)``; together they stand for Q.

    ``r_t + V_{t+1} - V_t - alpha log(pi / reference)``. ``values (B, T)``: what the critic expects before each action;
    ``log_ratio (B, T)``: log-probability under the policy minus that under a reference, or minus nothing for plain
    entropy. Zero everywhere, on every sequence, at ``pi ~ reference * exp(return / alpha)``.
    ``alpha`` is the price of a nat: of surprise, or of distance to the reference, then often called beta.
    Source: Nachum et al. (2017); the reference is Jaques et al. (2017)'s.
    """
    after = torch.cat([values[:, 1:], torch.zeros_like(values[:, :1])], 1)
    return rewards + after - values - alpha * log_ratio


class SoftQ(nn.Module):
    """A table of soft values for every past; its policy is ``exp((Q - V) / alpha)``.

    Parameters
    ----------
    n_symbols, length, order : as in ``TabularPolicy``, which finds the row of each past.
    alpha : entropy temperature.

    Implements ``Policy``. Source: soft Q-learning (Haarnoja et al. 2017), the table is ours.
    """

    def __init__(self, n_symbols: int, length: int, alpha: float, order: int | None = None):
        super().__init__()
        self.alpha = alpha
        self.table = TabularPolicy(n_symbols, length, order)  # its logits hold Q / alpha

    def values(self, actions: torch.Tensor) -> torch.Tensor:
        """Q of every action at each step, ``(B, T) -> (B, T, V)``."""
        return self.alpha * self.table.logits[self.table.rows(actions)]

    @torch.no_grad()
    def learn(self, actions: torch.Tensor, rewards: torch.Tensor, rate: float = 1.0) -> float:
        """Move the values of the actions taken towards what they lead to; the largest residual before.

        The sequences may come from anywhere. With ``rate`` 1, a pass over all sequences makes one
        more step from the end exact: ``length`` passes give the optimum.
        """
        residual = soft_bellman_residual(self.values(actions), actions, rewards, self.alpha)
        change = rate * residual / self.alpha
        rows = self.table.rows(actions)
        self.table.logits[rows, actions] = self.table.logits[rows, actions] + change
        return residual.abs().max().item()

    def log_prob(self, actions: torch.Tensor) -> Trajectory:
        return self.table.log_prob(actions)

    def sample(self, n: int, length: int, generator, temperature: float = 1.0) -> Trajectory:
        return self.table.sample(n, length, generator, temperature)
