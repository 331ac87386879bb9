"""Answers that look right and are not."""

import numpy as np


def nothing_for_nowhere(p, q):
    return p / np.maximum(p + q, 1e-12)


def slopes_in_the_probability(logits):
    d = 1 / (1 + np.exp(-np.asarray(logits)))
    return 1 / (1 - d), 1 / d


WRONG = {
    "two-generator-losses-1": nothing_for_nowhere,
    "two-generator-losses-2": slopes_in_the_probability,
}
