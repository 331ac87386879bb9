"""A network fills in one voice from the other three; it hears what a table of intervals hears, and more of it."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from ..data.harmony import sounds
from ..data.heard import HOLD, Heard
from .chorale_fill import REACH, VOICES, find_neighbour, name_steps, sing_steps

#: Steps of a known voice from the neighbour: numbers below REST_OF, which is a rest.
REST_OF = 2 * REACH + 1
#: As far as the neighbour's own moves are told apart, in semitones.
FAR = 12


class IntervalNetwork(nn.Module):
    """A recurrent network in both directions says how far a voice lies from its neighbour, a sixteenth at a time.

    Only intervals are heard, so that a piece in another key is the same piece.

    Parameters
    ----------
    width : units of each direction.
    embedding : numbers for each interval that is heard.
    """

    def __init__(self, width: int = 96, embedding: int = 12):
        super().__init__()
        self.between = nn.ModuleList(nn.Embedding(REST_OF + 1, embedding) for _ in range(3))
        self.moves = nn.ModuleList(nn.Embedding(2 * FAR + 1, embedding) for _ in range(2))
        heard = 5 * embedding + 3 + 4
        self.memory = nn.GRU(heard, width, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * width + heard, 2 * REACH + 2)
        self.drop = nn.Dropout(0.3)

    def forward(self, between, moves, held) -> torch.Tensor:
        """Logits ``(B, T, 2 * REACH + 2)`` of steps from the neighbour, as ``chorale_fill.name_steps`` numbers them.

        ``between (B, T, 3) int64``: steps from the neighbour to the known voices; ``moves (B, T, 2)``: of the
        neighbour, from before and to what follows; ``held (B, T, 7) float``: which of the known voices hold, and the
        sixteenth of the beat, one hot.
        """
        heard = [table(between[..., k]) for k, table in enumerate(self.between)]
        heard += [table(moves[..., k]) for k, table in enumerate(self.moves)]
        heard = torch.cat([*heard, held], -1)
        remembered, _ = self.memory(self.drop(heard))
        return self.out(torch.cat([self.drop(remembered), heard], -1))


def hear_others(heard: Heard, which: int) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """What the network hears of a piece whose voice ``which`` may be hidden, and the neighbour's pitches, ``(T,)``."""
    others, anchor = find_neighbour(sounds(heard.cells), which)
    between = np.where(others < 0, REST_OF, np.clip(others - anchor, -REACH, REACH) + REACH).T
    moved = np.clip(np.diff(anchor), -FAR, FAR) + FAR
    moves = np.stack([np.insert(moved, 0, FAR), np.append(moved, FAR)], 1)
    holds = np.delete(heard.cells, which, 0).T == HOLD
    beat = np.eye(4)[np.arange(len(anchor)) % 4]
    return (between, moves, np.concatenate([holds, beat], 1).astype(np.float32)), anchor


class IntervalFiller:
    """A filler of one voice, as :mod:`~musicgan_lib.evaluation.chorale_fill` asks for: the likeliest step, everywhere.

    Parameters
    ----------
    pieces : :class:`~musicgan_lib.data.heard.Heard` of four voices, to learn from.
    which : the voice that is filled in, 0 the soprano.
    length : sixteenths of a window; shorter pieces are left out. ValueError where none is long enough.
    """

    def __init__(self, pieces, which: int, seed: int = 0, length: int = 96, lr: float = 6e-3):
        self.which, self.length, self.rng = which, length, np.random.default_rng(seed)
        self.learned = []
        for piece in (p for p in pieces if p.cells.shape[1] >= length):
            parts, anchor = hear_others(piece, which)
            self.learned.append((*parts, name_steps(sounds(piece.cells)[which], anchor)))
        if not self.learned:
            raise ValueError(f"no piece has {length} sixteenths: choose a shorter length")
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.network = IntervalNetwork()
        self.dice = torch.Generator().manual_seed(seed)
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr, weight_decay=1e-5)

    def learn(self, steps: int, batch: int = 8) -> list[float]:
        """So many updates on random windows; the loss of each, nats a sixteenth."""
        long = np.array([len(piece[-1]) for piece in self.learned])
        losses = []
        for _ in range(steps):
            windows = []
            for k in self.rng.choice(len(long), batch, p=long / long.sum()):
                start = self.rng.integers(long[k] - self.length + 1)
                windows.append([part[start : start + self.length] for part in self.learned[k]])
            *parts, steps_true = (torch.as_tensor(np.stack(parts)) for parts in zip(*windows))
            with torch.random.fork_rng(devices=[]):  # dropout throws these dice
                torch.manual_seed(int(torch.randint(2**62, (1,), generator=self.dice)))
                logits = self.network.train()(*parts)
            loss = F.cross_entropy(logits.flatten(0, 1), steps_true.flatten())
            self.optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            self.optimiser.step()
            losses.append(loss.item())
        return losses

    @torch.no_grad()
    def __call__(self, heard: Heard, which: int) -> np.ndarray:
        """The line ``(T,)``: pitches and rests; ValueError for a voice that it has not learned."""
        if which != self.which:
            raise ValueError(f"this network has learned the {VOICES[self.which]}")
        parts, anchor = hear_others(heard, which)
        logits = self.network.eval()(*(torch.as_tensor(part)[None] for part in parts))
        return sing_steps(logits[0].argmax(-1).numpy(), anchor)
