"""Three metrics that Neo and Saleem (2024) name and never define. The definitions are ours, and say so.

Each takes notes ``(n, T, 3)`` and what :func:`read_counts` read from training music, and returns one number, to be read
beside real music's: more is not better. None sees variety: one pitch for ever has perfect pitch accuracy.
"""

import numpy as np

from ...metrics.distribution import wasserstein1
from ...metrics.music import SCALES
from ...metrics.tones import bigram_distance


def read_counts(pieces) -> dict:
    """How often one offset follows another, and one bass another, in real pieces."""
    counts = {"offset": np.zeros((33, 33)), "bass": np.zeros((12, 12))}
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


def measure_notes(samples: np.ndarray, data, length: int, n: int) -> dict:
    """How far notes ``(n, length, 3)`` are from held-out ones, one by one and in order.

    ``…_iid`` and ``…_shuffled`` are what the order is worth: real notes drawn one by one, and the samples' own
    notes in another order, have to be further from real music than the samples are.
    """
    rng = np.random.default_rng(0)
    test = data.windows("test", length)
    test = test[np.linspace(0, len(test) - 1, min(n, len(test))).round().astype(int)]
    train = np.concatenate(data.pieces["train"])
    iid = train[rng.integers(0, len(train), samples.shape[:2])]
    shuffled = rng.permuted(np.broadcast_to(np.arange(length), samples.shape[:2]), axis=1)
    shuffled = np.take_along_axis(samples, shuffled[..., None], 1)
    found = {
        "distinct_pitches": len(np.unique(samples[..., 0].round())),
        "distinct_pitches_real": len(np.unique(test[..., 0])),
        "negative_durations": (samples[..., 1] < 0).mean(),
        "negative_offsets": (samples[..., 2] < 0).mean(),
    }
    for i, name in enumerate(("pitch", "duration", "offset")):
        found[f"w1_{name}"] = wasserstein1(samples[..., i], test[..., i])
    counts = read_counts(data.pieces["train"])
    for suffix, notes in (("", samples), ("_iid", iid), ("_shuffled", shuffled), ("_real", test)):
        if suffix != "_real":
            for name, steps in (("interval", intervals), ("offset", offsets)):
                found[f"{name}_bigrams{suffix}"] = bigram_distance(steps(notes), steps(test))
        found |= {f"{name}{suffix}": f(notes, counts) for name, f in NAMED.items()}
    return found


def intervals(notes) -> np.ndarray:
    """Semitones from note to note, ``(n, T, 3) -> (n, T - 1)``; an octave and more as one."""
    return np.clip(np.diff(np.round(notes[..., 0]), axis=1), -12, 12).astype(int)


def offsets(notes) -> np.ndarray:
    """Sixteenths of a quarter since the note before, ``(n, T, 3) -> (n, T)``, 0..32."""
    return np.clip(np.round(notes[..., 2] * 16), 0, 32).astype(int)


def _gain(table, sequences) -> float:
    alone = table.sum(0) + 1e-3
    alone = alone / alone.sum()
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
