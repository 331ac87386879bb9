"""Voices read a moment at a time: one step of memory for all of them, and then one voice after the other."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .chord_labels import LABELS, make_labels
from .interface import Trajectory
from .token_model import TokenModel
from .voice_intervals import Intervals

CHORDS = ("none", "silver", "hash")
#: How long a pitch has been sung is counted up to here, in sixteenths.
LONGEST = 16
#: Frames whose chords are summed out at once: what fits a processor's cache
AT_ONCE = 64


class FrameModel(TokenModel):
    """LSTMs over frames; the voices of a frame are predicted in turn, from the frames before and the voices done.

    With ``chords`` the chord of a frame is predicted before its notes. It is a function of the notes, so the notes'
    own likelihood is a sum over all chords that might have been meant, which :meth:`forward` gives exactly; training
    (:meth:`nll`) is told the chord.

    Parameters
    ----------
    sizes, stride : as :class:`~musicgan_lib.models.recurrent.RecurrentModel` has them; the last token is a rest, the
        others are pitches in semitones. A frame is ``stride`` tokens.
    chords : ``"none"``, ``"silver"`` (triads by name) or ``"hash"`` (numbers without meaning, a control).
    width, layers : units of the LSTMs, and how many lie one above the other.
    embedding : numbers for each voice of the frame before.
    hidden : units of the layer that predicts a voice.
    dropout : of what the LSTMs read and give, and of that layer, while training.
    intervals : whether intervals are read and steps are written, too (:class:`~.voice_intervals.Intervals`).

    ValueError for other chords. Source: chord first, then soprano, bass, alto, tenor, and the embedding of how long a
    pitch has been sung are Peracha (2019); LSTMs for his GRUs, one step a frame, and the sum over chords are ours.
    """

    def __init__(
        self,
        sizes,
        stride,
        chords="none",
        width=256,
        layers=2,
        embedding=48,
        hidden=128,
        dropout=0.3,
        intervals=False,
    ):
        super().__init__()
        if chords not in CHORDS:
            raise ValueError(f"chords is {chords!r}; choose {', '.join(CHORDS)}")
        self.symbols, self.stride = math.prod(sizes), stride
        self.chords = LABELS if chords != "none" else 0
        if self.chords:
            self.register_buffer("labels", torch.as_tensor(make_labels(chords)), persistent=False)
            self.chord_head = nn.Linear(width, LABELS)
            self.chord_seen = nn.Embedding(LABELS + 1, embedding)
            self.chord_known = nn.Embedding(LABELS, stride * hidden)
        self.embed = nn.Embedding(stride * (self.symbols + 1), embedding)
        self.held = nn.Embedding(stride * (LONGEST + 1), embedding // 3)
        read = stride * (embedding + embedding // 3) + bool(self.chords) * embedding
        self.intervals = (
            Intervals(self.symbols, stride, embedding // 3, hidden) if intervals else None
        )
        read += self.intervals.width if intervals else 0
        between = dropout if layers > 1 else 0.0
        self.memory = nn.LSTM(read, width, layers, batch_first=True, dropout=between)
        self.dropout = nn.Dropout(dropout)
        self.from_memory = nn.Linear(width, stride * hidden)
        self.from_frame = nn.Linear(read, stride * hidden)
        done = stride * (stride - 1) // 2  # pairs of a voice and one before it
        self.done = nn.Embedding(max(done, 1) * self.symbols, hidden)
        self.heads = nn.ModuleList(nn.Linear(hidden, self.symbols) for _ in range(stride))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """As of any token model; where chords are predicted they are summed out."""
        frames = tokens.unflatten(1, (-1, self.stride))  # (B, T, V)
        past = self._delay(frames)
        output, base = self._remember(past)
        if not self.chords:
            return self._ask_all(base, frames, past).flatten(1, 2)
        weight = self.chord_head(output).log_softmax(-1)  # (B, T, C)
        told = []
        for voice in range(self.stride):
            log_p = self._ask_each_chord(base, frames, past, voice).log_softmax(-1)  # (B, T, C, S)
            told.append((weight[..., None] + log_p).logsumexp(-2))
            weight = weight + _choose(log_p, frames[..., voice])
            weight = weight - weight.logsumexp(-1, keepdim=True)
        return torch.stack(told, 2).flatten(1, 2)

    def log_prob(self, actions: torch.Tensor, entropy: bool = True) -> Trajectory:
        """As of any token model; where no entropy is asked, chords are summed of the chosen tokens alone."""
        if entropy or not self.chords:
            return super().log_prob(actions, entropy)
        frames = actions.unflatten(1, (-1, self.stride))
        past = self._delay(frames)
        output, base = self._remember(past)
        weight = self.chord_head(output).log_softmax(-1)
        flat = (part.flatten(0, 1).split(AT_ONCE) for part in (weight, base, frames, past))
        told = [self._sum_out(*part) for part in zip(*flat)]
        return Trajectory(
            actions, torch.cat(told).unflatten(0, frames.shape[:2]).flatten(1, 2), None
        )

    def _sum_out(self, weight, base, frames, past) -> torch.Tensor:
        """Log-probability of each note with chords summed out, ``(N, C), (N, V, K), (N, V), (N, V) -> (N, V)``."""
        told = []
        for voice in range(self.stride):
            logits = self._ask_each_chord(base, frames, past, voice)
            log_p = _choose(logits, frames[..., voice]) - logits.logsumexp(-1)
            told.append(torch.logsumexp(weight + log_p, -1))
            weight = weight + log_p - told[-1][..., None]
        return torch.stack(told, -1)

    def nll(self, actions: torch.Tensor) -> torch.Tensor:
        """Nats a token; where chords are predicted, of chord and notes, given the true chord: the chain."""
        if not self.chords:
            return super().nll(actions)
        parts = self.split_nll(actions)
        return (parts["chord"] + parts["given_chord"]).mean() / self.stride

    def split_nll(self, tokens: torch.Tensor, chords=None) -> dict[str, torch.Tensor]:
        """Nats of each frame, ``(B, T)``: ``chord``, and ``given_chord``, of its notes when that chord is told.

        ``chords (B, T)`` are told; by default the true ones, which the notes spell.
        """
        frames = tokens.unflatten(1, (-1, self.stride))
        past = self._delay(frames)
        output, base = self._remember(past)
        chords = self.name_chords(frames) if chords is None else chords
        base = base + self.chord_known(chords).unflatten(-1, (self.stride, -1))
        log_p = self._ask_all(base, frames, past).log_softmax(-1)
        notes = -log_p.gather(-1, frames[..., None])[..., 0].sum(-1)
        told = self.chord_head(output).log_softmax(-1)
        return {"chord": -told.gather(-1, chords[..., None])[..., 0], "given_chord": notes}

    def name_chords(self, frames: torch.Tensor) -> torch.Tensor:
        """The label of each frame, ``(…, V) -> (…)``."""
        bits = torch.where(frames < self.symbols - 1, 1 << frames % 12, 0)
        known = bits[..., 0]
        for voice in range(1, self.stride):
            known = known | bits[..., voice]
        return self.labels[known]

    def _delay(self, frames) -> torch.Tensor:
        """The frame before each one, ``(B, T, V)``; before the first stands a token that no voice sings."""
        return F.pad(frames[:, :-1], (0, 0, 1, 0), value=self.symbols)

    def _remember(self, past) -> tuple[torch.Tensor, torch.Tensor]:
        """The memory before each frame ``(B, T, H)``, and what each voice's layer has of the past ``(B, T, V, K)``."""
        read = self._read(past, self._delay(past), count_held(past))
        output = self.dropout(self.memory(read)[0])
        return output, self._base(output, read)

    def _read(self, past, before, held) -> torch.Tensor:
        """The frame before, seen from the one ``before`` it, and how long its pitches have been sung, ``(B, T, R)``."""
        voice = torch.arange(self.stride, device=past.device)
        parts = [self.embed(past + voice * (self.symbols + 1)).flatten(-2)]
        parts.append(self.held(held + voice * (LONGEST + 1)).flatten(-2))
        if self.chords:
            known = past[..., 0] < self.symbols
            named = self.name_chords(past.clamp(max=self.symbols - 1))
            parts.append(self.chord_seen(torch.where(known, named, LABELS)))
        if self.intervals is not None:
            parts.append(self.intervals.read(past, before))
        return self.dropout(torch.cat(parts, -1))

    def _base(self, output, read) -> torch.Tensor:
        return (self.from_memory(output) + self.from_frame(read)).unflatten(-1, (self.stride, -1))

    def _add_done(self, base, frames, past, voice: int) -> torch.Tensor:
        """What the layer of a voice is given, with the voices that are done, ``(B, T, K)``."""
        first = voice * (voice - 1) // 2
        for other in range(voice):
            base = base + self.done(frames[..., other] + (first + other) * self.symbols)
        if self.intervals is not None:
            base = self.intervals.add_done(base, frames, past, voice)
        return base

    def _answer(self, known, past, voice: int) -> torch.Tensor:
        """Logits of a voice from what its layer is given, ``(B, T, …, K) -> (B, T, …, S)``."""
        units = self.dropout(known.relu())
        logits = self.heads[voice](units)
        if self.intervals is not None:
            logits = self.intervals.add_steps(logits, units, past, voice)
        return logits

    def _ask_all(self, base, frames, past) -> torch.Tensor:
        """Logits of every voice ``(B, T, V, S)``."""
        told = []
        for voice in range(self.stride):
            known = self._add_done(base[..., voice, :], frames, past, voice)
            told.append(self._answer(known, past, voice))
        return torch.stack(told, 2)

    def _ask_each_chord(self, base, frames, past, voice: int) -> torch.Tensor:
        """Logits of a voice under every chord, ``(B, T, C, S)``."""
        known = self._add_done(base[..., voice, :], frames, past, voice)
        chord = self.chord_known.weight.unflatten(-1, (self.stride, -1))[:, voice]  # (C, K)
        return self._answer(known[..., None, :] + chord, past, voice)

    def begin(self, n: int) -> tuple:
        """Before the first frame: what voices know ``(n, V, K)``, chords' weights ``(n, C)``, the frame so far, the one
        before, how long it was held, ``(n, V)`` each, the place ``(n,)``, and two states ``(n, L, H)``.
        """
        device = self.from_memory.weight.device
        frame = torch.full((n, self.stride), self.symbols, device=device)
        held = torch.zeros_like(frame)
        states = torch.zeros(2, n, self.memory.num_layers, self.memory.hidden_size, device=device)
        return self._step(frame, frame, held, *states)

    def advance(self, memory: tuple, tokens: torch.Tensor) -> tuple:
        base, weight, frame, before, held, place, *states = memory
        voice = int(place[0])
        frame = frame.clone()
        frame[:, voice] = tokens
        if self.chords:
            logits = self._ask_each_chord(base[:, None], frame[:, None], before[:, None], voice)[
                :, 0
            ]
            weight = weight + _choose(logits.log_softmax(-1), tokens)
            weight = weight - weight.logsumexp(-1, keepdim=True)
        if voice + 1 < self.stride:
            return base, weight, frame, before, held, place + 1, *states
        held = torch.where(frame == before, (held + 1).clamp(max=LONGEST), torch.zeros_like(held))
        return self._step(frame, before, held, *states)

    def next_logits(self, memory: tuple) -> torch.Tensor:
        base, weight, frame, before, _, place, *_ = memory
        voice = int(place[0])
        if self.chords:
            logits = self._ask_each_chord(base[:, None], frame[:, None], before[:, None], voice)[
                :, 0
            ]
            return (weight[..., None] + logits.log_softmax(-1)).logsumexp(-2)
        frame, before = frame[:, None], before[:, None]
        known = self._add_done(base[:, None, voice], frame, before, voice)
        return self._answer(known, before, voice)[:, 0]

    def _step(self, frame, before, held, *states) -> tuple:
        """The memory after a whole frame."""
        read = self._read(frame[:, None], before[:, None], held[:, None])
        given = tuple(part.transpose(0, 1).contiguous() for part in states)
        output, after = self.memory(read, given)
        output = self.dropout(output)
        base = self._base(output, read)[:, 0]
        weight = base.new_zeros(len(frame), 0)
        if self.chords:
            weight = self.chord_head(output[:, 0]).log_softmax(-1)
        place = torch.zeros_like(frame[:, 0])
        return base, weight, frame, frame, held, place, *(p.transpose(0, 1) for p in after)


def _choose(log_p: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """Of every chord what it says of the token that was chosen, ``(…, C, S)`` and ``(…) -> (…, C)``."""
    return log_p.gather(-1, tokens[..., None, None].expand(*log_p.shape[:-1], 1))[..., 0]


def count_held(past: torch.Tensor) -> torch.Tensor:
    """How many frames before each one had the same token in that voice, one after the other, up to ``LONGEST``,
    ``(B, T, V)``.
    """
    steps = torch.arange(past.shape[1], device=past.device)[None, :, None]
    fresh = torch.ones_like(past, dtype=torch.bool)
    fresh[:, 1:] = past[:, 1:] != past[:, :-1]
    last = torch.where(fresh, steps, 0).cummax(1).values
    return (steps - last).clamp(max=LONGEST)
