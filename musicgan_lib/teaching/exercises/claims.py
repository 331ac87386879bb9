"""Judges of the exercises of *A claim is true when its runs say so and its control does not*."""

import math

from ..exercise import checker


@checker("claims-1")
def judge_luck_of_best(luck_of_best):
    assert math.isclose(luck_of_best(3, [3]), 1 / 20), "three against three: 1 in 20"
    assert math.isclose(luck_of_best(1, [1, 1]), 1 / 3), "one run is the best of three: 1 in 3"
    got = luck_of_best(3, [3, 3, 3])
    assert math.isclose(got, 1 / 220), (
        f"the others may come in any order, so 1 in 220 for three against nine, not {got:.3g}"
    )
    assert math.isclose(luck_of_best(2, [1, 4]), 1 / 21), "two against one and four: 1 in 21"


@checker("claims-2")
def judge_decide(decide):
    low, middle, high = [1.0, 1.1, 0.9], [2.0, 2.1, 1.9], [3.0, 3.1, 2.9]

    def expect(word, own, than, control, why):
        got = decide(list(own), list(than), control if control is None else list(control))
        assert got == word, f"{why}: {word}, not {got}"

    expect("true", low, middle, high, "each run is ahead, of the control as well")
    expect(
        "void", low, middle, [1.4, 1.5, 1.6], "a control that is beaten, and passes all the same"
    )
    expect("void", low, high, middle, "the control passes the same test")
    expect("not settled", low, middle, None, "no control was run")
    expect("false", high, middle, low, "each run of the other side is ahead, whatever the control")
    expect("false", high, middle, None, "false needs no control")
    expect("not settled", [1.0, 1.1, 2.5], middle, high, "runs that overlap")
    expect("not settled", [1.0, 1.1, 1.9], middle, high, "a tie is no win")
    expect(
        "true",
        low,
        middle,
        [1.3, 1.4, 2.5],
        "each run beats each run of the control, which fails the test",
    )
    expect(
        "not settled",
        low,
        middle,
        [1.0, 1.3, 2.5],
        "a control that fails the test by one run is not beaten",
    )
