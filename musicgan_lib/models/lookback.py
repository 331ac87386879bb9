"""Networks of melody that look back: at events one and two bars ago, or at their own last states (Waite, 2016)."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .token_model import TokenModel

WEIGHTS = ("chosen", "equal")


def look_back(tokens: torch.Tensor, lag: int, nothing: int) -> torch.Tensor:
    """What stood so many steps before each step, ``(B, T) -> (B, T)``; before the beginning ``nothing``."""
    return F.pad(tokens, (lag, 0), value=nothing)[:, : tokens.shape[1]]


def copy_or_write(logits: torch.Tensor, sources: list[torch.Tensor]) -> torch.Tensor:
    """Log-probabilities of V events from V + K logits, where event V + k says: the same as source k.

    ``logits (B, T, V + K)``, each source ``(B, T) int64`` with V where it has nothing to say: then that event cannot
    be chosen. What may be written or copied has both probabilities. ``(B, T, V)``, which sum to one.
    """
    symbols = logits.shape[-1] - len(sources)
    lacks = torch.stack([source == symbols for source in sources], -1)
    bars = F.pad(lacks, (symbols, 0))
    p = logits.masked_fill(bars, -torch.inf).softmax(-1)
    made = F.pad(p[..., :symbols], (0, 1))  # the last column takes what nothing says
    for k, source in enumerate(sources):
        made = made.scatter_add(-1, source[..., None], p[..., symbols + k, None])
    return made[..., :symbols].clamp(min=1e-12).log()


class StateAttention(nn.Module):
    """Reads the last ``reach`` states before each step, ``(B, T, W) -> (B, T, W)``; zeros where there is none.

    State s has the score ``v · tanh(A s + B h)`` for the present state h, and the softmax of the scores is its weight
    (Bahdanau et al., 2015; Waite, 2016). ``equal``: each weighs as much as the others. ``size``: length of v.
    """

    def __init__(self, width: int, reach: int, equal: bool = False, size: int = 32):
        super().__init__()
        self.reach, self.equal = reach, equal
        self.key, self.query = nn.Linear(width, size), nn.Linear(width, size)
        self.score = nn.Linear(size, 1, bias=False)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        past = self._window(states)  # (B, T, W, reach)
        return (past @ self.weigh(states)[..., None])[..., 0]

    def weigh(self, states: torch.Tensor) -> torch.Tensor:
        """Weights ``(B, T, reach)`` of the states before each step, the farthest first; 0 where there is none."""
        keys = self._window(self.key(states)).transpose(-1, -2)  # (B, T, reach, size)
        score = self.score(torch.tanh(keys + self.query(states)[:, :, None]))[..., 0]
        if self.equal:
            score = score * 0
        ages = torch.arange(self.reach, 0, -1, device=states.device)
        there = torch.arange(states.shape[1], device=states.device)[:, None] >= ages
        return score.masked_fill(~there, -1e9).softmax(-1) * there

    def _window(self, x: torch.Tensor) -> torch.Tensor:
        """The ``reach`` rows before each step, ``(B, T, D) -> (B, T, D, reach)``."""
        return F.pad(x, (0, 0, self.reach, 0))[:, :-1].unfold(1, self.reach, 1)


class MelodyModel(TokenModel):
    """LSTMs over melody events that may see, and copy, what stood ``lags`` steps ago, and may read their own past.

    Parameters
    ----------
    sizes, stride : as :class:`~musicgan_lib.models.recurrent.RecurrentModel` has them; of events the stride is a bar.
    lags : steps back whose events are read, and may be chosen again: 16 and 32 are one bar and two. None: an LSTM.
    seen : whether what stood there is seen; without, a control, nothing ever stood there, and there is nothing to copy.
    reach : how many of the last states attention reads; 0: none.
    weights : ``"chosen"``, or ``"equal"``, a control: attention reads the mean of the last states.
    width, layers, embedding, dropout : as of :class:`~musicgan_lib.models.recurrent.RecurrentModel`.

    Beside the events it is told whether the last event repeated what stood a lag before it, and its place in the bar.
    ValueError for a lag below 1, for both ways of looking back at once, and for equal weights of nothing. Source: Waite
    (2016); there what is written and could be copied counts as copied, here both add up.
    """

    def __init__(
        self,
        sizes,
        stride,
        lags=(),
        seen=True,
        reach=0,
        weights="chosen",
        width=128,
        layers=1,
        embedding=32,
        dropout=0.0,
    ):
        super().__init__()
        if any(lag < 1 for lag in lags):
            raise ValueError(f"lags are {lags}: each is one step back or more")
        if lags and reach:
            raise ValueError(f"lags are {lags} and reach is {reach}: look back one way, not both")
        if not (seen or lags):
            raise ValueError("seen is False, and there are no lags whose events could be hidden")
        if weights not in WEIGHTS:
            raise ValueError(f"weights is {weights!r}; choose {', '.join(WEIGHTS)}")
        if weights == "equal" and not reach:
            raise ValueError("equal weights of no states: reach is 0")
        self.symbols, self.stride, self.lags, self.seen = (
            math.prod(sizes),
            stride,
            tuple(lags),
            seen,
        )
        self.embed = nn.Embedding(self.symbols + 1, embedding)  # the last row stands for nothing
        self.place = nn.Embedding(stride, embedding)
        read = embedding * (1 + len(self.lags)) + len(self.lags)
        between = dropout if layers > 1 else 0.0
        self.memory = nn.LSTM(read, width, layers, batch_first=True, dropout=between)
        self.attention = StateAttention(width, reach, weights == "equal") if reach else None
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width * (2 if reach else 1), self.symbols + len(self.lags))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        past = look_back(tokens, 1, self.symbols)
        read, sources = self._see(past, 0)
        return self._answer(self.memory(self.dropout(read))[0], sources)

    def begin(self, n: int) -> tuple:
        """``(logits (n, V), events read (n, T), states (n, T, W), hidden (n, L, W) …)`` before the first event."""
        device = self.head.weight.device
        nothing = torch.full((n, 1), self.symbols, device=device)
        return self._go_on(nothing, torch.zeros(n, 0, self.memory.hidden_size, device=device), None)

    def advance(self, memory: tuple, tokens: torch.Tensor) -> tuple:
        _, past, states, *hidden = memory
        return self._go_on(torch.cat([past, tokens[:, None]], 1), states, hidden)

    def next_logits(self, memory: tuple) -> torch.Tensor:
        return memory[0]

    def _see(self, past: torch.Tensor, first: int) -> tuple:
        """What the LSTM reads from step ``first`` on, given the event before each step ``(B, T)``; what it may copy."""
        last = past[:, first:]
        far = past if self.seen else torch.full_like(past, self.symbols)
        sources = [look_back(far, lag - 1, self.symbols)[:, first:] for lag in self.lags]
        places = torch.arange(first, past.shape[1], device=past.device) % self.stride
        read = [self.embed(last) + self.place(places), *(self.embed(s) for s in sources)]
        for lag in self.lags:  # 1 where the last event is what stood a lag before it
            read.append((look_back(far, lag, self.symbols)[:, first:] == last)[..., None].float())
        return torch.cat(read, -1), sources

    def _answer(self, states: torch.Tensor, sources) -> torch.Tensor:
        """Logits of V events from states ``(B, T, W)``."""
        if self.attention is not None:
            states = torch.cat([states, self.attention(states)], -1)
        return self._copy(self.head(self.dropout(states)), sources)

    def _copy(self, logits, sources) -> torch.Tensor:
        return copy_or_write(logits, sources) if sources else logits

    def _go_on(self, past, states, hidden) -> tuple:
        read, sources = self._see(past, past.shape[1] - 1)
        if hidden is not None:
            hidden = tuple(part.transpose(0, 1).contiguous() for part in hidden)
        output, hidden = self.memory(read, hidden)
        keep = self.attention.reach if self.attention is not None else 0
        states = torch.cat([states, output], 1)[:, -keep - 1 :]
        seen = states[:, -1:]
        if self.attention is not None:
            seen = torch.cat([seen, self.attention(states)[:, -1:]], -1)
        logits = self._copy(self.head(seen), sources)[:, 0]
        return logits, past, states, *(part.transpose(0, 1) for part in hidden)
