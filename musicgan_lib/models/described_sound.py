"""MusicLM in small: an embedding that sounds and captions share, and writers of sound that it steers."""

import torch
from torch import nn
from torch.nn import functional

from .audio_lm import AudioLM
from .melody_ear import BINS, read_spectra

#: Readings from one that the second layer hears to the next: with 40 ms each it spans almost half a second
APART = 4


class SoundTower(nn.Module):
    """A point of the joint embedding for each sound, ``(B, T) -> (B, D)``, of length 1."""

    def __init__(self, width: int = 128, embedding: int = 32):
        super().__init__()
        self.convs = nn.Sequential(
            nn.Conv1d(BINS, width, 3, padding=1),
            nn.ReLU(),
            nn.Conv1d(width, width, 3, padding=APART, dilation=APART),
            nn.ReLU(),
        )
        self.point = nn.Linear(2 * width, embedding)

    def forward(self, waves: torch.Tensor) -> torch.Tensor:
        return self.embed(read_spectra(waves))

    def embed(self, spectra: torch.Tensor) -> torch.Tensor:
        """The same, of spectra that were read before, ``(B, S, BINS) -> (B, D)``."""
        read = self.convs(spectra.transpose(1, 2))
        return functional.normalize(
            self.point(torch.cat([read.mean(-1), read.amax(-1)], 1)), dim=-1
        )


class TextTower(nn.Module):
    """A point of the joint embedding for each caption: its words as a bag, whatever their order.

    Captions are numbers of words ``(B, L) int64``, filled up with 0. ``(B, L) -> (B, D)``, of length 1.
    """

    def __init__(self, words: int, width: int = 128, embedding: int = 32):
        super().__init__()
        self.words = nn.Embedding(words, width, padding_idx=0)
        self.point = nn.Linear(width, embedding)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        return functional.normalize(self.point(self.words(words).sum(1)), dim=-1)


class DescribedSound(nn.Module):
    """A sound tower, a text tower, and an :class:`~.audio_lm.AudioLM` whose writers are steered by a point.

    What steers are the points of sounds while the writers learn, and the points of captions when they are asked.
    """

    def __init__(self, vocabulary: int, tower_width: int = 128, embedding: int = 32, **sizes):
        super().__init__()
        self.sound = SoundTower(tower_width, embedding)
        self.text = TextTower(vocabulary, tower_width, embedding)
        self.lm = AudioLM(**sizes)
        self.to_words = nn.Linear(embedding, self.lm.words.embed.embedding_dim)
        self.to_codes = nn.Linear(embedding, self.lm.codes.embed.embedding_dim)

    def parts(self) -> tuple:
        """What learns in each phase: the codec, the ear, the towers, the writers."""
        towers = nn.ModuleList([self.sound, self.text])
        return self.lm.codec, self.lm.ear.layers, towers, self.writers()

    def writers(self) -> nn.ModuleList:
        """What learns to write."""
        return nn.ModuleList([self.lm.words, self.lm.codes, self.to_words, self.to_codes])

    @torch.no_grad()
    def write(self, points, length: int, generator, temperature: float = 1.0) -> tuple:
        """Words ``(B, length)`` and codes of sounds from nothing, steered by points ``(B, D)``."""
        device = points.device
        nothing = torch.zeros(len(points), 0, dtype=torch.long, device=device)
        words = self.lm.words.write(nothing, length, generator, temperature, self.to_words(points))
        silence = torch.zeros(len(points), 0, self.lm.codes.stages, dtype=torch.long, device=device)
        steer = self.to_codes(points)
        return words, self.lm.codes.write(silence, words, generator, temperature, steer)
