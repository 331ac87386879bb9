"""A recurrent network that sets the biases of a Boltzmann machine, which draws all pitches of a frame together."""

import torch
from torch import nn
from torch.nn import functional as F

from .rbm import draw_states, free_energy, gibbs, log_partition

MEMORIES = ("whole", "frame", "none")


class RNNRBM(nn.Module):
    """``u_t = tanh(A u_{t-1} + B v_t + d)``; the machine of frame t has biases ``b + R u_{t-1}`` and ``c + S u_{t-1}``.

    Parameters
    ----------
    pitches : columns of a frame.
    hidden : units of the Boltzmann machine; up to 16 its likelihood is exact.
    units : of the recurrent network.
    memory : ``"whole"``; ``"frame"`` cuts the recurrence, so u hears one frame (A = 0); ``"none"`` cuts both links to
        the machine, which is then the same in every frame.

    ValueError for another memory. Source: Boulanger-Lewandowski et al. (2012); equations as in the tutorial that its
    first author wrote for Theano.
    """

    def __init__(self, pitches: int, hidden: int = 12, units: int = 100, memory: str = "whole"):
        super().__init__()
        if memory not in MEMORIES:
            raise ValueError(f"memory is {memory!r}; choose {', '.join(MEMORIES)}")
        self.memory = memory
        self.weight = nn.Parameter(0.01 * torch.randn(hidden, pitches))
        self.b = nn.Parameter(torch.zeros(pitches))
        self.c = nn.Parameter(torch.zeros(hidden))
        self.network = nn.RNN(pitches, units)
        self.to_b = nn.Linear(units, pitches, bias=False)
        self.to_c = nn.Linear(units, hidden, bias=False)

    def begin(self, n: int) -> torch.Tensor:
        """What is remembered before the first frame, ``(n, U)``: nothing."""
        return torch.zeros(n, self.network.hidden_size, device=self.b.device, dtype=self.b.dtype)

    def remember(self, u, frame) -> torch.Tensor:
        """The memory after one more frame, ``(n, U), (n, P) -> (n, U)``."""
        net = self.network
        heard = F.linear(frame, net.weight_ih_l0, net.bias_ih_l0 + net.bias_hh_l0)
        return torch.tanh(
            heard + F.linear(u, net.weight_hh_l0) if self.memory == "whole" else heard
        )

    def set_biases(self, u) -> tuple[torch.Tensor, torch.Tensor]:
        """Biases of the machine that draws the next frame, ``(..., U) -> (..., P), (..., H)``."""
        if self.memory == "none":
            rows = u.shape[:-1]
            return self.b.expand(*rows, -1), self.c.expand(*rows, -1)
        return self.b + self.to_b(u), self.c + self.to_c(u)

    def forward(self, frames) -> tuple[torch.Tensor, torch.Tensor]:
        """Biases of the machine of every frame of ``(B, T, P)``, each from the frames before it alone."""
        u = self.begin(len(frames))
        if self.memory == "whole":
            after = self.network(frames.transpose(0, 1).contiguous())[0].transpose(
                0, 1
            )  # (B, T, U)
        else:
            after = self.remember(None, frames)
        return self.set_biases(torch.cat([u[:, None], after[:, :-1]], 1))

    def contrast(self, frames, steps: int, generator) -> torch.Tensor:
        """A scalar with the gradient of contrastive divergence: chains begin at the music, one a frame."""
        b, c = self(frames)
        with torch.no_grad():
            drawn = gibbs(frames, self.weight, b, c, steps, generator)
        music, dream = (free_energy(v, self.weight, b, c) for v in (frames, drawn))
        return (music - dream).mean()

    def nll(self, frames) -> torch.Tensor:
        """Exact nats of every frame, ``(B, T, P) -> (B, T)``; ValueError where the states are too many to sum."""
        b, c = self(frames)
        return free_energy(frames, self.weight, b, c) + log_partition(self.weight, b, c)

    @torch.no_grad()
    def sample(self, n: int, length: int, generator, sweeps: int = 25, temperature: float = 1.0):
        """``(n, length, P)``: each frame the end of a chain of its own, which begins with a frame of noise.

        ValueError for a temperature of 0 or less.
        """
        if not temperature > 0:
            raise ValueError(f"temperature is {temperature}, and has to be above 0")
        u, frames = self.begin(n), []
        for _ in range(length):
            b, c = self.set_biases(u)
            v = gibbs(
                draw_states(b.sigmoid(), generator),
                self.weight,
                b,
                c,
                sweeps,
                generator,
                temperature,
            )
            frames.append(v)
            u = self.remember(u, v)
        return torch.stack(frames, 1)
