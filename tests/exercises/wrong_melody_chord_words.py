"""Answers that look right and are not."""

from collections import Counter


def adds_doublings_twice(pitches):
    return sum(1 << int(p) % 12 for p in pitches)


def counts_within_each_sequence(sequences, m):
    return sum(all(n >= m for n in Counter(s).values()) for s in sequences) / len(sequences)


WRONG = {
    "melody-chord-words-1": adds_doublings_twice,
    "melody-chord-words-2": counts_within_each_sequence,
}
