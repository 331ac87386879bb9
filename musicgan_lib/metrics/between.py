"""Does a tune between two tunes keep to both of them?"""

import numpy as np


def hear_at(tune, moments) -> np.ndarray:
    """The pitch of the note that began last at each moment, ``(N, 3), (M,) -> (M,)``: rests keep the note before.

    ``tune`` has rows of onset, duration and pitch; the first begins at 0. ValueError for a tune without notes.
    """
    tune = np.asarray(tune, float)
    if not len(tune):
        raise ValueError("a tune without notes is heard nowhere: give it one or more")
    return tune[np.searchsorted(tune[:, 0], moments, side="right") - 1, 2]


def measure_apart(tune, first, second, weight: float, moments) -> float:
    """How far a tune is from the weighted mean of two others, in semitones, on average over moments; 0 is best.

    At each moment the pitches that are heard then are compared: ``weight`` of the second, the rest of the first. A tune
    that ends early is heard to the end with its last note.
    """
    wanted = (1 - weight) * hear_at(first, moments) + weight * hear_at(second, moments)
    return float(np.abs(hear_at(tune, moments) - wanted).mean())
