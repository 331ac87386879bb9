"""Judges of the exercises of *Paid for surprise, a policy leaves the likelihood's favourites*."""

import numpy as np

from ..exercise import checker
from .asking import ask, expect


@checker("mode-drop-1")
def judge_mass_outside(mass_outside):
    p, reference = np.array([0.25, 0.15, 0.2, 0.35, 0.05]), np.array([0.3, 0.2, 0.1, 0.05, 0.35])
    mistakes = {
        "the favourites are the reference's, not the policy's own": 0.4,
        "what lies outside the favourites, not what lies inside": 0.3,
        "the favourites are the likeliest words of the reference, and not the rarest": 0.45,
        "k words are favourites, and not k + 1": 0.55,
        "k words are favourites, and not k - 1": 0.95,
        "the probability of the policy p, not of the reference": 0.35,
        "argsort lists who stands at each rank; the rank of each word is argsort of argsort": 0.65,
        "exactly k words are favourites, however likely they are": 1,
        "the favourites are the likeliest words of the reference, and not the first k": 0.6,
    }
    said = "the probability that p gives to all but the k likeliest words of the reference"
    expect(ask(mass_outside, p, reference, 2), 0.7, said, mistakes)
    expect(ask(mass_outside, p, reference, 5), 0, "with k = V nothing is outside")
    flat = np.full(5, 0.2)
    expect(ask(mass_outside, flat, flat, 2), 0.6, "of equally likely words exactly k count")
    pair, other = np.stack([p, reference]), np.stack([reference, p])
    many = ask(mass_outside, np.stack([pair] * 4), np.stack([other] * 4), 2)
    mistakes = {
        "the last axis goes, all others stay: a number for each state, the shape (4, 2)": 0.675
    }
    said = "each state has favourites of its own, in arrays of any leading shape"
    expect(many, [[0.7, 0.65]] * 4, said, mistakes)


@checker("mode-drop-2")
def judge_standard_error(standard_error):
    values = np.array([[1.0, 3, 2, 6], [4.0, 4, 5, 7], [0.0, 1, 1, 2]])
    means = values.mean(1)
    spread, root = means.std(ddof=1), np.sqrt(3)
    mistakes = {
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
    said = f"the spread of the melodies' means over the root of N, for {values.tolist()}"
    expect(ask(standard_error, values), spread / root, said, mistakes)
    balanced = np.array([[0.0, 2.0], [2.0, 0.0], [1.0, 1.0]])
    said = "melodies with equal means leave no doubt about the mean, however they move"
    expect(ask(standard_error, balanced), 0, said)
