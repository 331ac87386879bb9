"""A band from noise: some of it is shared by all tracks, some is a track's own; some stays, some is new in each bar.

One track may be given. The others then hear it, bar by bar and layer by layer, and are made to go with it.
"""

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
#: In place of the number of a given track
NOBODY = -1


class BarTimes(nn.Module):
    """One vector of noise becomes one vector a bar, ``(B, noise) -> (B, bars, noise)``: how a piece goes on."""

    def __init__(self, noise: int, bars: int):
        super().__init__()
        self.bars = bars
        self.unroll = nn.Linear(noise, bars * noise)

    def forward(self, noise: torch.Tensor) -> torch.Tensor:
        return self.unroll(noise).unflatten(1, (self.bars, -1))


class BarEncoder(nn.Module):
    """How a bar of the given track is heard: ``(N, rows, columns)`` -> a list of ``(N, heard, k)``, k = 2, 4, 8, ...

    The last has all columns; each before it half of them.
    Each goes into the painter's layer of as many columns.
    Dong, Hsiao, Yang and Yang (2018), track-conditional generation.
    """

    def __init__(self, rows: int, columns: int, heard: int):
        super().__init__()
        self.pitches = nn.Conv1d(rows, heard, 1)
        self.halve = nn.ModuleList(
            nn.Conv1d(heard, heard, 2, stride=2) for _ in range(count_doublings(columns))
        )

    def forward(self, bar: torch.Tensor) -> list[torch.Tensor]:
        listened = [F.leaky_relu(self.pitches(bar), 0.2)]
        for layer in self.halve:
            listened.insert(0, F.leaky_relu(layer(listened[0]), 0.2))
        return listened


class BarPainter(nn.Module):
    """A vector paints a bar, ``(N, heard) -> (N, rows, columns)`` logits: 2 columns of time, then 4, 8 and so on.

    With ``given`` channels of a given track, each layer is handed what :class:`BarEncoder` made of as many columns.
    """

    def __init__(self, heard: int, rows: int, columns: int, filters: int, given: int = 0):
        super().__init__()
        self.dense = nn.Linear(heard, filters * FIRST)
        self.widen = nn.ModuleList(
            nn.ConvTranspose1d(filters + given, filters, 2, stride=2)
            for _ in range(count_doublings(columns))
        )
        self.pitches = nn.Conv1d(filters + given, rows, 1)

    def forward(self, heard: torch.Tensor, listened=()) -> torch.Tensor:
        x = F.relu(self.dense(heard).unflatten(1, (-1, FIRST)))
        for k, layer in enumerate(self.widen):
            x = F.relu(layer(stand_beside(x, listened, k)))
        return self.pitches(stand_beside(x, listened, -1))


def stand_beside(x: torch.Tensor, listened, level: int) -> torch.Tensor:
    """A painter's channels, and after them those of one level of what is heard; alone where nothing is."""
    return torch.cat([x, listened[level]], 1) if listened else x


def count_doublings(columns: int) -> int:
    """How often the first columns are doubled until there are so many."""
    return (columns // FIRST).bit_length() - 1


class BandGenerator(nn.Module):
    """Noise in, the bars of all tracks out (Dong, Hsiao, Yang and Yang 2018, figures 2 and 4).

    Where a track is given, it is played as it is, and the others are made; source k of noise is the k-th of those.

    Parameters
    ----------
    rows : pitches of a track, and one row for silence
    tracks, bars : how many
    columns : of a bar: 4, 8 or 16
    model : jamming, composer or hybrid
    noise : numbers of each vector of noise that all tracks share
    own_noise : numbers of each vector of a track's own, at most ``noise``
    filters : channels of a track's layers; the composer's one painter has as many for each track
    given : the number of the track that is given; -1: nobody's
    heard : channels in which the others hear it
    deaf : whether what they hear of it is silenced on the way: the encoder is there, and nothing comes of it
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
        given=NOBODY,
        heard=16,
        deaf=False,
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
        if not NOBODY <= given < tracks:
            raise ValueError(
                f"given is {given}: choose one of the {tracks} tracks, from 0 on, or -1 for none"
            )
        self.given, self.deaf = given, deaf
        self.made = tracks - (given != NOBODY)
        self.noise, self.own_noise = noise, own_noise
        self.shares, self.own = model != "jamming", model != "composer"
        of_noise = 2 * (noise * self.shares + own_noise * self.own)  # one vector stays, one moves
        if self.shares:
            self.time = BarTimes(noise, bars)
        if self.own:
            self.own_times = nn.ModuleList(BarTimes(own_noise, bars) for _ in range(self.made))
            sizes = [(rows, columns, filters)] * self.made
        else:
            sizes = [(rows * self.made, columns, filters * self.made)]
        heard = 0 if given == NOBODY else heard
        self.painters = nn.ModuleList(BarPainter(of_noise, *size, heard) for size in sizes)
        if heard:
            self.encoder = BarEncoder(rows, columns, heard)

    def draw_noise(self, n: int, generator, device) -> torch.Tensor:
        """``(n, 1 + made, 2, noise)``, even between -1 and 1: first what is shared, then each made track's own.

        Of the two vectors of each the first stays through all bars; the second becomes another one in each bar.
        """
        shape = n, 1 + self.made, 2, self.noise
        return (2 * rand(*shape, generator=generator) - 1).to(device)

    def forward(self, noise: torch.Tensor, given: torch.Tensor | None = None) -> torch.Tensor:
        """Noise as of :meth:`draw_noise` -> logits of the tracks that are made, ``(B, made, rows, bars * columns)``.

        ``given`` are pictures of the given track, ``(B, rows, bars * columns)``.
        """
        listened = self.listen(given)
        shared = [self.hear(noise[:, 0], self.time)] if self.shares else []
        if not self.own:
            heard = [shared[0]]
        else:
            own = noise[..., : self.own_noise]
            heard = [
                torch.cat([*shared, self.hear(own[:, 1 + k], time)], 2)
                for k, time in enumerate(self.own_times)
            ]
        painted = [painter(h.flatten(0, 1), listened) for painter, h in zip(self.painters, heard)]
        logits = torch.stack(painted, 1)  # (B * bars, painters, rows of each, columns)
        logits = logits.reshape(-1, self.bars, self.made, self.rows, self.columns)
        return logits.permute(0, 2, 3, 1, 4).flatten(3)

    def listen(self, given: torch.Tensor | None) -> list[torch.Tensor]:
        """What the painters hear of the given track, bar by bar: ``(B * bars, heard, columns)``, the coarsest first.

        ValueError where a track should be given and is not, or the other way round.
        """
        if (given is None) != (self.given == NOBODY):
            missing = "no track is given" if given is None else "this band takes no given track"
            raise ValueError(f"{missing}: the band was built with given={self.given}")
        if given is None:
            return []
        bars = given.unflatten(2, (self.bars, self.columns)).transpose(1, 2).flatten(0, 1)
        listened = self.encoder(bars)
        return [0 * heard for heard in listened] if self.deaf else listened

    def play(self, noise: torch.Tensor, given: torch.Tensor | None = None) -> torch.Tensor:
        """Shares of the rows, ``(B, tracks, rows, bars * columns)``; the given track's are its own picture."""
        made = self(noise, given).softmax(2)
        return made if given is None else self.insert(made, given)

    def insert(self, made: torch.Tensor, given: torch.Tensor) -> torch.Tensor:
        """Made tracks ``(B, made, ...)`` and the given one ``(B, ...)`` in their order, ``(B, tracks, ...)``."""
        above, below = made[:, : self.given], made[:, self.given :]
        return torch.cat([above, given[:, None], below], 1)

    def hear(self, noise: torch.Tensor, time: BarTimes) -> torch.Tensor:
        """The two vectors of one source, bar by bar, ``(B, 2, noise) -> (B, bars, 2 * noise)``."""
        stays = noise[:, :1].expand(-1, self.bars, -1)
        return torch.cat([stays, time(noise[:, 1])], 2)

    @torch.no_grad()
    def sample(self, n: int, generator, device, given=None) -> torch.Tensor:
        """``(n, tracks, bars * columns) int64``: the strongest row of each column, of new noise.

        ``given`` are the rows of the given track, ``(n, bars * columns) int64``: they come back as they are.
        """
        noise = self.draw_noise(n, generator, device)
        if given is None:
            return self(noise).argmax(2)
        given = torch.as_tensor(given).to(device)
        picture = F.one_hot(given, self.rows).transpose(1, 2).float()
        return self.insert(self(noise, picture).argmax(2), given)


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
