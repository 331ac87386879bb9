"""Bars as latents that are told what is new in a bar and where it was heard before, and bars written after them."""

import torch
from torch import nn
from torch.nn import functional as F

from .vae import LatentModel, pick

#: Whom a bar looks at: itself and the bars before it, or itself alone
HEARS = ("past", "self")
#: How alike an earlier bar has to be before it is looked at: as :data:`ALIKE` says, or as training finds it best
THRESHOLDS = ("fixed", "learned")
#: The cosine above which an earlier bar draws more attention than the bar itself, and how sharply it does
ALIKE, SHARP = 0.9, 30.0
#: How sharply a writer tells places apart when it begins to learn
FIRST_SHARP = 3.0
#: Log of a latent's variance when it begins to learn
FIRST_LOG_VARIANCE = -4.0


class RelatedBars(LatentModel):
    """A latent for each bar; later ones may say that an earlier bar returns, and the writer looks it up.

    A latent is a content and a place. The reader makes a vector of each bar, and each bar looks at itself and the bars
    before it: at one that is alike, or else at itself. The place is the mean mark of what it looked at; the
    content is scaled by how much it looked at itself. The writer finds by the place which latent's content to play, and
    writes the sixteen steps of a bar at once.

    Parameters
    ----------
    sizes, length, stride : of the music: symbols V, steps T of a window, and steps of a bar.
    hears : ``"past"``, or ``"self"``: reader and writer of a bar look at that bar alone.
    threshold : ``"fixed"``, or ``"learned"``: how much a bar looks at itself is a number that is learned.
    content, place : numbers of a bar's latent.
    width : numbers of a bar's vector.

    ValueError for a length that is no whole number of bars, and for a setting that there is not.
    Source: Jiang et al. (2020), Transformer VAE.
    """

    def __init__(
        self, sizes, length, stride, hears="past", threshold="fixed", content=18, place=6, width=128
    ):
        super().__init__()
        if hears not in HEARS or threshold not in THRESHOLDS:
            raise ValueError(f"no hears {hears!r} with threshold {threshold!r}; see HEARS")
        if hears == "self" and threshold == "learned":
            raise ValueError("who hears no other bar compares none: threshold moves nothing")
        if length % stride:
            raise ValueError(f"length is {length}: choose whole bars of {stride} steps")
        if min(content, place, width) < 1:
            raise ValueError(f"content, place and width are {content}, {place}, {width}: 1 or more")
        (self.symbols,) = sizes
        self.stride, self.bars = stride, length // stride
        self.content, self.place, self.latent = content, place, self.bars * (content + place)
        self.notes = nn.Linear(stride * self.symbols, width)
        nn.init.normal_(self.notes.weight, std=0.3)
        self.bar = nn.Sequential(nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.like = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width, bias=False))
        self.alike = torch.tensor(ALIKE)
        if threshold == "learned":
            self.alike = nn.Parameter(self.alike)
        self.marks = nn.Parameter(torch.randn(self.bars, place))
        self.mean = nn.Linear(width, content)
        self.spread = nn.Linear(width, content + place)
        nn.init.constant_(self.spread.bias, FIRST_LOG_VARIANCE)
        self.sharp = nn.Parameter(torch.tensor(FIRST_SHARP))
        self.unfold = nn.Linear(content, width)
        layers = nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, stride * self.symbols)
        self.writer = nn.Sequential(nn.ReLU(), *layers)
        seen = torch.ones(self.bars, self.bars).tril().bool()
        seen = seen if hears == "past" else torch.eye(self.bars).bool()
        self.register_buffer("seen", seen, persistent=False)

    def encode(self, batch):
        each, look = self.read(batch)
        new = each * look.diagonal(dim1=1, dim2=2)[..., None]  # (B, n, width)
        mean = torch.cat([self.mean(new), look @ self.marks], -1)
        return mean.flatten(1), self.spread(new).flatten(1)

    def read(self, batch) -> tuple[torch.Tensor, torch.Tensor]:
        """A vector of each bar ``(B, n, width)``, and how much each looks at each, ``(B, n, n)``; rows sum to 1."""
        steps = F.one_hot(batch, self.symbols).to(self.marks.dtype)
        heard = self.notes(steps.view(len(batch), self.bars, -1))
        like = F.normalize(self.like(heard), dim=-1)
        itself = torch.eye(self.bars, dtype=torch.bool, device=heard.device)
        scores = torch.where(itself, self.alike.to(like), like @ like.transpose(1, 2))
        return self.bar(heard), self.weigh(SHARP * scores)

    def weigh(self, scores) -> torch.Tensor:
        """Softmax of scores ``(B, n, n)`` over the bars that each bar may look at."""
        return scores.masked_fill(~self.seen, -torch.inf).softmax(-1)

    def part(self, z) -> tuple[torch.Tensor, torch.Tensor]:
        """Codes ``(B, latent)`` as contents ``(B, n, content)`` and places ``(B, n, place)``; ValueError for others."""
        if z.shape[1] != self.latent:
            raise ValueError(f"a code has {self.latent} numbers here, and this one {z.shape[1]}")
        return z.unflatten(1, (self.bars, -1)).split([self.content, self.place], -1)

    def look_up(self, z) -> torch.Tensor:
        """How much the writer of each bar looks at each latent's content, ``(B, n, n)``; rows sum to 1."""
        _, places = self.part(z)
        far = (places[:, :, None] - self.marks).square().sum(-1)  # (B, n, n)
        return self.weigh(-self.sharp * far)

    def logits(self, z) -> torch.Tensor:
        """Logits ``(B, T, V)`` of each step after codes ``(B, latent)``."""
        contents, _ = self.part(z)
        played = self.look_up(z) @ self.unfold(contents)
        return self.writer(played).unflatten(-1, (self.stride, self.symbols)).flatten(1, 2)

    def price(self, batch, z):
        return F.cross_entropy(self.logits(z).transpose(1, 2), batch, reduction="none").sum(1)

    def write(self, z, generator=None, temperature=1.0):
        logits = self.logits(z).flatten(0, 1)
        return pick(logits, generator, temperature).reshape(len(z), -1)


def lend(giver, taker, bars: int, of: int):
    """Codes ``taker (B, latent)`` with the first ``bars`` latents of ``giver``; ``of`` is how many a code has."""
    first = giver.shape[1] // of * bars
    return torch.cat([giver[:, :first], taker[:, first:]], 1)
