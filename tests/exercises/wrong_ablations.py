"""Answers that look right and are not, and unusual ones that are."""

import itertools
from fractions import Fraction
from math import comb

import numpy as np


def skip_all_that_was_tried(grid, status):
    return [point for point in grid if point not in status]


def best_without_replacement(values, m):
    y, n = sorted(values), len(values)
    if m > n:
        return y[0]
    return sum(comb(n - i, m - 1) * y[i - 1] for i in range(1, n + 1)) / comb(n, m)


WRONG = {"ablations-1": skip_all_that_was_tried, "ablations-2": best_without_replacement}


def a_failure_is_final(grid, status):
    return [point for point in grid if point not in status]


def only_what_ended_badly(grid, status):
    return [point for point in grid if status.get(point, "done") != "done"]


def no_second_chance_for_slow_ones(grid, status):
    return [point for point in grid if status.get(point) in (None, "failed")]


def old_points_too(grid, status):
    return [p for p, end in status.items() if end != "done"] + [p for p in grid if p not in status]


def another_order(grid, status):
    failed = [point for point in grid if status.get(point, "done") != "done"]
    return failed + [point for point in grid if point not in status]


def strikes_off_the_list(grid, status):
    for point, end in status.items():
        if end == "done" and point in grid:
            grid.remove(point)
    return grid


def from_the_first_gap_on(grid, status):
    for place, point in enumerate(grid):
        if status.get(point) != "done":
            return grid[place:]
    return []


def none_put_back(values, m):
    values, m = sorted(values), min(m, len(values))
    return float(np.mean([min(chosen) for chosen in itertools.combinations(values, m)]))


def the_lowest_of_all(values, m):
    return min(values)


def the_expected_highest(values, m):
    y, n = sorted(values), len(values)
    return sum(v * ((i / n) ** m - ((i - 1) / n) ** m) for i, v in enumerate(y, 1))


def as_they_came(values, m):
    n = len(values)
    return sum(v * (((n - i) / n) ** m - ((n - i - 1) / n) ** m) for i, v in enumerate(values))


def each_value_once(values, m):
    y = sorted(set(values))
    n = len(y)
    return sum(v * (((n - i) / n) ** m - ((n - i - 1) / n) ** m) for i, v in enumerate(y))


def by_dice(values, m):
    drawn = np.random.default_rng(0).choice(values, size=(1000, m))
    return drawn.min(1).mean()


def one_place_too_far(values, m):
    y, n = sorted(values), len(values)
    return sum(v * (((n - i) / n) ** m - ((n - i - 1) / n) ** m) for i, v in enumerate(y, 1))


def sorts_the_readers_list(values, m):
    values.sort()
    n = len(values)
    return sum(v * (((n - i) / n) ** m - ((n - i - 1) / n) ** m) for i, v in enumerate(values))


NAMED = {
    "ablations-1": [
        (a_failure_is_final, "failed"),
        (only_what_ended_badly, "was never"),
        (no_second_chance_for_slow_ones, "out of time"),
        (old_points_too, "an old"),
        (another_order, "order"),
        (strikes_off_the_list, "alone"),
        (from_the_first_gap_on, "done"),
    ],
    "ablations-2": [
        (none_put_back, "put back"),
        (the_lowest_of_all, "mean"),
        (the_expected_highest, "highest"),
        (as_they_came, "order"),
        (each_value_once, "twice"),
        (by_dice, "exact"),
        (one_place_too_far, "sum to 1"),
        (sorts_the_readers_list, "alone"),
    ],
}


def by_sets(grid, status):
    done = {point for point, end in status.items() if end == "done"}
    return sorted(set(grid) - done, key=grid.index)


def by_filter(grid, status):
    return list(filter(lambda point: status.get(point, "") != "done", grid))


def by_gaps(values, m):
    y, n = sorted(values), len(values)
    return y[0] + sum((y[i] - y[i - 1]) * ((n - i) / n) ** m for i in range(1, n))


def by_fractions(values, m):
    def above(v):
        return Fraction(sum(x >= v for x in values), len(values)) ** m

    y = sorted(set(values))
    return sum(
        Fraction(v) * (above(v) - (above(w) if w is not None else 0))
        for v, w in zip(y, [*y[1:], None])
    )


RIGHT = {"ablations-1": [by_sets, by_filter], "ablations-2": [by_gaps, by_fractions]}
