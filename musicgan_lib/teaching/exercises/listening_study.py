"""The judge of the exercise of *Seven right answers of ten*."""

import math

from ..exercise import checker


@checker("listening-study-1")
def judge_kappa(kappa):
    def expect(one, other, wanted, why):
        got = kappa(list(one), list(other))
        assert math.isclose(got, wanted, abs_tol=1e-9), (
            f"{why}: {wanted:.3g} for {one} and {other}, not {got:.3g}"
        )

    expect("ABAB", "ABAB", 1.0, "who always agree have kappa 1")
    expect("AABB", "ABAB", 0.0, "half agreed, and half expected by luck")
    expect("AB", "BA", -1.0, "who never agree fall below luck")
    expect(
        "AAAAB",
        "AAABA",
        -0.25,
        "both say A four times in five: luck alone gives 0.68, they reach 0.6",
    )
    expect("AAAB", "AABB", 0.5, "habits may differ: luck is the sum of products of the two shares")
    expect("ABC", "ABA", 0.5, "there may be more than two answers")
    expect("CCBA", "CCBB", 0.6, "each answer counts with its own share")
    got = kappa(list("AAA"), list("AAA"))
    assert math.isnan(got), f"where luck alone agrees always nothing can be said: NaN, not {got}"
