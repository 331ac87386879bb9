"""A codebook: each vector becomes the number of the nearest of K, and the K move to where the vectors lie."""

import torch
from torch import nn

from .draws import randint

#: The book is a running mean over updates: what stays of it at each
KEPT = 0.95
#: An entry that is used less than so often in the mean of updates is dead
LEAST = 0.5


def quantise(z: torch.Tensor, vectors: torch.Tensor) -> torch.Tensor:
    """The number of the nearest vector, by the distance of Euclid: ``(..., D), (K, D) -> (...,) int64``.

    Of two that are as near the first is taken.
    """
    rows = z.reshape(-1, z.shape[-1])
    apart = vectors.square().sum(1) - 2 * rows @ vectors.T  # z's own length moves no comparison
    return apart.argmin(1).reshape(z.shape[:-1])


def pass_through(z: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
    """``chosen``, and its gradient is that of ``z``: choosing the nearest has none of its own."""
    return z + (chosen - z).detach()


class Codebook(nn.Module):
    """K vectors of D numbers, which no gradient moves: each is the running mean of what was nearest to it.

    Parameters
    ----------
    codes, width : K and D.
    kept : the share of the running means that stays at each update.
    restart : an entry that is hardly used any more is put where one of the update's vectors lies, chosen by dice.

    Its first vectors are drawn by PyTorch's own generator. Sources: van den Oord et al. (2017), whose appendix has the
    running means; Dhariwal et al. (2020), who restart.
    """

    def __init__(self, codes: int, width: int, kept: float = KEPT, restart: bool = True):
        super().__init__()
        if codes < 2 or width < 1 or not 0 <= kept < 1:
            raise ValueError("a book has 2 codes or more of 1 number or more, and keeps 0 to 1")
        self.kept, self.restart = kept, restart
        first = torch.randn(codes, width)
        self.register_buffer("vectors", first)
        self.register_buffer("counts", torch.ones(codes))
        self.register_buffer("sums", first.clone())

    def forward(self, z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The codes of ``z (..., D)`` and their vectors, through which z's gradient passes."""
        codes = quantise(z, self.vectors)
        return codes, pass_through(z, self.vectors[codes])

    @torch.no_grad()
    def learn(self, z: torch.Tensor, codes: torch.Tensor, generator) -> int:
        """Move each entry towards the mean of the vectors that chose it; returns how many were restarted.

        ``z (..., D)`` and ``codes (...,)`` are of one update; where several processes learn, each keeps its own book.
        """
        rows, codes = z.detach().reshape(-1, z.shape[-1]), codes.reshape(-1)
        share = 1 - self.kept
        self.counts.mul_(self.kept).add_(
            torch.bincount(codes, minlength=len(self.counts)), alpha=share
        )
        here = torch.zeros_like(self.sums).index_add_(0, codes, rows)
        self.sums.mul_(self.kept).add_(here, alpha=share)
        dead = self.counts < LEAST
        moved = int(dead.sum()) if self.restart else 0
        if moved:
            drawn = randint(len(rows), moved, generator).to(rows.device)
            self.counts[dead] = 1.0
            self.sums[dead] = rows[drawn]
        self.vectors.copy_(self.sums / self.counts.clamp(min=1e-5)[:, None])
        return moved


def count_used(codes: torch.Tensor, book: int) -> int:
    """How many of ``book`` entries are among the codes."""
    return int((torch.bincount(codes.reshape(-1), minlength=book) > 0).sum())
