"""Answers that look right and are not."""

import numpy as np


def what_is_lost(places, gate):
    kept = (1 - gate) ** np.arange(places - 1, -1, -1.0)
    return kept / kept.sum()


def below_nothing(real, made):
    return np.log(2) + (np.log(real).mean() + np.log(1 - np.asarray(made)).mean()) / 2


WRONG = {
    "hierarchical-discriminator-1": what_is_lost,
    "hierarchical-discriminator-2": below_nothing,
}
