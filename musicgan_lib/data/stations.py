"""Made music for a curious listener: four stations, of which two can be learned, one is known and one is noise."""

import hashlib

import numpy as np

from .grid import GridData
from .tokens import SPLITS

#: Corpora of this kind
PROGRAMMES = ("stations",)
#: One note for ever; a tune, over and over; a rule with exceptions; dice
STATIONS = ("drone", "tune", "rule", "noise")
#: Those of which something is to be learned that is not known at once
LEARNABLE = (1, 2)
PITCHES, LOWEST = 16, 60
LENGTH = 4096  # notes of a station in each split
TUNE = "Frère Jacques"
RULE = 8  # symbols of the rule: two notes decide the third,
KEPT = 0.9  # so often; else it is thrown
SEED = 2010


def make_stations(corpus: str = "stations") -> GridData:
    """A piece a station, one voice and a note a sixteenth; the same ones for every seed of a run."""
    from ..representations.grid import HOLD, REST

    rng, seen = np.random.default_rng(SEED), hashlib.sha256()
    tune, rule = read_tune(), rng.integers(0, RULE, (RULE, RULE))
    pieces = {}
    for split in SPLITS:
        drone = np.full(LENGTH, tune[0])
        again = np.resize(tune, LENGTH)
        made = [drone, again, follow_rule(rule, rng), rng.integers(0, PITCHES, LENGTH)]
        pieces[split] = [piece.astype(np.int64) for piece in made]
        seen.update(split.encode() + np.stack(made).astype("<i8").tobytes())
    symbols = [float(s) for s in (*range(LOWEST, LOWEST + PITCHES), HOLD, REST)]
    told = "; ".join(f"{name} {cost:.3f}" for name, cost in zip(STATIONS, floors()))
    return GridData(
        corpus,
        "grid",
        (len(symbols),),
        [[[s] for s in symbols]],
        pieces,
        seen.hexdigest()[:16],
        report=f"Four stations; nobody foretells a note of them for less than, in nats: {told}.",
        voices=1,
    )


def read_tune() -> np.ndarray:
    """The notes of :data:`TUNE` as tokens, without their rhythm, ``(N,) int64``."""
    from ..corpora.tunes import load_tunes

    (piece,) = (piece for piece, _ in load_tunes() if piece.title == TUNE)
    melody = piece.notes[piece.notes["track"] == 0]
    return melody["pitch"].astype(np.int64) - LOWEST


def follow_rule(rule, rng) -> np.ndarray:
    """Notes of which each is decided by the two before it, ``rule (RULE, RULE)``, or thrown, ``(LENGTH,)``."""
    notes = rng.integers(0, RULE, LENGTH)
    keeps = rng.random(LENGTH) < KEPT
    for t in range(2, LENGTH):
        if keeps[t]:
            notes[t] = rule[notes[t - 2], notes[t - 1]]
    return notes


def floors() -> tuple[float, ...]:
    """Nats a note of each station for whoever knows all about it but the dice."""
    right, other = KEPT + (1 - KEPT) / RULE, (1 - KEPT) / RULE
    exceptions = -right * np.log(right) - (RULE - 1) * other * np.log(other)
    return 0.0, 0.0, float(exceptions), float(np.log(PITCHES))
