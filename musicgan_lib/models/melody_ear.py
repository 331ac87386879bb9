"""An ear that is taught what two clips have in common, and names what it hears by the nearest of its groups."""

import torch
from torch import nn
from torch.nn import functional

from .residual_quantizer import find_nearest

#: Samples of one reading, and how far apart two are
WINDOW, HOP = 1024, 320
#: Bins of a spectrum that are read: up to 2,500 Hz at 8,000 samples a second
BINS = 320
#: Clips that are read at once
AT_ONCE = 32


def read_spectra(waves: torch.Tensor) -> torch.Tensor:
    """Log magnitudes around the middle of each :data:`HOP` samples, ``(B, T) -> (B, T // HOP, BINS)``.

    The mean of a frame is taken off it: how loud it is, is not heard.
    """
    return torch.cat([_read_spectra(w) for w in waves.split(AT_ONCE)])


def _read_spectra(waves) -> torch.Tensor:
    before = (WINDOW - HOP) // 2
    padded = functional.pad(waves, (before, WINDOW))
    frames = padded.unfold(-1, WINDOW, HOP)[:, : waves.shape[1] // HOP]
    window = torch.hann_window(WINDOW, device=waves.device)
    found = torch.fft.rfft(frames * window)[..., 1 : BINS + 1]
    loud = (found.real.square() + found.imag.square() + 1e-2).log() / 2
    return loud - loud.mean(-1, keepdim=True)


class MelodyEar(nn.Module):
    """A row of ``width`` numbers for each :data:`HOP` samples, and ``groups`` words that stand for such rows."""

    hop = HOP

    def __init__(self, width: int = 32, hidden: int = 128, groups: int = 64):
        super().__init__()
        if groups < 2:
            raise ValueError(f"groups is {groups}: take 2 or more")
        self.layers = nn.Sequential(
            nn.Linear(BINS, hidden),
            nn.ReLU(),
            nn.Linear(hidden, hidden),
            nn.ReLU(),
            nn.Linear(hidden, width),
        )
        self.register_buffer("centres", torch.zeros(groups, width))

    def listen(self, waves: torch.Tensor) -> torch.Tensor:
        """Rows of length 1, ``(B, T) -> (B, T // HOP, width)``."""
        return functional.normalize(self.layers(read_spectra(waves)), dim=-1)

    def forward(self, waves: torch.Tensor) -> torch.Tensor:
        """The nearest group of each row, ``(B, T) -> (B, T // HOP) int64``."""
        return find_nearest(self.listen(waves), self.centres)
