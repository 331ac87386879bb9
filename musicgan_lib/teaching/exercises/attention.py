"""Judges of the exercises of *Attention finds a motif 24 notes back*."""

import numpy as np

from ..exercise import checker
from .asking import check


def _weigh(scores) -> np.ndarray:
    """Softmax of each row, where -inf weighs nothing."""
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True)


@checker("attention-1")
def judge_look_back(look_back):
    scores = np.array([[0.5, 2.0, -1.0], [1.0, 0.0, 3.0], [-2.0, 0.5, 1.0]])
    values = np.array([4.0, -2.0, 7.0])
    past = np.tril(np.ones((3, 3))) > 0
    hidden = np.where(past, scores, -np.inf)
    wanted = _weigh(hidden) @ values
    before = np.where(np.tril(np.ones((3, 3)), -1) > 0, scores, -np.inf)
    before[0, 0] = 0.0
    powers = np.exp(hidden)
    check(
        look_back,
        (scores.tolist(), values.tolist()),
        wanted,
        "for each step the values up to its own, weighed by the softmax of its scores",
        {
            "step t hears nothing of the future: leave out what stands after it": _weigh(scores)
            @ values,
            "a step reads its own step, too": _weigh(before) @ values,
            "the weights of each step sum to one: hide the future before the softmax": (
                _weigh(scores) * past
            )
            @ values,
            "a score of 0 still weighs something: hide the future with minus infinity": _weigh(
                scores * past
            )
            @ values,
            "a mixture of all, not the value of the best match alone": values[hidden.argmax(1)],
            "the softmax is over each step's own scores, a row, not a column": (
                powers / powers.sum(0)
            )
            @ values,
            "divide by the sum of the exponentials, so that the weights are shares": powers
            @ values,
        },
        "one number for each step",
    )
    check(look_back, ([[3.0]], [5.0]), [5.0], "the first step reads itself alone")
    large = np.array([[900.0, 0.0], [899.0, 900.0]])
    share = 1 / (1 + np.e)
    check(
        look_back,
        (large.tolist(), [1.0, 3.0]),
        [1.0, share * 1 + (1 - share) * 3],
        "large scores are no matter: subtract a row's greatest before the exponential",
    )


@checker("attention-2")
def judge_to_steps(to_steps):
    rows = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    wanted = np.array([[3, 0, 0], [5, 6, 0], [7, 8, 9]])
    tail = [[3, 0, 4], [5, 6, 0], [7, 8, 9]]
    check(
        to_steps,
        (rows.tolist(),),
        wanted,
        "the score of distance t - s stands in row t and column s",
        {
            "each score has to move to the column of its step: the table is as it was, or turned": (
                rows,
                rows[:, ::-1],
                np.tril(rows),
                np.tril(rows[:, ::-1]),
            ),
            "the columns of rows are distances, farthest first: distance 0 is the last": [
                [1, 0, 0],
                [5, 4, 0],
                [9, 8, 7],
            ],
            "distance 0, the step itself, is the last column: mind the end": [
                [2, 0, 0],
                [4, 5, 0],
                [9, 7, 8],
            ],
            "later steps have no score: put 0 there": tail,
            "row t belongs to the step that asks; do not read the row of s": [
                [3, 0, 0],
                [2, 6, 0],
                [1, 5, 9],
            ],
        },
        "a square table",
    )
    larger = np.arange(1, 17).reshape(4, 4)
    check(
        to_steps,
        (larger.tolist(),),
        [[4, 0, 0, 0], [7, 8, 0, 0], [10, 11, 12, 0], [13, 14, 15, 16]],
        "the score of distance t - s stands in row t and column s",
        {"any number of steps: this table has four": [[3, 0, 0], [6, 7, 0], [9, 10, 11]]},
    )
    check(to_steps, ([[2]],), [[2]], "one step has one distance, 0")
