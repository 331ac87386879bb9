"""A band from noise: some of it is shared by all tracks, some is a track's own; some stays, some is new in each bar."""

import torch
from torch import nn
from torch.nn import functional as F

from .draws import rand

#: Who shares noise: nobody (each track plays by itself), everybody (one network writes the score), or both
MODELS = ("jamming", "composer", "hybrid")
#: Columns of a bar after the first layer, which is dense; each layer after it doubles them
FIRST = 2
CHROMA = 12
#: How many columns a bar may have
COLUMNS = (4, 8, 16)


class BarTimes(nn.Module):
    """One vector of noise becomes one vector a bar, ``(B, noise) -> (B, bars, noise)``: how a piece goes on."""

    def __init__(self, noise: int, bars: int):
        super().__init__()
        self.bars = bars
        self.unroll = nn.Linear(noise, bars * noise)

    def forward(self, noise: torch.Tensor) -> torch.Tensor:
        return self.unroll(noise).unflatten(1, (self.bars, -1))


class BarPainter(nn.Module):
    """A vector paints a bar, ``(N, heard) -> (N, rows, columns)`` logits: 2 columns of time, then 4, 8 and so on."""

    def __init__(self, heard: int, rows: int, columns: int, filters: int):
        super().__init__()
        self.dense = nn.Linear(heard, filters * FIRST)
        self.widen = nn.ModuleList(
            nn.ConvTranspose1d(filters, filters, 2, stride=2)
            for _ in range((columns // FIRST).bit_length() - 1)
        )
        self.pitches = nn.Conv1d(filters, rows, 1)

    def forward(self, heard: torch.Tensor) -> torch.Tensor:
        x = F.relu(self.dense(heard).unflatten(1, (-1, FIRST)))
        for layer in self.widen:
            x = F.relu(layer(x))
        return self.pitches(x)


class BandGenerator(nn.Module):
    """Noise in, the bars of all tracks out (Dong, Hsiao, Yang and Yang 2018, figures 2 and 4).

    Parameters
    ----------
    rows : pitches of a track, and one row for silence
    tracks, bars : how many
    columns : of a bar: 4, 8 or 16
    model : jamming, composer or hybrid
    noise : numbers of each vector of noise that all tracks share
    own_noise : numbers of each vector of a track's own, at most ``noise``
    filters : channels of a track's layers; the composer's one painter has as many for each track
    """

    def __init__(
        self,
        rows=48,
        tracks=4,
        bars=2,
        columns=8,
        model="hybrid",
        noise=16,
        own_noise=4,
        filters=32,
    ):
        super().__init__()
        if model not in MODELS:
            raise ValueError(f"model is {model!r}; choose one of {', '.join(MODELS)}")
        if tracks < 2:
            raise ValueError(f"{tracks} track is no band: give two or more")
        if columns not in COLUMNS:
            raise ValueError(f"a bar of {columns} columns: choose one of {COLUMNS}")
        if own_noise > noise:
            raise ValueError(f"own_noise is {own_noise}: at most as many as noise, {noise}")
        self.rows, self.tracks, self.bars, self.columns = rows, tracks, bars, columns
        self.noise, self.own_noise = noise, own_noise
        self.shares, self.own = model != "jamming", model != "composer"
        heard = 2 * (noise * self.shares + own_noise * self.own)  # one vector stays, one moves
        if self.shares:
            self.time = BarTimes(noise, bars)
        if self.own:
            self.own_times = nn.ModuleList(BarTimes(own_noise, bars) for _ in range(tracks))
            sizes = [(rows, columns, filters)] * tracks
        else:
            sizes = [(rows * tracks, columns, filters * tracks)]
        self.painters = nn.ModuleList(BarPainter(heard, *size) for size in sizes)

    def draw_noise(self, n: int, generator, device) -> torch.Tensor:
        """``(n, 1 + tracks, 2, noise)``, even between -1 and 1: first what is shared, then each track's own.

        Of the two vectors of each the first stays through all bars; the second becomes another one in each bar.
        """
        shape = n, 1 + self.tracks, 2, self.noise
        return (2 * rand(*shape, generator=generator) - 1).to(device)

    def forward(self, noise: torch.Tensor) -> torch.Tensor:
        """Noise as of :meth:`draw_noise` -> logits ``(B, tracks, rows, bars * columns)``."""
        shared = [self.hear(noise[:, 0], self.time)] if self.shares else []
        if not self.own:
            heard = [shared[0]]
        else:
            own = noise[..., : self.own_noise]
            heard = [
                torch.cat([*shared, self.hear(own[:, 1 + k], time)], 2)
                for k, time in enumerate(self.own_times)
            ]
        painted = [painter(h.flatten(0, 1)) for painter, h in zip(self.painters, heard)]
        logits = torch.stack(painted, 1)  # (B * bars, painters, rows of each, columns)
        logits = logits.reshape(-1, self.bars, self.tracks, self.rows, self.columns)
        return logits.permute(0, 2, 3, 1, 4).flatten(3)

    def hear(self, noise: torch.Tensor, time: BarTimes) -> torch.Tensor:
        """The two vectors of one source, bar by bar, ``(B, 2, noise) -> (B, bars, 2 * noise)``."""
        stays = noise[:, :1].expand(-1, self.bars, -1)
        return torch.cat([stays, time(noise[:, 1])], 2)

    @torch.no_grad()
    def sample(self, n: int, generator, device) -> torch.Tensor:
        """``(n, tracks, bars * columns) int64``: the strongest row of each column."""
        return self(self.draw_noise(n, generator, device)).argmax(2)


class BandCritic(nn.Module):
    """How real a band sounds, ``(B, tracks, rows, T) -> (B,)``: a number without bounds.

    One network hears all tracks at once, and beside them how much of each pitch class sounds, all tracks together
    (the chroma stream of Dong and Yang 2018). With ``apart`` each track has a network of its own, and nobody hears two
    tracks; the numbers are summed.
    """

    def __init__(self, rows=48, tracks=4, time=16, filters=64, apart=False):
        super().__init__()
        self.apart = apart
        if apart:
            self.ears = nn.ModuleList(Ear(rows, filters // 2, time) for _ in range(tracks))
        else:
            self.ears = nn.ModuleList([Ear(rows * tracks, filters, time, CHROMA)])

    def score(self, pictures: torch.Tensor) -> torch.Tensor:
        """The critic's numbers of pictures; larger is nearer to real."""
        if self.apart:
            heard = [ear(pictures[:, k]) for k, ear in enumerate(self.ears)]
            return torch.stack(heard).sum(0)
        return self.ears[0](pictures.flatten(1, 2), sum_chroma(pictures))


class Ear(nn.Module):
    """A critic's network: columns two by two, then halvings down to four; no norm, for a penalty is one example's."""

    def __init__(self, heard: int, filters: int, time: int, chroma: int = 0):
        super().__init__()
        self.first = nn.Conv1d(heard, filters, 2, stride=2)
        self.chroma = nn.Conv1d(chroma, filters, 2, stride=2) if chroma else None
        wide, time = filters * (2 if chroma else 1), time // 2
        self.halve = nn.ModuleList()
        while time > 4 and time % 2 == 0:
            self.halve.append(nn.Conv1d(wide, filters, 4, stride=2, padding=1))
            wide, time = filters, time // 2
        self.decide = nn.Linear(wide * time, 1)

    def forward(self, pictures: torch.Tensor, chroma: torch.Tensor | None = None) -> torch.Tensor:
        """``(B, heard, T)`` and, where it hears them, chroma ``(B, 12, T)`` -> ``(B,)``."""
        x = self.first(pictures)
        if self.chroma is not None:
            x = torch.cat([x, self.chroma(chroma)], 1)
        for layer in self.halve:
            x = layer(F.leaky_relu(x, 0.2))
        return self.decide(F.leaky_relu(x, 0.2).flatten(1))[:, 0]


def sum_chroma(pictures: torch.Tensor) -> torch.Tensor:
    """How much of each pitch class sounds, ``(B, tracks, rows, T) -> (B, 12, T)``; the last row, silence, is left out.

    Class 0 is that of row 0.
    """
    rows = pictures[:, :, :-1].sum(1)
    rows = F.pad(rows, (0, 0, 0, -rows.shape[1] % CHROMA))
    return rows.unflatten(1, (-1, CHROMA)).sum(1)
