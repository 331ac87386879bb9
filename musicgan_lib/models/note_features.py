"""What each note of a roll sees of the step before it, in the biaxial models (Johnson 2017; Mao et al. 2018).

A *roll* is ``(B, T, N, C)``; the modules here look at each step alone, so they can be asked for one step or for all.
"""

import torch
from torch import nn
from torch.nn import functional as F

PLAY, REPLAY, VOLUME = range(3)  # the channels of a roll
STEPS_PER_BAR = 16


def pitch_class_usage(play: torch.Tensor, low: int = 36) -> torch.Tensor:
    """How many notes of each note's pitch class sound, itself included: ``(..., N) -> (..., N)``.

    The published programs of DeepJ and of Anokhin and Nuzhin mix steps and songs here; this is what they describe.
    """
    notes = play.shape[-1]
    classes = (torch.arange(notes, device=play.device) + low) % 12
    same = (classes[:, None] == classes).to(play.dtype)
    return play @ same


class NoteConvolution(nn.Module):
    """A convolution along the notes of one step, as long as before: ``(B, T, N, C) -> (B, T, N, filters)``."""

    def __init__(self, channels: int, filters: int = 64, kernel: int = 24):
        super().__init__()
        self.kernel = kernel
        self.see = nn.Conv1d(channels, filters, kernel)

    def forward(self, roll):
        batch, length = roll.shape[:2]
        x = roll.flatten(0, 1).transpose(1, 2)  # (B T, C, N)
        x = F.pad(x, ((self.kernel - 1) // 2, self.kernel // 2))
        return torch.tanh(self.see(x)).transpose(1, 2).unflatten(0, (batch, length))


class DeepJFeatures(nn.Module):
    """What a note sees in DeepJ: its place, pitch class, the usage of that class, neighbours, and the beat; 94 numbers.

    Source: Mao et al. (2018), section III-B, with 16 steps a bar.
    """

    def __init__(self, notes=48, low=36, channels=2, filters=64, kernel=24, dropout=0.0):
        super().__init__()
        self.notes, self.low = notes, low
        self.near, self.dropout = NoteConvolution(channels, filters, kernel), nn.Dropout(dropout)
        self.width = 1 + 12 + 1 + filters + STEPS_PER_BAR
        at = torch.arange(notes)
        place = torch.cat([at[:, None] / notes, F.one_hot((at + low) % 12, 12)], 1)
        self.register_buffer("place", place, persistent=False)

    def forward(self, past, first: int):
        past = self.dropout(past)
        usage = pitch_class_usage(past[..., PLAY], self.low)[..., None]
        around = [self.place.expand(*past.shape[:2], -1, -1), usage, self.near(past)]
        return torch.cat([*around, beats(past, first)], -1)


class JohnsonFeatures(nn.Module):
    """What a note sees in the first biaxial model: its place, an octave either way, all pitch classes from its own up,
    and the beat as four bits; 79 numbers for two channels. No weights. Source: Johnson (2017), section 4.2.
    """

    def __init__(self, notes=48, low=36, channels=2, reach=12):
        super().__init__()
        self.notes, self.low, self.reach = notes, low, reach
        self.width = 1 + 12 + channels * (2 * reach + 1) + 12 + 4
        at = torch.arange(notes)
        classes = (at + low) % 12
        place = torch.cat([at[:, None] / notes, F.one_hot(classes, 12)], 1)
        above = (
            classes - classes[:, None, None] - torch.arange(12)[:, None]
        ) % 12 == 0  # (N, 12, N)
        self.register_buffer("place", place, persistent=False)
        self.register_buffer("above", above.float(), persistent=False)

    def forward(self, past, first: int):
        wide = F.pad(past, (0, 0, self.reach, self.reach)).unfold(2, 2 * self.reach + 1, 1)
        near = wide.flatten(3)  # (B, T, N, C (2 reach + 1))
        usage = torch.einsum("btm,nkm->btnk", past[..., PLAY], self.above)
        place = self.place.expand(*past.shape[:2], -1, -1)
        return torch.cat([place, near, usage, beats(past, first, bits=True)], -1)


class AbsoluteFeatures(nn.Module):
    """The control of the relative ones: each note sees all keys of the step before by their place on the keyboard,
    which key it is itself, and the beat; ``N C + N + 4`` numbers. No weights. Source: ours.

    It is told more than :class:`JohnsonFeatures`, which ends an octave away, but no interval: what one key has
    learned of its neighbours helps no other key, and a transposed past is another past.
    """

    def __init__(self, notes=48, channels=2):
        super().__init__()
        self.notes, self.width = notes, notes * channels + notes + 4
        self.register_buffer("key", torch.eye(notes), persistent=False)

    def forward(self, past, first: int):
        batch, length = past.shape[:2]
        seen = past.flatten(2)[:, :, None].expand(-1, -1, self.notes, -1)  # (B, T, N, N C)
        key = self.key.expand(batch, length, -1, -1)
        return torch.cat([seen, key, beats(past, first, bits=True)], -1)


def beats(past, first: int, bits=False) -> torch.Tensor:
    """Where in a bar of 16 each step is, for every note: one-hot ``(B, T, N, 16)``, or four bits of -1 and 1."""
    t = (torch.arange(past.shape[1], device=past.device) + first) % STEPS_PER_BAR
    shown = F.one_hot(t, STEPS_PER_BAR).to(past.dtype)
    if bits:
        shown = (t[:, None] >> torch.arange(4, device=past.device) & 1) * 2.0 - 1
    return shown[:, None].expand(past.shape[0], -1, past.shape[2], -1)
