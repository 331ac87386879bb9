"""Whom does a swapped piece follow? Rhythms, pitches and chords of what was made, beside those of its two donors."""

import numpy as np

PITCH_CLASSES = 12


def same_rhythm(one, other) -> np.ndarray:
    """Whether two rhythms ``(n, V, T)`` are the same in every cell, ``(n,) bool``."""
    return (np.asarray(one) == np.asarray(other)).reshape(len(one), -1).all(1)


def match_onsets(one, other) -> np.ndarray:
    """How well the beginnings of notes ``(n, V, T) bool`` agree, ``(n,)``, from 0 to 1.

    Twice the beginnings in common over all of both (the F1 score); two segments without any agree.
    """
    one, other = (np.asarray(x).reshape(len(x), -1) for x in (one, other))
    both, all_of_them = (one & other).sum(1), one.sum(1) + other.sum(1)
    return np.where(all_of_them > 0, 2 * both / np.maximum(all_of_them, 1), 1.0)


def match_pitches(one, other) -> np.ndarray:
    """The share of cells in which both sound that have the same pitch, ``(n, V, T) -> (n,)``; -1 is silence.

    NaN where they never sound together.
    """
    one, other = (np.asarray(x).reshape(len(x), -1) for x in (one, other))
    together = (one >= 0) & (other >= 0)
    count = together.sum(1)
    same = (together & (one == other)).sum(1)
    return np.where(count > 0, same / np.maximum(count, 1), np.nan)


def rate_chords(pitches, members) -> np.ndarray:
    """The share of the sounding time in which a voice sings a note of its chord, ``(n,)``; NaN in silence.

    ``pitches (n, V, T)``, -1 for silence; ``members (n, B, 12) bool``: the pitch classes of each of B equal parts.
    """
    pitches, members = np.asarray(pitches), np.asarray(members)
    n, voices, length = pitches.shape
    part = np.arange(length) * members.shape[1] // length
    rows = np.arange(n)[:, None, None]
    inside = members[rows, part, pitches % PITCH_CLASSES] & (pitches >= 0)
    count = (pitches >= 0).reshape(n, -1).sum(1)
    return np.where(count > 0, inside.reshape(n, -1).sum(1) / np.maximum(count, 1), np.nan)


def fit_probe(known, wanted, asked, answers, ridge: float = 1.0) -> float:
    """How much of some numbers a straight line tells from others: R² on held-out rows, 1 for all, 0 for no more than
    the mean; below 0 it misleads.

    ``known (n, D)`` and ``wanted (n, K)`` are learned from by ridge regression on standardised columns, ``asked`` and
    ``answers`` are rows that are held out. Columns whose held-out answers never change are left out; ValueError where
    none is left.
    """
    known, wanted, asked, answers = (np.asarray(x, float) for x in (known, wanted, asked, answers))
    moves = answers.std(0) > 0
    if not moves.any():
        raise ValueError("the held-out answers never change: there is nothing to tell")
    mean, spread = known.mean(0), known.std(0) + 1e-9
    ours, theirs = (known - mean) / spread, (asked - mean) / spread
    centre = wanted.mean(0)
    square = ours.T @ ours + ridge * np.eye(ours.shape[1])
    slope = np.linalg.solve(square, ours.T @ (wanted - centre))
    wrong = ((theirs @ slope + centre - answers) ** 2).mean(0)
    return float((1 - wrong / np.maximum(answers.var(0), 1e-12))[moves].mean())
