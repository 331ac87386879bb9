"""Codes of sound from coarse to fine: a network that writes the fine ones after the coarse ones, and all of them."""

import torch
from torch import nn
from torch.nn import functional as F

from . import sampling
from .codec import SoundCodec
from .recurrent import RecurrentModel


class Upsampler(nn.Module):
    """``p(fine code | fine codes before, coarse codes)``: ``ratio`` fine codes stand beside each coarse one.

    A convolution over the coarse codes, which sees both sides, says what lies there; a GRU reads that and the fine
    code before. Source: Dhariwal and others (2020), whose networks are transformers.
    """

    def __init__(self, coarse: int, fine: int, ratio: int, width: int = 96):
        super().__init__()
        self.fine, self.ratio = fine, ratio
        self.told = nn.Embedding(coarse, width)
        self.around = nn.Conv1d(width, width, 5, padding=2)
        self.place = nn.Embedding(ratio, width)
        self.embed = nn.Embedding(fine + 1, width)  # the last row begins a sequence
        self.memory = nn.GRU(width, width, batch_first=True)
        self.head = nn.Linear(width, fine)

    def condition(self, coarse) -> torch.Tensor:
        """What coarse codes ``(B, N)`` say of each fine step, ``(B, N ratio, width)``."""
        seen = self.around(self.told(coarse).transpose(1, 2)).transpose(1, 2)
        return (seen[:, :, None] + self.place.weight).flatten(1, 2)

    def forward(self, fine, coarse) -> torch.Tensor:
        """Logits ``(B, T, V)`` of ``fine (B, T)``: those at step t see fine codes before t, and all coarse ones."""
        past = F.pad(fine[:, :-1], (1, 0), value=self.fine)
        return self.head(self.memory(self.embed(past) + self.condition(coarse))[0])

    def nll(self, fine, coarse) -> torch.Tensor:
        """Mean nats a fine code, with a gradient."""
        return F.cross_entropy(self(fine, coarse).flatten(0, 1), fine.flatten())

    @torch.no_grad()
    def write(self, coarse, generator, temperature: float = 1.0) -> torch.Tensor:
        """Fine codes ``(B, N ratio) int64`` after coarse ones ``(B, N)``."""
        told, hidden, made = self.condition(coarse), None, []
        last = torch.full((len(coarse),), self.fine, device=coarse.device)
        for t in range(told.shape[1]):
            read, hidden = self.memory((self.embed(last) + told[:, t])[:, None], hidden)
            last, _ = sampling.draw_symbol(self.head(read[:, 0]), generator, temperature, None)
            made.append(last)
        return torch.stack(made, 1)


class SoundStack(nn.Module):
    """Two codecs, coarse and fine, a network that writes coarse codes, and one that adds the fine ones.

    ``ValueError`` where the coarse hop is no multiple of the fine one.
    """

    def __init__(self, hop=64, fine_hop=32, codes=128, channels=64, width=96, restart=True):
        super().__init__()
        if hop <= fine_hop or hop % fine_hop:
            raise ValueError(f"hop is {hop}: a multiple of fine_hop, {fine_hop}, and more than it")
        self.coarse = SoundCodec(hop, codes, channels, restart=restart)
        self.fine = SoundCodec(fine_hop, codes, channels, restart=restart)
        self.prior = RecurrentModel((codes,), 1, "gru", width, 1, width)
        self.upsampler = Upsampler(codes, codes, hop // fine_hop, width)

    @torch.no_grad()
    def write(self, n: int, length: int, generator, temperature: float = 1.0) -> tuple:
        """``n`` clips of ``length`` coarse codes that nobody played: their coarse codes and their fine ones."""
        coarse = self.prior.sample(n, length, generator, temperature).actions
        return coarse, self.upsampler.write(coarse, generator, temperature)
