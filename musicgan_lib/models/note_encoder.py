"""A transformer that hears both sides: notes of several fields, some of them hidden, and what these fields may be."""

import torch
from torch import nn


class Block(nn.Module):
    """Every note weighs all notes, those before and those after it; then two dense layers. Each adds to its input."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.ask, self.answer = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        dense = nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        self.dense = nn.Sequential(*dense)

    def forward(self, x: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """Notes ``x (B, N, W)`` afterwards; nobody hears where ``there (B, N)`` is false."""
        parts = self.ask(self.before(x)).chunk(3, -1)
        query, keys, values = (p.unflatten(-1, (self.heads, -1)).transpose(1, 2) for p in parts)
        weight = query @ keys.transpose(-1, -2) / query.shape[-1] ** 0.5  # (B, H, N, N)
        weight = weight.masked_fill(~there[:, None, None], -torch.inf).softmax(-1)
        x = x + self.answer((weight @ values).transpose(1, 2).flatten(2))
        return x + self.dense(self.between(x))


class NoteEncoder(nn.Module):
    """What each field of each note may be, given all that is not hidden.

    Parameters
    ----------
    sizes : how many values each field has.
    length : the most notes that are read at once.
    width, heads, layers : numbers a note, how many heads divide them, and how many layers there are.
    places : how far the first embeddings of the places in the row spread: where they are large, fields are hardly heard
        until much was learned.

    A note is one symbol: the embeddings of its fields are put beside each other and mixed by one linear map, and the
    place of the note in the row is added. A hidden field has an embedding of its own, which does not know what it
    hides. ValueError for a width that heads cannot divide. Source: Zeng et al. (2021); norms before the layers are
    ours.
    """

    def __init__(
        self,
        sizes,
        length: int,
        width: int = 64,
        heads: int = 4,
        layers: int = 2,
        places: float = 1.0,
    ):
        super().__init__()
        if width % heads:
            raise ValueError(f"width is {width}: {heads} heads cannot share it evenly")
        self.sizes = tuple(sizes)
        self.fields = nn.ModuleList(nn.Embedding(size + 1, width // 2) for size in sizes)
        self.mix = nn.Linear(len(self.sizes) * (width // 2), width)
        self.place = nn.Embedding(length, width)
        with torch.no_grad():
            self.place.weight.mul_(places)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.heads = nn.ModuleList(nn.Linear(width, size) for size in sizes)

    def embed(self, notes: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        """``notes (B, N, F) int64``, ``hidden (B, N, F)`` bools ``-> (B, N, W)``."""
        parts = []
        for k, (table, size) in enumerate(zip(self.fields, self.sizes)):
            shown = notes[..., k].clamp(min=0).masked_fill(hidden[..., k], size)
            parts.append(table(shown))
        return self.mix(torch.cat(parts, -1)) + self.place.weight[: notes.shape[1]]

    def hear(self, embedded: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """What is known of each note once it has heard all others, ``(B, N, W)``."""
        x = embedded
        for block in self.blocks:
            x = block(x, there)
        return self.norm(x)

    def read(self, embedded: torch.Tensor, there: torch.Tensor) -> list[torch.Tensor]:
        """Logits ``(B, N, size)`` of each field, from embedded notes."""
        x = self.hear(embedded, there)
        return [head(x) for head in self.heads]

    def forward(self, notes: torch.Tensor, hidden: torch.Tensor) -> list[torch.Tensor]:
        """Logits ``(B, N, size)`` of each field; rows of -1 are no notes, and nobody hears them."""
        return self.read(self.embed(notes, hidden), notes[..., 0] >= 0)
