"""Answers that look right and are not, and odd ones that are right."""

import itertools

import numpy as np


def list_kinds(low, high):
    return [(b - a) % 12 for a, b in zip(low, high)]


def any_interval(low, high):
    kinds = list_kinds(low, high)
    return [t for t in range(1, len(kinds)) if kinds[t] == kinds[t - 1] and low[t] != low[t - 1]]


def fifths_alone(low, high):
    kinds = list_kinds(low, high)
    return [
        t for t in range(1, len(kinds)) if kinds[t] == kinds[t - 1] == 7 and low[t] != low[t - 1]
    ]


def without_octaves_more(low, high):
    kinds = [b - a for a, b in zip(low, high)]
    return [
        t
        for t in range(1, len(kinds))
        if kinds[t] == kinds[t - 1] and kinds[t] in (0, 7, 12) and low[t] != low[t - 1]
    ]


def any_perfect(low, high):
    kinds = list_kinds(low, high)
    return [
        t
        for t in range(1, len(kinds))
        if kinds[t] in (0, 7) and kinds[t - 1] in (0, 7) and low[t] != low[t - 1]
    ]


def standing_still(low, high):
    kinds = list_kinds(low, high)
    return [t for t in range(1, len(kinds)) if kinds[t] == kinds[t - 1] and kinds[t] in (0, 7)]


def one_voice_moves(low, high):
    kinds = list_kinds(low, high)
    return [
        t
        for t in range(1, len(kinds))
        if kinds[t] == kinds[t - 1]
        and kinds[t] in (0, 7)
        and (low[t] != low[t - 1] or high[t] != high[t - 1])
    ]


def same_way_alone(low, high):
    kinds = list_kinds(low, high)
    return [
        t
        for t in range(1, len(kinds))
        if kinds[t] == kinds[t - 1]
        and kinds[t] in (0, 7)
        and (low[t] - low[t - 1]) * (high[t] - high[t - 1]) > 0
    ]


def where_it_begins(low, high):
    return [t - 1 for t in in_numpy(low, high)]


def first_one(low, high):
    return in_numpy(low, high)[:1]


def in_numpy(low, high):
    low, high = np.array(low), np.array(high)
    kind = (high - low) % 12
    moved = (np.diff(low) != 0) & (np.diff(high) != 0)
    return np.flatnonzero(np.isin(kind[1:], (0, 7)) & (np.diff(kind) == 0) & moved) + 1


def by_pairs(low, high):
    found = []
    for t, ((a, b), (c, d)) in enumerate(itertools.pairwise(zip(low, high)), 1):
        for perfect in (0, 7):
            if (b - a - perfect) % 12 == (d - c - perfect) % 12 == 0 and a != c and b != d:
                found.append(t)
    return tuple(found)


def as_many_moves_as_notes(follow, length):
    ways = [1] * len(follow)
    for _ in range(length):
        ways = [sum(ways[k] for k in nexts) for nexts in follow]
    return sum(ways) if length else 0


def from_the_first_note(follow, length):
    ways = [1] * len(follow)
    for _ in range(length - 1):
        ways = [sum(ways[k] for k in nexts) for nexts in follow]
    return ways[0] if length else 0


def multiplies_the_mean(follow, length):
    mean = sum(map(len, follow)) / len(follow)
    return round(len(follow) * mean ** (length - 1)) if length else 0


def ends_must_go_on(follow, length):
    ways = [int(bool(nexts)) for nexts in follow]
    for _ in range(length - 1):
        ways = [sum(ways[k] for k in nexts) for nexts in follow]
    return sum(ways) if length else 0


def both_ways(follow, length):
    either = [
        {*nexts, *(j for j, n in enumerate(follow) if k in n)} for k, nexts in enumerate(follow)
    ]
    ways = [1] * len(follow)
    for _ in range(length - 1):
        ways = [sum(ways[j] for j in nexts) for nexts in either]
    return sum(ways) if length else 0


def one_line_of_nothing(follow, length):
    if length == 0:
        return 1
    ways = [1] * len(follow)
    for _ in range(length - 1):
        ways = [sum(ways[k] for k in nexts) for nexts in follow]
    return sum(ways)


def eats_what_it_is_given(follow, length):
    found = by_power(follow, length)
    for nexts in follow:
        nexts.clear()
    return found


def by_power(follow, length):
    if not length:
        return 0
    moves = np.zeros((len(follow), len(follow)), object)
    for k, nexts in enumerate(follow):
        for after in nexts:
            moves[k, after] = 1
    ways = np.ones(len(follow), object)
    for _ in range(length - 1):
        ways = moves.dot(ways)
    return ways.sum()


def by_listing(follow, length):
    lines = [(k,) for k in range(len(follow))] if length else []
    while lines and len(lines[0]) < length:
        lines = [(*line, after) for line in lines for after in follow[line[-1]]]
    return len(lines)


WRONG = {"rules-and-chance-1": standing_still, "rules-and-chance-2": as_many_moves_as_notes}
NAMED = {
    "rules-and-chance-1": [
        (any_interval, "thirds may follow"),
        (fifths_alone, "octaves count, too"),
        (without_octaves_more, "octave"),
        (any_perfect, "not of the same kind"),
        (standing_still, "do not move"),
        (one_voice_moves, "one voice does not move"),
        (same_way_alone, "move apart"),
        (where_it_begins, "at place 1"),
        (first_one, "all are named"),
    ],
    "rules-and-chance-2": [
        (as_many_moves_as_notes, "a line of one note"),
        (from_the_first_note, "as many as there are notes"),
        (multiplies_the_mean, "five notes"),
        (ends_must_go_on, "may end a line"),
        (both_ways, "may end a line"),
        (one_line_of_nothing, "a length of 0"),
        (eats_what_it_is_given, "leave `follow`"),
    ],
}
RIGHT = {
    "rules-and-chance-1": [in_numpy, by_pairs],
    "rules-and-chance-2": [by_power, by_listing],
}
