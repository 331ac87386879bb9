"""Answers that look right and are not, and one that looks odd and is right."""

import numpy as np


def matched_by_means(real, fake):
    return (real.mean() - fake.mean()) ** 2


def share_alone(x, shares, edges):
    k = np.searchsorted(edges, x, side="right") - 1
    inside = (k >= 0) & (k < len(shares))
    with np.errstate(divide="ignore"):
        return np.log(np.where(inside, shares[np.clip(k, 0, len(shares) - 1)], 0.0))


def outer_boxes_for_ever(x, shares, edges):
    k = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(shares) - 1)
    with np.errstate(divide="ignore"):
        return np.log(shares[k] / np.diff(edges)[k])


def negative(x, shares, edges):
    return -searched(x, shares, edges)


def searched(x, shares, edges):
    k = np.searchsorted(edges, x, side="right") - 1
    inside = (k >= 0) & (k < len(shares))
    k = np.clip(k, 0, len(shares) - 1)
    with np.errstate(divide="ignore"):
        return np.where(inside, np.log(shares[k]) - np.log(np.diff(edges)[k]), -np.inf)


WRONG = {"crnn-gan-2": matched_by_means, "crnn-gan-3": share_alone}
NAMED = {
    "crnn-gan-3": [
        (share_alone, "thinner"),
        (outer_boxes_for_ever, "outside of every box"),
        (negative, "not its negative"),
    ]
}
RIGHT = {"crnn-gan-3": [searched]}
