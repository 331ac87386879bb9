"""Answers that look right and are not."""

import itertools

import numpy as np


def shares_in_place_of_counts(of_real, of_generated):
    real, generated = (of_real > 0.5).mean(), (of_generated > 0.5).mean()
    precision = real / (real + generated) if real + generated else np.nan
    return of_generated.mean(), of_generated.std(), precision, real


def one_sided(differences):
    d = np.asarray(differences, float)
    means = [(np.array(s) * d).mean() for s in itertools.product((1, -1), repeat=len(d))]
    return float(np.mean(np.array(means) >= d.mean() - 1e-12))


WRONG = {"three-generators-1": shares_in_place_of_counts, "three-generators-2": one_sided}
