"""A melody is as likely as what it is paid: a reward for each note, learned backwards from melodies."""

import torch
from torch import nn
from torch.nn import functional as F

from .token_model import TokenModel

TONES, LEAP = 12, 12  # tones of an octave; intervals are told apart up to so many semitones


class RewardChain(TokenModel):
    """Pitches ``0 .. P-1``, token 0 a C. The network is its reward, and nothing else is learned.

    Parameters
    ----------
    sizes : of the alphabet, one number: P.
    length : notes of a melody. The last one is paid by ``last``, too.
    looks_ahead : whether a choice counts what comes after it; without, each note is drawn by its own reward alone.

    The four blocks of weights, nats: ``tone (12,)``, ``interval (25,)``, ``height (2,)``, ``last (12,)``; see
    ``data.endings.plant_reward``. A constant added to all of a block changes no probability. ValueError for tokens of
    several fields. Source: Ziebart et al. (2008); a melody is a path whose next step is certain.
    """

    def __init__(self, sizes, length, looks_ahead=True):
        super().__init__()
        if len(sizes) != 1:
            raise ValueError(f"tokens of sizes {sizes}: a note is one number here")
        self.pitches, self.length, self.looks_ahead = sizes[0], length, looks_ahead
        self.tone = nn.Parameter(torch.zeros(TONES))
        self.interval = nn.Parameter(torch.zeros(2 * LEAP + 1))
        self.height = nn.Parameter(torch.zeros(2))
        self.last = nn.Parameter(torch.zeros(TONES))
        token, height = torch.arange(self.pitches), torch.linspace(-1, 1, self.pitches)
        way = (token - token[:, None]).clamp(-LEAP, LEAP) + LEAP
        self.register_buffer("of_tone", F.one_hot(token % TONES, TONES).float(), persistent=False)
        self.register_buffer("of_height", torch.stack([height, height**2], 1), persistent=False)
        self.register_buffer("way", way, persistent=False)

    def pay(self, t: int) -> torch.Tensor:
        """What each note is paid at step t after each, ``(P, P)``; at the first step there is no note before."""
        paid = self.of_tone @ self.tone + self.of_height @ self.height
        if t == self.length - 1:
            paid = paid + self.of_tone @ self.last
        paid = paid.expand(self.pitches, -1)
        return paid + self.interval[self.way] if t else paid

    def list_values(self) -> tuple[torch.Tensor, torch.Tensor]:
        """``Q (T, P, P)``, what each note is paid and leads to after each; ``V (T, P)``, the soft maximum of it.

        ``V[t, p] = log sum_q exp Q[t, p, q]`` and ``Q[t, p, q] = r_t(p, q) + V[t + 1, q]``, nothing after the end.
        """
        q, v = [], [torch.zeros_like(self.of_tone[:, 0])]
        for t in reversed(range(self.length)):
            q.append(self.pay(t) + (v[-1] if self.looks_ahead else 0))
            v.append(q[-1].logsumexp(1))
        return torch.stack(q[::-1]), torch.stack(v[:0:-1])

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """See :class:`TokenModel`. ValueError for melodies longer than ``length``."""
        q, _ = self.list_values()
        before = F.pad(tokens[:, :-1], (1, 0))  # at step 0 every row is the same
        steps = torch.arange(tokens.shape[1], device=tokens.device)
        if tokens.shape[1] > self.length:
            raise ValueError(f"{tokens.shape[1]} notes: a melody has {self.length} or fewer")
        return q[steps, before]

    def begin(self, n: int) -> tuple:
        """``(step, note before)``, a row each."""
        start = torch.zeros(n, dtype=torch.int64, device=self.tone.device)
        return start, start

    def advance(self, memory: tuple, tokens: torch.Tensor) -> tuple:
        return memory[0] + 1, tokens

    def next_logits(self, memory: tuple) -> torch.Tensor:
        q, _ = self.list_values()
        return q[memory]
