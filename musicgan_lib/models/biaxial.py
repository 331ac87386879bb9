"""The biaxial LSTM: memory along time, tied over the notes; then memory along the notes of one step (Johnson 2017).

A *roll* is ``(B, T, N, C)``: steps, notes from low to high, and channels play, replay and perhaps volume. Step t is
predicted from the steps before it and, within the step, note by note from below. Johnson's own model, DeepJ (Mao
et al. 2018) and the generator of Anokhin and Nuzhin (2018) are this with other note features.
"""

import torch
from torch import nn
from torch.nn import functional as F

from .interface import Trajectory

PLAY, REPLAY, VOLUME = range(3)
STEPS_PER_BAR = 16


class Biaxial(nn.Module):
    """A policy over rolls; one action is a step, all of its notes together.

    Parameters
    ----------
    features : module, ``(past (B, T, N, C), first step) -> (B, T, N, features.width)``: what each note sees of the step
        before. It must not look at other steps.
    channels : 2 for play and replay, 3 with volume.
    time_units, note_units : of the LSTM layers along time and along the notes.
    context : module, ``roll -> (B, T, context.width)``, concatenated before the last layer; ``context.at(history)`` gives
        the same for the step that follows a history, ``(B, width)``. It may change once a bar alone.
    styles : number of styles; 0 for none. A style ``(B, styles)`` is added to the input of every layer, as in DeepJ.

    Replay says nothing unless the note sounds and sounded one step before, and volume nothing unless it sounds: no
    likelihood is counted there, and samples hold 0. Source: Johnson (2017); DeepJ (Mao et al. 2018) for style.
    """

    def __init__(
        self, features, channels=2, time_units=(256, 256), note_units=(128, 128), dropout=0.0, context=None, styles=0,
        style_units=64,
    ):  # fmt: skip
        super().__init__()
        self.features, self.channels, self.context = features, channels, context
        self.dropout = nn.Dropout(dropout)
        time_in = (features.width, *time_units)
        note_in = (time_units[-1] + channels, *note_units)
        self.time = nn.ModuleList(
            nn.LSTM(a, b, batch_first=True) for a, b in zip(time_in, time_units)
        )
        self.note = nn.ModuleList(
            nn.LSTM(a, b, batch_first=True) for a, b in zip(note_in, note_units)
        )
        self.head = nn.Linear(note_units[-1] + (context.width if context else 0), channels)
        self.style = nn.Linear(styles, style_units) if styles else None
        widths = [*time_in[:-1], *note_in[:-1]] if styles else []
        self.style_to = nn.ModuleList(nn.Linear(style_units, w) for w in widths)

    def logits(self, roll: torch.Tensor, style=None) -> torch.Tensor:
        """``(B, T, N, C)``: the logit of each cell after all steps before it and all lower notes of its own."""
        added = self.style_inputs(style)
        lower = F.pad(roll, (0, 0, 1, 0))[:, :, :-1]  # (B, T, N, C): the note below
        x = torch.cat([self.along_time(roll, added)[0], lower], -1)
        x = self.along_notes(x, added)  # (B, T, N, U)
        if self.context:
            around = self.context(roll)[:, :, None].expand(-1, -1, x.shape[2], -1)
            x = torch.cat([x, around], -1)
        return self.head(x)

    def along_time(self, roll, added, memory=None):
        """What each note remembers before each step, ``(B, T, N, H)``, and the states of the layers."""
        batch, length, notes, _ = roll.shape
        past = F.pad(roll, (0, 0, 0, 0, 1, 0))[:, :-1]  # the step before each step
        x = self.features(past, 0).transpose(1, 2).flatten(0, 1)  # (B N, T, F)
        states = []
        for i, layer in enumerate(self.time):
            x, state = layer(x + _each(added, i, notes))
            x = self.dropout(x)
            states.append(tuple(s[0] for s in state))
        return x.view(batch, notes, length, -1).transpose(1, 2), states

    def along_notes(self, x, added):
        batch, length, notes, _ = x.shape
        x = x.flatten(0, 1)  # (B T, N, .)
        for i, layer in enumerate(self.note):
            x = self.dropout(layer(x + _each(added, len(self.time) + i, length))[0])
        return x.view(batch, length, notes, -1)

    def style_inputs(self, style):
        """What a style adds to the input of each layer, time layers first; empty where there is none."""
        if self.style is None or style is None:
            return []
        hidden = self.style(style)
        return [torch.tanh(layer(hidden)) for layer in self.style_to]

    def log_prob(self, actions: torch.Tensor, style=None) -> Trajectory:
        """Log-probability and entropy of each step, ``(B, T)``, with a gradient; volume is no choice and counts nothing."""
        logits = self.logits(actions, style)
        chance, counts = logits[..., :VOLUME], masks(actions)[..., :VOLUME]
        surprise = F.binary_cross_entropy_with_logits(
            chance, actions[..., :VOLUME], reduction="none"
        )
        p = chance.sigmoid()
        entropy = F.binary_cross_entropy_with_logits(chance, p, reduction="none")
        total = [(x * counts).sum((2, 3)) for x in (-surprise, entropy)]
        return Trajectory(actions, *total)

    def losses(self, roll: torch.Tensor, style=None) -> dict:
        """Nats a cell for play and replay, each a mean over the cells that count, and the squared error of volume."""
        logits, counts = self.logits(roll, style), masks(roll)
        found = {}
        for i, name in enumerate(("play", "replay", "volume")[: self.channels]):
            if i == VOLUME:
                cell = (logits[..., i].sigmoid() - roll[..., i]).square()
            else:
                cell = F.binary_cross_entropy_with_logits(
                    logits[..., i], roll[..., i], reduction="none"
                )
            found[name] = (cell * counts[..., i]).sum() / counts[..., i].sum().clamp_min(1)
        return found

    def sample(self, n, length, generator, temperature=1.0, prefix=None, style=None) -> Trajectory:
        """Draw ``n`` rolls of ``length`` steps with the fast sampler; ``prefix (n, P, N, C)`` is kept as the beginning."""
        return Sampler(self).run(n, length, generator, temperature, prefix, style)


def masks(roll: torch.Tensor) -> torch.Tensor:
    """Where each channel says something, ``(B, T, N, 3)``: play everywhere, replay in a held note, volume in a note."""
    play = roll[..., PLAY]
    before = F.pad(play, (0, 0, 1, 0))[:, :-1]
    return torch.stack([torch.ones_like(play), play * before, play], -1)[..., : roll.shape[-1]]


def _each(added, i, times):
    """A style's addition to layer i, for each of the sequences that a song is laid out in."""
    return added[i].repeat_interleave(times, 0)[:, None] if added else 0.0


class Sampler:
    """A frozen copy of a model that writes step by step; make a new one after every update.

    The published programs run the whole window again for every step, and all notes again for every note. Here the
    memories along time are kept, what they say to all notes of a step is one matrix product, and only the memories
    along the notes walk from note to note.
    """

    @torch.no_grad()
    def __init__(self, model: Biaxial):
        self.model = model
        first, units = model.note[0], model.time[-1].hidden_size
        self.from_time = first.weight_ih_l0[:, :units].T.contiguous()  # (H, 4U)
        self.from_lower = first.weight_ih_l0[:, units:].T.contiguous()  # (C, 4U)

    @torch.no_grad()
    def run(self, n, length, generator, temperature=1.0, prefix=None, style=None) -> Trajectory:
        """Whole rolls; see :meth:`Biaxial.sample`. The log-probabilities are those at temperature 1."""
        model = self.model.eval()
        added = model.style_inputs(style)
        notes = model.features.notes
        device = self.from_time.device
        known = 0 if prefix is None else prefix.shape[1]
        roll = torch.zeros(n, max(length, known) + 1, notes, model.channels, device=device)
        log_prob = torch.zeros(n, max(length, known), device=device)
        states = [(torch.zeros(n * notes, m.hidden_size, device=device),) * 2 for m in model.time]
        if known:
            roll[:, 1 : known + 1] = prefix
            log_prob[:, :known] = model.log_prob(prefix, style).log_prob
            states = model.along_time(prefix, added)[1]
        around = None
        for t in range(known, length):
            if model.context and (around is None or t % STEPS_PER_BAR == 0):
                begun = t - t % STEPS_PER_BAR
                around = model.context.at(roll[:, 1 : begun + 1])
            time = self._remember(roll[:, t : t + 1], t, states, added)  # (n, N, H)
            before = roll[:, t, :, PLAY]
            step, log_p = self._write(time, before, around, generator, temperature, added)
            roll[:, t + 1], log_prob[:, t] = step, log_p
        return Trajectory(roll[:, 1:], log_prob, None)

    def _remember(self, past, t, states, added):
        """One step along time for every note; ``states`` are replaced."""
        x = self.model.features(past, t)[:, 0]  # (n, N, F)
        n, notes = x.shape[:2]
        x = x.flatten(0, 1)
        for i, layer in enumerate(self.model.time):
            x = x + (added[i].repeat_interleave(notes, 0) if added else 0.0)
            h, c = states[i]
            gates = F.linear(x, layer.weight_ih_l0, layer.bias_ih_l0 + layer.bias_hh_l0)
            states[i] = _cell(torch.addmm(gates, h, layer.weight_hh_l0.T), c)
            x = states[i][0]
        return x.view(n, notes, -1)

    def _write(self, time, before, around, generator, temperature, added):
        """The notes of one step from low to high: ``(n, N, C)`` and the step's log-probability ``(n,)``."""
        model, (n, notes) = self.model, time.shape[:2]
        first, styled = model.note[0], added[len(model.time) :]
        bias = first.bias_ih_l0 + first.bias_hh_l0
        if styled:
            bias = bias + styled[0] @ first.weight_ih_l0.T  # (n, 4U)
            bias = bias[:, None]
        ahead = time @ self.from_time + bias  # (n, N, 4U)
        states = [(time.new_zeros(n, m.hidden_size),) * 2 for m in model.note]
        dice = torch.rand(notes, 2, n, generator=generator, device=time.device)
        head, lower, written, total = self._head(around), time.new_zeros(n, model.channels), [], 0.0
        for p in range(notes):
            gates = torch.addmm(ahead[:, p], lower, self.from_lower)
            for i, layer in enumerate(model.note):
                h, c = states[i]
                if i:
                    x = states[i - 1][0] + (styled[i] if styled else 0.0)
                    gates = F.linear(x, layer.weight_ih_l0, layer.bias_ih_l0 + layer.bias_hh_l0)
                states[i] = _cell(torch.addmm(gates, h, layer.weight_hh_l0.T), c)
            logits = head(states[-1][0])  # (n, C)
            play = (dice[p, 0] < (logits[:, PLAY] / temperature).sigmoid()).float()
            held = play * before[:, p]
            replay = held * (dice[p, 1] < (logits[:, REPLAY] / temperature).sigmoid()).float()
            cells = [play, replay, play * logits[:, -1].sigmoid()]
            lower = torch.stack(cells[: model.channels], 1)
            sign = F.logsigmoid(torch.where(lower[:, :VOLUME] > 0, 1, -1) * logits[:, :VOLUME])
            total = total + sign[:, PLAY] + held * sign[:, REPLAY]
            written.append(lower)
        return torch.stack(written, 1), total

    def _head(self, around):
        """The last layer as a function of the notes' memory, with what a bar's context adds computed once."""
        head = self.model.head
        units = self.model.note[-1].hidden_size
        weight, bias = head.weight[:, :units].T, head.bias
        if around is not None:
            bias = bias + around @ head.weight[:, units:].T
        return lambda h: h @ weight + bias


def _cell(gates, c):
    i, f, g, o = gates.chunk(4, 1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


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


def beats(past, first: int, bits=False) -> torch.Tensor:
    """Where in a bar of 16 each step is, for every note: one-hot ``(B, T, N, 16)``, or four bits of -1 and 1."""
    t = (torch.arange(past.shape[1], device=past.device) + first) % STEPS_PER_BAR
    shown = F.one_hot(t, STEPS_PER_BAR).float()
    if bits:
        shown = (t[:, None] >> torch.arange(4, device=past.device) & 1) * 2.0 - 1
    return shown[:, None].expand(past.shape[0], -1, past.shape[2], -1)
