"""Answers that look right and are not."""

import numpy as np


def ends_flow_back_to_the_start(pitches, voices, delay):
    out = np.zeros((voices, len(pitches) + (voices - 1) * delay), int)
    for v in range(voices):
        out[v] = np.roll(np.resize(pitches, out.shape[1]), v * delay)
    return out


def every_row_weighs_the_same(counts):
    counts = np.asarray(counts, float)
    rows = counts[counts.sum(axis=1) > 0]
    shares = rows / rows.sum(axis=1, keepdims=True)
    surprise = -np.log(np.where(shares > 0, shares, 1))
    return float((shares * surprise).sum(axis=1).mean())


WRONG = {
    "tensors-for-musicians-1": ends_flow_back_to_the_start,
    "tensors-for-musicians-2": every_row_weighs_the_same,
}
