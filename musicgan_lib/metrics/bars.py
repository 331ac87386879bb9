"""What a melody's bar has of its chords and of the bar before it."""

import numpy as np

PITCH_CLASSES = 12


def rate_chord_tones(pitches, members) -> np.ndarray:
    """The share of a bar that sounds a note of its chord, ``(n,)``; higher is nearer to the chord.

    ``pitches (n, T)``; ``members (n, B, 12) bool``: which pitch classes belong to the chord of each of B equal parts.
    """
    pitches, members = np.asarray(pitches), np.asarray(members)
    part = np.arange(pitches.shape[1]) * members.shape[1] // pitches.shape[1]
    inside = members[np.arange(len(pitches))[:, None], part, pitches % PITCH_CLASSES]
    return inside.mean(1)


def count_tones(pitches) -> np.ndarray:
    """The share of the time of each pitch class, ``(n, T) -> (n, 12)``; -1 is silence, and a silent bar is all 0."""
    pitches = np.asarray(pitches)
    sounding = (pitches[..., None] % PITCH_CLASSES == np.arange(PITCH_CLASSES)) & (pitches >= 0)[
        ..., None
    ]
    return sounding.mean(1)


def compare_bars(one, other) -> np.ndarray:
    """How much of two bars' time is spent on the same pitch classes, ``(n,)``, 0 to 1, by :func:`count_tones`."""
    return np.minimum(one, other).sum(1)


def count_notes(pitches) -> np.ndarray:
    """Notes of a bar, ``(n, T) -> (n,)``: stretches of one pitch."""
    return 1 + (np.diff(pitches, axis=1) != 0).sum(1)
