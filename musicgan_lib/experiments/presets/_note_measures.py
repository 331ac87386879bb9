"""Three metrics that Neo and Saleem (2024) name and never define. The definitions are ours, and say so.

Each takes notes ``(n, T, 3)`` and what :func:`read_counts` read from training music, and returns one number; higher is
more like music. None sees variety: one pitch that repeats for ever has perfect pitch accuracy.
"""

import numpy as np

from ...metrics.music import SCALES


def read_counts(pieces) -> dict:
    """How often one offset follows another, and one bass another, in real pieces."""
    counts = {"offset": np.full((33, 33), 1e-3), "bass": np.full((12, 12), 1e-3)}
    for piece in pieces:
        for name, steps in (("offset", _offsets(piece)), ("bass", _bass(piece))):
            np.add.at(counts[name], (steps[:-1], steps[1:]), 1)
    return counts


def pitch_accuracy(notes, counts) -> float:
    """Share of a sample's notes that fit one major, natural minor or harmonic minor scale, the best of them."""
    names = np.round(notes[..., 0]).astype(int) % 12  # (n, T)
    shares = (names[..., None] == np.arange(12)).mean(1)  # (n, 12)
    return float((shares @ SCALES.T).max(1).mean())


def rhythmic_coherence(notes, counts) -> float:
    """Nats by which the offset before makes an offset easier to guess, with the counts of real music."""
    return _gain(counts["offset"], [_offsets(n) for n in notes])


def harmonic_progression(notes, counts) -> float:
    """Nats by which the bass before makes a bass easier to guess; the bass is the lowest note of an onset."""
    return _gain(counts["bass"], [_bass(n) for n in notes])


NAMED = {f.__name__: f for f in (pitch_accuracy, rhythmic_coherence, harmonic_progression)}


def _gain(table, sequences) -> float:
    alone = table.sum(0) / table.sum()
    follows = (table + alone) / (table.sum(1, keepdims=True) + 1)  # after the unheard: no gain
    pairs = [np.stack([s[:-1], s[1:]]) for s in sequences if len(s) > 1]
    if not pairs:
        return 0.0
    before, after = np.concatenate(pairs, 1)
    gain = np.log(follows[before, after]) - np.log(alone[after])
    return float(gain.mean())


def _offsets(notes) -> np.ndarray:
    return np.clip(np.round(notes[:, 2] * 16), 0, 32).astype(int)


def _bass(notes) -> np.ndarray:
    """Pitch class of the lowest note of every onset; an offset of 0 or less is the same onset."""
    first = np.append(0, np.flatnonzero(notes[1:, 2] > 1e-3) + 1)
    return np.minimum.reduceat(np.round(notes[:, 0]), first).astype(int) % 12
