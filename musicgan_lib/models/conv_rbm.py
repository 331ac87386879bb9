"""A Boltzmann machine whose filters slide over time: the same weights look at every stretch of music."""

import torch
from torch import nn
from torch.nn import functional as F

from .rbm import draw_states


class ConvRBM(nn.Module):
    """Frames ``(B, T, P)`` below, feature maps ``(B, T - width + 1, K)`` above; a filter is the same at all times.

    Parameters
    ----------
    pitches : columns of a frame.
    filters : feature maps.
    width : frames that a filter sees at once, over all pitches.

    Source: Lee et al. (2009); over time alone, as Lattner, Grachten and Widmer (2016) use it for music.
    """

    def __init__(self, pitches: int, filters: int = 64, width: int = 4):
        super().__init__()
        if width < 1:
            raise ValueError(f"width is {width}, and a filter has to see 1 frame or more")
        self.width = width
        self.weight = nn.Parameter(0.01 * torch.randn(filters, pitches, width))
        self.b = nn.Parameter(torch.zeros(pitches))
        self.c = nn.Parameter(torch.zeros(filters))

    def push_up(self, v) -> torch.Tensor:
        """What each hidden unit feels, ``(B, T, P) -> (B, T - width + 1, K)``."""
        return F.conv1d(v.transpose(1, 2), self.weight, self.c).transpose(1, 2)

    def push_down(self, h) -> torch.Tensor:
        """What each pitch feels, ``(B, T - width + 1, K) -> (B, T, P)``: the same weights, the other way."""
        return F.conv_transpose1d(h.transpose(1, 2), self.weight, self.b).transpose(1, 2)

    def free_energy(self, v) -> torch.Tensor:
        """``(B, T, P) -> (B,)``: all hidden states summed; see :func:`~musicgan_lib.models.rbm.free_energy`."""
        return -(v * self.b).sum((1, 2)) - F.softplus(self.push_up(v)).sum((1, 2))

    @torch.no_grad()
    def gibbs(self, v, steps: int, generator, push=0.0) -> torch.Tensor:
        """The frames after so many sweeps: all feature maps at once, then all pitches at once.

        ``push`` is added to what the pitches feel.
        """
        for _ in range(steps):
            h = draw_states(self.push_up(v).sigmoid(), generator)
            v = draw_states((self.push_down(h) + push).sigmoid(), generator)
        return v

    def contrast(self, v, chain) -> torch.Tensor:
        """A scalar with the gradient of the likelihood where ``chain`` is drawn by the machine: nats a frame."""
        return (self.free_energy(v).mean() - self.free_energy(chain).mean()) / v.shape[1]
