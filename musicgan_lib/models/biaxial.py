"""The biaxial LSTM: memory along time, tied over the notes; then memory along the notes of one step (Johnson 2017).

A *roll* is ``(B, T, N, C)``: steps, notes from low to high, and channels play, replay and perhaps volume. Step t is
predicted from the steps before it and, within the step, note by note from below. Johnson's own model, DeepJ (Mao
et al. 2018) and the generator of Anokhin and Nuzhin (2018) are this with other note features.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .draws import rand
from .interface import Trajectory
from .note_features import PLAY, REPLAY, STEPS_PER_BAR, VOLUME


class Biaxial(nn.Module):
    """A policy over rolls; one action is a step, all of its notes together.

    Parameters
    ----------
    features : module, ``(past (B, T, N, C), first step) -> (B, T, N, features.width)``: what each note sees of the step
        before. It must not look at other steps.
    channels : 2 for play and replay, 3 with volume.
    time_units, note_units : of the LSTM layers along time and along the notes.
    context : module, ``roll -> (B, T, context.width)``, concatenated before the last layer; ``context.at(history)``
        gives the same for the step that follows a history, ``(B, width)``. It may change once a bar alone.
    copy : let the logits of a cell hear the same cell one step before, directly. Music holds its notes, and a model
        that has to find this out through its memories stays for hundreds of steps where it ignores the past; this is
        ours.
    bars_back : let each note also hear its cell so many bars before the step that is written, along time and, with
        ``copy``, in its logits. ``(1, 2)`` hears whether the bar before, or the one before that, goes on; this is ours.
    styles : number of styles; 0 for none. A style ``(B, styles)`` is added to the input of every layer, as in DeepJ.

    Replay says nothing unless the note sounds and sounded one step before, and volume nothing unless it sounds: no
    likelihood is counted there, and samples hold 0. Source: Johnson (2017); DeepJ (Mao et al. 2018) for style.
    """

    def __init__(
        self, features, channels=2, time_units=(256, 256), note_units=(128, 128), dropout=0.0, context=None, styles=0,
        style_units=64, copy=False, bars_back=(),
    ):  # fmt: skip
        super().__init__()
        self.lags = (1, *(STEPS_PER_BAR * bars for bars in bars_back))
        heard = channels * len(self.lags)
        self.features, self.channels, self.context = features, channels, context
        self.dropout = nn.Dropout(dropout)
        time_in = (features.width + heard - channels, *time_units)
        note_in = (time_units[-1] + channels, *note_units)
        self.time = nn.ModuleList(
            nn.LSTM(a, b, batch_first=True) for a, b in zip(time_in, time_units)
        )
        self.note = nn.ModuleList(
            nn.LSTM(a, b, batch_first=True) for a, b in zip(note_in, note_units)
        )
        self.head = nn.Linear(note_units[-1] + (context.width if context else 0), channels)
        self.copy = nn.Linear(heard, channels, bias=False) if copy else None
        if copy:
            nn.init.zeros_(self.copy.weight)
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
        return self.head(x) + self.from_before(self.heard(roll))

    def heard(self, roll):
        """The same cell at each lag before each step, ``(B, T, N, lags * C)``: one step, and so many bars."""
        length = roll.shape[1]
        earlier = (F.pad(roll, (0, 0, 0, 0, lag, 0))[:, :length] for lag in self.lags)
        return torch.cat(list(earlier), -1)

    def from_before(self, heard):
        """What the same cells before add to the logits, ``(..., C)``; 0 without ``copy``."""
        return self.copy(heard) if self.copy is not None else torch.zeros((), device=heard.device)

    def see(self, heard, first):
        """What the first memory is told of each note: its features one step before, and its cells bars before."""
        past, bars = heard[..., : self.channels], heard[..., self.channels :]
        return torch.cat([self.features(past, first), bars], -1)

    def along_time(self, roll, added):
        """What each note remembers before each step, ``(B, T, N, H)``, and the states of the layers."""
        batch, length, notes, _ = roll.shape
        x = self.see(self.heard(roll), 0).transpose(1, 2).flatten(0, 1)  # (B N, T, F)
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
        if (self.style is None) != (style is None):
            raise ValueError("a model with styles needs one, and a model without has none to take")
        if style is None:
            return []
        hidden = self.style(style.to(self.style.weight.device))
        return [torch.tanh(layer(hidden)) for layer in self.style_to]

    def log_prob(self, actions: torch.Tensor, style=None) -> Trajectory:
        """Log-probability and entropy of each step, ``(B, T)``, with a gradient;
        volume is no choice and counts nothing.
        """
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
        cells, counts = self._charge(roll, style)
        means = cells.sum((0, 1, 2)) / counts.sum((0, 1, 2)).clamp_min(1)
        return dict(zip(("play", "replay", "volume"), means))

    def loss(self, roll: torch.Tensor, style=None) -> torch.Tensor:
        """What training lowers: all that ``losses`` charges, over the number of cells. Without volume it is minus the
        log-likelihood a cell. The sum of the means in its place would weigh a replay, which is said of one cell in
        fifty, fifty times as much as a note.
        """
        return self._charge(roll, style)[0].sum() / roll[..., PLAY].numel()

    def _charge(self, roll, style):
        logits, counts = self.logits(roll, style), masks(roll)
        said = F.binary_cross_entropy_with_logits(logits, roll, reduction="none")
        if self.channels > VOLUME:
            volume = (logits[..., VOLUME:].sigmoid() - roll[..., VOLUME:]).square()
            said = torch.cat([said[..., :VOLUME], volume], -1)
        return said * counts, counts

    def sample(self, n, length, generator, temperature=1.0, prefix=None, style=None) -> Trajectory:
        """Draw ``n`` rolls of ``length`` steps with the fast sampler;
        ``prefix (n, P, N, C)`` is kept as the beginning.
        """
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
    """A model that writes step by step; make a new one after every update.

    The published programs run the whole window again for every step, and all notes again for every note. Here the
    memories along time are kept, what they say to all notes of a step is one matrix product, and only the memories
    along the notes walk from note to note.
    """

    @torch.no_grad()
    def __init__(self, model: Biaxial):
        self.model = model
        self.time = [_fuse(layer) for layer in model.time]
        notes, units = [_fuse(layer) for layer in model.note], model.time[-1].hidden_size
        weight, self.bias = notes[0]
        self.from_time, self.from_lower = weight[:units], weight[units : units + model.channels]
        notes[0] = weight[units:], self.bias
        self.note = [(w.cpu().numpy(), b.cpu().numpy()) for w, b in notes]
        self.head = model.head.weight[:, : model.note[-1].hidden_size].T.cpu().numpy().copy()

    @torch.no_grad()
    def run(self, n, length, generator, temperature=1.0, prefix=None, style=None) -> Trajectory:
        """Whole rolls; see :meth:`Biaxial.sample`. The log-probabilities are those at temperature 1."""
        model, training = self.model, self.model.training
        model.eval()
        added = model.style_inputs(style)
        notes = model.features.notes
        device = self.from_time.device
        prefix = None if prefix is None else prefix[:, :length]
        known = 0 if prefix is None else prefix.shape[1]
        roll = torch.zeros(n, length + 1, notes, model.channels, device=device)
        log_prob = torch.zeros(n, length, device=device)
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
            heard = torch.cat([roll[:, max(t + 1 - lag, 0)] for lag in model.lags], -1)
            time = self._remember(heard, t, states, added)  # (n, N, H)
            step, log_p = self._write(time, heard, around, generator, temperature, added)
            roll[:, t + 1], log_prob[:, t] = step, log_p
        model.train(training)
        return Trajectory(roll[:, 1:], log_prob, None)

    def _remember(self, heard, t, states, added):
        """One step along time for every note; ``states`` are replaced."""
        x = self.model.see(heard[:, None], t)[:, 0]  # (n, N, F)
        n, notes = x.shape[:2]
        x = x.flatten(0, 1)
        for i, (weight, bias) in enumerate(self.time):
            x = x + (added[i].repeat_interleave(notes, 0) if added else 0.0)
            h, c = states[i]
            states[i] = _cell(torch.addmm(bias, torch.cat([x, h], 1), weight), c)
            x = states[i][0]
        return x.view(n, notes, -1)

    def _write(self, time, heard, around, generator, temperature, added):
        """The notes of one step from low to high: ``(n, N, C)`` and the step's log-probability ``(n,)``."""
        model, (n, notes) = self.model, time.shape[:2]
        styled = added[len(model.time) :]
        ahead = time @ self.from_time + self.bias  # (n, N, 4U)
        if styled:
            ahead = ahead + (styled[0] @ torch.cat([self.from_time, self.from_lower]))[:, None]
        before, last = heard[..., PLAY], model.head.bias.expand(n, notes, -1)
        last = last + model.from_before(heard)
        if around is not None:
            last = last + (around @ model.head.weight[:, model.note[-1].hidden_size :].T)[:, None]
        dice = rand(notes, n, 2, generator=generator, dim=1).to(time.device)
        bars = torch.logit(dice) * temperature  # a cell is 1 where its logit is above
        given = [x.cpu().numpy() for x in (ahead, last, bars, before, *styled[1:])]
        step, logits = (torch.as_tensor(x, device=time.device) for x in self._walk(*given))
        logits = logits[..., :VOLUME]
        chance = F.logsigmoid(torch.where(step[..., :VOLUME] > 0, logits, -logits))
        return step, (chance[..., PLAY] + step[..., PLAY] * before * chance[..., REPLAY]).sum(1)

    def _walk(self, ahead, last, bars, before, *styled):
        """From note to note, in numpy: on few songs its small products cost a third of torch's, and no more on many."""
        n, notes = ahead.shape[:2]
        h = [np.zeros((n, len(b) // 4), np.float32) for _, b in self.note]
        c, lower = list(h), np.zeros((n, self.model.channels), np.float32)
        written, said = np.zeros((2, n, notes, self.model.channels), np.float32)
        for p in range(notes):
            x = lower
            for i, (weight, bias) in enumerate(self.note):
                if i and styled:
                    x = x + styled[i - 1]
                gates = np.concatenate([x, h[i]], 1) @ weight
                gates += bias if i else ahead[:, p]
                units = gates.shape[1] // 4
                gates[:, : 2 * units] *= 0.5  # the logistic function is a tanh of half its argument
                gates[:, 3 * units :] *= 0.5
                gates = np.tanh(gates)
                enter, keep, new, out = (gates[:, k * units : (k + 1) * units] for k in range(4))
                c[i] = (keep + 1) * 0.5 * c[i] + (enter + 1) * 0.5 * new
                x = h[i] = (out + 1) * 0.5 * np.tanh(c[i])
            said[:, p] = logits = x @ self.head + last[:, p]
            lower = np.zeros_like(logits)
            lower[:, :VOLUME] = logits[:, :VOLUME] > bars[p]
            lower[:, REPLAY] *= lower[:, PLAY] * before[:, p]
            if logits.shape[1] > VOLUME:
                lower[:, VOLUME] = lower[:, PLAY] * (np.tanh(logits[:, VOLUME] * 0.5) + 1) * 0.5
            written[:, p] = lower
        return written, said


def _fuse(layer):
    """An LSTM layer's weights as one matrix for input and memory together, ``(I + H, 4H)``, and one bias."""
    weight = torch.cat([layer.weight_ih_l0, layer.weight_hh_l0], 1).T.contiguous()
    return weight, layer.bias_ih_l0 + layer.bias_hh_l0


def _cell(gates, c):
    i, f, g, o = gates.chunk(4, 1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c
