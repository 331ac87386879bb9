"""A network that hears whether two fragments of melodies are one phrase: alike if they are close to each other."""

import torch
from torch import nn
from torch.nn import functional as F


class ThemeFinder(nn.Module):
    """A fragment of ``length`` events out of ``symbols`` as a vector of length 1, ``(B, length) -> (B, width)``.

    Two dense layers over the embedded events. Closeness of two fragments is the product of their vectors, at most 1.
    """

    def __init__(self, symbols: int, length: int, width: int = 32, inner: int = 8):
        super().__init__()
        self.embed = nn.Embedding(symbols, inner)
        first, second = nn.Linear(length * inner, 4 * width), nn.Linear(4 * width, width)
        self.dense = nn.Sequential(first, nn.GELU(), second)

    def forward(self, fragments: torch.Tensor) -> torch.Tensor:
        return F.normalize(self.dense(self.embed(fragments).flatten(1)), dim=-1)


def contrast(first: torch.Tensor, second: torch.Tensor, heat: float = 0.1) -> torch.Tensor:
    """The contrastive loss of two views ``(B, W)`` of the same fragments, nats: a scalar with a gradient.

    Each view has to find its other view among all others of the batch, by a softmax over closeness divided by
    ``heat``. Source: the normalised, tempered cross-entropy of Chen et al. (2020), SimCLR, equation 1.
    """
    views = torch.cat([first, second])
    n = len(views)
    itself = torch.eye(n, dtype=torch.bool).to(views.device)
    close = (views @ views.T / heat).masked_fill(itself, -torch.inf)
    partner = torch.arange(n).roll(n // 2).to(views.device)
    return F.cross_entropy(close, partner)
