"""Made music whose likelihood is known: a motif comes back at a lag, and each time some of its notes are new."""

import hashlib

import numpy as np

from .grid import GridData
from .tokens import SPLITS

#: Corpus -> sixteenths of its motif: so far back stands what a cell repeats.
LAGS = {"motifs": 24}
PITCHES, LOWEST = 16, 60
RENEWED = 1 / 8  # the share of repeated cells that are drawn anew, perhaps the same note
PIECES = {"train": 512, "valid": 64, "test": 64}
LENGTH = 256  # cells of a piece
SEED = 2018


def make_motifs(corpus: str = "motifs") -> GridData:
    """The pieces, one voice each and a note a sixteenth; the same ones for every seed of a run.

    No piece has the motif of another, so that nothing but the lag is there to be learned.
    """
    from ..representations.grid import HOLD, REST

    rng, lag = np.random.default_rng(SEED), LAGS[corpus]
    pieces, seen = {}, hashlib.sha256()
    for split in SPLITS:
        cells = rng.integers(0, PITCHES, (PIECES[split], LENGTH))
        again = rng.random(cells.shape) >= RENEWED
        for t in range(lag, LENGTH):
            cells[:, t] = np.where(again[:, t], cells[:, t - lag], cells[:, t])
        pieces[split] = list(cells.astype(np.int64))
        seen.update(split.encode() + cells.astype("<i8").tobytes())
    symbols = [float(s) for s in (*range(LOWEST, LOWEST + PITCHES), HOLD, REST)]
    told = (
        f"A motif of {lag} cells; nobody foretells its repeats for less than {floor():.4f} nats a cell, "
        f"or new cells for {np.log(PITCHES):.4f}."
    )
    return GridData(
        corpus,
        "grid",
        (len(symbols),),
        [[[s] for s in symbols]],
        pieces,
        seen.hexdigest()[:16],
        report=told,
        voices=1,
    )


def floor() -> float:
    """Nats a repeated cell costs whoever knows the lag and all that was before: its entropy."""
    kept, other = 1 - RENEWED + RENEWED / PITCHES, RENEWED / PITCHES
    return float(-kept * np.log(kept) - (PITCHES - 1) * other * np.log(other))
