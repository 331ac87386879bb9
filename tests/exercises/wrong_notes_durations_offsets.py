"""Answers that look right and are not."""

import numpy as np


def every_row_delayed(pitches, duration, offset):
    return np.array([(pitch, duration, offset) for pitch in sorted(pitches)], float)


def end_to_end(rows):
    durations = np.asarray(rows, float)[:, 1]
    return np.concatenate([[0.0], np.cumsum(durations)[:-1]])


WRONG = {
    "notes-durations-offsets-1": every_row_delayed,
    "notes-durations-offsets-2": end_to_end,
}
