"""A codec of sound: each spectrum becomes a row, codebooks name it, and a waveform is found that has the spectra."""

import torch
from torch import nn
from torch.nn import functional

from .residual_quantizer import ResidualQuantizer

#: Samples of a window, and how far apart two windows are
WINDOW, HOP = 640, 160
BINS = WINDOW // 2 + 1
#: What is this soft counts as silence
SOFT = 0.1
#: Clips that are read at once
AT_ONCE = 32
#: Rounds in which phases are found, and how much of the last change each repeats
ROUNDS, MOMENTUM = 12, 0.9


class SpectrumCodec(nn.Module):
    """Waveforms as ``stages`` codes for each :data:`HOP` samples, and back."""

    hop = HOP

    def __init__(self, width: int = 128, latent: int = 32, stages: int = 3, codes: int = 64):
        super().__init__()
        self.reader = nn.Sequential(nn.Linear(BINS, width), nn.ReLU(), nn.Linear(width, latent))
        self.quantizer = ResidualQuantizer(stages, codes, latent)
        self.writer = nn.Sequential(nn.Linear(latent, width), nn.ReLU(), nn.Linear(width, BINS))

    def forward(self, waves: torch.Tensor) -> torch.Tensor:
        """The codes of waveforms, ``(B, T) -> (B, T // HOP, Q) int64``."""
        return self.quantizer(self.reader(log_spectra(waves)))

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        """Waveforms of codes, ``(B, F, Q) -> (B, F * HOP)``."""
        loud = self.writer(self.quantizer.look_up(codes)).exp() - SOFT
        return find_waves(loud.clamp(min=0))


def cut_frames(waves: torch.Tensor) -> torch.Tensor:
    """The window around each :data:`HOP` samples, ``(B, T) -> (B, T // HOP, WINDOW)``, faded at its ends."""
    side = (WINDOW - HOP) // 2
    frames = functional.pad(waves, (side, side)).unfold(-1, WINDOW, HOP)
    return frames * torch.hann_window(WINDOW, device=waves.device)


def join_frames(frames: torch.Tensor) -> torch.Tensor:
    """The waveform whose windows come nearest to these, ``(B, F, WINDOW) -> (B, F * HOP)``."""
    count, side = frames.shape[1], (WINDOW - HOP) // 2
    window = torch.hann_window(WINDOW, device=frames.device)
    length = (count - 1) * HOP + WINDOW

    def lay(rows):  # (B, F, WINDOW), each at its place, summed
        flat = functional.fold(rows.transpose(1, 2), (1, length), (1, WINDOW), stride=(1, HOP))
        return flat[:, 0, 0]

    weight = lay((window**2).expand(1, count, -1))
    return (lay(frames * window) / weight.clamp(min=1e-6))[:, side : side + count * HOP]


def log_spectra(waves: torch.Tensor) -> torch.Tensor:
    """Logarithms of magnitudes, ``(B, T) -> (B, T // HOP, BINS)``."""
    parts = [torch.fft.rfft(cut_frames(w)).abs() for w in waves.split(AT_ONCE)]
    return (torch.cat(parts) + SOFT).log()


def find_waves(loud: torch.Tensor) -> torch.Tensor:
    """Waveforms with about these magnitudes, ``(B, F, BINS) -> (B, F * HOP)``.

    Phases begin as if each bin were a held tone. In each round a waveform is made of them and read again, and what was
    read gives new phases. Source: Griffin and Lim (1984), with the momentum of Perraudin et al. (2013).
    """
    bins = torch.arange(BINS, device=loud.device)
    moments = torch.arange(loud.shape[1], device=loud.device) * HOP
    turn = 2 * torch.pi * ((moments[:, None] * bins) % WINDOW) / WINDOW
    phase = torch.polar(torch.ones_like(turn), turn).expand(len(loud), -1, -1)
    before = torch.zeros_like(phase)
    for _ in range(ROUNDS):
        waves = join_frames(torch.fft.irfft(loud * phase, WINDOW))
        found = torch.fft.rfft(cut_frames(waves))
        phase = found + MOMENTUM * (found - before)
        phase = phase / phase.abs().clamp(min=1e-8)
        before = found
    return join_frames(torch.fft.irfft(loud * phase, WINDOW))


def compare_spectra(made: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """What the codec lowers, of logarithms ``(N, BINS)``: their squared distance, and that of magnitudes as a share."""
    loud, wanted = made.exp(), real.exp()
    share = (loud - wanted).square().sum(-1) / wanted.square().sum(-1)
    return functional.mse_loss(made, real) + share.mean()
