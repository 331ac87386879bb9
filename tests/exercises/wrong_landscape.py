"""Answers that look right and are not, and unusual ones that are."""

import itertools
import math
from fractions import Fraction

import numpy as np


def judge_by_mean(own, control):
    return "WORKS" if sum(own) / len(own) < sum(control) / len(control) else "VOID"


def the_same_on_both_sides(own, bar):
    return own


WRONG = {
    "landscape-1": judge_by_mean,
    "landscape-2": the_same_on_both_sides,
}


def equal_means_are_partial(own, control):
    said = rule(own, control)
    return "PARTIAL" if said == "VOID" and np.mean(own) == np.mean(control) else said


def counts_every_run(own, control):
    if np.mean(control) <= np.mean(own):
        return "VOID"
    enough = math.comb(len(own) + len(control), len(own)) >= 20
    return "WORKS" if enough and max(own) < min(control) else "PARTIAL"


def three_a_side(own, control):
    if np.mean(control) <= np.mean(own):
        return "VOID"
    enough = len(set(own)) >= 3 and len(set(control)) >= 3
    return "WORKS" if enough and max(own) < min(control) else "PARTIAL"


def a_tie_wins(own, control):
    if np.mean(control) <= np.mean(own):
        return "VOID"
    enough = math.comb(len(set(own)) + len(set(control)), len(set(own))) >= 20
    return "WORKS" if enough and max(own) <= min(control) else "PARTIAL"


def means_alone(own, control):
    return "WORKS" if np.mean(own) < np.mean(control) else "VOID"


def rarer_than_three_a_side(own, control):
    said = rule(own, control)
    a, b = len(set(own)), len(set(control))
    return "PARTIAL" if said == "WORKS" and math.comb(a + b, a) == 20 else said


def overlap_is_void(own, control):
    return "VOID" if max(own) >= min(control) else rule(own, control)


def higher_is_better(own, control):
    return rule([-x for x in own], [-x for x in control])


def best_against_best(own, control):
    said = rule(own, control)
    return "WORKS" if said == "PARTIAL" and min(own) < min(control) else said


def rule(own, control):
    if np.mean(control) <= np.mean(own):
        return "VOID"
    a, b = len(set(own)), len(set(control))
    enough = math.comb(a + b, a) >= 20
    return "WORKS" if enough and max(own) < min(control) else "PARTIAL"


def counts_equal_controls(own, control):
    if np.mean(control) <= np.mean(own):
        return "VOID"
    a, b = len(set(own)), len(control)
    enough = math.comb(a + b, a) >= 20
    return "WORKS" if enough and max(own) < min(control) else "PARTIAL"


def one_in_fifteen_will_do(own, control):
    if np.mean(control) <= np.mean(own):
        return "VOID"
    a, b = len(set(own)), len(set(control))
    enough = math.comb(a + b, a) >= 15
    return "WORKS" if enough and max(own) < min(control) else "PARTIAL"


NAMED = {
    "landscape-1": [
        (counts_equal_controls, "on both sides"),
        (one_in_fifteen_will_do, "two against four"),
        (equal_means_are_partial, "no worse"),
        (counts_every_run, "different"),
        (three_a_side, "two against five"),
        (a_tie_wins, "a tie"),
        (means_alone, "each of"),
        (rarer_than_three_a_side, "three against three"),
        (overlap_is_void, "run has to be"),
        (higher_is_better, "lower"),
        (best_against_best, "each of"),
    ]
}


def by_handing_out_names(own, control):
    if sum(map(Fraction, control)) * len(own) <= sum(map(Fraction, own)) * len(control):
        return "VOID"
    a, b = set(own), set(control)
    ways = sum(1 for _ in itertools.combinations(range(len(a) + len(b)), len(a)))
    if all(x < y for x in own for y in control) and ways >= 20:
        return "WORKS"
    return "PARTIAL"


def by_numpy(own, control):
    own, control = np.array(own, float), np.array(control, float)
    if not own.mean() < control.mean():
        return "VOID"
    a, b = np.unique(own).size, np.unique(control).size
    wins = (own[:, None] < control[None]).all()
    rare = math.factorial(a) * math.factorial(b) / math.factorial(a + b) <= 1 / 20
    return ("PARTIAL", "WORKS")[int(wins and rare)]


RIGHT = {"landscape-1": [by_handing_out_names, by_numpy]}


def ways(own, m):
    return math.comb(own + m, own)


def fewest(own, bar, luck):
    return next(m for m in itertools.count(1) if luck(m) <= bar + 1e-12)


def rarer_than_the_bar(own, bar):
    return next(m for m in itertools.count(1) if 1 / ways(own, m) < bar - 1e-12)


def orders_the_names(own, bar):
    return fewest(own, bar, lambda m: 1 / math.perm(own + m, own))


def both_sides_together(own, bar):
    return own + fewest(own, bar, lambda m: 1 / ways(own, m))


def one_too_few(own, bar):
    return fewest(own, bar, lambda m: 1 / ways(own, m)) - 1


def as_many_on_both_sides(own, bar):
    return next(n for n in itertools.count(1) if 1 / ways(n, n) <= bar + 1e-12)


def on_either_side(own, bar):
    return fewest(own, bar, lambda m: 2 / ways(own, m))


def coins(own, bar):
    return fewest(own, bar, lambda m: 0.5 ** (own + m))


def always_one_in_twenty(own, bar):
    return fewest(own, 1 / 20, lambda m: 1 / ways(own, m))


def none_at_all(own, bar):
    return 0 if own >= 1 / bar else fewest(own, bar, lambda m: 1 / ways(own, m))


def the_luck_itself(own, bar):
    return 1 / ways(own, fewest(own, bar, lambda m: 1 / ways(own, m)))


NAMED["landscape-2"] = [
    (rarer_than_the_bar, "exactly"),
    (orders_the_names, "order"),
    (both_sides_together, "both sides"),
    (one_too_few, "too few"),
    (as_many_on_both_sides, "equally many"),
    (on_either_side, "one way in as"),
    (coins, "choose which"),
    (always_one_in_twenty, "bar: three"),
    (none_at_all, "in any case"),
    (the_luck_itself, "how many"),
]


def by_multiplying(own, bar):
    m, chance = 0, Fraction(1)
    while not m or chance > bar:
        m += 1
        chance *= Fraction(m, own + m)
    return m


def by_search(own, bar):
    candidates = np.arange(1, 2000)
    luck = np.cumsum(np.log(candidates) - np.log(own + candidates))
    return candidates[np.argmax(luck <= np.log(bar) + 1e-9)]


RIGHT["landscape-2"] = [by_multiplying, by_search]
