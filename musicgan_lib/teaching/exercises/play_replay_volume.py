"""Judges of the exercises of *Without replay, repeated notes fuse*."""

import numpy as np

from ..exercise import checker


@checker("play-replay-volume-1")
def judge_strikes(strikes):
    play = np.array([[1, 1, 1, 1, 0, 0, 1]]).T
    replay = np.array([[0, 0, 1, 0, 0, 1, 0]]).T
    got = np.asarray(strikes(play, replay))
    assert got.shape == play.shape, f"one number a step and pitch, not shape {got.shape}"
    got = got.astype(int)[:, 0].tolist()
    assert got[0] == 1 and got[6] == 1, "a note begins where a key goes down, also at step 0"
    assert got[2] == 1, "a note begins where a key that is down is struck again"
    assert got[1] == got[3] == 0, "a key that is held is not struck"
    assert got[5] == 0, "a replay on a key that is up begins nothing"
    keys = np.array([[1, 0], [1, 1]])
    got = np.asarray(strikes(keys, np.zeros_like(keys))).astype(int)
    assert got.tolist() == [[1, 0], [0, 1]], "time is the first axis, and each key is on its own"


@checker("play-replay-volume-2")
def judge_next_step_pairs(next_step_pairs):
    for steps, length, hop in ((9, 4, 2), (9, 8, 1), (33, 16, 16), (32, 16, 16)):
        matrix = np.random.default_rng(steps).random((steps, 3, 2))
        X, Y = (np.asarray(part) for part in next_step_pairs(matrix, length, hop))
        starts = range(0, steps - length, hop)
        shape = (len(starts), length, 3, 2)
        assert X.shape == Y.shape == shape, f"expected two arrays {shape}, got {X.shape}, {Y.shape}"
        for x, y, start in zip(X, Y, starts):
            assert np.array_equal(x, matrix[start : start + length]), (
                "windows start every hop steps"
            )
            following = matrix[start + 1 : start + length + 1]
            assert np.array_equal(y, following), "Y is the next step, also of a window's last step"
