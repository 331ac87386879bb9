"""Sound as a few codes a second, and back: convolutions, and a book of vectors in between."""

import torch
from torch import nn
from torch.nn import functional as F

from .codebook import Codebook

#: Samples that the first convolution steps over; further ones step over two each
FIRST = 16
#: The book's sounds have a root mean square of about an eighth
SCALE = 8.0
#: Windows of the spectra that are compared while a codec learns, in samples
SPECTRA = (128, 512)


class Residual(nn.Module):
    """Two convolutions over time whose result is added to what came in."""

    def __init__(self, channels: int, dilation: int):
        super().__init__()
        self.wide = nn.Conv1d(channels, channels, 3, padding=dilation, dilation=dilation)
        self.mix = nn.Conv1d(channels, channels, 1)

    def forward(self, x):
        return x + self.mix(F.relu(self.wide(F.relu(x))))


class SoundCodec(nn.Module):
    """One code for each ``hop`` samples, ``(B, T) -> (B, T / hop)``, and the sound again.

    Parameters
    ----------
    hop : 16 times a power of 2.
    codes : entries of the book (:class:`~musicgan_lib.models.codebook.Codebook`).
    channels, width : of each convolution, and of an entry.
    restart : whether entries that are hardly used begin again elsewhere.

    ValueError for another hop. Source: one level of Dhariwal and others (2020), with fewer and wider steps.
    """

    def __init__(
        self, hop: int, codes: int = 128, channels: int = 64, width: int = 32, restart: bool = True
    ):
        super().__init__()
        turns = max(hop // FIRST, 1).bit_length() - 1
        if hop != FIRST * 2**turns:
            raise ValueError(f"hop is {hop}: {FIRST} samples, or that doubled some times")
        self.hop = hop
        down = [nn.Conv1d(1, channels, 2 * FIRST, FIRST, FIRST // 2)]
        down += [Residual(channels, 1), Residual(channels, 3)]
        up = [
            nn.Conv1d(width, channels, 3, padding=1),
            Residual(channels, 1),
            Residual(channels, 3),
        ]
        for _ in range(turns):
            down += [nn.Conv1d(channels, channels, 4, 2, 1), Residual(channels, 1)]
            up += [nn.ConvTranspose1d(channels, channels, 4, 2, 1), Residual(channels, 1)]
        self.encoder = nn.Sequential(*down, nn.ReLU(), nn.Conv1d(channels, width, 1))
        self.book = Codebook(codes, width, restart=restart)
        last = nn.ConvTranspose1d(channels, 1, 2 * FIRST, FIRST, FIRST // 2)
        self.decoder = nn.Sequential(*up, Residual(channels, 3), last)

    def embed(self, waves):
        """What is looked up in the book, ``(B, T) -> (B, T / hop, width)``. ValueError for half a hop."""
        if waves.shape[-1] % self.hop:
            raise ValueError(f"{waves.shape[-1]} samples are no whole number of hops of {self.hop}")
        return self.encoder(SCALE * waves[:, None]).transpose(1, 2)

    @torch.no_grad()
    def encode(self, waves) -> torch.Tensor:
        """Codes ``(B, T / hop) int64``."""
        return self.book(self.embed(waves))[0]

    @torch.no_grad()
    def decode(self, codes) -> torch.Tensor:
        """The sound that codes stand for, ``(B, T)``, of -1 to 1."""
        return self.render(self.book.vectors[codes]).clamp(-1, 1)

    def render(self, vectors):
        """The sound of vectors ``(B, N, width)``."""
        return self.decoder(vectors.transpose(1, 2))[:, 0] / SCALE

    def loss(self, waves, commit: float) -> tuple:
        """``(loss, vectors, codes)``: how far the sound that comes back lies from ``waves``, sample by sample and in
        its spectra, and ``commit`` times how far the vectors lie from their entries.
        """
        z = self.embed(waves)
        codes, chosen = self.book(z)
        made = self.render(chosen)
        pull = F.mse_loss(z, chosen.detach())
        return price_sound(made, waves) + commit * pull, z, codes


def price_sound(made, real) -> torch.Tensor:
    """The mean square between samples as a share of the real ones', and that of magnitudes in windows of two sizes."""
    whole = _share(made, real)
    for size in SPECTRA:
        whole = whole + _share(*(magnitudes(x, size) for x in (made, real)))
    return whole


def magnitudes(waves, size: int) -> torch.Tensor:
    """Magnitudes of windows of ``size`` samples, a quarter of that apart, ``(B, T) -> (B, frames, size / 2 + 1)``."""
    window = torch.hann_window(size, device=waves.device, dtype=waves.dtype)
    cut = waves.unfold(-1, size, size // 4) * window
    found = torch.fft.rfft(cut)
    return (found.real.square() + found.imag.square() + 1e-8).sqrt()


def _share(made, real):
    return (made - real).square().mean() / (real.square().mean() + 1e-6)
