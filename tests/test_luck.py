"""Luck is counted, not looked up: every p against all deals of the labels, Holm's rule against its own definition."""

import itertools
from fractions import Fraction
from math import comb

import numpy as np
import pytest

from musicgan_lib.experiments import evidence, luck


def deal(own, other):
    """All ways to hand out the labels of two groups of runs: pairs of lists."""
    values = [*own, *other]
    for chosen in itertools.combinations(range(len(values)), len(own)):
        rest = [i for i in range(len(values)) if i not in chosen]
        yield [values[i] for i in chosen], [values[i] for i in rest]


def wins(own, other):
    """How many pairs of runs the first side wins, by hand: a tie is half a win. Lower is better."""
    return sum((a < b) + (a == b) / 2 for a in own for b in other)


@pytest.mark.parametrize(
    "own, other",
    [
        ((1, 2, 3), (4, 5, 6)),
        ((1, 2, 5), (3, 4, 6)),
        ((4, 5, 6), (1, 2, 3)),
        ((1, 3), (2, 4, 5, 6)),
        ((1, 2, 3), (3, 4, 5)),  # a tie across the border
        ((7.5,), (1, 2, 3, 9)),
    ],
)
def test_the_p_of_a_pair_counts_all_deals(own, other):
    """Against wins counted by hand, a statistic that the ranks are only another way to write."""
    as_far = [wins(*way) >= wins(own, other) for way in deal(own, other)]
    assert luck.count_luck(own, other) == Fraction(sum(as_far), len(as_far))
    turned = luck.count_luck([-v for v in own], [-v for v in other], "higher")
    assert turned == luck.count_luck(own, other)


def test_known_numbers_of_a_pair():
    assert luck.count_luck((1, 2, 3), (4, 5, 6)) == Fraction(1, 20)  # three seeds: no less than .05
    assert luck.count_luck(range(6), range(6, 12)) == Fraction(1, 924)
    assert luck.count_luck((3, 2, 1), (4, 5, 6)) + luck.count_luck((4, 5, 6), (1, 2, 3)) > 1
    assert luck.count_luck((1.0, 1.0, 1.0), (2.0, 2.0, 2.0)) == Fraction(1, 2)  # two runs in all
    assert luck.count_luck((1, float("nan"), 3), (4, 5, 6)) == 1


def test_a_claim_that_the_rule_calls_true_has_one_deal_behind_it():
    """WORKS asks for more than a small p: every run ahead of every run."""
    for own, other in deal((1.0, 2.0, 3.0), (4.0, 5.0, 6.0)):
        p = luck.count_luck(own, other)
        assert (evidence.judge_claim(own, other) == "WORKS") == (p == Fraction(1, 20))
    assert luck.count_luck(range(6), (4.5, 7, 8, 9, 10, 11)) < Fraction(1, 100)
    assert evidence.judge_claim(list(range(6)), [4.5, 7, 8, 9, 10, 11]) == "PARTIAL"


def test_a_kept_bound_is_a_row_of_coins():
    for kept, runs in ((3, 3), (2, 3), (0, 4), (5, 6)):
        rows = list(itertools.product((0, 1), repeat=runs))
        assert luck.count_kept(kept, runs) == Fraction(sum(sum(r) >= kept for r in rows), len(rows))
    assert luck.count_kept(3, 3) == Fraction(1, 8)


def test_holm_by_hand_and_by_its_definition():
    """.01 <= .05/4, .02 > .05/3: one survives, though Bonferroni alone would say the same; then two by Holm alone."""
    assert luck.survive_holm([0.2, 0.01, 0.02, 0.6]) == [1]
    assert luck.survive_holm([0.013, 0.01]) == [0, 1]  # .01 <= .025, .013 <= .05
    assert luck.survive_holm([0.04, 0.03]) == [] and luck.survive_holm([]) == []
    rng = np.random.default_rng(0)
    for _ in range(50):
        ps = (rng.random(6) ** 4).tolist()

        def stays(
            i, ps=ps
        ):  # no set of tests with i in it has only p above level / size: closed testing
            rest = [j for j in range(6) if j != i]
            sets = [s + (i,) for k in range(6) for s in itertools.combinations(rest, k)]
            return all(min(ps[j] for j in s) <= 0.05 / len(s) for s in sets)

        assert luck.survive_holm(ps) == [i for i in range(6) if stays(i)]


def test_how_many_runs_many_claims_need():
    assert luck.count_runs_needed(1) == 3  # twenty deals
    for tests in (2, 40, 120):
        n = luck.count_runs_needed(tests)
        assert comb(2 * n, n) * 0.05 >= tests > comb(2 * n - 2, n - 1) * 0.05


def test_how_often_luck_alone_decides():
    """All deals of runs that do not differ: true and false for one pair, and for two rivals."""

    def share(test, sizes):
        names, found = [i for i, n in enumerate(sizes) for _ in range(n)], []
        for way in set(itertools.permutations(names)):
            sides = [[float(v) for v, k in enumerate(way) if k == i] for i in range(len(sizes))]
            found.append(evidence.compare(test, sides))
        return [Fraction(found.count(v), len(found)) for v in ("true", "false")]

    one, two = ({"own": "a", "than": rivals, "better": "lower"} for rivals in (["b"], ["b", "c"]))
    assert share(one, (3, 3)) == [Fraction(1, 20)] * 2
    true, false = share(two, (3, 3, 3))
    assert true == Fraction(1, comb(9, 3))  # ahead of both
    assert false == Fraction(2, 20) - Fraction(1, comb(9, 3))  # behind one or the other
    assert float(false) > 0.08


def test_the_p_of_a_claim_is_that_of_its_weakest_pair():
    low, high, mixed = [1.0, 2.0, 3.0], [7.0, 8.0, 9.0], [2.5, 5.0, 6.0]
    test = {"own": "a", "than": ["b", "c"], "better": "lower"}
    own, opposite = evidence.count_both_ways(test, [low, high, mixed])
    assert own == luck.count_luck(low, mixed) > luck.count_luck(low, high) and opposite == 1
    order = {"order": ["a", "b", "c"], "better": "lower"}
    own, opposite = evidence.count_both_ways(order, [low, high, mixed])
    assert own == 1 and opposite == 2 * luck.count_luck(mixed, high)  # two pairs were tried
    bound = {"of": ["a", "b"], "at_most": 3}
    assert evidence.count_both_ways(bound, [low, mixed])[0] == luck.count_kept(1, 3)
    assert evidence.count_both_ways(bound, [low, high])[1] == 2 * Fraction(1, 8)
