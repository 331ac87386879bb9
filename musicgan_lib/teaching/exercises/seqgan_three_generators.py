"""Judges of the exercises of *SeqGAN: three adversaries, and none predicts music better*."""

import numpy as np

from ..exercise import checker
from .asking import check


@checker("three-generators-1")
def judge_precision_at(precision_at):
    def says(real, generated, share, wanted, said, slips=None):
        given = np.array(real), np.array(generated), share
        check(precision_at, given, wanted, said, slips)

    real, generated = [0.9, 0.8, 0.3, 0.6, 0.2], [0.7, 0.1, 0.2]  # 3 of 5 and 1 of 3 are taken
    slips = {
        "whatever the lengths of the arrays, `share` of those asked is generated": 3 / 4,
        "`share` says how many are generated: it is not half and half": 9 / 14,
        "share is that of the generated melodies, and not of the real ones": 0.48
        / (0.48 + 0.2 / 3),
        "the lengths of the arrays do not matter: take shares of each, and no counts": 0.6 / 1.4,
        "real melodies are the rest, 1 - share": 0.6 / (0.6 + 0.8 / 3),
        "count what D takes for real, and do not add up its answers": 0.112 / (0.112 + 0.8 / 3),
        "the real among all that are taken for real, and not among all that were asked": 0.12,
        "precision is the real among what is taken, and not the generated": 0.8
        / 3
        / (0.12 + 0.8 / 3),
    }
    said = "D takes .6 of the real and a third of the generated melodies for real"
    says(real, generated, 0.8, 0.12 / (0.12 + 0.8 / 3), said, slips)
    said = "exactly one half is not above one half, so it is not taken for real"
    says([0.5, 0.9], [0.5, 0.7], 0.5, 0.5, said, {said: [0.5]})
    says([0.5, 0.9], [0.5], 0.5, 1, said)
    says([0.1, 0.2], [0.3], 0.5, np.nan, "where nothing is taken for real, precision is NaN, not 0")
    said = "one generated melody is taken and no real one: precision is 0, not NaN"
    says([0.1, 0.2], [0.8, 0.3], 0.5, 0, said)
    says(real, generated, 0.0, 1, "where none is generated, all that is taken is real")


@checker("three-generators-2")
def judge_share_of_reward(share_of_reward):
    def shares(reward, surprise, alpha, wanted, said, slips=None):
        given = np.array(reward), np.array(surprise), alpha
        check(share_of_reward, given, wanted, said, slips)

    reward, surprise = [0.0, 1.0, 0.0, 1.0], [10.0, 10.0, 12.0, 12.0]
    slips = {
        "the share of the reward, not that of the surprise": 0.8,
        "variances, not standard deviations": 1 / 3,
        "the variance of the reward is divided by the sum of both: a share": 0.25,
        "variances, and not means": 0.5 / 11.5,
        "a variance is about the mean: take it off before you square": 0.5 / 122.5,
        "a share lies between 0 and 1, and is no percentage": 20,
        "both variances have the same denominator, n or n - 1": (3 / 19, 0.25),
    }
    said = "variance of the reward 1/4, of the surprise 1: the share is 1/5"
    shares(reward, surprise, 1.0, 0.2, said, slips)
    slips = {
        "alpha times surprise has alpha squared times its variance": 1 / 3,
        "alpha multiplies the surprise before its variance is taken": 0.2,
    }
    shares(reward, surprise, 0.5, 0.5, "at alpha 1/2 both variances are 1/4", slips)
    shares(reward, surprise, 0.0, 1, "with alpha 0 all is reward")
    said = "a reward that is the same for all melodies has no share, however large it is"
    shares([0.7] * 4, surprise, 1.0, 0, said)
    said = "the sum of the two variances, not the variance of the sum"
    shares(reward, [2 * r for r in reward], 1.0, 0.2, said)
