"""Numbers as whole numbers, by stages: each codebook names what the ones before it have left over."""

import torch
from torch import nn

from .draws import rand, randn

#: What a code's own average keeps of itself at each update
KEEPS = 0.95
#: A code that names fewer rows than this, on average, is put where a row of the batch is
LEAST = 0.5


class ResidualQuantizer(nn.Module):
    """``stages`` codebooks of ``codes`` rows of ``width`` numbers each (Zeghidour et al., 2021).

    The first names the row nearest to what it is given. Each further one names what is left over. The sum of the named
    rows is what is understood.
    """

    def __init__(self, stages: int, codes: int, width: int):
        super().__init__()
        if stages < 1 or codes < 2:
            raise ValueError(
                f"{stages} stages of {codes} codes: take a stage or more, of 2 or more"
            )
        self.register_buffer("books", torch.randn(stages, codes, width) * 0.1)
        self.register_buffer("often", torch.ones(stages, codes))

    @property
    def sizes(self) -> tuple[int, int]:
        """How many stages, and how many codes each."""
        return self.books.shape[0], self.books.shape[1]

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """The codes of rows, ``(..., D) -> (..., Q) int64``."""
        left, found = rows.detach(), []
        for book in self.books:
            code = find_nearest(left, book)
            left = left - book[code]
            found.append(code)
        return torch.stack(found, -1)

    def look_up(self, codes: torch.Tensor) -> torch.Tensor:
        """The sum of the rows that codes name, ``(..., Q) -> (..., D)``; fewer stages may be given than there are."""
        return sum(self.books[q][codes[..., q]] for q in range(codes.shape[-1]))

    @torch.no_grad()
    def adapt(self, rows: torch.Tensor, generator: torch.Generator) -> None:
        """Move each code towards the mean of what it names in ``rows (N, D)``; wake those that name next to nothing."""
        left = rows.detach()
        for book, often in zip(self.books, self.often):
            code = find_nearest(left, book)
            count = torch.zeros_like(often).index_add_(0, code, torch.ones_like(left[:, 0]))
            total = torch.zeros_like(book).index_add_(0, code, left)
            kept = KEEPS * often
            now = kept + (1 - KEEPS) * count
            book.copy_((kept[:, None] * book + (1 - KEEPS) * total) / now.clamp(min=1e-6)[:, None])
            often.copy_(now)
            self._wake(left, book, often, generator)
            left = left - book[code]

    def _wake(self, left, book, often, generator) -> None:
        asleep = often < LEAST
        pick = (rand(len(book), generator=generator) * len(left)).long().clamp(max=len(left) - 1)
        jitter = 0.01 * randn(*book.shape, generator=generator).to(book.device)
        chosen = left[pick.to(book.device)] + jitter * left.std()
        book.copy_(torch.where(asleep[:, None], chosen, book))
        often.copy_(torch.where(asleep, torch.ones_like(often), often))


def find_nearest(rows: torch.Tensor, book: torch.Tensor) -> torch.Tensor:
    """Which row of a book ``(K, D)`` lies nearest to each of the rows, ``(..., D) -> (...) int64``."""
    return (book.square().sum(-1) - 2 * rows @ book.T).argmin(-1)
