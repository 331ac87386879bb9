"""Judges of the exercises of *Three runs that beat three controls*."""

import math

from ..exercise import checker


@checker("landscape-1")
def judge_judge(judge):
    def expect(word, own, control, why):
        got = judge(list(own), list(control))
        assert got == word, f"{why}: {word}, not {got}"

    real, control = [0.9, 1.0, 1.1], [1.9, 2.0, 2.1]
    expect("WORKS", real, control, "each of three runs is below each of three")
    expect("VOID", control, real, "with the sides exchanged the control is better")
    expect("VOID", real, real, "a control that does exactly as well proves nothing")
    expect("PARTIAL", [0.9, 1.0, 2.0], control, "one run is behind one of the control's")
    expect("PARTIAL", [0.9, 1.0, 1.9], control, "a tie is no win")
    expect("PARTIAL", real[:2], control, "two runs against three: luck does that 1 time in 10")
    expect("PARTIAL", real, control[:2], "three runs against two: luck does that 1 time in 10")
    five = [*control, 2.2, 2.3]
    expect("WORKS", real[:2], five, "two runs against five: luck does that 1 time in 21")
    expect(
        "PARTIAL", [1.0, 1.0, 1.0], control, "equal values count once, so it is one against three"
    )
    nineteen = [2 + k / 100 for k in range(19)]
    expect("WORKS", [1.0, 1.0, 1.0], nineteen, "one value against nineteen: 1 time in 20")


@checker("landscape-2")
def judge_luck(luck):
    assert math.isclose(luck(3, 1), 1 / 20), "three runs against three: 1 in 20"
    assert math.isclose(luck(2, 1), 1 / 6), "two runs against two: 1 in 6"
    got = luck(1, 2)
    assert math.isclose(got, 1 / 3), f"one run is the best of three 1 time in 3, not {got:.3g}"
    assert math.isclose(luck(3, 2), 1 / 84), "the three best of nine runs: 1 in 84"
