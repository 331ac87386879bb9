"""How voices move from one chord to the next, whatever the key, and how often another music moves them so."""

import numpy as np


def list_motions(before, after) -> list[tuple]:
    """The motion of each pair of chords: how the first is spaced, and how far each voice moves.

    ``before``, ``after (N, V)`` pitches in semitones, the lowest voice last; -1 is silence. The result has one tuple
    a pair: the distances of the voices from the lowest before, and the step of each voice; None where one is silent.
    Two motions are the same in every key.

    >>> list_motions([[67, 60]], [[65, 62]])
    [(7, -2, 2)]
    """
    before, after = np.asarray(before, np.int64), np.asarray(after, np.int64)
    if before.shape != after.shape or before.ndim != 2:
        raise ValueError(f"chords are (N, V) each, and these are {before.shape} and {after.shape}")
    rows = np.concatenate([before[:, :-1] - before[:, -1:], after - before], 1).tolist()
    silent = ((before < 0) | (after < 0)).any(1)
    return [None if rests else tuple(row) for row, rests in zip(rows, silent)]


def share_known(motions, known) -> float:
    """The share of motions that are among the known ones, 0..1; those with a silent voice do not count. None: NaN."""
    asked = [motion for motion in motions if motion is not None]
    known = set(known)
    return sum(motion in known for motion in asked) / len(asked) if asked else float("nan")
