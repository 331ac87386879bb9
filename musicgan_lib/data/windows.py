"""Windows of a corpus: one cutter, and two laws that say which windows a batch holds. numpy alone.

The laws differ where pieces differ in length. By ``"start"`` a long piece is heard more often, for it has more
starts; by ``"piece"`` it is not, so each of its starts is rarer than one of a short piece.
"""

from typing import Protocol

import numpy as np

LAWS = ("start", "piece")


class Dice(Protocol):
    """Where random numbers come from: a game's generator, or a test's list."""

    def integers(self, high: int, n: int) -> np.ndarray:
        """``(n,)`` whole numbers from 0 to ``high - 1``."""

    def uniforms(self, n: int) -> np.ndarray:
        """``(n,)`` numbers from 0 to 1, without the 1."""


class WindowCutter:
    """The stretches of ``length`` rows that the pieces of a split hold; none spans two pieces.

    Parameters
    ----------
    pieces : arrays whose rows are time, ``(N, …)`` each. One that is shorter than a window has none.
    length : rows of a window.
    law : ``"start"``: every start of the corpus is as likely as any other. ``"piece"``: every piece is as likely as any
        other, and then every start in it.
    stride : a window may begin at every so many rows of its piece: at a bar, say, or at a sixteenth of four voices.
    beside : what stands beside the music, an array a piece: the condition of a window is cut by the window's own
        start. Its rows stand for as many rows of music each, so that ``stride`` rows of music have a whole number of
        them.

    Windows are named by two arrays ``(n,)``: ``which`` piece, by its place in ``pieces``, and ``starts``, in rows.
    ValueError for a length or stride below 1, for a law that there is not, and for a condition of another length.
    """

    def __init__(self, pieces, length: int, law: str = "start", stride: int = 1, beside=None):
        if length < 1 or stride < 1:
            raise ValueError(f"length and stride are 1 or more, not {length} and {stride}")
        if law not in LAWS:
            raise ValueError(f"no law {law!r} of drawing windows; there are {', '.join(LAWS)}")
        self.pieces, self.length, self.law, self.stride = pieces, length, law, stride
        self.beside = beside
        places = [max((len(p) - length) // stride + 1, 0) for p in pieces]
        #: How many windows each piece has
        self.places = np.array(places, np.int64)
        #: The pieces that have one
        self.long = np.flatnonzero(self.places)
        if beside is not None:
            self._check_beside()

    def __len__(self) -> int:
        return int(self.places.sum())

    def draw(self, n: int, dice: Dice) -> tuple[np.ndarray, np.ndarray]:
        """``n`` windows by the law; ValueError where no piece is as long as a window.

        It takes ``n`` whole numbers of the dice, and by ``"piece"`` ``n`` uniform ones after them.
        """
        self._refuse_none()
        if self.law == "piece":
            which = self.long[dice.integers(len(self.long), n)]
            share = np.asarray(dice.uniforms(n), float)
            return which, (share * self.places[which]).astype(np.int64) * self.stride
        number = dice.integers(len(self), n)
        ends = np.cumsum(self.places)  # windows are numbered piece by piece
        which = np.searchsorted(ends, number, side="right")
        return which, (number - (ends - self.places)[which]) * self.stride

    def every(self, step: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Windows ``step`` rows apart in every piece, by default side by side; what is left of a piece is left out."""
        step = step or self.length
        starts = [np.arange(0, max(len(p) - self.length + 1, 0), step) for p in self.pieces]
        which = np.repeat(np.arange(len(starts)), [len(s) for s in starts])
        return which, np.concatenate([*starts, np.zeros(0, np.int64)])

    def spread(self, n: int, rng: np.random.Generator, together: bool = False) -> tuple:
        """``n`` windows to measure by: as many of every piece as of any other, give or take one, at starts drawn by
        ``rng``.

        Where there are fewer windows than pieces, these are taken from the first to the last. The windows go round
        the pieces; with ``together`` those of a piece stand together. ValueError as of :meth:`draw`.
        """
        self._refuse_none()
        rounds, rest = divmod(n, len(self.long))
        turns = np.tile(np.arange(len(self.long)), rounds)
        others = np.linspace(0, len(self.long) - 1, rest).round().astype(np.int64)
        turns = np.concatenate([turns, others])
        which = self.long[np.sort(turns) if together else turns]
        return which, self.draw_starts(which, rng)

    def draw_starts(self, which, rng: np.random.Generator) -> np.ndarray:
        """A start in each of these pieces, every one as likely as any other."""
        starts = [int(rng.integers(self.places[i])) * self.stride for i in which]
        return np.array(starts, np.int64)

    def cut(self, which, starts, pieces=None) -> np.ndarray:
        """These windows, ``(n, length, …)``; of other ``pieces``,
        such as the same ones in another key, where they are given.
        """
        pieces = self.pieces if pieces is None else pieces
        return self._stack([pieces[i][s : s + self.length] for i, s in zip(which, starts)], pieces)

    def cut_beside(self, which, starts) -> np.ndarray:
        """What stands beside these windows, ``(n, rows, …)``."""
        parts = []
        for i, start in zip(which, starts):
            first, last = (self._row_beside(i, row) for row in (start, start + self.length))
            parts.append(self.beside[i][first:last])
        return self._stack(parts, self.beside)

    def _refuse_none(self) -> None:
        if not len(self.long):
            longest = max(map(len, self.pieces), default=0)
            raise ValueError(f"no piece has {self.length} rows, the longest has {longest}")

    def _row_beside(self, piece: int, row: int) -> int:
        return int(row) * len(self.beside[piece]) // len(self.pieces[piece])

    def _stack(self, parts, like) -> np.ndarray:
        if parts:
            return np.stack(parts)
        one = like[0][:0] if len(like) else np.zeros(0)
        return np.zeros((0, self.length, *one.shape[1:]), one.dtype)

    def _check_beside(self) -> None:
        for i, (piece, condition) in enumerate(zip(self.pieces, self.beside, strict=True)):
            if len(condition) * self.stride % max(len(piece), 1):
                raise ValueError(
                    f"{len(condition)} rows stand beside the {len(piece)} of piece {i}, "
                    f"which are cut at every {self.stride}"
                )
