"""Judges of the exercises of *Calibrate the judge first: BLEU gives full marks to dice*."""

import numpy as np

from ..exercise import checker


@checker("judging-generators-1")
def judge_count_matches(count_matches):
    assert count_matches([1, 2, 3, 9], [[1, 2, 3, 4]], 1) == 3, "count the runs that are found"
    assert count_matches([1, 2, 3, 9], [[1, 2, 3, 4]], 2) == 2, "runs of k words, in order"
    assert count_matches([3, 2, 1], [[1, 2, 3]], 2) == 0, "a run backwards is another run"
    assert count_matches([7, 7, 7, 7], [[7, 7, 1]], 1) == 2, (
        "a run counts at most as often as in the reference: clip"
    )
    assert count_matches([7, 7, 7], [[7, 7, 1], [7, 2, 3]], 1) == 2, (
        "clip by the one reference that holds it most often, not by the sum over references"
    )
    assert count_matches([1, 2, 8, 9], [[1, 2], [8, 9]], 2) == 2, "any reference may hold a run"
    assert count_matches([1, 2], [[1, 2, 3]], 4) == 0, "a melody shorter than k has no runs"


@checker("judging-generators-2")
def judge_standard_error(standard_error):
    right, tune = np.array([1.0, 0.0, 1.0, 1.0, 0.0, 0.0]), np.array([5, 5, 2, 2, 9, 9])
    alone = standard_error(np.tile([1.0, 0.0], 50), np.arange(100))
    assert np.isclose(alone, 0.5 / np.sqrt(99)), "a window a tune: the usual error of a mean"
    doubled = standard_error(np.tile([1.0, 0.0], 50), np.tile(np.arange(50).repeat(2), 1))
    assert np.isclose(doubled, 0.0), "tunes of one right and one wrong window are all alike"
    copies = standard_error(np.repeat([1.0, 0.0] * 10, 8), np.repeat(np.arange(20), 8))
    assert np.isclose(copies, 0.5 / np.sqrt(19)), (
        "eight windows that agree are one witness: count tunes, not windows"
    )
    assert np.isclose(standard_error(right, tune), np.sqrt(3 / 2 * 2) / 6), "follow the formula"
    swapped = standard_error(right[::-1], tune[::-1])
    assert np.isclose(swapped, standard_error(right, tune)), "the order of windows changes nothing"
