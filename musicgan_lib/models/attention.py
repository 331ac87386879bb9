"""Networks that look back: each token weighs all those before it, and may know how far away each of them is."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .token_model import TokenModel

POSITIONS = ("relative", "absolute", "none")
WEIGHTS = ("chosen", "equal")


def skew(by_distance: torch.Tensor) -> torch.Tensor:
    """From columns that count distances down to 0, to columns that count steps up, ``(…, Q, T) -> (…, Q, T)``.

    Row i is asked at step ``T - Q + i``; what returns for steps after it is of no use. Nothing is gathered: a column
    is put in front, and the same numbers are read in rows that are shorter by one (Huang et al. 2018, section 3.4.1).
    """
    asked, steps = by_distance.shape[-2:]
    return F.pad(by_distance, (1, 0)).flatten(-2)[..., asked:].unflatten(-1, (asked, steps))


def weigh_distances(query: torch.Tensor, table: torch.Tensor, steps: int) -> torch.Tensor:
    """What each query ``(B, H, Q, D)`` says of how far back the ``steps`` are: ``(B, H, Q, steps)``, never D numbers
    a pair.

    ``table (H, reach, D)`` embeds distances 0, 1, …; what is farther counts as the farthest.
    """
    far = torch.arange(steps - 1, -1, -1, device=table.device).clamp(max=table.shape[1] - 1)
    return skew(query @ table[:, far].transpose(-1, -2))


def mark_waves(at: torch.Tensor, width: int) -> torch.Tensor:
    """The sines and cosines that name a step, ``(Q,) -> (Q, width)`` (Vaswani et al. 2017, section 3.5)."""
    rate = 10_000.0 ** (-torch.arange(0, width, 2, device=at.device) / width)
    angle = at[:, None] * rate
    return torch.cat([angle.sin(), angle.cos()], 1)[:, :width]


class Layer(nn.Module):
    """Heads over the steps so far, knowing ``reach`` distances apart, or none; then two dense layers.

    Each adds to its input. With ``equal`` weights the heads choose nothing: each gives the mean of all values so far.
    """

    def __init__(self, width: int, heads: int, reach: int, dropout: float, equal: bool = False):
        super().__init__()
        self.heads, self.equal, size = heads, equal, width // heads
        self.ask, self.keep = nn.Linear(width, width), nn.Linear(width, 2 * width)
        self.table = nn.Parameter(torch.randn(heads, reach, size) * size**-0.5) if reach else None
        self.answer, self.dropout = nn.Linear(width, width), nn.Dropout(dropout)
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        dense = nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        self.dense = nn.Sequential(*dense)

    def forward(self, x: torch.Tensor, kept: torch.Tensor | None = None, hidden=None) -> tuple:
        """The steps ``x (B, Q, W)`` afterwards, and keys and values ``(B, T, 2 W)`` of them and all ``kept`` before.

        ``hidden``, a mask that spreads over ``(B, H, Q, T)``, is true where a step is not to be seen though it is past.
        """
        read = self.before(x)
        kept = self.keep(read) if kept is None else torch.cat([kept, self.keep(read)], 1)
        query, keys, values = map(self._split, (self.ask(read), *kept.chunk(2, -1)))
        asked, steps = x.shape[1], kept.shape[1]
        weight = query @ keys.transpose(-1, -2)
        if self.table is not None:
            weight = weight + weigh_distances(query, self.table, steps)
        if self.equal:
            weight = weight * 0
        past = torch.ones(asked, steps, dtype=torch.bool, device=x.device).tril(steps - asked)
        unseen = ~past if hidden is None else ~past | hidden
        weight = (weight / query.shape[-1] ** 0.5).masked_fill(unseen, -torch.inf).softmax(-1)
        x = x + self.dropout(self.answer((weight @ values).transpose(1, 2).flatten(2)))
        return x + self.dropout(self.dense(self.between(x))), kept

    def _split(self, x: torch.Tensor) -> torch.Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class Transformer(TokenModel):
    """A stack of causal attention over tokens, each embedded with its place in its row.

    Parameters
    ----------
    sizes, stride : as :class:`~musicgan_lib.models.recurrent.RecurrentModel` has them.
    length : tokens of a training window, and so many distances have embeddings; longer music may be read.
    positions : ``"relative"``, distances alone; ``"absolute"``, waves that are added to tokens; or ``"none"``.
    width, heads, layers : numbers a token, how many heads divide them, and how many layers lie one above the other.
    dropout : of embeddings, and of what each layer adds, while training.
    weights : ``"chosen"`` by the match of query and key, or ``"equal"``, a control: the mean of all that was before.

    ValueError for other positions and weights, for distances where weights are equal, and for a width that heads
    cannot divide. Source: distances, embedded for each layer and head, are Huang et al. (2018); norms before the
    layers, GELU and the place in the row are ours.
    """

    def __init__(
        self,
        sizes,
        length,
        stride,
        positions="relative",
        width=128,
        heads=4,
        layers=3,
        dropout=0.1,
        weights="chosen",
    ):
        super().__init__()
        if positions not in POSITIONS:
            raise ValueError(f"positions is {positions!r}; choose {', '.join(POSITIONS)}")
        if weights not in WEIGHTS:
            raise ValueError(f"weights is {weights!r}; choose {', '.join(WEIGHTS)}")
        if weights == "equal" and positions == "relative":
            raise ValueError("equal weights know no distances: choose positions absolute or none")
        if width % heads:
            raise ValueError(f"width is {width}: {heads} heads cannot share it evenly")
        self.symbols = math.prod(sizes)
        self.stride, self.absolute = stride, positions == "absolute"
        self.embed = nn.Embedding(self.symbols + 1, width)  # the last row begins a sequence
        self.place = nn.Embedding(stride, width)
        self.dropout = nn.Dropout(dropout)
        reach = length if positions == "relative" else 0
        equal = weights == "equal"
        made = (Layer(width, heads, reach, dropout, equal) for _ in range(layers))
        self.layers = nn.ModuleList(made)
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, self.symbols)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        past = F.pad(tokens[:, :-1], (1, 0), value=self.symbols)
        return self.head(self._read(past)[0])

    def begin(self, n: int) -> tuple:
        """``(output (n, W), keys and values (n, T, 2 W) of each layer …)`` before the first token."""
        return self.advance((), torch.full((n,), self.symbols, device=self.head.weight.device))

    def advance(self, memory: tuple, tokens: torch.Tensor) -> tuple:
        output, kept = self._read(tokens[:, None], memory[1:])
        return output[:, -1], *kept

    def next_logits(self, memory: tuple) -> torch.Tensor:
        return self.head(memory[0])

    def _read(self, past: torch.Tensor, kept: tuple = ()) -> tuple:
        first = kept[0].shape[1] if kept else 0
        at = torch.arange(first, first + past.shape[1], device=past.device)
        x = self.embed(past) + self.place(at % self.stride)
        if self.absolute:
            x = x + mark_waves(at, x.shape[-1])
        x, kept = self.dropout(x), list(kept or [None] * len(self.layers))
        for i, layer in enumerate(self.layers):
            x, kept[i] = layer(x, kept[i])
        return self.norm(x), kept
