"""Answers that look right and are not."""

import numpy as np


def own_favourites(p, reference, k):
    favourites = np.argsort(-p, axis=-1, kind="stable")[..., :k]
    return 1 - np.take_along_axis(p, favourites, -1).sum(-1)


def moments_as_witnesses(values):
    values = np.asarray(values, float)
    return float(values.std(ddof=1) / np.sqrt(values.size))


WRONG = {"mode-drop-1": own_favourites, "mode-drop-2": moments_as_witnesses}
