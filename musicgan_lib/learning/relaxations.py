"""Ways to send a slope through a draw of symbols, none of them for nothing.

Logits and rows are ``(..., V)``: V symbols on the last axis. A *row* is a symbol written as V numbers
that sum to 1: one-hot for a symbol that was chosen, soft for a mixture.
"""

import torch


def draw_gumbel(shape, generator, dtype=None) -> torch.Tensor:
    """Noise that turns logits into draws: ``-log(-log(u))``, with u uniform between 0 and 1.

    ``shape``, any. Source: Gumbel (1954).
    """
    u = torch.rand(shape, generator=generator, dtype=dtype)
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
