"""Judges of the exercises of *A network that sees one note learns a table of counts*."""

import numpy as np

from ..exercise import checker


@checker("tensors-for-musicians-1")
def judge_sing_round(sing_round):
    tune = np.array([60, 62, 64, 60, 65])
    kept = tune.copy()
    for voices, delay in ((1, 2), (3, 2), (2, 7), (3, 0)):
        got = np.asarray(sing_round(tune, voices, delay))
        assert np.array_equal(tune, kept), "what was given must not be changed"
        shape = (voices, len(tune) + (voices - 1) * delay)
        assert got.shape == shape, f"the shape must be {shape}, not {got.shape}"
        for v in range(voices):
            enters, ends = v * delay, v * delay + len(tune)
            assert np.array_equal(got[v, enters:ends], tune), f"voice {v} enters at place {enters}"
            silent = np.delete(got[v], np.s_[enters:ends])
            assert (silent == 0).all(), f"voice {v} is silent before it enters and after its end"


@checker("tensors-for-musicians-2")
def judge_conditional_entropy(attempt):
    def conditional_entropy(counts):
        nats = attempt(counts)
        assert not np.isnan(nats), (
            "you returned nan: an empty cell adds 0, and so does an empty row"
        )
        return nats

    even = conditional_entropy(np.array([[5, 5], [2, 2]]))
    assert np.isclose(even, np.log(2)), "two next notes alike after every note: log 2 nats"
    sure = conditional_entropy(np.array([[0, 7], [3, 0]]))
    assert np.isclose(sure, 0), "where the next note is certain there is no surprise"
    rare = conditional_entropy(np.array([[1, 1, 0], [0, 0, 6], [0, 0, 0]]))
    assert np.isclose(rare, 2 / 8 * np.log(2)), "a row weighs as much as it has tally marks"
    turned = conditional_entropy(np.array([[1, 1], [0, 2]]))
    assert np.isclose(turned, np.log(2) / 2), "the present note is the row, the next the column"
