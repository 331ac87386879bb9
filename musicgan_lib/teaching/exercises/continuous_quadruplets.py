"""Judges of the exercises of *A pitch stored as a frequency must be rounded, not cut*."""

import numpy as np

from musicgan_lib.representations.quadruplets import TICKS, frequency_of_pitch

from ..exercise import checker
from .asking import call, check, expect, to_numbers


@checker("continuous-quadruplets-1")
def judge_nearest_pitch(nearest_pitch):
    said = np.array([60.3, 69.4, 32.7, 99.6])  # between the keys
    frequency = frequency_of_pitch(said)
    check(
        nearest_pitch,
        (frequency,),
        np.round(said),
        "the nearest key",
        {
            "round: this cuts the fraction": np.floor(said),
            "the *nearest* key, not the next one above": np.ceil(said),
            "return whole numbers: round": said,
            "an octave doubles a frequency: log2, not the natural logarithm": np.rint(
                69 + (said - 69) * np.log(2)
            ),
            "an octave doubles a frequency: log2, not log10": np.rint(
                69 + (said - 69) * np.log10(2)
            ),
            "440 Hz is key 69, not key 60": np.round(said - 9),
        },
        "an array of keys, one for each frequency",
    )
    between = np.array([60.503, 45.503])
    check(
        nearest_pitch,
        (frequency_of_pitch(between),),
        [61, 46],
        "the nearest key",
        {"nearest in semitones, not in Hz: the logarithm comes first": [60, 45]},
    )
    keys = np.arange(128)
    check(
        nearest_pitch,
        (frequency_of_pitch(keys),),
        keys,
        "each key's own frequency gives that key",
        {"MIDI has keys 0 to 127, more than the 88 of a piano": np.clip(keys, 21, 108)},
    )
    for off in (-0.4, 0.4):
        near = frequency_of_pitch(keys + off)
        check(nearest_pitch, (near,), keys, f"{off:+} semitones from a key, it is the nearest")
    stored = frequency_of_pitch(keys).astype(np.float32)
    check(nearest_pitch, (stored,), keys, "a key stored in 32 bits must not sink: round")


@checker("continuous-quadruplets-2")
def judge_times_since(times_since):
    onsets = np.array([1.0, 1.5, 1.5, 4.0])
    wanted = TICKS * np.array([1, 0.5, 0, 2.5])
    check(
        times_since,
        (onsets,),
        wanted,
        "ticks since the previous onset",
        {
            "the first time counts from 0, it is not 0": [0, *wanted[1:]],
            "one time for each onset: the first counts from 0": wanted[1:],
            "a quarter has 384 ticks: these are quarters": wanted / TICKS,
            "a quarter has 384 ticks, not 96": wanted / 4,
            "since the previous onset, not since the beginning": TICKS * onsets,
            "tones of a chord are 0 ticks apart": np.maximum(wanted, 1),
            "since the previous onset: this is the time until the next": [*wanted[1:], 0],
        },
        "one time for each onset",
    )
    for beat, name in ((1 / 7, "sevenths of a quarter"), (1 / 3, "triplets"), (0.1, "tenths")):
        onsets = 1 + beat * np.arange(300)
        found = call(times_since, onsets)
        got = to_numbers(found, "one time for each of 300 onsets", (300,))
        assert (got == np.round(got)).all(), f"ticks are whole, also of {name}: {got[1]:g} is not"
        cut = np.diff(np.floor(onsets * TICKS), prepend=0)
        at = "round each onset to the nearest tick"
        drift = np.abs(np.cumsum(got) - onsets * TICKS).max()
        if drift > 0.5 + 1e-6:
            slips = {f"more than half a tick off with {name}: {at}, this cuts": cut}
            rule = f"with {name} the running sum drifts by {drift:.1f} ticks, more than half a tick"
            expect(found, np.diff(np.rint(onsets * TICKS), prepend=0), f"{rule}; {at}", slips)
