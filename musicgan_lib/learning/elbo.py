"""The evidence lower bound of a variational autoencoder, its repairs, and the exact likelihood where it can be had.

A code z is drawn from a standard normal distribution, and a decoder writes x after it. Kingma and Welling (2014).
"""

import math

import torch

from ..models.draws import randn

#: A unit is active whose mean varies at least so much over the data (Burda, Grosse and Salakhutdinov, 2016)
ACTIVE = 0.01


def draw_code(mean, log_variance, generator) -> torch.Tensor:
    """A code of each row, ``(B, Z)``, with a gradient in both: the mean, and noise times the deviation."""
    noise = randn(*mean.shape, generator=generator).to(mean.device)
    return mean + noise * (0.5 * log_variance).exp()


def price_code(mean, log_variance) -> torch.Tensor:
    """KL divergence of each unit of a code from the standard normal distribution, nats, ``(B, Z)``: 0 or more."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance)


def spare(kl, bits: float) -> torch.Tensor:
    """What is left of a code's price ``(B,)``, nats, when so many bits are free (Kingma et al., 2016)."""
    return (kl - bits * math.log(2)).clamp(min=0)


def bound(network, batch, noise=None) -> tuple[torch.Tensor, torch.Tensor]:
    """What the decoder pays for each row given its code, and what the code costs, nats, ``(B,)`` each.

    Their sum is minus the evidence lower bound, so at least ``-log p(x)``. The code is the encoder's mean, moved by
    ``noise (B, Z)`` deviations where it is given; the bound holds on average over standard normal noise.
    """
    mean, log_variance = network.encode(batch)
    z = mean if noise is None else mean + noise * (0.5 * log_variance).exp()
    return network.price(batch, z), price_code(mean, log_variance).sum(1)


def count_active(means) -> int:
    """How many units of the codes ``(n, Z)`` say anything: those whose mean varies by :data:`ACTIVE` or more."""
    return int((means.var(0) >= ACTIVE).sum())


def lay_grid(reach: float = 8.0, points: int = 1601) -> tuple[torch.Tensor, torch.Tensor]:
    """Codes of one unit side by side ``(P, 1)``, and the log of the chance that the prior gives each, ``(P,)``."""
    z = torch.linspace(-reach, reach, points, dtype=torch.float64)
    log_p = -0.5 * z.square() - 0.5 * math.log(2 * math.pi) + math.log(2 * reach / (points - 1))
    return z[:, None], log_p


@torch.no_grad()
def price_exactly(network, batch, reach: float = 8.0, points: int = 1601) -> torch.Tensor:
    """``-log p(x)`` of each row, nats, ``(B,)``: the decoder's chance summed over a grid of all codes.

    ValueError for a network whose code has more than one unit, because a grid of many is too large.
    """
    if network.latent != 1:
        raise ValueError(f"a code of {network.latent} units cannot be summed: take latent=1")
    z, log_p = lay_grid(reach, points)
    z = z.to(next(network.parameters()).dtype)
    rows = [-network.price(row.expand(len(z), *row.shape), z) for row in batch]
    return -torch.stack([(paid.double() + log_p).logsumexp(0) for paid in rows])
