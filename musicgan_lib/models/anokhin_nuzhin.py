"""Anokhin and Nuzhin (2018): what their notes see, their attention and global structure, discriminator and critic.

The generator is :class:`biaxial.Biaxial` with :class:`NoteInput` and :class:`GlobalStructure`. Sizes are those of the
published notebooks where the slides give none.
"""

import torch
from torch import nn
from torch.nn import functional as F

from .biaxial import Biaxial
from .interface import Answer
from .note_features import PLAY, STEPS_PER_BAR, NoteConvolution, beats, pitch_class_usage


class NoteEmbedding(nn.Module):
    """A vector a note: neighbours, place, pitch class, and how much its pitch class sounds; 64 + 20 + 12 + 1 = 97."""

    def __init__(self, notes=48, low=36, channels=2, filters=64, kernel=24):
        super().__init__()
        self.low, self.width = low, filters + 20 + 12 + 1
        self.near = NoteConvolution(channels, filters, kernel)
        self.place, self.pitch_class = nn.Embedding(notes, 20), nn.Embedding(12, 12)
        at = torch.arange(notes)
        self.register_buffer("at", at, persistent=False)
        self.register_buffer("classes", (at + low) % 12, persistent=False)

    def forward(self, roll: torch.Tensor) -> torch.Tensor:
        """``(B, T, N, C) -> (B, T, N, 97)``."""
        fixed = torch.cat([self.place(self.at), self.pitch_class(self.classes)], -1)
        usage = pitch_class_usage(roll[..., PLAY], self.low)[..., None]
        return torch.cat([self.near(roll), fixed.expand(*roll.shape[:2], -1, -1), usage], -1)


class NoteAttention(nn.Module):
    """Attention along the notes of one step with Q = K = V, its answer multiplied by Q, and a layer over each note.

    ``scaled`` divides by the square root of the width, as the slides say and their code does not. Source: Anokhin and
    Nuzhin (2018); three heads, each as wide as the input.
    """

    def __init__(self, width: int, heads: int = 3, scaled: bool = False, dropout: float = 0.0):
        super().__init__()
        self.heads, self.scale = heads, width**-0.5 if scaled else 1.0
        self.project = nn.Linear(width, heads * width, bias=False)
        nn.init.xavier_normal_(self.project.weight)
        self.merge = nn.Linear(heads * width, width)
        self.each = nn.Sequential(
            nn.Linear(width, 4 * width), nn.ReLU(), nn.Linear(4 * width, width)
        )
        self.dropout = nn.Dropout(dropout)

    def weights(self, x: torch.Tensor) -> torch.Tensor:
        """Which notes each note looks at: ``(B, T, N, F) -> (B, T, heads, N, N)``, rows sum to 1."""
        q = self._heads(x)
        return torch.softmax(q @ q.transpose(-1, -2) * self.scale, -1)

    def forward(self, x):
        q = self._heads(x)  # (B, T, heads, N, F)
        seen = self.weights(x) @ q * q
        x = x + self.dropout(self.merge(seen.transpose(2, 3).flatten(3)))
        return x + self.dropout(self.each(x))

    def _heads(self, x):
        return self.project(x).unflatten(-1, (self.heads, x.shape[-1])).transpose(2, 3)


class NoteInput(nn.Module):
    """What a note of the generator sees: its embedding, what it attends to among the others, and the beat; 97 + 16.

    ``attention`` and ``scaled`` switch and scale :class:`NoteAttention`; ``dropout`` is that of the notes.
    """

    def __init__(
        self, notes=48, low=36, channels=2, filters=64, attention=True, scaled=False, dropout=0.0
    ):
        super().__init__()
        self.notes = notes
        self.embed, self.drop = NoteEmbedding(notes, low, channels, filters), nn.Dropout(dropout)
        self.attend = (
            NoteAttention(self.embed.width, 3, scaled, dropout) if attention else nn.Identity()
        )
        self.beat = nn.Embedding(STEPS_PER_BAR, STEPS_PER_BAR)
        self.width = self.embed.width + STEPS_PER_BAR

    def forward(self, past, first: int):
        seen = self.attend(self.embed(self.drop(past)))
        return torch.cat([seen, beats(past, first) @ self.beat.weight], -1)


class GlobalStructure(nn.Module):
    """A vector a bar from a convolution over all notes and 32 steps, every 16: ``(B, T, N, C) -> (B, T, 30)``.

    Each bar has that of the last seven windows that ended before it. The published module (``causal=False``) reads the
    last 128 steps of the whole roll and gives the same vector to every step, so in training a step sees the notes
    that it has to predict: what ``log_prob`` then says is no likelihood, and the sampler, which has no future, does
    not agree.
    """

    def __init__(self, notes=48, channels=2, filters=20, width=30, causal=True, span=32, windows=7):
        super().__init__()
        self.causal, self.width, self.windows = causal, width, windows
        self.reach = span + (windows - 1) * STEPS_PER_BAR  # steps: 128
        self.see = nn.Conv2d(channels, filters, (span, notes), stride=(STEPS_PER_BAR, 1))
        self.sum_up = nn.Linear(filters * windows, width)

    def forward(self, roll):
        length = roll.shape[1]
        if not self.causal:
            return self.at(roll)[:, None].expand(-1, length, -1)
        bars = -(-length // STEPS_PER_BAR)
        x = roll[:, : (bars - 1) * STEPS_PER_BAR]  # the last bar is seen by none
        return self._read(x).repeat_interleave(STEPS_PER_BAR, 1)[:, :length]

    def at(self, history):
        """The vector of the bar that follows a history of whole bars, ``(B, 30)``."""
        return self._read(history[:, -self.reach :])[:, -1]

    def _read(self, roll):
        """A vector for every bar of a roll and for the one after it, ``(B, bars + 1, 30)``."""
        x = F.pad(roll, (0, 0, 0, 0, self.reach, 0)).permute(0, 3, 1, 2)  # (B, C, 128 + T, N)
        x = F.leaky_relu(self.see(x)[..., 0], 0.1)  # (B, filters, windows + bars)
        x = (
            x.unfold(2, self.windows, 1).transpose(1, 2).flatten(2)
        )  # (B, bars + 1, filters * windows)
        return F.leaky_relu(self.sum_up(x), 0.1)


def build_generator(
    notes=48, low=36, channels=2, time_units=(256, 256), note_units=(128, 128), dropout=0.0, filters=64,
    attention=True, scaled=False, global_structure=True, causal=True, windows=7, copy=False,
    bars_back=(),
) -> Biaxial:  # fmt: skip
    """The generator of Anokhin and Nuzhin (2018), at the published sizes unless told otherwise."""
    seen = NoteInput(notes, low, channels, filters, attention, scaled, dropout)
    context = (
        GlobalStructure(notes, channels, causal=causal, windows=windows)
        if global_structure
        else None
    )
    return Biaxial(
        seen, channels, time_units, note_units, dropout, context, copy=copy, bars_back=bars_back
    )


class Hierarchy(nn.Module):
    """A memory over the twelve pitch classes of a step, and one over the steps: ``(B, T, N, F) -> (B, T, units)``.

    Parameters
    ----------
    notes, low, width : of the input; F is ``width``.
    units : of both memories.
    as_published : pack four neighbouring semitones as one "pitch class", as the published reshape does.
    skip, cells : units of a two-layer view of the whole step's ``cells`` numbers, added to what the lower memory says
        of it. On rolls where little sounds the hierarchy alone learns nothing; this is ours.

    Source: Anokhin and Nuzhin (2018), after the paragraph autoencoder of Li et al. (2015).
    """

    def __init__(self, notes, low, width, units, as_published=False, skip=0, cells=0):
        super().__init__()
        self.below = 0 if as_published else low % 12
        self.octaves = -(-(notes + self.below) // 12)
        self.as_published = as_published
        self.lower = nn.LSTM(self.octaves * width, units, batch_first=True)
        self.upper = nn.LSTM(units, units, batch_first=True)
        self.skip = (
            nn.Sequential(nn.Linear(cells, skip), nn.ReLU(), nn.Linear(skip, units))
            if skip
            else None
        )

    def pack(self, x: torch.Tensor) -> torch.Tensor:
        """``(..., N, F) -> (..., 12, octaves * F)``: a row a pitch class from C up, its octaves side by side."""
        above = 12 * self.octaves - x.shape[-2] - self.below
        x = F.pad(x, (0, 0, self.below, above))
        if self.as_published:
            return x.unflatten(-2, (12, self.octaves)).flatten(-2)
        return x.unflatten(-2, (self.octaves, 12)).transpose(-3, -2).flatten(-2)

    def forward(self, x, rolls=()):
        """``rolls``, each ``(B, T, N, C)``, are what a skip looks at."""
        batch, length = x.shape[:2]
        chords = self.lower(self.pack(x.flatten(0, 1)))[1][0][0]  # (B T, units)
        if self.skip is not None:
            chords = chords + self.skip(torch.cat([r.flatten(2) for r in rolls], -1)).flatten(0, 1)
        return self.upper(chords.unflatten(0, (batch, length)))[0]


class HierarchicalDiscriminator(nn.Module):
    """A discriminator of continuations: of (X, Y) together, or of Y alone.

    Parameters
    ----------
    conditional : read X beside Y, step by step, both through one embedding; they must be equally long.
    read : ``"last"``, the memory after the last step, as published; or ``"mean"``, over all steps of Y.
    filters : of the embedding of each note, as published; 0 reads the cells as they are, at a tenth of the cost.
    as_published, skip : of :class:`Hierarchy`.
    bars_back : let the skip also look at how much each step has in common with the one so many bars before it, of X and
        Y together: what no memory was seen to find out alone; ours.

    Implements ``Discriminator`` for Y with ``x`` as an argument; gives logits.
    """

    def __init__(
        self, notes=48, low=36, channels=2, units=1000, filters=64, conditional=True, read="last", as_published=False,
        skip=0, bars_back=(),
    ):  # fmt: skip
        super().__init__()
        if bars_back and not skip:
            raise ValueError("bars_back are for the skip, and there is none")
        if read not in ("last", "mean"):
            raise ValueError(f"read is 'last' or 'mean', not {read!r}")
        self.conditional, self.read, self.bars_back = conditional, read, bars_back
        self.embed = NoteEmbedding(notes, low, channels, filters) if filters else nn.Identity()
        width, many = self.embed.width if filters else channels, 2 if conditional else 1
        cells = many * notes * channels + len(bars_back)
        self.memory = Hierarchy(notes, low, many * width, units, as_published, skip, cells)
        self.decide = Answer(units, 1)

    def features(self, y: torch.Tensor, x: torch.Tensor | None = None) -> torch.Tensor:
        """``(B, T, N, C) -> (B, units)``; ValueError where X is missing or is not as long as Y."""
        seen, rolls = self.embed(y), [y]
        if self.conditional:
            if x is None or x.shape != y.shape:
                raise ValueError("a conditional discriminator needs X, as long as Y")
            seen, rolls = torch.cat([self.embed(x), seen], -1), [x, y]
        if self.bars_back:
            rolls.append(self.repeats(y, x if self.conditional else None))
        states = self.memory(seen, rolls)  # (B, T, units)
        return states[:, -1] if self.read == "last" else states.mean(1)

    def repeats(self, y, x=None):
        """The share of the cells that sound or are struck now or so many bars before that do both times,
        ``(B, T, lags)``; 0 where both are silent.
        """
        whole = y if x is None else torch.cat([x, y], 1)
        found = []
        for bars in self.bars_back:
            lag = bars * STEPS_PER_BAR
            then = F.pad(whole, (0, 0, 0, 0, lag, 0))  # (B, T' + lag, N, C)
            then = then[:, : whole.shape[1]][:, -y.shape[1] :]
            common, either = torch.minimum(y, then), torch.maximum(y, then)
            found.append(common.sum((2, 3)) / either.sum((2, 3)).clamp_min(1))
        return torch.stack(found, -1)

    def score(self, y: torch.Tensor, x: torch.Tensor | None = None) -> torch.Tensor:
        return self.decide(self.features(y, x))[:, 0]


class HistoryCritic(nn.Module):
    """What score to expect of a continuation after hearing X alone: ``(B, T, N, C) -> (B,)``, between 0 and 1.

    An unbiased baseline may depend on nothing else. Source: b(x) of Anokhin and Nuzhin (2018); the slides also write
    b({x, y}), which would not be one.
    """

    def __init__(self, notes=48, low=36, channels=2, units=40, as_published=False):
        super().__init__()
        self.memory = Hierarchy(notes, low, channels, units, as_published)
        self.expect = Answer(units, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.expect(self.memory(x)[:, -1]))[:, 0]
