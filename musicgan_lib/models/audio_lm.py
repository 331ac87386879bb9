"""AudioLM in small: two kinds of tokens of a sound, a writer of each, and a waveform at the end."""

import torch
from torch import nn

from .melody_ear import MelodyEar
from .sound_writers import CodeWriter, WordWriter
from .spectrum_codec import SpectrumCodec

#: What a continuation may hear of the sound before it: both, or the codes or the words alone
HEARS = ("both", "codes", "words")


class AudioLM(nn.Module):
    """Words (semantic tokens) by a :class:`MelodyEar`, codes (acoustic tokens) by a
    :class:`SpectrumCodec`, and a writer of each.

    ``hears="codes"`` writes codes that are told no words. ``hears="words"`` goes on from the words alone, and how
    it sounded before is forgotten.
    """

    def __init__(
        self,
        stages: int = 3,
        codes: int = 64,
        groups: int = 64,
        codec_width: int = 192,
        ear_width: int = 128,
        word_width: int = 128,
        code_width: int = 128,
        hears: str = "both",
    ):
        super().__init__()
        if hears not in HEARS:
            raise ValueError(f"hears is {hears!r}; choose {', '.join(HEARS)}")
        self.hears = hears
        self.codec = SpectrumCodec(codec_width, stages=stages, codes=codes)
        self.ear = MelodyEar(hidden=ear_width, groups=groups)
        per_word = self.ear.hop // self.codec.hop
        self.words = WordWriter(groups, width=word_width)
        self.codes = CodeWriter(stages, codes, groups, per_word, hears != "codes", width=code_width)

    @torch.no_grad()
    def read(self, waves: torch.Tensor, at_once: int = 64) -> tuple[torch.Tensor, torch.Tensor]:
        """Words ``(B, S)`` and codes ``(B, F, Q)`` of waveforms ``(B, T)``."""
        parts = [(self.ear(w), self.codec(w)) for w in waves.split(at_once)]
        return torch.cat([p[0] for p in parts]), torch.cat([p[1] for p in parts])

    @torch.no_grad()
    def go_on(
        self, words: torch.Tensor, codes: torch.Tensor, length: int, generator, temperature=1.0
    ) -> tuple:
        """Words ``(B, P)`` and codes ``(B, P * per_word, Q)`` gone on with to ``length`` words: both as :meth:`read`.

        First all words, then the codes under them. What :attr:`hears` leaves out is not looked at.
        """
        words = words if self.hears != "codes" else words[:, :0]
        whole = self.words.write(words, length, generator, temperature)
        codes = codes if self.hears != "words" else codes[:, :0]
        return whole, self.codes.write(codes, whole, generator, temperature)
