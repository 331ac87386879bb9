"""Byte pair encoding of notes that begin together: pitches that often meet become one token.

What begins at one time is a *chord*, a sorted tuple of tokens; a token is a sorted tuple of pitches. SymphonyNet
(Liu et al., 2022) calls this Music BPE. In a text a pair is two neighbours; in a chord it is any two tokens.
"""

import itertools
from collections import Counter

import numpy as np

from .grid import GridData


def list_chords(data: GridData, split: str) -> list[tuple]:
    """What begins together in a split, a tuple of pitches for each sixteenth in which a note begins."""
    found = []
    for piece in data.pieces[split]:
        for column in np.reshape(piece, (-1, data.voices)):
            begins = sorted(data.lowest + int(token) for token in column if token < data.hold)
            if begins:
                found.append(tuple(begins))
    return found


def spell(chord) -> tuple:
    """A chord of pitches as tokens of one pitch each."""
    return tuple((pitch,) for pitch in sorted(chord))


def read(tokens) -> tuple:
    """The inverse of :func:`spell` and :func:`merge`: the pitches, sorted."""
    return tuple(sorted(pitch for token in tokens for pitch in token))


def join(tokens, pair) -> tuple:
    """A chord's tokens with the two of a pair made one, as often as both are there."""
    first, second = pair
    left = Counter(tokens)
    both = left[first] // 2 if first == second else min(left[first], left[second])
    left[first] -= both
    left[second] -= both
    left[tuple(sorted(first + second))] += both
    return tuple(sorted(left.elements()))


def learn_pairs(chords, n: int) -> list[tuple]:
    """The first n pairs to be joined: each time the one that meets most often, of equals the lowest.

    Fewer where no pair meets twice.
    """
    seen = Counter(spell(chord) for chord in chords)
    learned = []
    for _ in range(n):
        met: Counter = Counter()
        for tokens, times in seen.items():
            for pair in set(itertools.combinations(tokens, 2)):
                met[pair] += times
        best = min(met, key=lambda pair: (-met[pair], pair), default=None)
        if best is None or met[best] < 2:
            break
        learned.append(best)
        joined: Counter = Counter()
        for tokens, times in seen.items():
            joined[join(tokens, best)] += times
        seen = joined
    return learned


def merge(chord, pairs) -> tuple:
    """A chord of pitches as tokens, all pairs joined in the order in which they were learned."""
    tokens = spell(chord)
    for pair in pairs:
        tokens = join(tokens, pair)
    return tokens


def measure_pairs(data: GridData, pairs) -> dict:
    """Of the chords of the test split: tokens for each note, and the share that comes back as it was."""
    chords = list_chords(data, "test")
    merged = [merge(chord, pairs) for chord in chords]
    kept = [read(tokens) == chord for tokens, chord in zip(merged, chords)]
    return {
        "pairs_tokens_per_note": sum(map(len, merged)) / max(sum(map(len, chords)), 1),
        "pairs_kept": sum(kept) / max(len(kept), 1),
    }
