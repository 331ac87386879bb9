"""Judges of the exercises of the chapter on the biaxial generator."""

import numpy as np

from ..exercise import checker
from .asking import check, check_word


@checker("biaxial-generator-1")
def judge_usage(usage):
    def told(sounding, keys, low, said, slips=None):
        """Two steps: some keys sound in the first and none in the second."""
        play = np.zeros((2, keys), int)
        play[0, sounding] = 1
        wanted = np.zeros((2, keys))
        for key in sounding:
            wanted[0, key % 12 :: 12] += 1
        slips = {s: f(play, wanted) for s, f in (slips or {}).items()}
        check(usage, (play, low), wanted, said, slips)

    slips = {
        "a key that sounds counts itself, too": lambda play, right: right - play,
        "say how many keys sound, and not whether one does": lambda play, right: right > 0,
        "a count for each step and key: (T, N)": lambda play, right: right[:, :12],
        "each step has its own counts: the second is silent": lambda play, right: right[[0, 0]],
    }
    told([7], 24, 36, "in each step keys of one pitch class hear each other, and no others", slips)
    told([0], 36, 36, "every octave counts, and not only the next one", slips)
    told([0, 12], 36, 36, "two Cs sound: each of the three is told how many, 2", slips)
    told([0], 24, 21, "column 0 is key `low`, here an A, and not always a C")
    last = {
        "the last four of 88 keys count, too": lambda play, right: np.pad(
            right[:, :84], ((0, 0), (0, 4))
        )
    }
    told([0], 88, 21, "88 keys from 21 on: every A is told of the lowest", last)
    told(
        [29], 30, 40, "keys 5, 17 and 29 are of one class: the keyboard has ends, and is no circle"
    )
    play = np.random.default_rng(0).integers(0, 2, (3, 30))
    by_hand = [[row[n % 12 :: 12].sum() for n in range(30)] for row in play]
    check(usage, (play, 40), by_hand, "each step has its own counts")


@checker("biaxial-generator-2")
def judge_first_moved(first_moved):
    roll = np.random.default_rng(0).integers(0, 2, (8, 3))
    roll[4, 1], roll[2, 0] = 0, 1

    def past(x):  # each step answers what came before it
        return np.vstack([np.zeros_like(x[:1]), np.cumsum(x, 0)[:-1]])

    def moves(answer, t, n, wanted, said, slips=None):
        check_word(first_moved, (answer, roll, t, n), wanted, said, slips)

    last = {"that is the last step that moves, and the first is asked": 7}
    moves(past, 4, 1, 5, "an answer from the past moves first at the step after the flip", last)
    moves(lambda x: -past(x), 4, 1, 5, "an answer that falls has changed as well as one that rises")
    moves(past, 2, 0, 3, "flip the cell: a one becomes a zero")
    moves(lambda x: 0 * x, 4, 1, None, "where nothing ever moves return None")
    moves(past, 7, 0, None, "nothing follows the last step, so return None")
    slips = {
        "steps before the flip may move, too: there the answer looks ahead": 4,
        "step 0 is a step: do not take it for never": None,
    }
    moves(lambda x: np.ones_like(x) * x.sum(0), 4, 1, 0, "an answer to the whole roll", slips)
    moves(
        lambda x: 1 + past(x) * 1e-9, 4, 1, 5, "a change of a billionth is one: any change at all"
    )
    moves(lambda x: 0 * x + x.max(), 2, 0, None, "a roll holds zeros and ones: flip, do not add 1")
    moves(lambda x: x[:, [1, 1, 0]], 2, 0, 2, "a change in any key counts, not in the flipped one")
    moves(lambda x: past(x)[:, :1], 4, 1, None, "flip one cell, and not its whole row")
