"""A voice and the voices below it as pairs of pictures: what sounds at every quarter, cut into windows."""

import numpy as np

from .columns import list_columns
from .windows import WindowCutter


def cut_pairs(data, split: str, length: int, every: int) -> WindowCutter:
    """The windows of a split, ``(length, V)`` whole numbers each: what sounds in each voice at a time.

    ``data`` is a :class:`~musicgan_lib.data.grid.GridData`. Of its sixteenths every ``every``-th is read, from the
    first on: 4 are quarters. A pitch is numbered as in the tokens, and a rest is ``data.hold``.
    """
    pieces = list_columns(data, split)
    return WindowCutter([piece[::every] for piece in pieces], length)


def shuffle_partners(columns: np.ndarray) -> np.ndarray:
    """Windows ``(n, length, V)`` whose highest voice is another window's: the window before, the first one's the last.

    Which is a pairing by no dice, so that two runs compare the same strangers. ValueError for a single window.
    """
    if len(columns) < 2:
        raise ValueError("one window has no stranger: give two or more")
    return np.concatenate([np.roll(columns[..., :1], 1, 0), columns[..., 1:]], -1)


def write_tokens(columns, every: int, hold: int) -> np.ndarray:
    """Columns ``(n, length, V)`` as tokens ``(n, length * every * V)``, each for ``every`` sixteenths.

    The same pitch in a row is one note, held. ``hold`` is the number of a rest, as in :func:`cut_pairs`.
    """
    long = np.repeat(np.asarray(columns), every, 1)
    before = np.concatenate([np.full_like(long[:, :1], -1), long[:, :-1]], 1)
    tokens = np.where(long == hold, hold + 1, np.where(long == before, hold, long))
    return tokens.reshape(len(tokens), -1)
