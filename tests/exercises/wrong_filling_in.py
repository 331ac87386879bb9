"""Answers that look right and are not, and odd ones that are right."""

import numpy as np


def counts_known_cells(nats, hidden):
    return float(np.mean([np.mean(n) for n in nats]))


def over_all_cells(nats, hidden):
    return float(np.mean([np.sum(np.multiply(n, h)) / len(n) for n, h in zip(nats, hidden)]))


def one_mean_for_all(nats, hidden):
    both = [(x, h) for n, m in zip(nats, hidden) for x, h in zip(n, m)]
    return sum(x * h for x, h in both) / sum(h for _, h in both)


def sums_the_cells(nats, hidden):
    return float(np.mean([np.sum(np.multiply(n, h)) for n, h in zip(nats, hidden)]))


def sums_the_crops(nats, hidden):
    return float(sum(np.sum(np.multiply(n, h)) / np.sum(h) for n, h in zip(nats, hidden)))


def takes_the_known(nats, hidden):
    known = [[1 - x for x in h] for h in hidden]
    return float(
        np.mean([np.sum(np.multiply(n, k)) / max(np.sum(k), 1) for n, k in zip(nats, known)])
    )


def first_mask_for_all(nats, hidden):
    return float(np.mean([np.sum(np.multiply(n, hidden[0])) / np.sum(hidden[0]) for n in nats]))


def in_plain_python(nats, hidden):
    total = 0.0
    for row, mask in zip(nats, hidden):
        here = [x for x, h in zip(row, mask) if h]
        total += sum(here) / len(here)
    return total / len(nats)


def by_masked_arrays(nats, hidden):
    rows = np.ma.masked_array(nats, mask=np.equal(hidden, 0))
    return rows.mean(1).mean()


def all_alike(moves):
    return [1 / len(moves)] * len(moves)


def one_move(moves):
    return np.full(len(moves), 1 / len(moves)) @ np.array(moves)


def first_row(moves):
    return np.array(moves)[0]


def not_normalised(moves):
    found = np.linalg.matrix_power(np.array(moves), 10_000_000)[0]
    return found / np.linalg.norm(found)


def a_hundred_moves(moves):
    return np.linalg.matrix_power(np.array(moves), 100)[0]


def by_rows(moves):
    return np.linalg.matrix_power(np.array(moves).T, 10_000_000)[0]


def by_squaring(moves):
    found = np.array(moves)
    for _ in range(40):
        found = found @ found
        found = found / found.sum(1, keepdims=True)
    return found.mean(0)


def by_eigenvectors(moves):
    values, vectors = np.linalg.eig(np.array(moves).T)
    one = np.real(vectors[:, np.argmin(np.abs(values - 1))])
    return (one / one.sum()).tolist()


WRONG = {"filling-in-1": counts_known_cells, "filling-in-2": all_alike}
NAMED = {
    "filling-in-1": [
        (counts_known_cells, "only hidden ones"),
        (over_all_cells, "not by that of all cells"),
        (one_mean_for_all, "first a mean in each crop"),
        (sums_the_cells, "sum"),
        (sums_the_crops, "not their sum"),
        (takes_the_known, "that are known"),
        (first_mask_for_all, "each crop has holes of its own"),
    ],
    "filling-in-2": [
        (all_alike, "as much goes in"),
        (one_move, "one move is not enough"),
        (first_row, "one move is not enough"),
        (not_normalised, "divide by their sum"),
        (a_hundred_moves, "hardly moves"),
        (by_rows, "column"),
    ],
}
RIGHT = {
    "filling-in-1": [in_plain_python, by_masked_arrays],
    "filling-in-2": [by_squaring, by_eigenvectors],
}
