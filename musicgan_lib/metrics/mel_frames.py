"""Measures of songs as mel frames: how they move from frame to frame, and how many places their loudest band visits."""

import numpy as np

from .distribution import wasserstein1


def measure_changes(songs) -> np.ndarray:
    """How much each frame differs from the one before, ``(n, T, bands) -> (n, T - 1)``: the mean distance of bands."""
    return np.abs(np.diff(np.asarray(songs, np.float64), axis=1)).mean(-1)


def compare_changes(made, real) -> float:
    """How far the changes of made songs are distributed from those of real ones, in means of the real ones.

    0: alike. The 1-Wasserstein distance of all changes of all songs; a song that stands still is at 1.
    """
    real = measure_changes(real).ravel()
    return wasserstein1(measure_changes(made).ravel(), real) / max(real.mean(), 1e-12)


def measure_places(songs) -> np.ndarray:
    """The entropy of the loudest band over the frames of each song, nats, ``(n, T, bands) -> (n,)``; 0: one band."""
    loudest = np.asarray(songs).argmax(-1)
    found = []
    for row in loudest:
        share = np.unique(row, return_counts=True)[1] / len(row)
        found.append(-(share * np.log(share)).sum())
    return np.array(found)
