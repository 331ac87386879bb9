"""Random numbers for a batch that several processes share: each makes everybody's draws and keeps its own rows.

So the generators of all processes stand at the same place, and together their rows are the batch of one process.
"""

import numpy as np
import torch


class SharedGenerator(torch.Generator):
    """A generator of process ``rank`` of ``size``; in a batch its rows come after those of the ranks before it."""

    rank, size = 0, 1


def rand(*shape: int, generator, dim: int = 0, dtype=None) -> torch.Tensor:
    """Uniform numbers of a shape, where ``dim`` counts the rows of this process alone."""
    return _own_rows(lambda whole, **k: torch.rand(whole, dtype=dtype, **k), shape, generator, dim)


def randn(*shape: int, generator, dim: int = 0) -> torch.Tensor:
    """Standard normal numbers of a shape, where ``dim`` counts the rows of this process alone."""
    return _own_rows(torch.randn, shape, generator, dim)


def randint(high: int, n: int, generator) -> torch.Tensor:
    """``(n,) int64`` below ``high``: this process's rows."""
    return _own_rows(lambda whole, **k: torch.randint(high, whole, **k), (n,), generator, 0)


class Dice:
    """The random numbers of a generator as numpy arrays, this process's rows: what ``data.windows`` draws by."""

    def __init__(self, generator: torch.Generator):
        self.generator = generator

    def integers(self, high: int, n: int) -> np.ndarray:
        """``(n,)`` whole numbers from 0 to ``high - 1``."""
        return randint(high, n, self.generator).numpy()

    def uniforms(self, n: int) -> np.ndarray:
        """``(n,) float32`` from 0 to 1, without the 1."""
        return rand(n, generator=self.generator).numpy()


def _own_rows(draw, shape, generator, dim) -> torch.Tensor:
    rank, size = (getattr(generator, k, alone) for k, alone in (("rank", 0), ("size", 1)))
    own = shape[dim]
    whole = [*shape[:dim], own * size, *shape[dim + 1 :]]
    return draw(whole, generator=generator, device=generator.device).narrow(dim, rank * own, own)
