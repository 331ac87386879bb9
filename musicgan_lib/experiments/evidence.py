"""The rule of evidence: when runs bear a claim out, when its control fails, and how often luck does as much."""

from fractions import Fraction
from math import comb

from .luck import count_kept, count_luck

#: Runs on each side: three labels out of six fall so by luck one time in twenty.
SEEDS = 3


def judge_claim(own, control, better: str = "lower") -> str:
    """Whether a system beats its control: WORKS where each of its runs beats each run of the control.

    Parameters
    ----------
    own, control : one number a seed, of the system and of its control.
    better : ``"lower"`` or ``"higher"``.

    WORKS needs so many *different* values that luck does it no more often than with ``SEEDS`` on each
    side, one time in twenty: three and three, or nineteen controls against a system that draws nothing
    and returns the same value for every seed. VOID is a control whose mean is no worse, or a value
    that is not a number; the rest is PARTIAL. Source: an exact permutation test; the names are ours.
    """
    sign = {"lower": -1, "higher": 1}[better]
    own, control = ([sign * value for value in side] for side in (own, control))
    if not sum(own) / len(own) > sum(control) / len(control):
        return "VOID"
    n, m = len(set(own)), len(set(control))
    enough = comb(n + m, n) >= comb(2 * SEEDS, SEEDS)
    return "WORKS" if enough and min(own) > max(control) else "PARTIAL"


def compare(test: dict, sides: list[list[float]]) -> str:
    """``true``, ``false`` or ``not settled``, for the values of each row that a test names, in its order.

    A comparison: each pair as :func:`judge_claim` says; one pair the other way round makes it ``false``.
    A bound: ``SEEDS`` runs of each row or more, and all keep it, or all of one row do not.
    """
    if "of" in test:
        kept = _keep(test, sides)
        if min(map(len, kept)) < SEEDS:
            return "not settled"
        return "true" if all(map(all, kept)) else "not settled" if all(map(any, kept)) else "false"
    pairs, better = _pair(test, sides), test["better"]
    if any(judge_claim(other, own, better) == "WORKS" for own, other in pairs):
        return "false"
    won = all(judge_claim(own, other, better) == "WORKS" for own, other in pairs)
    return "true" if won else "not settled"


def ask_control(test: dict, sides: list[list[float]], place: int, control: list[float]) -> str:
    """What a control says when it stands in for the row at ``place``: ``passes``, ``fails`` or ``not settled``.

    It passes where the test comes out true with it. It fails where it is beaten *directly*: each run of the row
    beats each of the control's; in the place of a row that is to be beaten, each of the control's beats each of
    the row's, so the row lost more; inside an order either way will do. Of a bound: each run of it
    breaks it. That the test is "not settled" with the control is no failure: one run would do.
    """
    if "of" in test:
        answer = compare(test, [control])
        return {"true": "passes", "false": "fails"}.get(answer, answer)
    if compare(test, [*sides[:place], control, *sides[place + 1 :]]) == "true":
        return "passes"
    row, last = sides[place], place == len(sides) - 1 or "own" in test
    ahead, behind = [(row, control)], [(control, row)]
    direct = ahead if place == 0 else behind if last else ahead + behind
    beaten = any(judge_claim(a, b, test["better"]) == "WORKS" for a, b in direct)
    return "fails" if beaten else "not settled"


def count_both_ways(test: dict, sides: list[list[float]]) -> tuple[Fraction, Fraction]:
    """The exact p of a claim and of its opposite, by :func:`count_luck` or, of a bound, :func:`count_kept`.

    All pairs of a claim have to hold, so its p is the largest of theirs; one pair turned round makes
    it false, so the opposite's is the smallest, times their number.
    """
    if "of" in test:
        kept = [(sum(side), len(side)) for side in _keep(test, sides)]
        own = [count_kept(k, n) for k, n in kept]
        opposite = [count_kept(n - k, n) for k, n in kept]
    else:
        pairs, better = _pair(test, sides), test["better"]
        own = [count_luck(a, b, better) for a, b in pairs]
        opposite = [count_luck(b, a, better) for a, b in pairs]
    return max(own), min(Fraction(1), len(opposite) * min(opposite))


def _keep(test, sides) -> list[list[bool]]:
    low, high = test.get("at_least", float("-inf")), test.get("at_most", float("inf"))
    return [[low <= v <= high for v in side] for side in sides]


def _pair(test, sides) -> list[tuple]:
    return list(zip(sides, sides[1:])) if "order" in test else [(sides[0], s) for s in sides[1:]]
