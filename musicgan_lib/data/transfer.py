"""Two collections of four voices with one alphabet: much music to begin with, and little that is meant. numpy alone."""

from dataclasses import replace

import numpy as np

from .grid import GridData, encode_grid

#: The split that holds the music to begin with
BEFORE = "before"


def encode_transfer(corpus: str, source: str, few: int, scheme: str = "") -> GridData:
    """The grid of a corpus with its first ``few`` training pieces alone, and beside them all of another, ``source``.

    Pitches are numbered from the lowest to the highest of both. ValueError for more pieces than there are.
    """
    meant, other = encode_grid(corpus, scheme=scheme or None), encode_grid(source)
    return join_grids(meant, other, few)


def join_grids(meant: GridData, other: GridData, few: int) -> GridData:
    """See :func:`encode_transfer`; the pieces of ``other``, of all its splits, are those of the split ``BEFORE``."""
    there = len(meant.pieces["train"])
    if few > there:
        raise ValueError(f"few is {few}, and {meant.name} has {there} training pieces")
    lowest = min(meant.lowest, other.lowest)
    highest = max(data.lowest + data.hold - 1 for data in (meant, other))
    symbols = [*map(float, range(lowest, highest + 1)), *(s[0] for s in meant.symbols[0][-2:])]
    size = len(symbols)

    def renumber(data, pieces):
        pitches = np.arange(data.hold) + data.lowest - lowest
        numbers = np.array([*pitches, size - 2, size - 1])
        return [numbers[piece] for piece in pieces]

    pieces = {split: renumber(meant, part) for split, part in meant.pieces.items()}
    pieces["train"] = pieces["train"][:few]
    pieces[BEFORE] = renumber(other, [p for part in other.pieces.values() for p in part])
    return replace(
        meant,
        sizes=(size,),
        symbols=[[[s] for s in symbols]],
        pieces=pieces,
        other_keys=[],
        beside={},
        data_hash=f"{meant.data_hash}-{few}-after-{other.data_hash}",
        report=f"{meant.report} {few} training pieces are kept. Before them: {other.name}. {other.report}",
    )


def shuffle_rows(data: GridData, split: str = BEFORE) -> GridData:
    """The sixteenths of each piece of a split in random order: who sings what with whom stays, and time is gone."""
    rng = np.random.default_rng(0)
    rows = [piece.reshape(-1, data.voices) for piece in data.pieces[split]]
    shuffled = [rng.permutation(piece).ravel() for piece in rows]
    return replace(data, pieces=data.pieces | {split: shuffled})
