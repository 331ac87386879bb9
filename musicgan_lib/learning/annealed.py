"""Annealed importance sampling: log Z of a Boltzmann machine from one whose log Z is known, over many small steps.

Source: Neal (2001); for these machines Salakhutdinov and Murray (2008).
"""

from dataclasses import dataclass

import torch
from torch.nn import functional as F

from ..models.rbm import draw_states


@dataclass(frozen=True)
class Annealed:
    """``log_z (...)``: an estimate for each row; ``log_weights (..., chains)``: of each chain, above the base."""

    log_z: torch.Tensor
    log_weights: torch.Tensor


@torch.no_grad()
def anneal(weight, b, c, temperatures: int, chains: int, generator, base=None) -> Annealed:
    """``log Z`` of machines with ``weight (H, V)`` and biases ``b (..., V)``, ``c (..., H)``, a machine a row.

    Each chain begins with a draw from a machine without weights, whose biases are ``base (..., V)`` (``b`` by
    default), and warms up in ``temperatures`` equal steps. Before each step it is weighed by how much
    likelier the next machine finds it. The mean of the weights is right on average for any number of steps; its log
    is too low on average, and likelihoods come out too good, by less the more steps and chains there are.

    All rows and chains move at once. ValueError for fewer than one temperature or chain.
    """
    for name, value in (("temperatures", temperatures), ("chains", chains)):
        if value < 1:
            raise ValueError(
                f"{name} is {value}, and has to be at least 1: with none nothing is annealed"
            )
    base = b if base is None else base
    a, b, c = (x[..., None, :] for x in (base, b, c))  # a place for the chains
    v = draw_states(a.sigmoid().expand(*b.shape[:-2], chains, b.shape[-1]), generator)
    total = torch.zeros(v.shape[:-1], dtype=v.dtype, device=v.device)
    for k in range(1, temperatures + 1):
        now, before = k / temperatures, (k - 1) / temperatures
        felt = v @ weight.T + c
        total += (now - before) * (v * (b - a)).sum(-1)
        total += (F.softplus(now * felt) - F.softplus(before * felt)).sum(-1)
        if k < temperatures:
            h = draw_states((now * felt).sigmoid(), generator)
            v = draw_states(((1 - now) * a + now * (b + h @ weight)).sigmoid(), generator)
    known = F.softplus(a[..., 0, :]).sum(-1) + c.shape[-1] * torch.log(torch.tensor(2.0)).to(v)
    mean = torch.logsumexp(total, -1) - torch.log(torch.tensor(float(chains))).to(v)
    return Annealed(known + mean, total)
