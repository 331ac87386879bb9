"""Windows of note matrices as networks read them: drawn for training, spread evenly for measuring."""

import numpy as np
import torch

from ..data.rolls import STEPS_PER_BAR
from ..models.draws import rand, randint


class Windows:
    """The windows of a split that begin with a bar.

    A piece is as likely as any other, whatever its length. ``styles`` thirds of the training pieces by density are the
    styles of a model that has some: composers, which DeepJ has, are what our splits keep apart. ValueError where no
    piece is as long as a window.
    """

    def __init__(self, data, split: str, length: int, channels: int = 2, styles: int = 0):
        self.data, self.length, self.channels = data, length, channels
        self.pieces = [p for p in data.pieces[split] if len(p) >= length]
        if not self.pieces:
            longest = max(map(len, data.pieces[split]), default=0)
            raise ValueError(
                f"no {split} piece of {data.name} has {length} steps: choose length={longest} or less"
            )
        self.styles = _styles(data, self.pieces, styles) if styles else None

    def draw(self, n: int, generator) -> tuple:
        """``n`` windows ``(n, T, N, C) float32``, and their styles or None."""
        which = randint(len(self.pieces), n, generator).tolist()
        dice = rand(n, generator=generator).tolist()
        bars = [(len(self.pieces[i]) - self.length) // STEPS_PER_BAR + 1 for i in which]
        starts = [int(d * b) * STEPS_PER_BAR for d, b in zip(dice, bars)]
        return self.cut(which, starts), self.styles_of(which)

    def spread(self, n: int, seed: int = 0) -> tuple:
        """``n`` windows from all pieces alike, at starts drawn with a seed: the pieces' numbers and the starts."""
        rng, some = np.random.default_rng(seed), len(self.pieces)
        which = np.sort(
            np.r_[np.repeat(np.arange(some), n // some), np.linspace(0, some - 1, n % some)]
        )
        which = which.round().astype(int).tolist()
        bars = [(len(self.pieces[i]) - self.length) // STEPS_PER_BAR + 1 for i in which]
        return which, [int(rng.integers(b)) * STEPS_PER_BAR for b in bars]

    def cut(self, which, starts) -> torch.Tensor:
        rows = np.stack([self.pieces[i][s : s + self.length] for i, s in zip(which, starts)])
        return torch.as_tensor(self.data.floats(rows)[..., : self.channels])

    def styles_of(self, which):
        return None if self.styles is None else self.styles[which]


def some_of(pieces, most: int = 2000) -> list:
    """At most so many pieces, evenly spread: counts of a corpus that does not fit into memory are counts of these."""
    return [pieces[i * len(pieces) // most] for i in range(most)] if len(pieces) > most else pieces


def _styles(data, pieces, n: int) -> torch.Tensor:
    """One-hot ``(pieces, n)``: which n-th of the training pieces each belongs to by cells that sound."""
    bounds = np.quantile([_filled(p) for p in some_of(data.pieces["train"])], np.arange(1, n) / n)
    numbers = np.searchsorted(bounds, [_filled(p) for p in pieces])
    return torch.nn.functional.one_hot(torch.as_tensor(numbers), n).float()


def _filled(rows) -> float:
    return float((rows[..., 0] > 0).mean())
