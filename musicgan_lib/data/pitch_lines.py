"""Melodies as lines of pitches: what a classifier of short stretches reads."""

from dataclasses import dataclass

import numpy as np

from .tokens import SPLITS, TokenData

LOWEST = 48  # the pitch of token 0, a C
PITCHES = 48


@dataclass
class LineData(TokenData):
    """One melody a piece, ``(N,) int64``: token k is the pitch ``LOWEST + k``, without rests and without rhythm."""

    def decode(self, tokens) -> "Piece":  # noqa: F821 - imported where it is used
        """The line in quarters."""
        from ..notes import Piece

        notes = [(float(t), 1.0, LOWEST + int(token)) for t, token in enumerate(np.asarray(tokens))]
        return Piece(notes, source="generated")


def encode_lines(corpus: str) -> LineData:
    """The melodies of a corpus, in C major or a minor; those with a pitch out of reach are left out, and counted."""
    from .melodies import encode_melodies

    melodies = encode_melodies(corpus)
    symbols = np.array([row[:3] for row in melodies.symbols[0]])
    lines, left = {}, 0
    for split in SPLITS:
        rows = [symbols[piece[:-1]] for piece in melodies.pieces[split]]  # without the end
        sung = [12 * (row[:, 1] + 1) + row[:, 2] - LOWEST for row in (r[r[:, 1] > 0] for r in rows)]
        fit = [line for line in sung if len(line) and line.min() >= 0 and line.max() < PITCHES]
        lines[split] = [line.astype(np.int64) for line in fit]
        left += len(sung) - len(fit)
    return LineData(
        melodies.name,
        "pitch_lines",
        (PITCHES,),
        [[[float(LOWEST + k)] for k in range(PITCHES)]],
        lines,
        melodies.data_hash,
        split_by=melodies.split_by,
        report=f"{sum(map(len, lines.values()))} lines of pitches; {left} leave four octaves.",
    )
