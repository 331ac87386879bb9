"""Melodies over the four tones that a corpus sings most, counted from the last note: a world small enough to list."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .tokens import SPLITS, TokenData

TONES = 4


@dataclass
class FourToneData(TokenData):
    """One melody a piece, ``(N,) int64``: semitones above its last note, *do*, octaves left out."""

    @cached_property
    def tones(self) -> list[int]:
        """Semitones above do of the four tones that are sung most in training, ascending; the first is 0, do."""
        return choose_tones(self.pieces["train"])

    @cached_property
    def opening(self) -> tuple[int, int]:
        """The two notes, as places in :attr:`tones`, with which training melodies begin most often."""
        return count_moves(self.pieces["train"], self.tones)[0]

    @cached_property
    def moves(self) -> np.ndarray:
        """``(4, 4)`` counts of the moves from a tone to another in training; a repeated note is none."""
        return count_moves(self.pieces["train"], self.tones)[1]

    def decode(self, tokens) -> "Piece":  # noqa: F821 - imported where it is used
        """The melody in eighths, above a middle C for do."""
        from ..notes import Piece

        notes = [(t / 2, 0.5, 60 + int(token)) for t, token in enumerate(np.asarray(tokens))]
        return Piece(notes, source="generated")


def encode_four_tones(corpus: str) -> FourToneData:
    """The first track of each piece of a corpus; ValueError where do is not among the four tones sung most."""
    from .. import corpora

    loaded = {split: corpora.load(corpus, split) for split in SPLITS}
    pieces = {
        split: [count_from_last(piece.select(0)) for piece in part]
        for split, part in loaded.items()
    }
    data = FourToneData(
        corpus,
        "four_tones",
        (12,),
        [[[float(tone)] for tone in range(12)]],
        pieces,
        loaded["train"].data_hash,
    )
    if data.tones[0] != 0:
        raise ValueError(f"{corpus}: do is not among the four tones that are sung most")
    data.report = f"Of {len(pieces['train'])} training melodies the tones {data.tones} above do."
    return data


def choose_tones(melodies) -> list[int]:
    """The four tones that melodies ``(N,)`` of semitones above do have most often, ascending."""
    sung = np.bincount(np.concatenate(melodies), minlength=12)
    return sorted(np.argsort(-sung, kind="stable")[:TONES].tolist())


def count_moves(melodies, tones) -> tuple[tuple[int, int], np.ndarray]:
    """The opening that melodies have most often, two places in ``tones``, and the ``(4, 4)`` counts of their moves."""
    pairs = [count_pairs(melody, tones) for melody in melodies]
    opening = divmod(int(sum(first for first, _ in pairs).argmax()), len(tones))
    moves = sum(all_of_them for _, all_of_them in pairs)
    np.fill_diagonal(moves, 0)
    return opening, moves


def count_from_last(melody) -> np.ndarray:
    """Semitones above the last note of a piece, octaves left out."""
    pitches = melody.notes["pitch"].astype(int)
    return (pitches - pitches[-1]) % 12


def count_pairs(degrees, tones) -> tuple[np.ndarray, np.ndarray]:
    """How a melody begins and how it moves among the tones, ``(4, 4)`` counts each."""
    opening = np.zeros((len(tones), len(tones)))
    moves = np.zeros((len(tones), len(tones)))
    for i, (a, b) in enumerate(zip(degrees, degrees[1:])):
        if a in tones and b in tones:
            move = tones.index(a), tones.index(b)
            moves[move] += 1
            opening[move] += i == 0
    return opening, moves
