"""Answers that look right and are not, and odd ones that are right."""

import numpy as np


def _soft(row):
    weights = np.exp(np.asarray(row, dtype=float) - np.max(row))
    return weights / weights.sum()


def hears_the_future(scores, values):
    return [_soft(row) @ np.asarray(values, dtype=float) for row in scores]


def misses_itself(scores, values):
    mixed = [float(values[0])]
    for t in range(1, len(values)):
        mixed.append(_soft(scores[t][:t]) @ np.asarray(values[:t], dtype=float))
    return mixed


def weighs_before_it_hides(scores, values):
    weights = np.array([_soft(row) for row in scores])
    return np.tril(weights) @ np.asarray(values, dtype=float)


def hides_with_zeros(scores, values):
    hidden = np.tril(np.asarray(scores, dtype=float))
    return np.array([_soft(row) for row in hidden]) @ np.asarray(values, dtype=float)


def takes_the_best(scores, values):
    return [values[int(np.argmax(scores[t][: t + 1]))] for t in range(len(values))]


def softmax_over_questions(scores, values):
    table = np.where(np.tril(np.ones(np.shape(scores))) > 0, scores, -np.inf)
    weights = np.exp(table)
    return (weights / weights.sum(0)) @ np.asarray(values, dtype=float)


def overflows(scores, values):
    mixed = []
    for t in range(len(values)):
        weights = np.exp(np.asarray(scores[t][: t + 1], dtype=float))
        mixed.append(weights @ np.asarray(values[: t + 1], dtype=float) / weights.sum())
    return mixed


def sums_the_weights(scores, values):
    return [
        np.exp(np.asarray(scores[t][: t + 1], dtype=float)) @ np.asarray(values[: t + 1])
        for t in range(len(values))
    ]


def in_torch(scores, values):
    import torch

    scores = torch.as_tensor(scores, dtype=torch.float64)
    future = torch.ones_like(scores, dtype=torch.bool).triu(1)
    return scores.masked_fill(future, -torch.inf).softmax(-1) @ torch.as_tensor(
        values, dtype=torch.float64
    )


def one_by_one(scores, values):
    """Keeps a running maximum, sum and mixture: no row is held at once."""
    mixed = []
    for t in range(len(values)):
        top, total, mix = -np.inf, 0.0, 0.0
        for s in range(t + 1):
            higher = max(top, scores[t][s])
            scale = np.exp(top - higher) if total else 0.0
            weight = np.exp(scores[t][s] - higher)
            total, mix, top = total * scale + weight, mix * scale + weight * values[s], higher
        mixed.append(mix / total)
    return mixed


def leaves_it(rows):
    return [list(row) for row in rows]


def turns_each_row(rows):
    return [list(row)[::-1] for row in rows]


def moves_the_wrong_way(rows):
    n = len(rows)
    return [[rows[t][t - s] if s <= t else 0 for s in range(n)] for t in range(n)]


def off_by_one(rows):
    n = len(rows)
    return [
        [rows[t][(n - 1 - (t - s) - 1) % n] if s <= t else 0 for s in range(n)] for t in range(n)
    ]


def keeps_the_rest(rows):
    n = len(rows)
    padded = np.concatenate([np.zeros((n, 1)), np.asarray(rows, dtype=float)], 1)
    return padded.ravel()[n:].reshape(n, n)


def for_three_steps(rows):
    return [[rows[t][2 - (t - s)] if s <= t else 0 for s in range(3)] for t in range(3)]


def reads_columns(rows):
    n = len(rows)
    return [[rows[s][n - 1 - (t - s)] if s <= t else 0 for s in range(n)] for t in range(n)]


def by_shape(rows):
    n = len(rows)
    padded = np.concatenate([np.zeros((n, 1)), np.asarray(rows, dtype=float)], 1)
    return np.tril(padded.ravel()[n:].reshape(n, n))


def by_rolling(rows):
    table = np.asarray(rows, dtype=float)
    return np.tril([np.roll(row, t + 1) for t, row in enumerate(table)])


WRONG = {"attention-1": hears_the_future, "attention-2": leaves_it}
NAMED = {
    "attention-1": [
        (hears_the_future, "future"),
        (misses_itself, "its own step"),
        (weighs_before_it_hides, "sum to one"),
        (hides_with_zeros, "score of 0"),
        (takes_the_best, "mixture"),
        (softmax_over_questions, "each step's own scores"),
        (overflows, "large scores"),
        (sums_the_weights, "divide"),
    ],
    "attention-2": [
        (leaves_it, "column of its step"),
        (turns_each_row, "column of its step"),
        (moves_the_wrong_way, "farthest first"),
        (off_by_one, "distance 0"),
        (keeps_the_rest, "later steps"),
        (for_three_steps, "any number of steps"),
        (reads_columns, "step that asks"),
    ],
}
RIGHT = {"attention-1": [in_torch, one_by_one], "attention-2": [by_shape, by_rolling]}
