"""Judges of the exercises of *Paid for surprise, a policy leaves the likelihood's favourites*."""

import numpy as np

from ..exercise import checker
from .asking import check


@checker("mode-drop-1")
def judge_where_it_went(where_it_went):
    p, reference = np.array([0.35, 0.1, 0.05, 0.05, 0.45]), np.array([0.25, 0.4, 0.2, 0.05, 0.1])
    slips = {
        "the favourites are the reference's, not the policy's own": [0.45, 0, -0.45],
        "the favourites are the likeliest words of the reference, not the rarest": [0.35, 0, -0.35],
        "k words are favourites, and not k + 1": [0.1, 0.45, 0.35],
        "the first two are gains and losses of the favourites alone": [0.45, 0.45, 0.2],
        "each favourite gains or loses: do not add up before you tell the two apart": [0, 0.2, 0.2],
        "the policy's probability minus the reference's: the two are exchanged": [0.3, 0.1, -0.2],
        "a loss is told by its size, and not below 0": [0.1, -0.3, 0.2],
        "the change of the mass outside, and not the mass": [0.1, 0.3, 0.55],
        "the change outside counts with its sign": [0.1, 0.3, 0.5],
        "losses outside the favourites count, too: the net change": [0.1, 0.3, 0.35],
    }
    said = "the gain and the loss inside the favourites, and the change outside"
    check(where_it_went, (p, reference, 2), [0.1, 0.3, 0.2], said, slips)
    both, other = np.stack([p, reference]), np.stack([reference, p])
    given = np.stack([both] * 4), np.stack([other] * 4), 2
    means = {"a number for each state, in three arrays of shape (4, 2)": [0.05, 0.375, 0.325]}
    wanted = np.array([[0.1, 0], [0.3, 0.45], [0.2, 0.45]])[:, None].repeat(4, 1)
    check(where_it_went, given, wanted, "each state has favourites of its own", means)
    check(where_it_went, (p, p, 2), [0, 0, 0], "where nothing changed nothing went anywhere")


@checker("mode-drop-2")
def judge_standard_error(standard_error):
    values = np.array([[1.0, 3, 2, 6], [4.0, 4, 5, 7], [0.0, 1, 1, 2]])
    means = values.mean(1)
    spread, root = means.std(ddof=1), np.sqrt(3)
    slips = {
        "a melody's moments are no witnesses of their own: first the mean of each melody": (
            values.std(ddof=1) / np.sqrt(12),
            values.std() / np.sqrt(12),
        ),
        "the spread of the melodies, so first the mean of each melody": (
            values.std(ddof=1) / root,
            values.std() / root,
        ),
        "the error of a mean of N melodies: divide their spread by the root of N": spread,
        "divide by the root of N, and not by N": spread / 3,
        "melodies are the unit, the first axis, and not the moments": (
            values.mean(0).std(ddof=1) / 2,
            values.mean(0).std() / 2,
        ),
        "an estimated spread divides by N - 1, and not by N": means.std() / root,
        "the spread between melodies, and not the one inside them": (
            values.std(1, ddof=1).mean() / root,
            values.std(1).mean() / root,
        ),
        "that is a variance: take its root": spread**2 / 3,
        "the mean of each melody, and not its sum": spread * 4 / root,
        "N melodies are N witnesses: divide by the root of N, not of all moments": spread
        / np.sqrt(12),
    }
    said = "the spread of the melodies' means over the root of N"
    check(standard_error, (values,), spread / root, said, slips)
    balanced = np.array([[0.0, 2.0], [2.0, 0.0], [1.0, 1.0]])
    said = "melodies with equal means leave no doubt about the mean, however they move"
    check(standard_error, (balanced,), 0, said)
