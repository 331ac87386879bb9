"""Answers that look right and are not."""

import numpy as np


def with_oneself(rows):
    apart = np.abs(rows[:, None] - rows[None]).sum(-1)
    return np.exp(-apart).sum(1)


def matched_by_means(real, fake):
    return (real.mean() - fake.mean()) ** 2


WRONG = {"crnn-gan-1": with_oneself, "crnn-gan-2": matched_by_means}
