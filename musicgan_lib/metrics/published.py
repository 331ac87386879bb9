"""What the authors' own tools compute, slips included: only to stand beside their printed numbers.

Reached through ``metrics.music`` with ``as_published=True``, where each slip is explained. Written
from the behaviour of the published programs, and tested on cases worked by hand.
"""

import numpy as np

#: Semitones above the root: major, natural minor, harmonic minor.
STEPS = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 3, 5, 7, 8, 11))
#: (36, 12): as ``music.SCALES``, but a pitch class below its root never counts: no ``mod 12``.
SCALES = np.zeros((36, 12))
for _row in range(36):
    _root, _steps = _row % 12, STEPS[_row // 12]
    SCALES[_row, [_root + step for step in _steps if _root + step < 12]] = 1


def play_roll(piece) -> np.ndarray:
    """(steps, 48) bool: which keys 36..83 sound in each sixteenth, all tracks merged, 16 steps a bar.

    Any metre is read as 4/4; notes outside the 48 keys are gone; repeated notes fuse, because the
    replay marks of the published encoder are all zero for music on the grid.
    """
    n = piece.notes[(piece.notes["pitch"] >= 36) & (piece.notes["pitch"] <= 83)]
    roll = np.zeros((int(np.ceil(piece.length / 4 - 1e-9)) * 16, 48), bool)
    first = np.round(n["onset"] * 4).astype(int)
    last = np.maximum(np.round((n["onset"] + n["duration"]) * 4).astype(int), first + 1)
    for start, stop, key in zip(first, last, n["pitch"] - 36):
        roll[start:stop, key] = True
    return roll


def empty_step_ratio(piece) -> float:
    """The share of sixteenths in which nothing sounds: Anokhin and Nuzhin's EB. No notes: 1.0."""
    roll = play_roll(piece)
    return float(np.mean(~roll.any(axis=1))) if len(roll) else 1.0


def used_blocks(piece) -> float:
    """Occupied blocks of 4 neighbouring semitones in a sixteenth, on average: their UPC."""
    roll = play_roll(piece)
    return float(np.mean(roll.reshape(-1, 12, 4).any(axis=2).sum(axis=1))) if len(roll) else 0.0


def qualified_ratio(piece) -> float:
    """Starts of runs that also sound 3 steps on, over starts of runs: their QN. No starts: NaN."""
    roll = play_roll(piece)
    held = np.zeros_like(roll)
    held[:-3] = roll[:-3] & roll[3:]
    starts, qualified = (np.sum(x[1:] & ~x[:-1]) for x in (roll, held))
    return float(qualified / starts) if starts else np.nan


def polyphony(onsets) -> float:
    """Mogren's tool on sorted onset times: one count a tone and one an event, the last event lost."""
    if not len(onsets):
        return 0.0
    starts = np.flatnonzero(np.diff(onsets, prepend=-1.0))
    sizes = np.diff(starts, append=len(onsets))
    single = len(sizes) + np.sum(sizes[:-1] == 1)
    several = np.sum(sizes - 1) + np.sum(sizes[:-1] > 1)
    return float(several / (single + several))


def repetitions(notes, length: int) -> float:
    """Mogren's count of equal runs that do not overlap: track after track, the last runs left out."""
    pitch = notes["pitch"][np.lexsort((notes["pitch"], notes["onset"], notes["track"]))]
    n = len(pitch) - length  # one run fewer than there are
    if length >= min(len(pitch) // 2, 10):
        return 0.0
    runs = [pitch[k : k + n] for k in range(length)]
    _, runs = np.unique(np.stack(runs, axis=1), axis=0, return_inverse=True)
    return float(equal_pairs(runs.ravel(), np.bincount(runs.ravel()), length))


def equal_pairs(runs, counts, length: int) -> int:
    """How many pairs of equal numbers in ``runs`` lie ``length`` or more apart; ``counts`` is their bincount."""
    near = sum(int(np.sum(runs[k:] == runs[:-k])) for k in range(1, length))
    return int(np.sum(counts * (counts - 1) // 2)) - near
