"""How often luck alone does what runs did:
exact counts over all ways to hand out the labels, and Holm's rule for many claims.
"""

from fractions import Fraction
from itertools import accumulate
from math import ceil, comb, factorial, isnan


def luck(*runs: int) -> Fraction:
    """How likely systems that do not differ come out in one given order, each run of each ahead of all of the next.

    ``runs`` is how many runs each system has: ``luck(3, 3)`` is 1/20. An upper bound where runs tie.
    Source: counting, the multinomial coefficient.
    """
    ways = factorial(sum(runs))
    for n in runs:
        ways //= factorial(n)
    return Fraction(1, ways)


def count_luck(own, other, better: str = "lower") -> Fraction:
    """The exact p of a pair: how often a deal of the labels puts ``own`` as far ahead as it is, or farther.

    Parameters
    ----------
    own, other : one number a run. Equal numbers of one side are one run: a system that draws nothing
        returns the same number for every seed.
    better : ``"lower"`` or ``"higher"``.

    How far ahead is the sum of ranks; runs that tie share a rank. 1 where a number is not one.
    Source: the rank-sum test of Wilcoxon (1945), counted and not approximated.
    """
    sign = {"lower": -1, "higher": 1}[better]
    if any(map(isnan, (*own, *other))):
        return Fraction(1)
    sides = [sorted({sign * value for value in side}) for side in (own, other)]
    both = sorted(sides[0] + sides[1])
    rank = {v: 2 * both.index(v) + both.count(v) + 1 for v in both}  # twice the rank: whole numbers
    reached, n = sum(rank[v] for v in sides[0]), len(sides[0])
    ways = [{0: 1}] + [{} for _ in range(n)]  # ways[k][s]: how many deals of k runs have the sum s
    for value in both:
        for k in range(n, 0, -1):
            for total, count in ways[k - 1].items():
                ways[k][total + rank[value]] = ways[k].get(total + rank[value], 0) + count
    as_far = sum(count for total, count in ways[n].items() if total >= reached)
    return Fraction(as_far, comb(len(both), n))


def count_kept(kept: int, runs: int) -> Fraction:
    """How often at least ``kept`` of ``runs`` fair coins fall on one side: the sign test of a bound.

    Three runs of three have 1/8: a bound is a weaker test than a pair.
    """
    return Fraction(sum(comb(runs, k) for k in range(kept, runs + 1)), 2**runs)


def survive_holm(ps, level: float = 0.05) -> list[int]:
    """Which of many tests survive together, as places in ``ps``; in the order of ``ps``.

    The smallest p has to be at most ``level`` over the number of tests, the next at most ``level`` over one
    test fewer, and so on to the first that is not: then with chance ``level`` at most is any of them luck.
    Source: Holm (1979).
    """
    places = sorted(range(len(ps)), key=lambda i: ps[i])
    passed = accumulate(
        (ps[i] * (len(ps) - k) <= level for k, i in enumerate(places)), lambda a, b: a and b
    )
    return sorted(i for i, ok in zip(places, passed) if ok)


def count_runs_needed(tests: int, level: float = 0.05) -> int:
    """How many runs each of two systems needs, so that one pair among so many tests can survive Holm's rule at all."""
    runs = 1
    while comb(2 * runs, runs) < ceil(tests / level):
        runs += 1
    return runs
