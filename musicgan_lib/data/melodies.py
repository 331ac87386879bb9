"""Melodies as rows of notes, all in one key, each closed by a symbol for its end: what a Markov chain counts."""

from dataclasses import dataclass

import numpy as np

from .tokens import SPLITS
from .words import WordData, encode_words


@dataclass
class MelodyData(WordData):
    """One melody a piece, ``(T + 1,) int64``: symbol k is a note, its duration and its pitch; the last one is the end.

    A rest is a note without pitch. ``symbols[0]`` has one row more than there are notes: that of the end.
    """

    @property
    def end(self) -> int:
        """The symbol that closes a melody."""
        return self.sizes[0] - 1

    def decode(self, tokens) -> "Piece":  # noqa: F821 - imported where it is used
        """The melody up to its end; what stands behind the end is not played."""
        tokens = np.asarray(tokens, np.int64)
        ends = np.flatnonzero(tokens == self.end)
        return super().decode(tokens[: ends[0]] if len(ends) else tokens)


def encode_melodies(corpus: str) -> MelodyData:
    """The melodies of a corpus in C or a, a symbol a note (:func:`~musicgan_lib.data.words.encode_words`)."""
    words = encode_words(corpus, "published", melody_only=True, one_key=True)
    (notes,) = words.sizes
    pieces = {s: [np.append(p, notes) for p in words.pieces[s] if len(p)] for s in SPLITS}
    nothing = [0.0] * len(words.symbols[0][0])
    return MelodyData(
        words.name,
        "melody",
        (notes + 1,),
        [[*words.symbols[0], nothing]],
        pieces,
        words.data_hash,
        split_by=words.split_by,
        report=f"{sum(map(len, pieces.values()))} melodies in one key, {notes} kinds of note.",
    )
