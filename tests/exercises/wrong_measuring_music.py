"""Answers that look right and are not, and unusual ones that are."""

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
