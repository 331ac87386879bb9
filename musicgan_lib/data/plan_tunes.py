"""The beginnings of a few tunes in slices of an eighth: small enough for a network of 1989 to learn by heart."""

from dataclasses import dataclass

import numpy as np

from .tokens import TokenData

#: Corpora that are read so, and the tunes: those whose beginnings stand on eighths
TUNES = {
    "tunes": (
        "Twinkle, twinkle",
        "Frère Jacques",
        "Scarborough Fair",
        "Sakura",
        "Auld Lang Syne",
        "Amazing Grace",
    ),
}
SLICES = 32  # of each tune: eighths
A_QUARTER = 2


@dataclass
class PlanTunes(TokenData):
    """One tune a piece, ``(SLICES,) int64``: token k begins the pitch ``lowest + k``, the last two hold and rest.

    All tunes are for training: what is asked is whether they are kept, so there is no split to keep apart.
    """

    @property
    def lowest(self) -> int:
        """The pitch of token 0."""
        return int(self.symbols[0][0][0])

    def decode(self, tokens) -> "Piece":  # noqa: F821 - imported where it is used
        """The melody that slices spell, in 4/4."""
        from ..representations import grid

        cells = np.array(self.symbols[0])[np.asarray(tokens, np.int64), 0].astype(np.int64)
        finer = np.full(2 * len(cells), grid.HOLD)
        finer[::2] = cells
        finer[1::2][cells == grid.REST] = grid.REST
        return grid.decode(finer[None])


def encode_plan_tunes(corpus: str = "tunes") -> PlanTunes:
    """The melodies of :data:`TUNES`, from wherever the corpus has them. ValueError for another corpus."""
    from .. import corpora
    from ..representations.grid import HOLD, REST

    if corpus not in TUNES:
        raise ValueError(f"no short tunes of {corpus!r}; there are {', '.join(TUNES)}")
    found, read = {}, []
    for split in ("train", "valid", "test"):
        part = corpora.load(corpus, split)
        found |= {piece.title: piece for piece in part}
        read.append(part.data_hash)
    cells = np.array([_slice(found[name]) for name in TUNES[corpus]])
    pitches = cells[cells < HOLD]
    symbols = [*range(pitches.min(), pitches.max() + 1), HOLD, REST]
    numbers = np.full(REST + 1, -1)
    numbers[symbols] = np.arange(len(symbols))
    return PlanTunes(
        corpus,
        "slices",
        (len(symbols),),
        [[[float(s)] for s in symbols]],
        {"train": list(numbers[cells]), "valid": [], "test": []},
        read[0],
        split_by="none: all are learnt by heart",
        report=f"The first {SLICES} eighths of {len(cells)} melodies.",
    )


def _slice(piece) -> np.ndarray:
    """A melody's first eighths, as symbols of the grid."""
    from ..representations.grid import HOLD, REST

    cells = np.full(SLICES, REST, np.int64)
    for note in piece.notes[piece.notes["track"] == 0]:
        start, stop = (
            round(float(t) * A_QUARTER) for t in (note["onset"], note["onset"] + note["duration"])
        )
        if start < SLICES:
            cells[start : min(stop, SLICES)] = HOLD
            cells[start] = note["pitch"]
    return cells
