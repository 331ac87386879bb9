"""Judges of the exercises of *Three runs that beat three controls*."""

import math

from ..exercise import checker


@checker("landscape-1")
def judge_judge(judge):
    real, control = [0.9, 1.0, 1.1], [1.9, 2.0, 2.1]
    assert judge(real, control) == "WORKS", "each of three runs is below each of three: WORKS"
    assert judge(control, real) == "VOID", "with the sides exchanged the control is better: VOID"
    assert judge(real, real) == "VOID", "a control that does exactly as well makes it VOID"
    assert judge([1.0, 1.0, 2.0], control) == "PARTIAL", "one run behind one of the control's"
    assert judge([0.9, 1.0, 1.9], control) == "PARTIAL", "a tie is no win"
    assert judge(real[:2], control) == "PARTIAL", "two runs of the system are too few"
    assert judge(real, control[:2]) == "PARTIAL", "two runs of the control are too few"


@checker("landscape-2")
def judge_luck(luck):
    assert math.isclose(luck(3, 1), 1 / 20), "three runs against three: 1 in 20"
    assert math.isclose(luck(2, 1), 1 / 6), "two runs against two: 1 in 6"
    got = luck(1, 2)
    assert math.isclose(got, 1 / 3), f"one run is the best of three 1 time in 3, not {got:.3g}"
    assert math.isclose(luck(3, 2), 1 / 84), "the three best of nine runs: 1 in 84"
