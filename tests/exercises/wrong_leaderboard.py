"""Answers that look right and are not, and unusual ones that are."""

import math

import numpy as np


def find_front_of_strict_wins(points):
    return [i for i, p in enumerate(points) if not any(q[0] < p[0] and q[1] < p[1] for q in points)]


WRONG = {"leaderboard-1": find_front_of_strict_wins}


def beats(a, b):
    return a[0] <= b[0] and a[1] <= b[1] and a != b


def better_in_both(points):
    return [i for i, p in enumerate(points) if not any(q[0] < p[0] and q[1] < p[1] for q in points)]


def twins_beat_each_other(points):
    return [
        i
        for i, p in enumerate(points)
        if not any(j != i and q[0] <= p[0] and q[1] <= p[1] for j, q in enumerate(points))
    ]


def the_pairs_themselves(points):
    return [p for p in points if not any(beats(q, p) for q in points)]


def along_the_front(points):
    front = [i for i, p in enumerate(points) if not any(beats(q, p) for q in points)]
    return sorted(front, key=lambda i: points[i])


def best_of_each_column(points):
    columns = list(zip(*points))
    return [i for i, p in enumerate(points) if any(x == min(c) for x, c in zip(p, columns))]


def higher_is_better(points):
    turned = [(-x, -y) for x, y in points]
    return [i for i, p in enumerate(turned) if not any(beats(q, p) for q in turned)]


def only_what_some_weights_choose(points):
    chosen = set()
    for w in np.linspace(0, 1, 1001):
        costs = [w * x + (1 - w) * y for x, y in points]
        chosen |= {i for i, c in enumerate(costs) if c <= min(costs) + 1e-12}
    return sorted(i for i in chosen if not any(beats(q, points[i]) for q in points))


def counted_from_one(points):
    return [i + 1 for i, p in enumerate(points) if not any(beats(q, p) for q in points)]


def beats_the_mean(points):
    mean = np.mean(points, axis=0)
    return [i for i, p in enumerate(points) if p[0] <= mean[0] or p[1] <= mean[1]]


NAMED = {
    "leaderboard-1": [
        (better_in_both, "no worse"),
        (twins_beat_each_other, "equal"),
        (the_pairs_themselves, "return places"),
        (along_the_front, "in order"),
        (best_of_each_column, "it is best in"),
        (higher_is_better, "lower"),
        (only_what_some_weights_choose, "the line of two"),
        (counted_from_one, "from 0"),
        (beats_the_mean, "beaten by"),
    ]
}


def by_numpy(points):
    p = np.array(points, float).reshape(-1, 2)
    no_worse = (p[:, None] <= p[None]).all(-1)
    better = (p[:, None] < p[None]).any(-1)
    return np.flatnonzero(~(no_worse & better).any(0))


def by_one_walk(points):
    front, lowest = [], math.inf
    for (_, y), i in sorted((tuple(p), i) for i, p in enumerate(points)):
        if y < lowest or (front and tuple(points[front[-1]]) == tuple(points[i])):
            front.append(i)
            lowest = y
    return sorted(front)


RIGHT = {"leaderboard-1": [by_numpy, by_one_walk]}
