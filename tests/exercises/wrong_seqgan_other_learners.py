"""Answers that look right and are not."""

import numpy as np


def one_argsort(a, b):
    return float(np.corrcoef(np.argsort(a), np.argsort(b))[0, 1])


WRONG = {"other-learners-1": one_argsort}
