"""Melodies by weighted intervals: what is drawn comes as often as it was said to, step by step and in the long run."""

import numpy as np
import pytest
from scipy import stats

from musicgan_lib.models.interval_chain import (
    IntervalChain,
    weigh_alike,
    weigh_both,
    weigh_consonance,
    weigh_nearness,
)

PITCHES = range(60, 85)
WEIGHTS = (weigh_alike, weigh_consonance, weigh_nearness, weigh_both)


@pytest.mark.parametrize("weigh", WEIGHTS)
def test_moves_come_as_often_as_they_were_weighted(weigh):
    chain = IntervalChain(PITCHES, weigh)
    drawn = chain.draw(4000, 12, np.random.default_rng(0)) - PITCHES[0]
    moves = np.zeros((25, 25))
    np.add.at(moves, (drawn[:, :-1].ravel(), drawn[:, 1:].ravel()), 1)
    assert not moves[chain.weights == 0].any()
    for row, chances in zip(moves, chain.chances):
        able = chances > 0
        expected = chances[able] * row.sum()
        assert expected.min() > 3 and stats.chisquare(row[able], expected).pvalue > 1e-5
    if weigh is not weigh_alike:  # and by other weights it would be noticed
        other = IntervalChain(PITCHES, weigh_alike).chances[12]
        able = other > 0
        assert stats.chisquare(moves[12][able], other[able] * moves[12].sum()).pvalue < 1e-6


@pytest.mark.parametrize("weigh", WEIGHTS)
def test_the_long_run_is_the_sum_of_the_weights(weigh):
    chain = IntervalChain(PITCHES, weigh)
    assert np.allclose(chain.settled @ chain.chances, chain.settled, atol=1e-15)
    values, vectors = np.linalg.eig(chain.chances.T)
    first = np.real(vectors[:, np.argmax(np.real(values))])
    assert np.allclose(first / first.sum(), chain.settled)
    last = chain.draw(20_000, 9, np.random.default_rng(1))[:, -1]
    counted = np.bincount(last - PITCHES[0], minlength=25)
    assert stats.chisquare(counted, chain.settled * 20_000).pvalue > 1e-5


def test_weights_are_those_of_the_interval():
    moves = np.array([0, 12, -12, 7, -7, 6, 13, -19])
    assert weigh_consonance(moves).tolist() == [8, 8, 8, 7, 7, 0, 0, 0]
    assert weigh_nearness(moves).tolist() == [13, 1, 1, 6, 6, 7, 0, 0]
    assert weigh_both(moves).tolist() == [104, 8, 8, 42, 42, 0, 0, 0]
    assert weigh_alike(moves).tolist() == [1, 1, 1, 1, 1, 1, 0, 0]


@pytest.mark.parametrize(
    "pitches, weigh, told",
    [
        ([], weigh_alike, "no note to draw"),
        ([60.5], weigh_alike, "whole numbers"),
        ([60, 60], weigh_alike, "comes twice"),
        (
            [60, 66],
            lambda d: np.where(d == 0, 0, weigh_consonance(d)),
            "nothing may follow pitch 60",
        ),
        ([60, 62], lambda d: -weigh_alike(d), "negative or no number"),
        ([60, 62], lambda d: weigh_alike(d) * np.nan, "negative or no number"),
    ],
)
def test_chains_that_cannot_be_are_refused_with_a_sentence(pitches, weigh, told):
    with pytest.raises(ValueError, match=told):
        IntervalChain(pitches, weigh)


def test_the_long_run_is_refused_where_up_and_down_weigh_differently():
    chain = IntervalChain(PITCHES, lambda d: 1.0 + (d > 0))
    with pytest.raises(ValueError, match="up and down"):
        chain.settled  # noqa: B018 - asked for its sentence
