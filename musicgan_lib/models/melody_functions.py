"""A melody as functions of time, and the weighted mean of two of them. Source: Mathews and Rosler (1968).

A tune is ``(N, 3)``: onset and duration in quarters, pitch in semitones, as MIDI counts them; between two keys is
allowed.
"""

import numpy as np

#: Moments of a quarter at which functions may change.
CELLS = 4
PITCH, STEP, REST = range(3)


def tabulate(tune, length: float) -> np.ndarray:
    """Three functions of the moment, ``(3, length * CELLS)``: what the note says that is in force there.

    Its pitch; the time from its onset to the next (or to the end); and how much of that is silent. ``length`` in
    quarters. ValueError for what is no tune of this length, with what would work.
    """
    tune = check_tune(tune, length)
    onset = tune[:, 0]
    step = np.diff(onset, append=length)
    told = np.stack([tune[:, 2], step, np.maximum(step - tune[:, 1], 0)])  # (3, N)
    moments = np.arange(round(length * CELLS)) / CELLS
    return told[:, np.searchsorted(onset, moments, side="right") - 1]


def mix(first, second, weight: float) -> np.ndarray:
    """The functions of the way from the first to the second: 0 is the first, 1 the second, exactly.

    ValueError for a weight outside of 0 to 1, and for functions that are not equally long.
    """
    first, second = np.asarray(first, float), np.asarray(second, float)
    if first.shape != second.shape:
        raise ValueError(
            f"functions of {first.shape[-1]} and {second.shape[-1]} moments: cut both to one length"
        )
    if not 0 <= weight <= 1:
        raise ValueError(
            f"weight is {weight}: 0 is the first tune, 1 the second, between lies between"
        )
    return (1 - weight) * first + weight * second


def play(functions) -> np.ndarray:
    """The tune that functions ``(3, M)`` tell, ``(N, 3)``: a note begins, asks how long it lasts, and the next begins.

    Each lasts a moment at least, so there are M notes at most; the last ends with the functions. ValueError where a
    note would take less than a moment.
    """
    functions = np.asarray(functions, float)
    end, now, notes = functions.shape[1] / CELLS, 0.0, []
    if not functions.shape[1]:
        raise ValueError("functions of no moment tell no tune: give them a length")
    if functions[STEP].min() < 1 / CELLS:
        raise ValueError(
            f"a note would take {functions[STEP].min():g} quarters: functions of steps have to be {1 / CELLS:g} or more"
        )
    while now < end:
        pitch, step, rest = functions[:, int(now * CELLS)]
        lasts = min(step, end - now)
        notes.append((now, lasts - rest if rest < lasts else lasts, pitch))
        now += step
    return np.array(notes)


def interpolate(first, second, weight: float, length: float) -> np.ndarray:
    """The tune on the way from one tune to another: :func:`play` of the :func:`mix` of their functions."""
    return play(mix(tabulate(first, length), tabulate(second, length), weight))


def average_lists(first, second, weight: float) -> np.ndarray:
    """What interpolation is not: the first note of one averaged with the first of the other, and so on, ``(N, 3)``.

    It ends with the shorter list, and notes that sound together in the tunes need not meet.
    """
    n = min(len(first), len(second))
    return mix(np.asarray(first)[:n].T, np.asarray(second)[:n].T, weight).T


def check_tune(tune, length: float) -> np.ndarray:
    """A tune as floats; ValueError with what would work."""
    tune = np.asarray(tune, float)
    if tune.ndim != 2 or tune.shape[1] != 3 or not len(tune):
        raise ValueError(
            f"a tune is rows of onset, duration and pitch, one or more, and this has the shape {tune.shape}"
        )
    onset, duration, pitch = tune.T
    if not np.isfinite(tune).all() or pitch.min() < 0 or pitch.max() > 127:
        raise ValueError(
            f"pitches run from {pitch.min():g} to {pitch.max():g}: keep them in 0 to 127"
        )
    if onset[0] != 0 or (np.diff(onset) <= 0).any() or onset[-1] >= length:
        raise ValueError(
            f"onsets run from {onset[0]:g} to {onset[-1]:g}: let them rise from 0 and stay below {length:g}"
        )
    if (onset * CELLS % 1).any():
        off = onset[(onset * CELLS % 1) > 0][0]
        raise ValueError(
            f"a note begins at {off:g} quarters: move onsets to multiples of {1 / CELLS:g}"
        )
    if (duration <= 0).any():
        raise ValueError(f"a note lasts {duration.min():g} quarters: give each more than 0")
    return tune
