"""Answers that look right and are not."""

import numpy as np


def hears_a_wrong_key_everywhere():
    return {"run 1": "times never 0", "run 2": "fused repeats", "run 3": "floor for round"}


def cuts_off(since, grid):
    return np.maximum(np.asarray(since) // grid * grid, 0).astype(int)


WRONG = {"failure-museum-1": hears_a_wrong_key_everywhere, "failure-museum-2": cuts_off}
