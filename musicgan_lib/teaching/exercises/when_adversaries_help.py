"""Judges of the exercises of *When adversaries help: a discriminator as a filter, not as a teacher*."""

import numpy as np

from ..exercise import checker
from .asking import check


@checker("when-adversaries-help-1")
def judge_effective_samples(effective_samples):
    energies = np.log([1.0, 2.0, 5.0])
    slips = {
        "a number of samples, and not a share of them": 32 / 45,
        "the fraction stands upside down": 30 / 64,
        "square the sum of the weights": (8 / 30, 40 / 30),
        "weights are exponentials of the energies": energies.sum() ** 2 / (energies**2).sum(),
        "divide by the sum of the squares of the weights": (8, 8 / 5),
        "every weight counts as much as it weighs, and not only the heavy ones": 1,
        "it is made of squares, and not of the entropy": np.exp(
            np.log(8) - np.log([4, 3125]).sum() / 8
        ),
        "it need not be a whole number": 2,
    }
    said = "weights 1, 2 and 5: 8 squared over 1 + 4 + 25"
    check(effective_samples, (energies,), 64 / 30, said, slips)
    equal = np.full(7, 1000.0)
    said = (
        "energies of 1000 overflow: take the largest out first, for equal weights are all effective"
    )
    check(effective_samples, (equal,), 7, said)
    said = "energies of -1000 underflow: take the largest out first, whatever it is"
    check(effective_samples, (-equal,), 7, said)
    said = "energies far apart are not cut off: with 500 and 400 one sample carries all"
    check(effective_samples, (np.array([500.0, 400.0]),), 1, said)
    said = "take the largest out, and not the lowest: with 0 and 1000 one sample carries all"
    check(effective_samples, (np.array([0.0, 1000.0]),), 1, said)


@checker("when-adversaries-help-2")
def judge_worst_of(worst_of):
    p, score = np.array([0.5, 0.3, 0.2]), np.array([2.0, 1.0, 3.0])
    best = np.array([0.8**2 - 0.3**2, 0.3**2, 1 - 0.8**2])
    slips = {
        "the lowest score is kept, and that is the best of k": best,
        "the lowest score is kept: that is what the best of k leaves": (1 - best) / 2,
        "probabilities that sum to 1: weigh with differences of powers, and not with one": 2
        * p
        * [0.7, 1, 0.2],
        "k draws, and not k - 1": p,
        "the lowest of k draws, and not of all tunes: with k = 1 nothing changes": [0, 1, 0],
        "tunes are drawn with the probabilities p, and are not equally likely": [
            3 / 9,
            5 / 9,
            1 / 9,
        ],
        "the lowest score decides, and not the lowest p": [0.25, 0.39, 0.36],
    }
    wanted = [0.7**2 - 0.2**2, 1 - 0.7**2, 0.2**2]
    said = "all k score at least s with the k-th power"
    check(worst_of, (p, score, 2), wanted, said, slips)
    check(worst_of, (p, score, 1), p, "the worst of k = 1 draw is that draw")
    tied = np.array([1.0, 1.0, 2.0])
    said = "equal scores are shared out as p has it"
    check(worst_of, (p, tied, 2), [0.6, 0.36, 0.04], said)
