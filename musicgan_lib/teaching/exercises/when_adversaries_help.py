"""Judges of the exercises of *When adversaries help: a discriminator as a filter, not as a teacher*."""

import numpy as np

from ..exercise import checker
from .asking import ask, expect


@checker("when-adversaries-help-1")
def judge_gain(gain_of):
    real, fake = np.array([1.0, 2.0]), np.array([0.0, np.log(2.0), np.log(3.0)])
    log_z = np.log(2)
    mistakes = {
        "log Z is the log of a mean, not a mean of logs": 1.5 - np.log(6) / 3,
        "Z is a mean over the samples, not a sum": 1.5 - np.log(6),
        "a gain is higher when real music has more energy: mind the sign": log_z - 1.5,
        "what is taken out before the exponential (the shift) is added again behind it": 1.5
        - (log_z - np.log(3)),
        "the mean over real examples, and not the best of them": 2 - log_z,
        "the mean over real examples, and not their sum": 3 - log_z,
        "Z is a mean over the N samples, not over the n real examples": 1.5 - np.log(3),
        "real energies are averaged as they are, without an exponential": np.log(
            np.exp(real).mean()
        )
        - log_z,
    }
    said = (
        f"the mean real energy, less the log of the mean weight, for {real} and {np.round(fake, 3)}"
    )
    expect(ask(gain_of, real, fake), 1.5 - log_z, said, mistakes)
    said = "energies of 1000 overflow: take the largest of the samples out first"
    expect(ask(gain_of, real + 1000, fake + 1000), 1.5 - log_z, said)
    expect(ask(gain_of, real, fake + 1000), 1.5 - log_z - 1000, said)
    said = "energies of -1000 underflow: take the largest out, whatever it is"
    expect(ask(gain_of, real - 1000, fake - 1000), 1.5 - log_z, said)


@checker("when-adversaries-help-2")
def judge_worst_of(worst_of):
    p, score = np.array([0.5, 0.3, 0.2]), np.array([2.0, 1.0, 3.0])
    best = np.array([0.8**2 - 0.3**2, 0.3**2, 1 - 0.8**2])
    mistakes = {
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
    said = f"p {p}, scores {score}, k = 2: all k score at least s with the k-th power"
    expect(ask(worst_of, p, score, 2), wanted, said, mistakes)
    expect(ask(worst_of, p, score, 1), p, "the worst of k = 1 draw is that draw")
    tied = np.array([1.0, 1.0, 2.0])
    said = "equal scores are shared out as p has it"
    expect(ask(worst_of, p, tied, 2), [0.6, 0.36, 0.04], said)
