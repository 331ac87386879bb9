"""Voices over time as what sounds in each sixteenth, without holds: for networks that see rolls."""

import numpy as np

from .grid import GridData


def read_columns(data: GridData, tokens) -> np.ndarray:
    """What sounds, ``(T * V,) tokens -> (V, T) int64``: the number of a pitch, or ``data.hold`` for a rest.

    The pitches are numbered as in the tokens. A hold with nothing before it, or after a rest, is a rest.
    """
    voices = data.to_voices(tokens)
    steps = np.arange(voices.shape[1])
    began = np.maximum.accumulate(np.where(voices != data.hold, steps, -1), 1)
    sung = np.take_along_axis(voices, np.maximum(began, 0), 1)
    return np.where((began < 0) | (sung >= data.hold), data.hold, sung)


def hold_columns(data: GridData, columns) -> np.ndarray:
    """Columns ``(..., V, T)`` as tokens ``(..., T * V)``: the same pitch in a row is one note, held."""
    columns = np.asarray(columns)
    before = np.concatenate([np.full_like(columns[..., :1], -1), columns[..., :-1]], -1)
    held = np.where(columns == before, data.hold, columns)
    return data.to_tokens(np.where(columns == data.hold, data.rest, held))


def list_columns(data: GridData, split: str, in_other_keys: bool = False) -> list[np.ndarray]:
    """Every piece of a split as ``(T, V)``, and with ``in_other_keys`` also as it stands in each of these."""
    pieces = list(data.pieces[split])
    if in_other_keys:
        pieces += [piece for keys in data.other_keys for piece in keys]
    return [read_columns(data, piece).T for piece in pieces]
