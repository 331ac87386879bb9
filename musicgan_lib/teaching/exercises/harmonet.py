"""Judges of the exercises of *HARMONET*: a network names the harmony, a search keeps the rules."""

import math

import numpy as np

from ..exercise import checker


@checker("harmonet-1")
def judge_find_parallels(find_parallels):
    def ask(before, after):
        got = find_parallels(list(before), list(after))
        return sorted(tuple(int(v) for v in pair) for pair in got)

    got = ask([67, 60], [69, 62])
    assert got == [(0, 1)], (
        f"a fifth, G over C, that moves up to A over D is parallel: [(0, 1)], got {got}"
    )
    got = ask([72, 60], [74, 62])
    assert got == [(0, 1)], f"octaves are parallel, too: C over C to D over D, got {got}"
    got = ask([67, 60], [67, 60])
    assert got == [], f"a fifth that stays where it is does not move: [], got {got}"
    got = ask([67, 60], [65, 58])
    assert got == [(0, 1)], f"two voices may go down together as well as up: got {got}"
    got = ask([64, 60], [66, 62])
    assert got == [], f"thirds may be parallel: [], got {got}"
    got = ask([67, 60], [72, 60])
    assert got == [], f"a fifth into an octave is another interval: [], got {got}"
    got = ask([79, 60], [81, 62])
    assert got == [(0, 1)], (
        f"a fifth and an octave more is a fifth: 79 over 60 to 81 over 62, got {got}"
    )
    got = ask([67, 60], [74, 55])
    assert got == [], f"voices that move in opposite directions are not parallel: [], got {got}"
    got = ask([72, 67, 64, 48], [74, 69, 65, 50])
    assert got == [(0, 3), (1, 3)], (
        f"with four voices every pair is asked, also those that are no neighbours: [(0, 3), (1, 3)], got {got}"
    )


@checker("harmonet-2")
def judge_find_cheapest(find_cheapest):
    def ask(costs, moves):
        got = find_cheapest([list(c) for c in costs], [list(m) for m in moves])
        if got is None:
            return None
        path, total = got
        return [int(k) for k in path], round(float(total), 9)

    free = [[0, 0], [0, 0]]
    got = ask([[1, 2], [4, 3]], free)
    assert got == ([0, 1], 4), (
        f"where moves cost nothing, the cheapest chord of each beat: ([0, 1], 4), got {got}"
    )
    got = ask([[1, 2], [4, 3]], [[0, 5], [5, 0]])
    assert got == ([0, 0], 5) or got == ([1, 1], 5), (
        f"a move from i to j costs moves[i][j]: total 5, got {got}"
    )
    costs, moves = [[0, 1], [0, 0], [9, 0]], [[0, 9], [9, 0]]
    got = ask(costs, moves)
    assert got == ([1, 1, 1], 1), (
        f"a dearer beginning may pay later, so one may not decide beat by beat: ([1, 1, 1], 1), got {got}"
    )
    got = ask([[5, 0], [0, 5]], [[0, 0], [2, 9]])
    assert got == ([1, 0], 2), (
        f"moves[i][j] is the move from i to j, not from j to i: ([1, 0], 2), got {got}"
    )
    got = ask([[3, 2, 4]], np.zeros((3, 3)).tolist())
    assert got == ([1], 2), f"one beat alone has no moves: ([1], 2), got {got}"
    never = math.inf
    got = ask([[0, 1], [0, 1]], [[never, 2], [0, never]])
    assert got == ([1, 0], 1), (
        f"a forbidden move costs math.inf and is not made: ([1, 0], 1), got {got}"
    )
    got = ask([[0, 1], [0, 1]], [[never, never], [never, never]])
    assert got is None, f"where every way is forbidden there is none: None, got {got}"
    long = [[0, 1]] * 30
    got = ask(long, [[0, 1], [1, 0]])
    assert got == ([0] * 30, 0), (
        f"thirty beats have 2**30 ways: keep the best way to each chord, got {got}"
    )
