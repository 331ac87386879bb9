"""Ways to send a slope through a draw of symbols, none of them for nothing.

Logits and rows are ``(..., V)``: V symbols on the last axis. A *row* is a symbol written as V numbers
that sum to 1: one-hot for a symbol that was chosen, soft for a mixture.
"""

import torch
from torch.nn import functional as F

from ..models.draws import rand


def draw_gumbel(shape, generator, dtype=None) -> torch.Tensor:
    """Noise that turns logits into draws: ``-log(-log(u))``, with u uniform between 0 and 1.

    ``shape``, any. Source: Gumbel (1954).
    """
    u = rand(*shape, generator=generator, dtype=dtype)
    return -torch.log(-torch.log(u.clamp_min(torch.finfo(u.dtype).tiny)))


def gumbel_max(logits, noise) -> torch.Tensor:
    """An exact draw from softmax(logits): the index where logit plus noise is largest.

    ``(..., V) -> (...) int64``. Its slope in the logits is 0 almost everywhere. Source: Maddison,
    Tarlow and Minka (2014).
    """
    return (logits + noise).argmax(-1)


def gumbel_softmax(logits, noise, temperature: float) -> torch.Tensor:
    """The same draw, made soft: the lower the temperature, the nearer to one-hot and the noisier its slope.

    ``softmax((logits + noise) / temperature)``, ``(..., V) -> (..., V)``. ValueError unless the
    temperature is positive. Source: Jang, Gu and Poole (2017), equation 2; Maddison, Mnih and Teh (2017).
    """
    if not temperature > 0:
        raise ValueError(
            f"the temperature is {temperature!r}; at 0 nothing is soft: use gumbel_max"
        )
    return torch.softmax((logits + noise) / temperature, -1)


def straight_through(logits, index) -> torch.Tensor:
    """One-hot on the way forward, softmax on the way back: the slope of a row that was not shown.

    ``logits (..., V)``, ``index (...) int64`` the symbols drawn; ``(..., V)``. The gradient is biased,
    unless what follows is linear in each row. Source: Bengio, Léonard and Courville (2013), section 4.
    """
    soft = torch.softmax(logits, -1)
    hard = torch.zeros_like(soft).scatter(-1, index.unsqueeze(-1), 1.0)
    return hard + soft - soft.detach()


def relaxed_run(policy, n: int, length: int, generator) -> list[torch.Tensor]:
    """A ``WordPolicy`` writes freely, and a slope passes through every draw: one-hot rows, straight through.

    A list of ``(n, length, size)``, one a field. The samples are exact draws at temperature 1; only the
    gradient is an approximation. Source: Jang, Gu and Poole (2017), section 2.2; the use here is ours.
    """
    m = policy.memory
    weight = torch.cat([m.weight_ih_l0, m.weight_hh_l0], 1).T
    bias = m.bias_ih_l0 + m.bias_hh_l0
    x = policy.embed.start().expand(n, -1)
    h = c = x.new_zeros(n, policy.hidden)
    steps = []
    for _ in range(length):
        i, f, g, o = torch.addmm(bias, torch.cat([x, h], 1), weight).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        rows = []
        for k, head in enumerate(policy.heads):
            memory = h
            if k:
                seen = sum(row @ table.weight for row, table in zip(rows, policy.given[k - 1]))
                memory = F.gelu(policy.mixes[k - 1](h) + seen)
            logits = head(memory)
            noisy = logits + draw_gumbel(logits.shape, generator).to(logits)
            rows.append(straight_through(noisy, noisy.argmax(-1)))
        x = sum(row @ table.weight[:-1] for row, table in zip(rows, policy.embed.tables))
        steps.append(rows)
    return [torch.stack([rows[k] for rows in steps], 1) for k in range(len(policy.heads))]
