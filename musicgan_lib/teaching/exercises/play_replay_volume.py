"""Judges of the exercises on note matrices."""

import numpy as np

from ..exercise import checker


@checker("play-replay-volume-1")
def judge_strikes(attempt):
    assert attempt([[0, 0], [0, 0]], [[0, 0], [0, 0]]) == 0, "silence has no beginning"
    assert attempt([[1], [1], [1]], [[0], [0], [0]]) == 1, "a held tone begins once"
    assert attempt([[1], [1], [1]], [[0], [1], [0]]) == 2, "replay on a sounding tone begins another"
    assert attempt([[1], [0], [1]], [[0], [0], [0]]) == 2, "after silence a tone begins anew"
    assert attempt([[0], [1]], [[0], [1]]) == 1, "replay after silence is still one beginning"
    assert attempt([[1], [0]], [[0], [1]]) == 1, "replay without play begins nothing"
    assert attempt([[1, 1], [1, 1]], [[1, 0], [0, 1]]) == 3, "pitches are counted apart"


@checker("play-replay-volume-2")
def judge_snap(attempt):
    found = np.asarray(attempt(np.array([0.0, 0.1, 0.2, 1.0]), 4), float)
    assert found.shape == (4,), "one onset out for each in"
    assert np.allclose(found, [0, 0, 0.25, 1]), "the nearest step, in quarters"
    assert np.allclose(attempt(np.array([1 / 3]), 3), [1 / 3]), "a grid of thirds holds thirds"
    assert np.allclose(attempt(np.array([0.125, 0.375]), 4), [0, 0.5]), "halves go to the even step"
