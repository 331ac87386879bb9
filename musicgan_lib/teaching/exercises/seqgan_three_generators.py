"""Judges of the exercises of *Three adversaries, and none predicts music better*."""

import numpy as np

from ..exercise import checker


@checker("three-generators-1")
def judge_judgement(judgement):
    real, generated = np.array([0.9, 0.8, 0.3, 0.6]), np.array([0.6, 0.1, 0.2])
    got = judgement(real, generated)
    assert len(got) == 4, "four numbers: reward mean, reward sd, precision, recall"
    mean, spread, precision, recall = got
    assert np.isclose(mean, 0.3), "the reward is D of the generated melodies, not of the real ones"
    assert not np.isclose(spread, np.std([0.6, 0.1, 0.2], ddof=1)), (
        "SG-1 divides by N, not by N - 1"
    )
    assert np.isclose(spread, np.sqrt(0.14 / 3)), (
        "the root of the mean squared distance from the mean"
    )
    assert not np.isclose(precision, 2 / 3), (
        "precision counts the generated ones that are taken for real, not those that are refused"
    )
    assert np.isclose(precision, 3 / 4), "precision: the real among all that are taken for real"
    assert np.isclose(recall, 3 / 4), "recall: the taken among all real ones"
    alone = judgement(np.array([0.9, 0.2]), np.array([0.8, 0.7, 0.6]))
    assert np.isclose(alone[2], 1 / 4) and np.isclose(alone[3], 1 / 2), (
        "numbers of real and generated melodies may differ: count, do not take shares"
    )
    none = judgement(np.array([0.1, 0.2]), np.array([0.3]))
    assert np.isnan(none[2]), "where nothing is taken for real, precision is NaN, not 0 and not 1"
    assert none[3] == 0, "where nothing is taken for real, recall is 0"
    edge = judgement(np.array([0.5, 0.9]), np.array([0.5]))
    assert edge[2] == 1 and edge[3] == 0.5, "exactly one half is not above one half"


@checker("three-generators-2")
def judge_sign_flip(sign_flip):
    three = sign_flip([0.3, 0.1, 0.2])
    assert not np.isclose(three, 1 / 8), (
        "at least as far from 0 on either side: all plus, or all minus"
    )
    assert np.isclose(three, 1 / 4), "three seeds that agree: 2 of 8 ways are as extreme"
    assert np.isclose(sign_flip([-0.3, -0.1, -0.2]), 1 / 4), (
        "the sign of the effect does not matter"
    )
    assert np.isclose(sign_flip([1.0, -1.0]), 1.0), "a mean of 0 is as extreme as anything"
    assert np.isclose(sign_flip([3.0, 2.0, -1.0]), 1 / 2), (
        "sizes count, not only signs: 3, 2, -1 has mean 4/3, and 4 of 8 ways reach it"
    )
    assert np.isclose(sign_flip(np.ones(6)), 2 / 64), "n differences can be flipped in 2 ** n ways"
