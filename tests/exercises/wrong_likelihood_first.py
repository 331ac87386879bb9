"""Answers that look right and are not."""

import numpy as np


def wrong_sign(probabilities, symbols):
    return float(np.mean(np.log(probabilities[np.arange(len(symbols)), symbols])))


def threshold(p, share):
    kept = np.where(p >= np.max(p) * (1 - share), p, 0)
    return kept / kept.sum()


WRONG = {"likelihood-first-1": wrong_sign, "likelihood-first-2": threshold}
