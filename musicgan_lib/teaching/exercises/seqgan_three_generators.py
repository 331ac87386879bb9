"""Judges of the exercises of *SeqGAN: three adversaries, and none predicts music better*."""

import numpy as np

from ..exercise import checker
from .asking import as_numbers, ask, expect


@checker("three-generators-1")
def judge_judgement(judgement):
    def says(real, generated):
        got = as_numbers(ask(judgement, np.array(real), np.array(generated)))
        wanted = "four numbers: reward mean, reward sd, precision, recall"
        assert got.shape == (4,), f"{wanted}, not an answer of shape {got.shape}"
        return got

    real, generated = [0.9, 0.8, 0.3, 0.6, 0.2], [0.6, 0.1, 0.2]
    mean, spread, precision, recall = says(real, generated)
    mistakes = {
        "the reward is D of the generated melodies, not of the real ones": np.mean(real),
        "the reward is D of the generated melodies alone": np.mean(real + generated),
    }
    expect(mean, 0.3, "the mean of D over the generated melodies", mistakes)
    mistakes = {
        "SG-1 divides by N, not by N - 1": np.std(generated, ddof=1),
        "that is a variance: take its root": 0.14 / 3,
    }
    said = "the root of the mean squared distance from the mean"
    expect(spread, np.sqrt(0.14 / 3), said, mistakes)
    assert not np.allclose([precision, recall], [3 / 5, 3 / 4]), (
        "precision and recall have changed places: precision comes first"
    )
    mistakes = {
        "precision counts the generated ones that are taken for real, not those that are refused": 3
        / 5,
        "numbers of real and generated melodies may differ: count, do not take shares": 9 / 14,
        "precision is of what is taken for real, and not of what is refused": 1 / 2,
    }
    said = "precision: the real among all that are taken for real"
    expect(precision, 3 / 4, said, mistakes)
    expect(recall, 3 / 5, "recall: the taken among all real ones")
    none = says([0.1, 0.2], [0.3])
    said = "where nothing is taken for real, precision is NaN, not 0 and not 1"
    expect(none[2], np.nan, said)
    expect(none[3], 0, "where no real melody is taken for real, recall is 0")
    said = "one generated melody is taken for real and no real one: precision is 0, not NaN"
    expect(says([0.1, 0.2], [0.8, 0.3])[2], 0, said)
    said = "exactly one half is not above one half: precision and recall"
    expect(says([0.5, 0.9], [0.5])[2:], [1, 0.5], said)


@checker("three-generators-2")
def judge_share_of_reward(share_of_reward):
    def shares(reward, surprise, alpha, wanted, said, mistakes=None):
        got = ask(share_of_reward, np.array(reward), np.array(surprise), alpha)
        expect(got, wanted, said, mistakes)

    reward, surprise = [0.0, 1.0, 0.0, 1.0], [10.0, 10.0, 12.0, 12.0]
    mistakes = {
        "the share of the reward, not that of the surprise": 0.8,
        "variances, not standard deviations": 1 / 3,
        "the variance of the reward is divided by the sum of both: a share": 0.25,
        "variances, and not means": 0.5 / 11.5,
        "a variance is about the mean: take it off before you square": 0.5 / 122.5,
        "a share lies between 0 and 1, and is no percentage": 20,
        "both variances have the same denominator, n or n - 1": (3 / 19, 0.25),
    }
    said = "variance of the reward 1/4, of the surprise 1: the share is 1/5"
    shares(reward, surprise, 1.0, 0.2, said, mistakes)
    mistakes = {
        "alpha times surprise has alpha squared times its variance": 1 / 3,
        "alpha multiplies the surprise before its variance is taken": 0.2,
    }
    shares(reward, surprise, 0.5, 0.5, "at alpha 1/2 both variances are 1/4", mistakes)
    shares(reward, surprise, 0.0, 1, "with alpha 0 all is reward")
    said = "a reward that is the same for all melodies has no share, however large it is"
    shares([0.7] * 4, surprise, 1.0, 0, said)
    said = "the sum of the two variances, not the variance of the sum"
    shares(reward, [2 * r for r in reward], 1.0, 0.2, said)
