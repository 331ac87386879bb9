"""Answers that look right and are not, and unusual ones that are."""

from collections import Counter
from fractions import Fraction

import numpy as np

MAJOR = (0, 2, 4, 5, 7, 9, 11)


def no_wrap(pitches, root):
    return float(np.mean(np.isin(np.asarray(pitches) % 12 - root, MAJOR)))


def onset_times(piece):
    _, sizes = np.unique(piece.notes["onset"], return_counts=True)
    return float(np.mean(sizes >= 2))


WRONG = {"measuring-music-1": no_wrap, "measuring-music-2": onset_times}


def count(pitches, root):
    return float(np.isin((np.asarray(pitches) - root) % 12, MAJOR).sum())


def different_pitches(pitches, root):
    return float(np.mean(np.isin((np.unique(pitches) - root) % 12, MAJOR)))


def no_octaves(pitches, root):
    return float(np.mean(np.isin(np.asarray(pitches) - root, MAJOR)))


def root_ignored(pitches, root):
    return float(np.mean(np.isin(np.asarray(pitches) % 12, MAJOR)))


def minor(pitches, root):
    return float(np.mean(np.isin((np.asarray(pitches) - root) % 12, (0, 2, 3, 5, 7, 8, 10))))


def lydian(pitches, root):
    return float(np.mean(np.isin((np.asarray(pitches) - root) % 12, (0, 2, 4, 6, 7, 9, 11))))


def sizes_of(piece, tracks=False, to=None):
    onsets = piece.notes["onset"] if to is None else np.round(piece.notes["onset"] / to)
    keys = list(zip(onsets, piece.notes["track"])) if tracks else list(onsets)
    return np.array([keys.count(key) for key in keys])


def three_or_more(piece):
    return float(np.mean(sizes_of(piece) >= 3))


def within_a_track(piece):
    return float(np.mean(sizes_of(piece, tracks=True) >= 2))


def rounded_to_quarters(piece):
    return float(np.mean(sizes_of(piece, to=1) >= 2))


NAMED = {
    "measuring-music-1": [
        (no_wrap, "after you subtract"),
        (count, "divide"),
        (different_pitches, "every note"),
        (no_octaves, "modulo 12"),
        (root_ignored, "from the root"),
        (minor, "third"),
        (lydian, "fourth"),
    ],
    "measuring-music-2": [
        (onset_times, "not onset times"),
        (three_or_more, "two notes"),
        (within_a_track, "two tracks"),
        (rounded_to_quarters, "do not round"),
    ],
}


def names_and_fractions(pitches, root):
    keys = "101011010101"
    return Fraction(sum(keys[(int(p) - root) % 12] == "1" for p in pitches), len(pitches))


def every_note_with_every_other(piece):
    onsets = piece.notes["onset"].tolist()
    return sum(onsets.count(onset) > 1 for onset in onsets) / len(onsets)


RIGHT = {
    "measuring-music-1": [names_and_fractions],
    "measuring-music-2": [every_note_with_every_other],
}


DEGREES = (0, 2, 4, 5, 7, 9, 11)


def always_c_major(pitches, root):
    return np.mean([p % 12 in DEGREES for p in pitches])


def does_not_wrap(pitches, root):
    return np.mean([p % 12 in [root + s for s in DEGREES] for p in pitches])


def natural_minor(pitches, root):
    return np.mean([(p - root) % 12 in (0, 2, 3, 5, 7, 8, 10) for p in pitches])


def of_different_pitches(pitches, root):
    return np.mean([(p - root) % 12 in DEGREES for p in set(map(int, pitches))])


def classes_of_seven(pitches, root):
    return len({(p - root) % 12 for p in map(int, pitches)} & set(DEGREES)) / 7


def a_count(pitches, root):
    return sum((p - root) % 12 in DEGREES for p in pitches)


def root_added(pitches, root):
    return np.mean([(p + root) % 12 in DEGREES for p in pitches])


def one_octave_only(pitches, root):
    return np.mean([p - 60 - root in DEGREES for p in pitches])


def onset_times_over_notes(piece):
    n = Counter(piece.notes["onset"].tolist())
    return sum(k > 1 for k in n.values()) / len(piece.notes)


def notes_that_are_not_first(piece):
    n = Counter(piece.notes["onset"].tolist())
    return sum(k - 1 for k in n.values()) / len(piece.notes)


def sounding_together(piece):
    o, d = piece.notes["onset"].astype(float), piece.notes["duration"].astype(float)
    e = o + d
    return np.mean([((o < b) & (e > a)).sum() > 1 for a, b in zip(o, e)])


def exactly_two(piece):
    n = Counter(piece.notes["onset"].tolist())
    return sum(k for k in n.values() if k == 2) / len(piece.notes)


def how_many(piece):
    n = Counter(piece.notes["onset"].tolist())
    return sum(k for k in n.values() if k > 1)


def in_the_same_quarter(piece):
    n = Counter(np.floor(piece.notes["onset"]).tolist())
    return sum(k for k in n.values() if k > 1) / len(piece.notes)


def neighbours_in_the_list(piece):
    o = piece.notes["onset"]
    return np.mean(np.append(o[1:] == o[:-1], False))


MORE = {
    "measuring-music-1": [
        (always_c_major, "root"),
        (does_not_wrap, "modulo"),
        (natural_minor, "major"),
        (of_different_pitches, "every note"),
        (classes_of_seven, "notes"),
        (a_count, "share"),
        (root_added, "root"),
        (one_octave_only, "modulo"),
    ],
    "measuring-music-2": [
        (onset_times_over_notes, "notes"),
        (notes_that_are_not_first, "all"),
        (sounding_together, "start"),
        (exactly_two, "three"),
        (how_many, "share"),
        (in_the_same_quarter, "do not round"),
        (neighbours_in_the_list, "last"),
    ],
}


def by_numpy(pitches, root):
    return np.isin((np.asarray(pitches) - root) % 12, DEGREES).mean()


def by_torch(pitches, root):
    import torch

    p = (torch.tensor(np.array(pitches)).long() - root) % 12
    return torch.isin(p, torch.tensor(DEGREES)).double().mean()


def unique_counts(piece):
    _, place, n = np.unique(piece.notes["onset"], return_inverse=True, return_counts=True)
    return (n[place] > 1).mean()


def one_minus_alone(piece):
    n = Counter(float(o) for o in piece.notes["onset"])
    return 1 - list(n.values()).count(1) / len(piece)


MORE_RIGHT = {
    "measuring-music-1": [by_numpy, by_torch],
    "measuring-music-2": [unique_counts, one_minus_alone],
}

for label, answers in MORE.items():
    NAMED[label] += answers
for label, answers in MORE_RIGHT.items():
    RIGHT[label] += answers
