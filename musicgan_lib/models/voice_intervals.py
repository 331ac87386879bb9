"""Intervals of voices: how far each has moved, how far they stand apart, and the next pitch as a step from the last."""

import torch
from torch import nn


class Intervals(nn.Module):
    """What a network of frames reads and writes besides pitches, so that what it learns in one key serves in all.

    Parameters
    ----------
    symbols : tokens of a voice; the last one is a rest, the others are pitches in semitones.
    voices : how many sing in a frame.
    embedding, hidden : numbers for an interval that is read, and units of the layer that predicts a voice.

    An interval of k semitones has the number ``symbols + k``; 0 stands where one of the two is no pitch. Source: ours;
    tables of counts on chorales read steps in the same way.
    """

    def __init__(self, symbols: int, voices: int, embedding: int, hidden: int):
        super().__init__()
        self.symbols, self.voices = symbols, voices
        pairs = voices * (voices - 1) // 2
        self.moved = nn.Embedding(voices * 2 * symbols, embedding)
        self.apart = nn.Embedding(max(pairs, 1) * 2 * symbols, embedding)
        self.done = nn.Embedding(max(pairs, 1) * 2 * symbols, hidden)
        nn.init.normal_(self.done.weight, std=0.3)
        self.steps = nn.ModuleList(nn.Linear(hidden, 2 * symbols) for _ in range(voices))
        #: Numbers that :meth:`read` gives for a frame
        self.width = (voices + pairs) * embedding

    def number(self, to, start) -> torch.Tensor:
        """The number of each interval between two tokens, ``(…), (…) -> (…)``."""
        sung = (to < self.symbols - 1) & (start < self.symbols - 1)
        return torch.where(sung, to - start + self.symbols, 0)

    def read(self, past, before) -> torch.Tensor:
        """How voices moved from the frames ``before`` to those of the ``past``, and how far they stood apart there,
        ``(B, T, V) -> (B, T, width)``.
        """
        voice = torch.arange(self.voices, device=past.device)
        parts = [self.moved(self.number(past, before) + voice * 2 * self.symbols).flatten(-2)]
        for high in range(self.voices):
            for low in range(high):
                between = self.number(past[..., high], past[..., low])
                parts.append(self.apart(between + self._place(high, low)))
        return torch.cat(parts, -1)

    def add_done(self, base, frames, past, voice: int) -> torch.Tensor:
        """What the layer of a voice is given, with where the voices that are done lie from where it stood."""
        for other in range(voice):
            from_here = self.number(frames[..., other], past[..., voice])
            base = base + self.done(from_here + self._place(voice, other))
        return base

    def add_steps(self, logits, units, past, voice: int) -> torch.Tensor:
        """Logits of pitches ``(…, S)``, and those of the steps that lead there, from ``units (…, K)``."""
        stood = past[..., voice]
        stood = stood.reshape(*stood.shape, *[1] * (logits.dim() - stood.dim()))
        pitches = torch.arange(self.symbols, device=past.device)
        step = self.number(pitches, stood).expand_as(logits)
        told = self.steps[voice](units).gather(-1, step)
        return logits + torch.where(step > 0, told, 0)

    def _place(self, high: int, low: int) -> int:
        """Where the intervals of a pair of voices begin."""
        return (high * (high - 1) // 2 + low) * 2 * self.symbols
