"""Answers that look right and are not."""

from math import comb


def skip_all_that_was_tried(grid, status):
    return [point for point in grid if point not in status]


def best_without_replacement(values, m):
    y, n = sorted(values), len(values)
    if m > n:
        return y[0]
    return sum(comb(n - i, m - 1) * y[i - 1] for i in range(1, n + 1)) / comb(n, m)


WRONG = {"ablations-1": skip_all_that_was_tried, "ablations-2": best_without_replacement}
