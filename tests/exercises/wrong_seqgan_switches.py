"""Answers that look right and are not."""

import itertools

import numpy as np


def one_sided(differences):
    d = np.asarray(differences, float)
    means = [(np.array(s) * d).mean() for s in itertools.product((1, -1), repeat=len(d))]
    return float(np.mean(np.array(means) >= d.mean() - 1e-12))


WRONG = {"switches-1": one_sided}
