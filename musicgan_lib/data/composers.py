"""Two collections of four voices as one, each piece behind a token that names its composer. numpy alone."""

from dataclasses import dataclass, replace

import numpy as np

from .grid import GridData, encode_grid
from .tokens import SPLITS
from .windows import WindowCutter


@dataclass
class ComposerData(GridData):
    """As :class:`~musicgan_lib.data.grid.GridData`; a piece is ``(1 + T * V,)``: its composer, then its cells.

    The last :attr:`composers` tokens name composers, in the order in which the collections are named.
    """

    composers: int = 2

    _ABOUT = (*GridData._ABOUT, "composers")

    @property
    def heads(self) -> int:
        """How many tokens are cells."""
        return self.sizes[0] - self.composers

    @property
    def hold(self) -> int:
        """The token that holds a note."""
        return self.heads - 2

    @property
    def rest(self) -> int:
        """The token of a silent sixteenth."""
        return self.heads - 1

    def name_composer(self, token: int) -> int:
        """The number of a composer, 0 the first; ValueError for a token that names none, with those that do."""
        if not self.heads <= token < self.sizes[0]:
            known = ", ".join(map(str, range(self.heads, self.sizes[0])))
            raise ValueError(f"token {token} names no composer; these do: {known}")
        return int(token) - self.heads

    def windows(self, split: str, length: int, step: int | None = None) -> np.ndarray:
        """As of :class:`~musicgan_lib.data.grid.GridData`, cells alone: no composer is named."""
        cells = replace(self, pieces={split: [piece[1:] for piece in self.pieces[split]]})
        return GridData.windows(cells, split, length, step)

    def cut(self, split: str, length: int, n: int, rng) -> np.ndarray:
        """``n`` windows of each composer behind its token, ``(composers * n, 1 + length) int64``, drawn by ``rng``."""
        found = []
        for composer in range(self.composers):
            token = self.heads + composer
            own = [piece[1:] for piece in self.pieces[split] if piece[0] == token]
            cutter = WindowCutter(own, length, stride=self.voices)
            windows = cutter.cut(*cutter.spread(n, rng))
            found.append(np.concatenate([np.full((n, 1), token), windows], 1))
        return np.concatenate(found)

    def decode(self, tokens, beside=None) -> "Piece":  # noqa: F821 - imported where it is used
        """The piece behind a token of a composer, or without one; a name among the cells is a silent sixteenth."""
        tokens = np.asarray(tokens)
        cells = tokens[1:] if len(tokens) % self.voices == 1 else tokens
        cells = np.where(cells < self.heads, cells, self.rest)
        return GridData.decode(replace(self, sizes=(self.heads,), composers=0), cells, beside)


def encode_composers(corpus: str, other: str, scheme: str = "") -> ComposerData:
    """Two collections with one alphabet and their own splits; see
    :func:`~musicgan_lib.data.grid.encode_grid` for ``scheme``, that of the first.
    """
    first, second = encode_grid(corpus, scheme=scheme or None), encode_grid(other)
    return join_composers(first, second)


def join_composers(first: GridData, second: GridData) -> ComposerData:
    """See :func:`encode_composers`."""
    both = first, second
    lowest = min(data.lowest for data in both)
    highest = max(data.lowest + data.hold - 1 for data in both)
    symbols = [*map(float, range(lowest, highest + 1)), *(s[0] for s in first.symbols[0][-2:])]
    heads = len(symbols)
    pieces: dict = {split: [] for split in SPLITS}
    for composer, data in enumerate(both):
        pitches = np.arange(data.hold) + data.lowest - lowest
        numbers = np.array([*pitches, heads - 2, heads - 1])
        for split, found in pieces.items():
            found += [np.append(heads + composer, numbers[piece]) for piece in data.pieces[split]]
    names = [float(heads + composer) for composer in range(len(both))]
    return ComposerData(
        f"{first.name} and {second.name}",
        "composers",
        (heads + len(both),),
        [[[s] for s in (*symbols, *names)]],
        pieces,
        f"{first.data_hash}-and-{second.data_hash}",
        split_by=first.split_by,
        report=f"{first.report} {second.report}",
        voices=first.voices,
        composers=len(both),
    )
