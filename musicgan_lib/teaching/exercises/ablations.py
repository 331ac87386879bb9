"""Judges of the exercises of the chapter on sweeps."""

import itertools
import math

from ..exercise import checker


@checker("ablations-1")
def judge_next_points(next_points):
    grid, lost = [("A", 0), ("A", 1), ("B", 0), ("B", 1)], "out of time"
    got = next_points(list(grid), {("A", 0): "done", ("A", 1): "failed", ("B", 0): lost})
    assert ("A", 0) not in got, "a point that is done is never run again"
    assert ("A", 1) in got, "a point that failed gets another chance"
    assert ("B", 0) in got, "so does one that ran out of time"
    assert ("B", 1) in got, "a point that nobody has heard of was never run"
    assert list(got) == grid[1:], f"in the order of the grid, each once: not {got}"
    assert list(next_points(list(grid), dict.fromkeys(grid, "done"))) == [], "all are done"
    old = next_points(grid[:1], {("A", 0): "done", ("C", 0): "failed"})
    assert list(old) == [], "a point that is not in the grid any more is nobody's business"


@checker("ablations-2")
def judge_best_with_replacement(best_with_replacement):
    for values in ([3.0, 1.0, 2.0], [2.0, 2.0, 5.0], [4.0]):
        for m in (1, 2, 3):
            ways = itertools.product(values, repeat=m)
            wanted = sum(map(min, ways)) / len(values) ** m
            got = best_with_replacement(list(values), m)
            assert math.isclose(got, wanted), (
                f"the best of {m} draws from {values}, each put back: {wanted:.4f}, not {got:.4f}"
            )
