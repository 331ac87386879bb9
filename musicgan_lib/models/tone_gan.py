"""A discriminator of tones written as symbols, which hears how they relate. Ours.

Its generator is any ``WordPolicy`` over the fields (time since, key, length[, intensity]) of
``data.tone_tokens``, run by ``learning.relaxations.relaxed_run``, so that a gradient can pass.
"""

import torch
from torch import nn
from torch.nn import functional as F

from .interface import Answer
from .words import unpack

#: Semitones up and down that the discriminator tells apart.
REACH = 12


def one_hot(words: torch.Tensor, sizes) -> list[torch.Tensor]:
    """Words ``(B, T)`` as a list of one-hot ``(B, T, size)``, one a field."""
    return [F.one_hot(f, size).float() for f, size in zip(unpack(words, sizes), sizes)]


def relations(fields: list[torch.Tensor]) -> torch.Tensor:
    """What a listener hears in each tone, from one-hot fields: ``(B, T, F)``, smooth in every one of them.

    The field itself, as a place on its scale; the time since, as a symbol; the step from the tone before,
    as a symbol; how much of the past lies each of twelve intervals away, whatever the octave; whether
    this tone, and the last two and three, were heard before; the change of intensity.
    """
    since, key = fields[0], fields[1]
    length, past = key.shape[1], torch.tril(key.new_ones(key.shape[1], key.shape[1]), -1)
    places = [f @ torch.linspace(-1, 1, f.shape[-1], device=f.device) for f in fields]
    before = F.pad(key, (REACH, REACH))[:, :-1]
    span = key.shape[-1]
    steps = [
        (key[:, 1:] * before[..., REACH - k : REACH - k + span]).sum(-1)
        for k in range(-REACH, REACH + 1)
    ]
    octave = torch.eye(12, device=key.device)[torch.arange(span, device=key.device) % 12]
    classes = key @ octave
    heard = classes.cumsum(1) - classes
    age = torch.arange(1, length + 1, device=key.device)[:, None]
    again = key @ key.transpose(1, 2) * past
    twice = again * F.pad(again, (1, 0, 1, 0))[:, :-1, :-1]
    thrice = twice * F.pad(again, (2, 0, 2, 0))[:, :-2, :-2]
    columns = [
        torch.stack(places, -1),
        since,
        F.pad(torch.stack(steps, -1), (0, 0, 1, 0)),
        torch.stack([(heard * classes.roll(k, -1)).sum(-1) for k in range(12)], -1) / age,
        torch.stack([1 - torch.exp(-m.sum(2)) for m in (again, twice, thrice)], -1),
    ]
    if len(fields) > 3:
        columns.append(F.pad(torch.diff(places[3], dim=1), (1, 0))[..., None])
    return torch.cat(columns, -1)


class RelationDiscriminator(nn.Module):
    """Three convolutions over :func:`relations`, then mean, spread and peak over the window, and one logit."""

    def __init__(self, sizes, hidden: int = 64):
        super().__init__()
        width = len(sizes) + sizes[0] + 2 * REACH + 1 + 12 + 3 + (len(sizes) > 3)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(i, hidden, 3, stride, 1)
            for i, stride in ((width, 1), (hidden, 2), (hidden, 2))
        )
        self.mix = nn.Linear(3 * hidden, hidden)
        self.decide = Answer(hidden, 1)

    def features(self, fields: list[torch.Tensor]) -> torch.Tensor:
        """One-hot fields to ``(B, hidden)``."""
        x = relations(fields).transpose(1, 2)
        for convolution in self.convolutions:
            x = F.leaky_relu(convolution(x), 0.2)
        return F.leaky_relu(self.mix(torch.cat([x.mean(2), x.std(2), x.amax(2)], 1)), 0.2)

    def score(self, fields: list[torch.Tensor]) -> torch.Tensor:
        """One-hot fields to ``(B,)`` logits."""
        return self.score_features(self.features(fields))

    def score_features(self, features: torch.Tensor) -> torch.Tensor:
        """The same from features that were computed before."""
        return self.decide(features)[:, 0]
