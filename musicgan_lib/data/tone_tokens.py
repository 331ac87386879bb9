"""Tones as symbols: each number of a row goes to the nearest of a few, for a model that has a likelihood."""

import numpy as np

from .rows import RowData
from .tokens import TokenData

#: What a time is rounded to, in sixteenths of a quarter; a length is never the first.
TIMES = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 48, 64, 96, 128])
LOWEST, PITCHES = 21, 88  # the keys of a piano


def quantise(rows) -> np.ndarray:
    """Normalised quadruplets of one tone as four symbols: time since, key, length, intensity; ``(…, 3 or 4) -> int64``.

    Times go to the nearest of ``TIMES`` on the normalised scale, intensity to one of 32 steps, pitches
    outside the piano by octaves into it. Without intensity there are three symbols. ValueError for NaN or infinity.
    """
    rows = np.asarray(rows, float)
    if not np.isfinite(rows).all():
        raise ValueError("a row holds numbers that are not finite: the network has diverged")
    grid = np.log2(1 + TIMES / 4)
    since, length = (
        np.abs(rows[..., i, None] - grid[first:]).argmin(-1) for i, first in ((-1, 0), (0, 1))
    )
    pitch = np.round(60 + 12 * rows[..., 1]).astype(int) - LOWEST
    pitch = np.where(pitch < 0, pitch % 12, pitch)
    pitch = np.where(pitch >= PITCHES, 76 + (pitch - 76) % 12, pitch)
    fields = [since, pitch, length]
    if rows.shape[-1] == 4:
        fields.append(np.clip(np.round(rows[..., 2] * 8), 0, 31).astype(int))
    return np.stack(fields, -1)


def dequantise(fields) -> np.ndarray:
    """The rows that symbols stand for: the inverse of :func:`quantise`, up to its rounding."""
    fields = np.asarray(fields)
    grid = np.log2(1 + TIMES / 4)
    rows = [grid[1:][fields[..., 2]], (fields[..., 1] + LOWEST - 60) / 12, grid[fields[..., 0]]]
    if fields.shape[-1] == 4:
        rows.insert(2, np.maximum(fields[..., 3], 0.25) / 8)
    return np.stack(rows, -1).astype(np.float32)


class ToneTokens(TokenData):
    """Quantised tones as tokens of three or four fields, for a model of likelihood."""

    def decode(self, tokens):
        """The piece that a sequence of tokens spells."""
        from ..representations import quadruplets

        fields = np.stack(np.unravel_index(np.asarray(tokens, np.int64), self.sizes), -1)
        return quadruplets.decode(dequantise(fields), "normalised", grid=24)


def field_sizes(width: int) -> tuple[int, ...]:
    """How many symbols each field has, for rows of one tone with (4) or without (3) intensity."""
    if width not in (3, 4):
        raise ValueError(f"symbols are for cells of one tone, 3 or 4 numbers wide, not {width}")
    return (len(TIMES), PITCHES, len(TIMES) - 1, 32)[:width]


def tone_tokens(data: RowData) -> ToneTokens:
    """The same tones as tokens, their symbols packed into one number.

    ValueError unless rows are normalised quadruplets.
    """
    if data.options["form"] != "quadruplets" or data.options["scale"] != "normalised":
        raise ValueError("tokens are for normalised quadruplets")
    sizes, pieces = field_sizes(data.width), {}
    for split, part in data.pieces.items():
        pieces[split] = [
            np.ravel_multi_index(tuple(quantise(rows).T), sizes).astype(np.int64) for rows in part
        ]
    return ToneTokens(data.name, "factored", sizes, [], pieces, data.data_hash, [], data.split_by)
