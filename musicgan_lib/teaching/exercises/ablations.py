"""Judges of the exercises of the chapter on sweeps."""

import itertools

from ..exercise import checker
from .asking import call, check, expect_word, to_list


@checker("ablations-1")
def judge_next_points(next_points):
    left = to_list(call(next_points, ["A"], {"A": "done", "C": "failed"}), "a list of points")
    assert left == [], f"an old point that is not in the grid any more is not run: not {left}"
    grid = [(name, seed) for name in "ABC" for seed in (0, 1)]
    ends = {("A", 1): "done", ("B", 0): "failed", ("B", 1): "out of time", ("C", 0): "done"}
    got = to_list(call(next_points, grid, ends), "a list of points")
    assert not {("A", 1), ("C", 0)} & set(got), f"a point that is done is never run again: {got}"
    assert ("B", 0) in got, f"a point that failed gets another chance: not {got}"
    assert ("B", 1) in got, f"a point that ran out of time gets another chance, too: not {got}"
    assert ("A", 0) in got, f"a point without a status was never run, so it has to run: not {got}"
    wanted = [("A", 0), ("B", 0), ("B", 1), ("C", 1)]
    expect_word(got, wanted, "each point once, in the order of the grid")
    left = to_list(call(next_points, grid, dict.fromkeys(grid, "done")), "a list of points")
    expect_word(left, [], "all are done")


@checker("ablations-2")
def judge_best_with_replacement(best_with_replacement):
    def draws(values, m, said, slips=None):
        chosen = [min(way) for way in itertools.product(values, repeat=m)]
        check(best_with_replacement, (values, m), sum(chosen) / len(chosen), said, slips)

    draws([3.0, 1.0, 2.0], 1, "of one draw the lowest is the draw, so return the exact mean")
    draws([2.0, 2.0, 5.0], 1, "a value that stands twice in the list counts twice")
    draws([4.0, 4.0, 4.0], 2, "of equal values the lowest is that value: the weights sum to 1")
    slips = {
        "each draw is put back, so the same value may come again": 4 / 3,
        "that is the expected highest, and the lowest is asked": 22 / 9,
        "weights belong to sorted values: the order of the list does not matter": 20 / 9,
    }
    draws([3.0, 1.0, 2.0], 2, "all n^m ways to draw are equally likely", slips)
    draws([3.0, 1.0, 2.0], 5, "draws are put back, so m may be larger than n")
