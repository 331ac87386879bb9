"""Answers that look right and are not."""

import numpy as np


def with_oneself(rows):
    apart = np.abs(rows[:, None] - rows[None]).sum(-1)
    return np.exp(-apart).sum(1)


WRONG = {"crnn-switches-1": with_oneself}
