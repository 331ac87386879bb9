"""Chorales with one voice hidden: what whoever fills a voice in is given."""

from typing import NamedTuple

import numpy as np

#: As :mod:`musicgan_lib.representations.grid` has them, which takes more than numpy to import.
HOLD, REST = 128, 129
#: What stands in each cell of a voice that is hidden.
UNKNOWN = -1


class Heard(NamedTuple):
    """Four voices and what stands beside them, over T sixteenths.

    ``cells (4, T) int64``: pitches, ``HOLD``, ``REST``, and ``UNKNOWN`` in a hidden voice; ``position (T,)`` and
    ``fermata (4, T)`` as :class:`~musicgan_lib.representations.grid.Grid` has them.
    """

    cells: np.ndarray
    position: np.ndarray
    fermata: np.ndarray


def read_heard(data, split: str) -> list[Heard]:
    """The pieces of a split of :class:`~musicgan_lib.data.grid.GridData`, with nothing hidden."""
    known, read = np.array(data.symbols[0]).astype(np.int64)[:, 0], []
    for tokens, beside in zip(data.pieces[split], data.beside[split]):
        position, _, *fermata = np.reshape(beside, (-1, data.voices + 2)).T
        read.append(Heard(known[data.to_voices(tokens)], position, np.array(fermata)))
    return read


def hide(heard: Heard, *which: int) -> Heard:
    """The same with ``UNKNOWN`` in every cell of these voices, and without their fermatas."""
    cells, fermata = heard.cells.copy(), heard.fermata.copy()
    cells[list(which)], fermata[list(which)] = UNKNOWN, 0
    return Heard(cells, heard.position, fermata)
