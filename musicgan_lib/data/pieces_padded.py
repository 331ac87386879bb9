"""All pieces of a split in one array, with something after the end of the shorter ones."""

from typing import NamedTuple

import numpy as np

from .grid import GridData


class Padded(NamedTuple):
    """``tokens (n, V, T) int64``, beyond a piece's end the number of symbols; ``beside (n, T, 2) int64``: the place in
    the bar, and 1 where a voice stands under a fermata; ``lengths (n,)``. Rests are held, as notes are.
    """

    tokens: np.ndarray
    beside: np.ndarray
    lengths: np.ndarray

    def find(self, number) -> tuple[np.ndarray, np.ndarray]:
        """The piece and the step of sixteenths that are counted through all pieces, ``(m,) -> (m,), (m,)``."""
        ends = np.cumsum(self.lengths)
        which = np.searchsorted(ends, number, side="right")
        return which, number - (ends - self.lengths)[which]


def pad_pieces(data: GridData, split: str, in_other_keys: bool = False, most: int = 0) -> Padded:
    """The pieces of a split, and with ``in_other_keys`` also as they stand in each of these.

    ``most``: the sixteenths after which a piece is cut; 0 cuts none.
    """
    rows = list(zip(data.pieces[split], data.beside[split]))
    if in_other_keys:
        for i, keys in enumerate(data.other_keys):
            rows += zip(keys, data.beside[f"key {i}"])
    cut = [(data.to_voices(tokens), read_beside(data, beside)) for tokens, beside in rows]
    if most:
        cut = [(voices[:, :most], beside[:most]) for voices, beside in cut]
    lengths = np.array([len(beside) for _, beside in cut])
    tokens = np.full((len(cut), data.voices, lengths.max()), data.sizes[0])
    padded = np.zeros((len(cut), lengths.max(), 2), np.int64)
    for i, (voices, beside) in enumerate(cut):
        tokens[i, :, : lengths[i]] = hold_rests(voices, data.hold)
        padded[i, : lengths[i]] = beside
    return Padded(tokens, padded, lengths)


def read_beside(data: GridData, beside) -> np.ndarray:
    """Place in the bar and fermata in any voice, ``(T * (2 + V),)`` as the data keep it ``-> (T, 2)``."""
    rows = np.reshape(beside, (-1, 2 + data.voices))
    return np.stack([rows[:, 0], rows[:, 2:].max(1)], 1)


def hold_rests(tokens, hold: int) -> np.ndarray:
    """Voices ``(..., T)`` in which a rest begins once, and is held, instead of standing in each of its cells.

    A sampler that redraws cells needs it: a cell between two rests would always be a rest, and silence never end.
    """
    before = np.concatenate([np.full_like(tokens[..., :1], -1), tokens[..., :-1]], -1)
    return np.where((tokens == hold + 1) & (before == hold + 1), hold, tokens)


def write_rests(tokens, hold: int) -> np.ndarray:
    """The inverse: a rest in each cell that holds one, as :class:`~musicgan_lib.data.grid.GridData` has it."""
    steps = np.arange(tokens.shape[-1])
    began = np.maximum.accumulate(np.where(tokens != hold, steps, 0), -1)
    sung = np.take_along_axis(tokens, began, -1)
    return np.where(sung == hold + 1, hold + 1, tokens)


def lay_bars(steps: int) -> np.ndarray:
    """What stands beside music in 4/4 whose lines are two bars long, ``(steps, 2)``: a fermata on each last quarter."""
    from ..representations.grid import bare

    place = bare(np.zeros((1, steps), np.int64)).position
    return np.stack([place, np.arange(steps) % 32 >= 28], 1).astype(np.int64)
