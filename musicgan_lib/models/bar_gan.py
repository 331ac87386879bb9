"""Convolutions that paint one bar of a melody, and hear in every layer what came before and which chords are asked for.

A picture is pitch against time. Its columns are filters over all pitches at once, so that a layer is a convolution over
time: a transposed convolution of height 1 is one over a line.
"""

import torch
from torch import nn
from torch.nn import functional as F

from .draws import rand

STEPS, BEATS, CHORD = 16, 4, 13
#: Columns of the generator's layers: the first is dense, each of the others doubles them
COLUMNS = (2, 4, 8, 16)
#: What a generator may hear
HEARS = ("both", "chords", "bar", "nothing")


def spread_chords(chords: torch.Tensor, columns: int) -> torch.Tensor:
    """Chords ``(B, 13, 4)`` for so many columns of time, ``(B, 13, columns)``: repeated, or the mean of several."""
    if columns < BEATS:
        return F.adaptive_avg_pool1d(chords, columns)
    return chords.repeat_interleave(columns // BEATS, 2)


class BarGenerator(nn.Module):
    """Noise, the bar before and four chords in, logits of each column's pitch out (Yang, Chou and Yang 2017).

    Parameters
    ----------
    rows : pitches of a picture
    noise : numbers that are drawn for a bar
    filters : channels of a layer
    heard : channels in which the bar before is heard
    hears : both, or chords or bar alone, or nothing: what it does not hear is all zeros
    whole : the first layer hears all of the bar before; without it a half of a bar hears one half
    """

    def __init__(self, rows=32, noise=32, filters=48, heard=16, hears="both", whole=False):
        super().__init__()
        if hears not in HEARS:
            raise ValueError(f"hears is {hears!r}; choose one of {', '.join(HEARS)}")
        self.rows, self.noise, self.hears = rows, noise, hears
        self.whole = heard * COLUMNS[0] if whole else 0
        self.dense = nn.Linear(noise + CHORD * BEATS + self.whole, filters * COLUMNS[0])
        self.hear = nn.ModuleList([nn.Conv1d(rows, heard, 1)])  # the conditioner
        self.hear.extend(nn.Conv1d(heard, heard, 2, stride=2) for _ in COLUMNS[1:])
        wide = filters + heard + CHORD
        self.paint = nn.ModuleList(
            nn.ConvTranspose1d(wide, filters, 2, stride=2) for _ in COLUMNS[1:]
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(filters) for _ in COLUMNS)
        self.pitches = nn.Conv1d(wide, rows, 1)

    def listen(self, before: torch.Tensor) -> list[torch.Tensor]:
        """What each layer hears of the bar before, ``(B, rows, 16)`` -> ``(B, heard, columns)`` for 2, 4, 8, 16."""
        found = []
        for layer in self.hear:
            before = F.leaky_relu(layer(before), 0.2)
            found.append(before)
        return found[::-1]

    def forward(self, noise, before, chords) -> torch.Tensor:
        """``(B, noise)``, ``(B, rows, 16)``, ``(B, 13, 4)`` -> logits ``(B, rows, 16)``."""
        chords = chords * (self.hears in ("both", "chords"))
        before = before * (self.hears in ("both", "bar"))
        listened = self.listen(before)
        first = [noise, chords.flatten(1), *([listened[0].flatten(1)] if self.whole else [])]
        painted = self.dense(torch.cat(first, 1)).unflatten(1, (-1, COLUMNS[0]))
        for k, (heard, columns) in enumerate(zip(listened, COLUMNS)):
            painted = F.relu(self.norms[k](painted))
            painted = torch.cat([painted, heard, spread_chords(chords, columns)], 1)
            painted = (self.paint[k] if k < len(self.paint) else self.pitches)(painted)
        return painted

    def draw_noise(self, n: int, generator, device) -> torch.Tensor:
        """``(n, noise)``, even between -1 and 1."""
        return (2 * rand(n, self.noise, generator=generator) - 1).to(device)

    @torch.no_grad()
    def sample(self, before, chords, generator, each=False, temperature=1.0) -> torch.Tensor:
        """A bar after each, ``(B, 16) int64``: rows of the picture.

        A column takes its strongest row, or with ``each`` draws one by itself, at a temperature.
        """
        noise = self.draw_noise(len(before), generator, before.device)
        logits = self(noise, before, chords)
        if not each:
            return logits.argmax(1)
        thrown = rand(*logits.shape, generator=generator).to(logits.device)
        return (logits / temperature - (-thrown.clamp_min(1e-20).log()).log()).argmax(1)


class BarDiscriminator(nn.Module):
    """Looks at the bar before and the bar, one picture of 32 columns, with the chords over the second half."""

    def __init__(self, rows=32, filters=48):
        super().__init__()
        self.look = nn.Conv1d(rows + CHORD, filters, 4, stride=2, padding=1)
        self.look_on = nn.ModuleList(
            nn.Conv1d(filters, filters, 4, stride=2, padding=1) for _ in range(2)
        )
        self.decide = nn.Linear(filters * STEPS // 4, 1)

    def features(self, bar, before, chords) -> torch.Tensor:
        """What the first layer sees, ``(B, filters, 16)``."""
        asked = F.pad(spread_chords(chords, STEPS), (STEPS, 0))
        seen = torch.cat([torch.cat([before, bar], 2), asked], 1)
        return F.leaky_relu(self.look(seen), 0.2)

    def score_features(self, features) -> torch.Tensor:
        """The logits of what the first layer saw, ``(B,)``; above 0 it is taken for real."""
        for layer in self.look_on:
            features = F.leaky_relu(layer(features), 0.2)
        return self.decide(features.flatten(1))[:, 0]

    def score(self, batch) -> torch.Tensor:
        """The logits of a bar, the bar before and the chords, ``(B,)``."""
        return self.score_features(self.features(*batch))
