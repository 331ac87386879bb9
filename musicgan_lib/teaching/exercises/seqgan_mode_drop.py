"""Judges of the exercises of *Paid for surprise, a policy leaves the likelihood's favourites*."""

import numpy as np

from ..exercise import checker


@checker("mode-drop-1")
def judge_mass_outside(mass_outside):
    p, reference = np.array([0.1, 0.2, 0.7]), np.array([0.5, 0.3, 0.2])
    got = mass_outside(p, reference, 2)
    assert not np.isclose(got, 0.1), "the favourites are the reference's, not the policy's own"
    assert not np.isclose(got, 0.3), "what lies outside the favourites, not what lies inside"
    assert not np.isclose(got, 0.2), "the probability of the policy, not of the reference"
    assert np.isclose(got, 0.7), (
        "the policy's probability on all but the k likeliest of the reference"
    )
    assert np.isclose(mass_outside(reference, reference, 1), 0.5), (
        "the reference has mass outside its own favourites, too"
    )
    assert np.isclose(mass_outside(p, reference, 3), 0), "with k = V nothing is outside"
    many = mass_outside(np.stack([[p, reference]] * 4), np.stack([[reference, p]] * 4), 1)
    assert np.shape(many) == (4, 2), "the last axis goes, all others stay: (4, 2, 3) gives (4, 2)"
    assert np.allclose(many, [[0.9, 0.8]] * 4), "each place has favourites of its own"
    flat = np.full(5, 0.2)
    assert np.isclose(mass_outside(flat, flat, 2), 0.6), "of equally likely words, exactly k count"


@checker("mode-drop-2")
def judge_standard_error(standard_error):
    copies = np.repeat([[1.0], [3.0]], 50, axis=1)  # two melodies that never change
    got = standard_error(copies)
    assert not np.isclose(got, copies.std(ddof=1) / 10), (
        "fifty copies are no fifty witnesses: take each melody's mean first"
    )
    assert not np.isclose(got, 1 / np.sqrt(2)), "an estimated spread divides by N - 1"
    assert np.isclose(got, 1.0), "spread of the melodies' means over the root of their number"
    balanced = np.array([[0.0, 2.0], [2.0, 0.0], [1.0, 1.0]])
    assert np.isclose(standard_error(balanced), 0), (
        "melodies with equal means leave no doubt about the mean, however they move"
    )
    assert np.isclose(standard_error(10 * copies), 10.0), (
        "ten times the values, ten times the error"
    )
