"""Judges of the exercises of *A tune is its intervals, not its pitches*."""

import numpy as np

from ..exercise import checker


@checker("music-for-coders-1")
def judge_scale_histogram(scale_histogram):
    pitches, durations = np.array([60, 72, 67, 59]), np.array([1.0, 1.0, 1.5, 0.5])
    kept = pitches.copy(), durations.copy()
    got = np.asarray(scale_histogram(pitches, durations), float)
    assert np.array_equal(pitches, kept[0]) and np.array_equal(durations, kept[1]), (
        "what was given must not be changed"
    )
    assert got.shape == (12,), f"one share for each of twelve pitch classes, not shape {got.shape}"
    assert np.isclose(got.sum(), 1), f"shares sum to 1, not {got.sum():g}"
    assert np.isclose(got[0], 0.5), "C4 and C5 are one pitch class, and long notes count for more"
    assert np.allclose(got[[7, 11]], [0.375, 0.125]), "each pitch class has its share of the time"
    high = np.asarray(scale_histogram(pitches + 12, durations), float)
    assert np.allclose(high, got), "an octave higher, the histogram is the same"
    silence = np.asarray(scale_histogram(np.zeros(0, int), np.zeros(0)), float)
    assert silence.shape == (12,) and (silence == 0).all(), "where nothing sounds, twelve zeros"


@checker("music-for-coders-2")
def judge_major_root(major_root):
    major = np.isin(np.arange(12), [0, 2, 4, 5, 7, 9, 11]).astype(float)
    for root in range(12):
        got = major_root(np.roll(major, root) / 7)
        assert got == root, f"the major scale on {root} must give {root}, not {got}"
    weak_home = major.copy()
    weak_home[0] = 0.1
    assert major_root(weak_home) == 0, "the root itself need not be the tone that sounds longest"
    assert major_root(np.ones(12)) == 0, "the lowest of equals"
