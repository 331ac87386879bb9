"""A transformer to which the tracks of a score are a set: their order changes nothing. Attention is linear."""

import torch
from torch import nn
from torch.nn import functional as F

from .attention import mark_waves

MASKS = ("set", "serial")
POSITIONS = ("measure", "row")


def feel(x: torch.Tensor) -> torch.Tensor:
    """What queries and keys become, so that their products are above 0 (Katharopoulos et al., 2020, equation 7)."""
    return F.elu(x) + 1


def add_up(each: torch.Tensor, mask: str) -> torch.Tensor:
    """Sums over all that a row sees, ``(B, bars, tracks, N, ...)`` of what each row gives.

    ``"own"``: its track so far. ``"set"``: all earlier bars of every track, and its own track's bar so far.
    ``"serial"``: all before it, track after track and bar after bar. A row sees itself.
    """
    if mask == "serial":
        return each.flatten(1, 3).cumsum(1).view(each.shape)
    within = each.cumsum(3)
    whole = each.sum(3, keepdim=True)
    if mask == "set":
        whole = whole.sum(2, keepdim=True)
    earlier = torch.cat([torch.zeros_like(whole[:, :1]), whole.cumsum(1)[:, :-1]], 1)
    return within + earlier


def list_seen(shape, mask: str) -> torch.Tensor:
    """The same as a matrix, for rows ``(bars, tracks, N)`` one after the other: ``(R, R) bool``, who sees whom."""
    bars, tracks, n = shape
    at = torch.arange(bars * tracks * n)
    bar, track = at // (tracks * n), at // n % tracks
    past = at[:, None] >= at[None]
    if mask == "serial":
        return past
    own = track[:, None] == track[None]
    if mask == "own":
        return own & past
    return (bar[:, None] > bar[None]) | (own & (bar[:, None] == bar[None]) & past)


def attend(query, keys, values, there, mask: str) -> torch.Tensor:
    """Linear attention by sums, ``(B, bars, tracks, N, H, D)``: a row's cost does not grow with what it sees."""
    query, keys = feel(query), feel(keys) * there[..., None, None]
    told = add_up(keys[..., None] * values[..., None, :], mask)
    weight = add_up(keys, mask)
    return (query[..., None] * told).sum(-2) / (query * weight).sum(-1, keepdim=True).clamp(
        min=1e-6
    )


def attend_explicitly(query, keys, values, there, mask: str) -> torch.Tensor:
    """The same by the matrix of all products, masked: the kernel spelled out."""
    shape = query.shape
    query, keys, values = (x.flatten(1, 3) for x in (feel(query), feel(keys), values))
    kernel = torch.einsum("bqhd,bkhd->bhqk", query, keys)
    seen = list_seen(shape[1:4], mask).to(query.device) & there.flatten(1)[:, None, None]
    kernel = kernel * seen
    kernel = kernel / kernel.sum(-1, keepdim=True).clamp(min=1e-6)
    return torch.einsum("bhqk,bkhd->bqhd", kernel, values).reshape(shape)


class SetLayer(nn.Module):
    """Linear attention, half of its heads over the own track alone; then two dense layers. Each adds to its input."""

    def __init__(self, width: int, heads: int, dropout: float, mask: str):
        super().__init__()
        self.heads, self.mask = heads, mask
        self.all = nn.Linear(width, 3 * width)
        self.answer, self.dropout = nn.Linear(width, width), nn.Dropout(dropout)
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        dense = nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        self.dense = nn.Sequential(*dense)

    def forward(self, x: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        parts = [p.unflatten(-1, (self.heads, -1)) for p in self.all(self.before(x)).chunk(3, -1)]
        half = self.heads // 2
        own = attend(*(p[..., :half, :] for p in parts), there, "own")
        every = attend(*(p[..., half:, :] for p in parts), there, self.mask)
        x = x + self.dropout(self.answer(torch.cat([own, every], -2).flatten(-2)))
        return x + self.dropout(self.dense(self.between(x)))


class TrackSets(nn.Module):
    """Rows of bars and tracks, each embedded as the sum of what is said of it; it foretells events and instruments.

    Parameters
    ----------
    sizes : how many values each of the numbers has that are said of a row.
    tracks : how many instruments there are to be foretold; no row says which is its own.
    heads, lengths : an event is one of so many heads with one of so many lengths, or the end of the bar.
    nothing : what a row says it is that is none.
    width, layers, divided, dropout : numbers a row, layers, attention heads, and the share dropped while it learns.
    mask : ``"set"``, or ``"serial"``: a row sees all rows before it, those of other tracks in its own bar, too.
    positions : ``"measure"``: a row knows its bar and its place in it; ``"row"``: its number in the row of all, too.

    ValueError for another mask or position, for a width that the heads cannot divide, and for an odd number of heads.
    """

    def __init__(
        self,
        sizes,
        tracks,
        heads,
        nothing,
        lengths=16,
        width=64,
        layers=2,
        divided=4,
        dropout=0.0,
        mask="set",
        positions="measure",
    ):
        super().__init__()
        for name, value, known in (("mask", mask, MASKS), ("positions", positions, POSITIONS)):
            if value not in known:
                raise ValueError(f"{name} is {value!r}; choose {', '.join(known)}")
        if width % divided or divided % 2:
            raise ValueError(
                f"{divided} heads: take an even number that divides the width, {width}"
            )
        self.tracks, self.heads, self.nothing, self.positions = tracks, heads, nothing, positions
        self.embed = nn.ModuleList([nn.Embedding(size, width) for size in sizes])
        for table in self.embed:
            nn.init.normal_(table.weight, std=0.3)
        self.layers = nn.ModuleList(
            [SetLayer(width, divided, dropout, mask) for _ in range(layers)]
        )
        self.norm = nn.LayerNorm(width)
        self.pitch, self.length = nn.Linear(width, heads), nn.Linear(width, lengths)
        self.both, self.instrument = nn.Linear(width, heads * lengths + 1), nn.Linear(width, tracks)

    def forward(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of the token after each row ``(B, bars, tracks, N, fields)`` and of its instrument.

        ValueError for more tracks than it has instruments.
        """
        if rows.shape[2] > self.tracks:
            raise ValueError(
                f"{rows.shape[2]} tracks are more than this network has: {self.tracks}"
            )
        there = rows[..., 0] != self.nothing
        x = sum(table(rows[..., f]) for f, table in enumerate(self.embed))
        if self.positions == "row":
            number = there.flatten(1).cumsum(1).to(x.dtype)
            waves = mark_waves(number.flatten(), x.shape[-1])
            x = x + waves.view(x.shape).to(x.dtype)
        for layer in self.layers:
            x = layer(x, there.to(x.dtype))
        x = self.norm(x)
        parts = (self.pitch(x)[..., None] + self.length(x)[..., None, :]).flatten(-2)
        logits = self.both(x)
        return torch.cat([logits[..., :-1] + parts, logits[..., -1:]], -1), self.instrument(x)
