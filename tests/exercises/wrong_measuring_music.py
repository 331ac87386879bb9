"""Answers that look right and are not."""

import numpy as np


def no_wrap(pitches, root):
    return float(np.mean(np.isin(np.asarray(pitches) % 12 - root, (0, 2, 4, 5, 7, 9, 11))))


def onset_times(piece):
    _, sizes = np.unique(piece.notes["onset"], return_counts=True)
    return float(np.mean(sizes >= 2))


WRONG = {"measuring-music-1": no_wrap, "measuring-music-2": onset_times}
