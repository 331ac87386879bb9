"""Answers that look right and are not, and unusual ones that are."""

import itertools
import math
from fractions import Fraction


def luck_in_order(own, others):
    ways = math.factorial(own + sum(others))
    for n in (own, *others):
        ways //= math.factorial(n)
    return 1 / ways


def decide_without_control(own, than, control):
    if max(own) < min(than):
        return "true"
    return "false" if min(own) > max(than) else "not settled"


WRONG = {
    "claims-1": luck_in_order,
    "claims-2": decide_without_control,
}


def multiplies_the_rivals(own, others):
    return math.prod(1 / math.comb(own + n, own) for n in others)


def one_order_of_all(own, others):
    ways = math.factorial(own + sum(others))
    for n in (own, *others):
        ways //= math.factorial(n)
    return 1 / ways


def counts_systems(own, others):
    return 1 / (1 + len(others))


def the_largest_rival_alone(own, others):
    return 1 / math.comb(own + max(others), own)


def one_run_in_front(own, others):
    return own / (own + sum(others))


def a_run_a_rival(own, others):
    return 1 / math.comb(own + len(others), own)


def rivals_with_as_many_runs(own, others):
    return 1 / math.comb(own * (1 + len(others)), own)


def ways_instead_of_chance(own, others):
    return math.comb(own + sum(others), own)


def true_without_a_control(own, than, control):
    if max(own) < min(than):
        return "void" if control is not None and max(control) < min(than) else "true"
    return "false" if max(than) < min(own) else "not settled"


def by_means(own, than, control):
    def mean(x):
        return sum(x) / len(x)

    if mean(own) > mean(than):
        return "false"
    if control is None:
        return "not settled"
    return "void" if mean(control) <= mean(own) else "true"


def higher_is_better(own, than, control):
    return answer(*([-x for x in runs] if runs else None for runs in (own, than, control)))


def false_needs_a_control(own, than, control):
    return "not settled" if control is None else answer(own, than, control)


def overlapping_control_is_enough(own, than, control):
    if max(than) < min(own):
        return "false"
    if control is None or max(own) >= min(than):
        return "not settled"
    return "void" if max(control) < min(than) else "true"


def void_wherever_the_control_overlaps(own, than, control):
    said = answer(own, than, control)
    if said == "not settled" and control and max(own) < min(than):
        return "void"
    return said


def asks_the_control_first(own, than, control):
    if control and max(control) < min(than):
        return "void"
    return answer(own, than, control)


def two_words(own, than, control):
    said = answer(own, than, control)
    return "false" if said == "not settled" and max(own) >= min(than) else said


def run_by_run(own, than, control):
    def beats(a, b):
        return all(x < y for x, y in zip(a, b))

    if beats(than, own):
        return "false"
    if control is None or not beats(own, than):
        return "not settled"
    if beats(control, than):
        return "void"
    return "true" if beats(own, control) else "not settled"


def answer(own, than, control):
    if max(than) < min(own):
        return "false"
    if max(own) >= min(than) or control is None:
        return "not settled"
    if max(control) < min(than):
        return "void"
    return "true" if max(own) < min(control) else "not settled"


def their_best_decides(own, than, control):
    return "false" if min(own) > min(than) else answer(own, than, control)


def a_control_that_overlaps_the_others(own, than, control):
    said = answer(own, than, control)
    return "void" if said == "true" and max(control) < max(than) else said


NAMED = {
    "claims-1": [
        (multiplies_the_rivals, "multipl"),
        (one_order_of_all, "any order"),
        (counts_systems, "runs, and"),
        (the_largest_rival_alone, "every"),
        (one_run_in_front, "all own"),
        (a_run_a_rival, "all runs"),
        (rivals_with_as_many_runs, "have runs of"),
        (ways_instead_of_chance, "probability"),
    ],
    "claims-2": [
        (their_best_decides, "not only their best"),
        (a_control_that_overlaps_the_others, "each of its runs is below"),
        (true_without_a_control, "a control"),
        (by_means, "each run counts"),
        (higher_is_better, "lower"),
        (false_needs_a_control, "needs no control"),
        (overlapping_control_is_enough, "directly"),
        (void_wherever_the_control_overlaps, "the test by one"),
        (asks_the_control_first, "test itself"),
        (two_words, "runs overlap"),
        (run_by_run, "each run"),
    ],
}


def by_choosing_names(own, others):
    places = range(own + sum(others))
    ways = list(itertools.combinations(places, own))
    return sum(way == tuple(range(own)) for way in ways) / len(ways)


def by_fractions(own, others):
    chance = Fraction(1)
    for i in range(own):
        chance *= Fraction(own - i, own + sum(others) - i)
    return chance


def by_sorting(own, than, control):
    def beats(a, b):
        names = [name for _, name in sorted([(x, "own") for x in a] + [(x, "et") for x in b])]
        return names == ["own"] * len(a) + ["et"] * len(b)  # at a tie "et" is sorted first

    if not beats(own, than):
        return "false" if beats(than, own) else "not settled"
    if not control:
        return "not settled"
    if beats(control, than):
        return "void"
    return "true" if beats(own, control) else "not settled"


def by_pairs(own, than, control):
    def wins(a, b):
        return sum(x < y for x in a for y in b) == len(a) * len(b)

    if wins(than, own):
        return "false"
    if control is not None and wins(own, than):
        if wins(control, than):
            return "void"
        if wins(own, control):
            return "true"
    return "not settled"


RIGHT = {"claims-1": [by_choosing_names, by_fractions], "claims-2": [by_sorting, by_pairs]}
