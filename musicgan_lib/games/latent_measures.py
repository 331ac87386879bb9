"""What can be done with codes of melodies: give them back, walk from one to the other, ask for more of something."""

import numpy as np

from ..data.melody_events import BAR, HOLD


def compare_events(real, again) -> dict:
    """How alike rows of melody events ``(n, T)`` and their reconstructions are, shares of 0 to 1.

    ``right_steps``: of all steps, those with the same event. ``right_onsets``: of the notes that begin in the real
    ones, those that begin at the same step with the same pitch. ``right_rhythm``: F1 of the steps at which notes begin.
    ``right_windows``: of the windows, those in which every note came back and none was added.
    """
    real, again = np.asarray(real), np.asarray(again)
    begins, begun = real < HOLD, again < HOLD
    same = begins & (real == again)
    hits, onsets = (begins & begun).sum(), begins.sum() + begun.sum()
    return {
        "right_steps": float((real == again).mean()),
        "right_onsets": float(same.sum() / max(begins.sum(), 1)),
        "right_rhythm": float(2 * hits / max(onsets, 1)),
        "right_windows": float((real == again).all(1).mean()),
    }


#: What a melody has more or less of, for :func:`tell_attributes`
ATTRIBUTES = ("notes", "pitch", "leaps")


def tell_attributes(rows) -> np.ndarray:
    """What rows of melody events ``(n, T)`` have of each of :data:`ATTRIBUTES`, ``(n, 3)``.

    How many notes begin in a bar; their mean pitch, in semitones above the lowest; and the mean distance of each note
    from the one before, in semitones. Of a row without notes all are 0, of one with a single note the distance is.
    """
    told = []
    for row in np.asarray(rows):
        notes = row[row < HOLD]
        leaps = np.abs(np.diff(notes))
        many = len(notes) * BAR / max(len(row), 1)
        told.append((many, notes.mean() if len(notes) else 0, leaps.mean() if len(leaps) else 0))
    return np.array(told, float).reshape(-1, len(ATTRIBUTES))


def find_directions(codes, attributes) -> np.ndarray:
    """One direction in code space for each attribute, ``(A, Z)``: the mean code of the quarter of the music that has
    most of it, less that of the quarter that has least. ``codes (n, Z)``, ``attributes (n, A)``.

    ValueError for fewer than four pieces. Source: Roberts et al. (2018).
    """
    codes, attributes = np.asarray(codes), np.asarray(attributes)
    if len(codes) < 4:
        raise ValueError(f"a quarter of {len(codes)} pieces is none: give four or more")
    quarter = len(codes) // 4
    order = np.argsort(attributes, axis=0, kind="stable")  # (n, A)
    return np.stack([codes[o[-quarter:]].mean(0) - codes[o[:quarter]].mean(0) for o in order.T])


def compare_attributes(real, before, after) -> np.ndarray:
    """By how much each attribute rose from the rows ``before`` to each of the ``after``, ``(A, A)``: row a is what the
    direction of attribute a did to all of them, in standard deviations of the real ones.
    """
    scale = tell_attributes(real).std(0)
    scale = np.where(scale > 0, scale, 1.0)
    start = tell_attributes(before)
    return np.stack([(tell_attributes(rows) - start).mean(0) / scale for rows in after])


def measure_distances(path) -> np.ndarray:
    """The share of steps in which each row of a path differs from its first, ``(..., S, T) -> (..., S)``."""
    path = np.asarray(path)
    return (path != path[..., :1, :]).mean(-1)


def share_steady(path) -> float:
    """The share of paths ``(n, S, T)`` on which nobody comes nearer to the start again (Hamming distance)."""
    return float((np.diff(measure_distances(path), axis=-1) >= 0).all(-1).mean())


def mix_events(one, other, shares, rng: np.random.Generator) -> np.ndarray:
    """Events taken from ``other`` with each of the chances ``shares (S,)``, else from ``one``: ``(n, S, T)``.

    A step that has come from ``other`` stays so at every larger share, so that the mixture is as steady as can be.
    """
    one, other = np.asarray(one)[:, None], np.asarray(other)[:, None]
    dice = rng.random((len(one), 1, one.shape[-1]))
    return np.where(dice < np.asarray(shares)[None, :, None], other, one)
