"""How much of a melody comes back from its code."""

import numpy as np

from ..data.melody_events import HOLD


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
