"""Judges of the exercises of the chapter on the biaxial generator."""

import numpy as np

from ..exercise import checker


@checker("biaxial-generator-1")
def judge_usage(usage):
    play = np.zeros((2, 24), int)
    play[0, [0, 12]] = 1  # two Cs, an octave apart
    got = np.asarray(usage(play, 36))
    assert got.shape == play.shape, "a count for each step and key: (T, N)"
    assert not got[1].any(), "a silent step has no usage: do not mix steps"
    assert got[0, 0] == got[0, 12] == 2, "two keys of one name sound: each of them is told 2"
    assert not got[0, 1:12].any(), "neighbours have other names: an octave is 12 keys apart"
    piano = np.zeros((1, 88), int)
    piano[0, 0] = 1  # the lowest A
    told = np.flatnonzero(np.asarray(usage(piano, 21))[0])
    assert told.tolist() == list(range(0, 88, 12)), "88 keys from 21 on: every A, sounding or not"
    draws = np.random.default_rng(0).integers(0, 2, (3, 30))
    by_hand = [[row[n % 12 :: 12].sum() for n in range(30)] for row in draws]
    assert np.array_equal(usage(draws, 40), by_hand), "30 keys are no whole number of octaves"


@checker("biaxial-generator-2")
def judge_first_moved(first_moved):
    roll = np.random.default_rng(0).integers(0, 2, (8, 3))
    kept = roll.copy()

    def past(x):  # each step answers what came before it
        return np.vstack([np.zeros_like(x[:1]), np.cumsum(x, 0)[:-1]])

    def whole(x):  # every step answers the sum of all
        return np.broadcast_to(x.sum(0), x.shape) * 1e-9

    assert first_moved(past, roll, 4, 1) == 5, "an answer from the past moves at the next step"
    assert np.array_equal(roll, kept), "leave the roll as it was: flip a copy"
    assert first_moved(whole, roll, 4, 1) == 0, (
        "an answer that sees all moves at step 0, be it by a billionth: ask for any change"
    )
    assert first_moved(lambda x: 0 * x, roll, 4, 1) is None, "nothing moved: None"
    assert first_moved(past, roll, 7, 0) is None, "nothing follows the last step"

    def third(x):  # only the last key hears the first
        return x[:, [1, 1, 0]]

    assert first_moved(third, roll, 2, 0) == 2, "a change in any key counts, not in the flipped one"
