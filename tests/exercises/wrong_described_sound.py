"""Answers that look right and are not, and odd ones that are right."""

import math

import numpy as np


def shares(own, others):
    return [sum(x < own for x in rows) / len(rows) for rows in others]


def mean_share(own, others):
    found = shares(own, others)
    return sum(found) / len(found) if found else 1.0


def summed(own, others):
    return sum(shares(own, others)) if others else 1.0


def beats_all(own, others):
    return float(all(x < own for rows in others for x in rows))


def other_way(own, others):
    return 1 - math.prod(shares(own, others)) if others else 1.0


def pooled(own, others):
    whole = [x for rows in others for x in rows]
    return sum(x < own for x in whole) / len(whole) if whole else 1.0


def ties_win(own, others):
    return math.prod(sum(x <= own for x in rows) / len(rows) for rows in others)


def nobody_is_nothing(own, others):
    return math.prod(shares(own, others)) if others else 0.0


def by_array(own, others):
    return np.prod([np.mean(np.asarray(rows) < own) for rows in others])


def by_logarithms(own, others):
    found = shares(own, others)
    return 0.0 if 0 in found else math.exp(sum(map(math.log, found)))


def right_of(heard, asked):
    return [list(a) == list(b) for a, b in zip(heard, asked)]


def share_alone(heard, asked, kinds):
    return sum(right_of(heard, asked)) / len(asked)


def by_fact(heard, asked, kinds):
    right = [x == y for a, b in zip(heard, asked) for x, y in zip(a, b)]
    return sum(right) / len(right) * math.prod(kinds)


def how_much_more(heard, asked, kinds):
    return share_alone(heard, asked, kinds) - 1 / math.prod(kinds)


def mean_luck(heard, asked, kinds):
    return share_alone(heard, asked, kinds) / (sum(1 / k for k in kinds) / len(kinds))


def summed_luck(heard, asked, kinds):
    return share_alone(heard, asked, kinds) / sum(1 / k for k in kinds)


def counted(heard, asked, kinds):
    return sum(right_of(heard, asked)) * math.prod(kinds)


def by_rows(heard, asked, kinds):
    return (np.asarray(heard) == np.asarray(asked)).all(1).mean() * np.prod(kinds)


def by_luck(heard, asked, kinds):
    luck = 1.0
    for k in kinds:
        luck /= k
    return share_alone(heard, asked, kinds) / luck


WRONG = {"described-sound-1": mean_share, "described-sound-2": by_fact}
NAMED = {
    "described-sound-1": [
        (mean_share, "at once"),
        (summed, "adds the shares up"),
        (beats_all, "need not beat all"),
        (other_way, "*less* alike"),
        (pooled, "one pool"),
        (ties_win, "a tie is not won"),
        (nobody_is_nothing, "the product is 1"),
    ],
    "described-sound-2": [
        (share_alone, "not yet how many times luck"),
        (by_fact, "*all* of its facts"),
        (how_much_more, "how much more"),
        (mean_luck, "multiply its chances"),
        (summed_luck, "multiply its chances"),
        (counted, "not how many clips"),
    ],
}
RIGHT = {
    "described-sound-1": [by_array, by_logarithms],
    "described-sound-2": [by_rows, by_luck],
}
