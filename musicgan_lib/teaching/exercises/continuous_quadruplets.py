"""Judges of the exercises of *A pitch stored as a frequency must be rounded, not cut*."""

import numpy as np

from musicgan_lib.representations.quadruplets import TICKS, frequency_of_pitch

from ..exercise import checker


@checker("continuous-quadruplets-1")
def judge_nearest_pitch(nearest_pitch):
    keys = np.arange(21, 109)
    got = np.asarray(nearest_pitch(frequency_of_pitch(keys)))
    assert got.shape == keys.shape, f"an array in, an array of the same shape out, not {got.shape}"
    assert np.array_equal(got, np.round(got)), "MIDI numbers are whole"
    assert np.array_equal(got, keys), "each key's own frequency must give that key"
    stored = frequency_of_pitch(keys).astype(np.float32)
    assert np.array_equal(nearest_pitch(stored), keys), "a key stored in 32 bits must not sink"
    for off in (-0.4, 0.4):
        near = frequency_of_pitch(keys + off)
        assert np.array_equal(nearest_pitch(near), keys), f"{off:+} semitones is nearest to the key"


@checker("continuous-quadruplets-2")
def judge_times_since(times_since):
    for beat, name in ((1.0, "quarters"), (0.5, "eighths"), (1 / 7, "sevenths of a quarter")):
        onsets = 1 + beat * np.arange(300)
        got = np.asarray(times_since(onsets))
        assert got.shape == onsets.shape, "one time for each onset"
        assert np.array_equal(got, np.round(got)), "ticks are whole"
        assert got[0] == TICKS, "the first time counts from 0"
        drift = np.abs(np.cumsum(got) - onsets * TICKS).max()
        assert drift <= 0.5 + 1e-6, f"with {name} the running sum drifts by {drift:.1f} ticks"
    chord = np.asarray(times_since([0.0, 0.0, 1.0]))
    assert chord.tolist() == [0, 0, TICKS], "tones of a chord are 0 ticks apart"
