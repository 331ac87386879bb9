"""Judges of the exercises of *SeqGAN: three adversaries, and none predicts music better*."""

import numpy as np

from ..exercise import checker


@checker("three-generators-1")
def judge_judgement(judgement):
    real, generated = np.array([0.9, 0.8, 0.3, 0.6, 0.2]), np.array([0.6, 0.1, 0.2])
    got = judgement(real, generated)
    assert len(got) == 4, "four numbers: reward mean, reward sd, precision, recall"
    mean, spread, precision, recall = got
    assert not np.isclose(mean, real.mean()), (
        "the reward is D of the generated melodies, not of the real ones"
    )
    assert np.isclose(mean, 0.3), "the mean of D over the generated melodies"
    assert not np.isclose(spread, np.std([0.6, 0.1, 0.2], ddof=1)), (
        "SG-1 divides by N, not by N - 1"
    )
    assert np.isclose(spread, np.sqrt(0.14 / 3)), (
        "the root of the mean squared distance from the mean"
    )
    assert not (np.isclose(precision, 3 / 5) and np.isclose(recall, 3 / 4)), (
        "precision and recall have changed places: precision comes first"
    )
    assert not np.isclose(precision, 3 / 5), (
        "precision counts the generated ones that are taken for real, not those that are refused"
    )
    assert not np.isclose(precision, (3 / 5) / (3 / 5 + 1 / 3)), (
        "numbers of real and generated melodies may differ: count, do not take shares"
    )
    assert np.isclose(precision, 3 / 4), "precision: the real among all that are taken for real"
    assert np.isclose(recall, 3 / 5), "recall: the taken among all real ones"
    none = judgement(np.array([0.1, 0.2]), np.array([0.3]))
    assert np.isnan(none[2]), "where nothing is taken for real, precision is NaN, not 0 and not 1"
    assert none[3] == 0, "where no real melody is taken for real, recall is 0"
    deceived = judgement(np.array([0.1, 0.2]), np.array([0.8, 0.3]))
    assert deceived[2] == 0, (
        "one generated melody is taken for real and no real one: precision is 0, not NaN"
    )
    edge = judgement(np.array([0.5, 0.9]), np.array([0.5]))
    assert edge[2] == 1 and edge[3] == 0.5, "exactly one half is not above one half"


@checker("three-generators-2")
def judge_share_of_reward(share_of_reward):
    reward, surprise = np.array([0.0, 1.0, 0.0, 1.0]), np.array([10.0, 10.0, 12.0, 12.0])
    got = share_of_reward(reward, surprise, 1.0)
    assert not np.isclose(got, 0.8), "the share of the reward, not that of the surprise"
    assert not np.isclose(got, 1 / 3), "variances, not standard deviations"
    assert not np.isclose(got, 0.25), "the variance of the reward is divided by the sum of both"
    assert np.isclose(got, 0.2), "variance of the reward 1/4, of the surprise 1: the share is 1/5"
    half = share_of_reward(reward, surprise, 0.5)
    assert not np.isclose(half, 1 / 3), "alpha times surprise has alpha squared times its variance"
    assert np.isclose(half, 0.5), "at alpha 1/2 both variances are 1/4"
    assert share_of_reward(reward, surprise, 0.0) == 1, "with alpha 0 all is reward"
    assert share_of_reward(np.full(4, 0.7), surprise, 1.0) == 0, (
        "a reward that is the same for all melodies has no share, however large it is"
    )
    assert np.isclose(share_of_reward(reward, surprise + 50, 1.0), 0.2), (
        "only differences between melodies count: 50 nats more for all change nothing"
    )
    both = share_of_reward(reward, 2 * reward, 1.0)
    assert np.isclose(both, 0.2), "the sum of the two variances, not the variance of the sum"
