"""Answers that look right and are not."""

import numpy as np


def packed_neighbours(play, low):  # four neighbours as one pitch class
    counts = play.reshape(len(play), 12, -1).sum(-1)
    return np.repeat(counts, play.shape[1] // 12, axis=1)


def with_tolerance(answer, roll, t, n):
    changed = np.array(roll)
    changed[t, n] = 1 - changed[t, n]
    moved = ~np.isclose(answer(changed), answer(np.array(roll))).all(1)
    return int(moved.argmax()) if moved.any() else None


WRONG = {"biaxial-generator-1": packed_neighbours, "biaxial-generator-2": with_tolerance}
