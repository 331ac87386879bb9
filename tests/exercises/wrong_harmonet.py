"""Answers that look right and are not, and odd ones that are right."""

import itertools
import math

import numpy as np


def forgets_octaves(before, after):
    return [
        (i, j)
        for i, j in itertools.combinations(range(len(before)), 2)
        if before[i] - before[j] == after[i] - after[j] in (0, 7, 12) and before[i] != after[i]
    ]


def any_direction(before, after):
    return [
        (i, j)
        for i, j in itertools.combinations(range(len(before)), 2)
        if (before[i] - before[j]) % 12 == (after[i] - after[j]) % 12
        and (before[i] - before[j]) % 12 in (0, 7)
        and before[i] != after[i]
        and before[j] != after[j]
    ]


def standing_counts(before, after):
    return [
        (i, j)
        for i, j in itertools.combinations(range(len(before)), 2)
        if (before[i] - before[j]) % 12 == (after[i] - after[j]) % 12
        and (before[i] - before[j]) % 12 in (0, 7)
        and (after[i] - before[i]) * (after[j] - before[j]) >= 0
    ]


def any_interval(before, after):
    return [
        (i, j)
        for i, j in itertools.combinations(range(len(before)), 2)
        if (before[i] - before[j]) % 12 == (after[i] - after[j]) % 12
        and (after[i] - before[i]) * (after[j] - before[j]) > 0
    ]


def neighbours_alone(before, after):
    return [
        (i, i + 1)
        for i in range(len(before) - 1)
        if (before[i] - before[i + 1]) % 12 == (after[i] - after[i + 1]) % 12
        and (before[i] - before[i + 1]) % 12 in (0, 7)
        and (after[i] - before[i]) * (after[i + 1] - before[i + 1]) > 0
    ]


def fifths_alone(before, after):
    return [
        (i, j)
        for i, j in itertools.combinations(range(len(before)), 2)
        if (before[i] - before[j]) % 12 == (after[i] - after[j]) % 12 == 7
        and (after[i] - before[i]) * (after[j] - before[j]) > 0
    ]


def upwards_alone(before, after):
    return [
        (i, j)
        for i, j in itertools.combinations(range(len(before)), 2)
        if (before[i] - before[j]) % 12 == (after[i] - after[j]) % 12
        and (before[i] - before[j]) % 12 in (0, 7)
        and after[i] > before[i]
        and after[j] > before[j]
    ]


def by_arrays(before, after):
    before, after = np.array(before), np.array(after)
    first, then = ((x[:, None] - x[None]) % 12 for x in (before, after))
    move = np.sign(after - before)
    found = (first == then) & np.isin(first, (0, 7)) & (move[:, None] * move[None] == 1)
    return np.argwhere(np.triu(found, 1))


def as_a_set(before, after):
    found = set()
    for j, i in itertools.product(range(len(before)), repeat=2):
        step = after[i] - before[i], after[j] - before[j]
        if i < j and min(step) * max(step) > 0 and (before[i] - before[j]) % 12 in (0, 7):
            if not (step[0] - step[1]) % 12:
                found.add((i, j))
    return found


def beat_by_beat(costs, moves):
    path = [int(np.argmin(costs[0]))]
    total = costs[0][path[0]]
    for here in costs[1:]:
        priced = [moves[path[-1]][k] + cost for k, cost in enumerate(here)]
        path.append(int(np.argmin(priced)))
        total += min(priced)
    return (path, total) if math.isfinite(total) else None


def free_moves(costs, moves):
    path = [int(np.argmin(here)) for here in costs]
    total = sum(min(here) for here in costs)
    return (path, total) if math.isfinite(total) else None


def _search(costs, moves, turned=False):
    best = [([k], cost) for k, cost in enumerate(costs[0])]
    for here in costs[1:]:
        best = [
            min(
                (
                    (path + [k], total + (moves[k][path[-1]] if turned else moves[path[-1]][k]) + c)
                    for path, total in best
                ),
                key=lambda way: way[1],
            )
            for k, c in enumerate(here)
        ]
    return min(best, key=lambda way: way[1])


def turned_moves(costs, moves):
    path, total = _search(costs, moves, turned=True)
    return None if math.isinf(total) else (path, total)


def never_none(costs, moves):
    return _search(costs, moves)


def total_alone(costs, moves):
    path, total = _search(costs, moves)
    return None if math.isinf(total) else (path[-1:] * len(path), total)


def needs_two_beats(costs, moves):
    if len(costs) < 2:
        return [], 0
    return turned_back(costs, moves)


def turned_back(costs, moves):
    costs, moves = np.array(costs, float), np.array(moves, float)
    left, after = costs[-1], []
    for here in costs[-2::-1]:
        ways = moves + left[None]
        after.append(ways.argmin(1))
        left = here + ways.min(1)
    if not np.isfinite(left.min()):
        return None
    path = [left.argmin()]
    for step in reversed(after):
        path.append(step[path[-1]])
    return np.array(path), left.min()


def by_memory(costs, moves):
    import functools

    @functools.cache
    def go(t, k):
        if t == len(costs) - 1:
            return costs[t][k], (k,)
        ways = [(moves[k][j] + go(t + 1, j)[0], j) for j in range(len(costs[t]))]
        price, j = min(ways)
        return costs[t][k] + price, (k, *go(t + 1, j)[1])

    total, path = min(go(0, k) for k in range(len(costs[0])))
    return None if total == math.inf else (path, total)


WRONG = {"harmonet-1": any_direction, "harmonet-2": beat_by_beat}
NAMED = {
    "harmonet-1": [
        (forgets_octaves, "an octave more"),
        (any_direction, "opposite directions"),
        (standing_counts, "does not move"),
        (any_interval, "thirds"),
        (neighbours_alone, "no neighbours"),
        (fifths_alone, "octaves are parallel"),
        (upwards_alone, "go down together"),
    ],
    "harmonet-2": [
        (beat_by_beat, "beat by beat"),
        (free_moves, "costs moves"),
        (turned_moves, "not from j to i"),
        (never_none, "forbidden there is none"),
        (total_alone, "cheapest chord of each beat"),
        (needs_two_beats, "has no moves"),
    ],
}
RIGHT = {
    "harmonet-1": [by_arrays, as_a_set],
    "harmonet-2": [turned_back, by_memory],
}
