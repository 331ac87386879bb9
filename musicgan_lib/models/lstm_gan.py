"""An LSTM that writes one note and an LSTM that judges one note (Neo & Saleem 2024); and both for sequences."""

import torch
from torch import nn
from torch.nn.functional import leaky_relu


class NoteGenerator(nn.Module):
    """Noise in, one note out: pitch, duration, offset, as large as they are, with no bound.

    The listing of Neo and Saleem (2024). It gives its LSTM a sequence of length one and a memory of
    zeros, so nothing is remembered: this is a feed-forward network, and ``weight_hh`` never acts.
    ``noise``, ``hidden``, ``layers``: 100, 256 and 2 in their notebook.
    """

    def __init__(self, noise: int = 100, hidden: int = 256, layers: int = 2):
        super().__init__()
        self.noise = noise
        self.lstm = nn.LSTM(noise, hidden, layers, batch_first=True)
        self.fc = nn.Linear(hidden, 3)

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """``(B, noise) -> (B, 3)``."""
        out, _ = self.lstm(z.unsqueeze(1))  # (B, 1, H); the listing's zero states are the default
        return self.fc(out[:, -1])


class NoteDiscriminator(nn.Module):
    """One note in, the probability that it is real out; the listing of Neo and Saleem (2024)."""

    def __init__(self, hidden: int = 256, layers: int = 2):
        super().__init__()
        self.lstm = nn.LSTM(3, hidden, layers, batch_first=True)
        self.fc = nn.Linear(hidden, 1)

    def forward(self, notes: torch.Tensor) -> torch.Tensor:
        """``(B, 3) -> (B,)``, between 0 and 1."""
        out, _ = self.lstm(notes.unsqueeze(1))  # (B, 1, H)
        return self.fc(out[:, -1]).sigmoid()[:, 0]


class SequenceGenerator(nn.Module):
    """The same idea with time in it: noise a song and noise a note in, a sequence of notes out. Ours.

    The memory runs over the ``T`` notes; a note leaves at every step. The numbers are normalised fields
    (octaves from middle C, doublings of time), or whatever the data are.
    """

    def __init__(self, noise: int = 32, hidden: int = 128, layers: int = 2):
        super().__init__()
        self.noise = noise
        self.lstm = nn.LSTM(2 * noise, hidden, layers, batch_first=True)
        self.fc = nn.Sequential(
            nn.Linear(hidden + noise, hidden), nn.LeakyReLU(0.2), nn.Linear(hidden, 3)
        )

    def forward(self, song: torch.Tensor, step: torch.Tensor) -> torch.Tensor:
        """``(B, noise)`` and ``(B, T, noise)`` ``-> (B, T, 3)``."""
        z = torch.cat([song[:, None].expand_as(step), step], -1)  # (B, T, 2 noise)
        memory, _ = self.lstm(z)  # (B, T, H)
        return self.fc(torch.cat([memory, step], -1))


class SequenceDiscriminator(nn.Module):
    """A sequence in, a logit for the stretch around each of its notes out. Ours.

    Convolutions over time see a note among its neighbours, so order is what they judge. They are also told how
    much the batch varies, so that a generator of one song gives itself away.
    """

    def __init__(self, hidden: int = 128, kernel: int = 5, layers: int = 3):
        super().__init__()
        sizes = [4] + [hidden] * layers
        self.convs = nn.ModuleList(
            nn.Conv1d(a, b, kernel, padding=kernel // 2) for a, b in zip(sizes, sizes[1:])
        )
        self.fc = nn.Linear(hidden, 1)

    def features(self, notes: torch.Tensor) -> torch.Tensor:
        """``(B, T, 3) -> (B, T, H)``."""
        variety = notes.var(0).mean().expand(*notes.shape[:2], 1)
        x = torch.cat([notes, variety], -1).transpose(1, 2)  # (B, 4, T)
        for conv in self.convs:
            x = leaky_relu(conv(x), 0.2)
        return x.transpose(1, 2)

    def forward(self, notes: torch.Tensor) -> torch.Tensor:
        """``(B, T, 3) -> (B, T)`` logits."""
        return self.fc(self.features(notes))[..., 0]


class NoteScale(nn.Module):
    """Between music's numbers and numbers of one size: pitches, and places on two lists of times, standardised.

    ``durations`` and ``offsets`` are the note values of a corpus, in quarter lengths, from short to long: counted
    in places they are nearly a logarithm, and the nearest place is a note value. ``centre`` and ``spread (3,)``
    are the mean and deviation of pitch and places. Ours.
    """

    def __init__(self, durations, offsets, centre=(60, 0, 0), spread=(6, 1, 1)):
        super().__init__()
        for name, values in zip(self.NAMES, (durations, offsets, centre, spread)):
            self.register_buffer(name, torch.as_tensor(values, dtype=torch.float32))

    NAMES = ("durations", "offsets", "centre", "spread")

    @classmethod
    def of(cls, notes: torch.Tensor, least: float = 0.015):
        """The scale of real notes ``(N, 3)``: times that at least a share of ``least`` has, to 1/48 of a quarter."""
        lists = []
        for column in (1, 2):
            times, n = torch.unique((notes[:, column] * 48).round(), return_counts=True)
            times, n = times[times >= 2 - column], n[times >= 2 - column]
            enough = min(
                least * len(notes), n.topk(min(4, len(n))).values[-1]
            )  # free time: the four commonest
            lists.append(times[n >= enough] / 48)
        places = cls(*lists)._places_of(notes)
        return cls(*lists, places.mean(0), places.std(0).clamp(min=1e-3))

    def normalise(self, notes: torch.Tensor) -> torch.Tensor:
        """``(…, 3)`` MIDI number, duration, offset as fields ``(…, 3)``, times at the place nearest by ratio."""
        return (self._places_of(notes) - self.centre) / self.spread

    def snap(self, fields: torch.Tensor) -> torch.Tensor:
        """The fields of the nearest key and note values."""
        return (self._nearest(fields) - self.centre) / self.spread

    def denormalise(self, fields: torch.Tensor) -> torch.Tensor:
        """The notes of the nearest key and note values; no time is negative, no duration zero."""
        key, *places = self._nearest(fields).unbind(-1)
        times = [t[p.long()] for t, p in zip((self.durations, self.offsets), places)]
        return torch.stack([key, *times], -1)

    def view(self, fields: torch.Tensor) -> torch.Tensor:
        """``(…, 3) -> (…, 12 + durations + offsets)``: how near a note is to each pitch class and note value, 0..1.

        Bells, not steps: at a place the slope is the difference between its two neighbours.
        """
        places = fields * self.spread + self.centre
        hours = torch.arange(12, device=fields.device) * torch.pi / 6
        near = [(9 * (torch.cos(places[..., :1] * torch.pi / 6 - hours) - 1)).exp()]
        for i, times in ((1, self.durations), (2, self.offsets)):
            far = places[..., i, None] - torch.arange(len(times), device=fields.device)
            near.append((-(far**2) / 0.72).exp())
        return torch.cat(near, -1)

    def _places_of(self, notes):
        places = [
            ((t[..., None] + 0.05).log() - (times + 0.05).log()).abs().argmin(-1)
            for t, times in zip((notes[..., 1], notes[..., 2]), (self.durations, self.offsets))
        ]
        return torch.stack([notes[..., 0], *places], -1)

    def _nearest(self, fields):
        places = (fields * self.spread + self.centre).round()
        tops = torch.tensor([127, len(self.durations) - 1, len(self.offsets) - 1.0])
        return places.clamp(min=0).minimum(tops.to(places.device))
