"""Answers that look right and are not, and unusual ones that are."""

import math
from fractions import Fraction

import numpy as np


def kappa_with_a_coin(one, other):
    agree = sum(a == b for a, b in zip(one, other)) / len(one)
    if len(set(one) | set(other)) == 1:
        return math.nan
    return 2 * agree - 1


WRONG = {"listening-study-1": kappa_with_a_coin}


def share_alike(one, other):
    return sum(a == b for a, b in zip(one, other)) / len(one)


def every_answer_alike(one, other):
    a, e = share_alike(one, other), 1 / len({*one, *other})
    return math.nan if e == 1 else (a - e) / (1 - e)


def one_pooled_habit(one, other):
    a, both = share_alike(one, other), [*one, *other]
    e = sum((both.count(x) / len(both)) ** 2 for x in set(both))
    return math.nan if e == 1 else (a - e) / (1 - e)


def luck_not_taken_off(one, other):
    return share_alike(one, other)


def never_below_zero(one, other):
    return max(0.0, agreement(one, other))


def one_where_luck_is_all(one, other):
    return 1.0 if math.isnan(agreement(one, other)) else agreement(one, other)


def two_answers_only(one, other):
    n, first = len(one), sorted({*one, *other})[0]
    p, q = one.count(first) / n, other.count(first) / n
    e = p * q + (1 - p) * (1 - q)
    return math.nan if e == 1 else (share_alike(one, other) - e) / (1 - e)


def only_a_and_b(one, other):
    n = len(one)
    e = sum(one.count(x) * other.count(x) for x in "AB") / n**2
    return math.nan if e == 1 else (share_alike(one, other) - e) / (1 - e)


def not_rescaled(one, other):
    e = expected(one, other)
    return math.nan if e == 1 else share_alike(one, other) - e


def the_first_listener_twice(one, other):
    e = expected(one, one)
    return math.nan if e == 1 else (share_alike(one, other) - e) / (1 - e)


def expected(one, other):
    return sum(one.count(x) * other.count(x) for x in set(one)) / len(one) ** 2


def agreement(one, other):
    e = expected(one, other)
    return math.nan if e == 1 else (share_alike(one, other) - e) / (1 - e)


NAMED = {
    "listening-study-1": [
        (every_answer_alike, "from habits"),
        (one_pooled_habit, "own, so"),
        (luck_not_taken_off, "by luck"),
        (never_below_zero, "below 0"),
        (one_where_luck_is_all, "nothing can be said"),
        (two_answers_only, "three"),
        (only_a_and_b, "three"),
        (not_rescaled, "1 - e"),
        (the_first_listener_twice, "both listeners"),
    ]
}


def by_a_table(one, other):
    labels = sorted({*one, *other})
    table = np.zeros((len(labels), len(labels)))
    for a, b in zip(one, other):
        table[labels.index(a), labels.index(b)] += 1
    table /= table.sum()
    luck = table.sum(1) @ table.sum(0)
    with np.errstate(invalid="ignore"):
        return (np.trace(table) - luck) / (1 - luck)


def by_listing_pairs(one, other):
    pairs = [a == b for a in one for b in other]
    e = Fraction(sum(pairs), len(pairs))
    a = Fraction(sum(x == y for x, y in zip(one, other)), len(one))
    return float("nan") if e == 1 else (a - e) / (1 - e)


RIGHT = {"listening-study-1": [by_a_table, by_listing_pairs]}
