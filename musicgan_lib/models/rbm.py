"""The restricted Boltzmann machine: an energy for each pair of a visible and a hidden state, and no arrow between them.

``E(v, h) = - b v - c h - h W v`` with zeros and ones in v and h; ``p(v, h) = exp(-E) / Z``. All functions take ``weight
(H, V)`` and biases ``b (..., V)`` and ``c (..., H)``, which may be other ones in each row. Source: Smolensky (1986),
Hinton (2002).
"""

import torch
from torch import nn
from torch.nn import functional as F

from .draws import rand

#: States of the smaller side that are summed one by one, as a power of 2
MOST_SUMMED = 16


def energy(v, h, weight, b, c) -> torch.Tensor:
    """``(...)`` of pairs of states ``v (..., V)`` and ``h (..., H)``: the lower, the likelier."""
    return -(v * b).sum(-1) - (h * c).sum(-1) - (h * (v @ weight.T)).sum(-1)


def free_energy(v, weight, b, c) -> torch.Tensor:
    """``(...)``: minus the log of ``exp(-E)`` summed over all hidden states, which is a product.

    ``F(v) = - b v - sum_j log(1 + exp(c_j + W_j v))``, so ``log p(v) = - F(v) - log Z``.
    """
    return -(v * b).sum(-1) - F.softplus(v @ weight.T + c).sum(-1)


def log_partition(weight, b, c, most: int = 1 << 22) -> torch.Tensor:
    """``log Z`` of each row of biases, ``(...)``: exact, by a sum over all states of the smaller side.

    Given all of one side, the other side is a product, so ``2 ** min(V, H)`` terms are enough. ``most`` numbers are
    held at once. ValueError where the smaller side has more than ``MOST_SUMMED`` units.
    """
    hidden, visible = weight.shape
    if visible < hidden:
        return log_partition(weight.T, c, b, most)
    if hidden > MOST_SUMMED:
        raise ValueError(
            f"{hidden} hidden units have 2^{hidden} states, too many to sum: estimate log Z by annealing"
        )
    states = list_states(hidden).to(weight)  # (S, H)
    felt = states @ weight  # (S, V): what each hidden state adds to the visible biases
    rows = torch.broadcast_shapes(b.shape[:-1], c.shape[:-1])
    b, c = b.expand(*rows, -1).reshape(-1, visible), c.expand(*rows, -1).reshape(-1, hidden)
    step = max(most // felt.numel(), 1)
    parts = [
        torch.logsumexp(y @ states.T + F.softplus(x[:, None] + felt).sum(-1), -1)
        for x, y in zip(b.split(step), c.split(step))
    ]
    return torch.cat(parts).reshape(rows)


def list_states(units: int) -> torch.Tensor:
    """All states of so many units, ``(2 ** units, units)`` of zeros and ones. ValueError for more than 20."""
    if units > 20:
        raise ValueError(f"{units} units have 2^{units} states, too many to list")
    return (torch.arange(2**units)[:, None] >> torch.arange(units)) & 1


def draw_states(chance, generator) -> torch.Tensor:
    """Zeros and ones with these probabilities, where they are."""
    return (rand(*chance.shape, generator=generator).to(chance) < chance).to(chance)


def gibbs(v, weight, b, c, steps: int, generator, temperature: float = 1.0) -> torch.Tensor:
    """The visible state after so many sweeps: all hidden units at once, then all visible ones at once.

    ValueError for a negative number of sweeps.
    """
    if steps < 0:
        raise ValueError(f"steps is {steps}, and has to be 0 or more")
    for _ in range(steps):
        h = draw_states(((v @ weight.T + c) / temperature).sigmoid(), generator)
        v = draw_states(((h @ weight + b) / temperature).sigmoid(), generator)
    return v


class RBM(nn.Module):
    """Weights and biases of a restricted Boltzmann machine.

    Parameters
    ----------
    visible, hidden : units of both sides.
    spread : standard deviation of the first weights.
    """

    def __init__(self, visible: int, hidden: int, spread: float = 0.01):
        super().__init__()
        self.weight = nn.Parameter(spread * torch.randn(hidden, visible))
        self.b = nn.Parameter(torch.zeros(visible))
        self.c = nn.Parameter(torch.zeros(hidden))

    def free_energy(self, v) -> torch.Tensor:
        """``(..., V) -> (...)``, see :func:`free_energy`."""
        return free_energy(v, self.weight, self.b, self.c)

    def log_prob(self, v) -> torch.Tensor:
        """Exact log-probability, ``(..., V) -> (...)`` nats; ValueError where the states are too many to sum."""
        return -self.free_energy(v) - log_partition(self.weight, self.b, self.c)

    def contrast(self, v, steps: int, generator) -> torch.Tensor:
        """A scalar with the gradient of contrastive divergence: free energy of ``v`` less that of a short chain."""
        with torch.no_grad():
            drawn = gibbs(v, self.weight, self.b, self.c, steps, generator)
        return (self.free_energy(v) - self.free_energy(drawn)).mean()
