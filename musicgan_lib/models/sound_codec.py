"""A codec of sound: convolutions squeeze a waveform into rows, codebooks name them, convolutions sound them again."""

import math

import torch
from torch import nn
from torch.nn import functional

from .residual_quantizer import ResidualQuantizer

#: Samples that each convolution makes one of
STRIDES = (4, 4, 4)
#: Samples are this much louder inside
GAIN = 4.0
#: Windows whose spectra are compared while it learns
WINDOWS = (128, 256, 512)


class SoundCodec(nn.Module):
    """Waveforms as ``stages`` codes for each :attr:`hop` samples, and back."""

    hop = math.prod(STRIDES)

    def __init__(self, width: int = 48, latent: int = 32, stages: int = 3, codes: int = 64):
        super().__init__()
        wide = (width // 2, width, width)
        downs, ups, before = [], [], 1
        for size, stride in zip(wide, STRIDES):
            downs += [nn.Conv1d(before, size, 2 * stride + 1, stride, stride), nn.ELU()]
            ups = [nn.ELU(), _Up(size, before, stride), *ups]
            before = size
        self.reader = nn.Sequential(*downs, nn.Conv1d(before, latent, 3, padding=1))
        self.quantizer = ResidualQuantizer(stages, codes, latent)
        self.writer = nn.Sequential(nn.Conv1d(latent, before, 7, padding=3), *ups)

    def read(self, waves: torch.Tensor) -> torch.Tensor:
        """Rows before any codebook, ``(B, T) -> (B, F, D)``: one for each ``hop`` samples."""
        rows = self.reader(GAIN * waves[:, None])
        return rows[..., : waves.shape[1] // self.hop].transpose(1, 2)

    def forward(self, waves: torch.Tensor) -> torch.Tensor:
        """The codes of waveforms, ``(B, T) -> (B, F, Q) int64``."""
        return self.quantizer(self.read(waves))

    def sound(self, rows: torch.Tensor) -> torch.Tensor:
        """Waveforms of rows, ``(B, F, D) -> (B, F * hop)``."""
        return self.writer(rows.transpose(1, 2))[:, 0] / GAIN

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        """Waveforms of codes, ``(B, F, Q) -> (B, F * hop)``."""
        return self.sound(self.quantizer.look_up(codes))


class _Up(nn.Module):
    """A row becomes ``stride`` of them, each of which heard the neighbours."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.conv, self.stride = nn.Conv1d(inputs, outputs * stride, 3, padding=1), stride

    def forward(self, rows):
        found = self.conv(rows)  # (B, outputs * stride, F)
        n, _, frames = found.shape
        found = found.view(n, -1, self.stride, frames).transpose(2, 3)
        return found.reshape(n, -1, frames * self.stride)


def spectrum(waves: torch.Tensor, size: int) -> torch.Tensor:
    """Magnitudes of windows of ``size`` samples, a quarter of that apart, ``(B, T) -> (B, frames, size / 2 + 1)``."""
    window = torch.hann_window(size, device=waves.device)
    found = torch.fft.rfft(waves.unfold(-1, size, size // 4) * window)
    return (found.real.square() + found.imag.square() + 1e-8).sqrt()


def compare_sounds(made: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """What a codec lowers: the distance of waveforms and of spectra, each as a share of what is there."""
    loss = functional.l1_loss(made, real) / real.abs().mean().clamp(min=1e-4)
    for size in WINDOWS:
        a, b = spectrum(made, size), spectrum(real, size)
        loss = loss + functional.l1_loss(a, b) / b.mean() + (a - b).norm() / b.norm()
    return loss
