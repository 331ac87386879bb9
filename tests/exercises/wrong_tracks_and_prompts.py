"""Answers that look right and are not, and odd ones that are right."""

import itertools

import numpy as np
from scipy import stats


def each_rest_alone(cells):
    events = []
    for cell in cells:
        if cell == 128 and events:
            events[-1][1] += 1
        else:
            events.append([cell, 1])
    return events


def tells_the_end(cells):
    events, at = [], 0
    for head, length in by_hand(cells):
        at += length
        events.append((head, at))
    return events


def tells_the_beginning(cells):
    events, at = [], 0
    for head, length in by_hand(cells):
        events.append((head, at))
        at += length
    return events


def counts_holds_alone(cells):
    return [(head, length - 1) for head, length in by_hand(cells)]


def drops_the_first_hold(cells):
    return [event for event in by_hand(cells) if event[0] != 128]


def joins_equal_pitches(cells):
    events = []
    for cell in cells:
        if events and cell in (128, events[-1][0]):
            events[-1][1] += 1
        else:
            events.append([cell, 1])
    return events


def by_hand(cells):
    events = []
    for k, cell in enumerate(cells):
        new = cell != 128 and not (cell == 129 and k and cells[k - 1] == 129)
        if new or not events:
            events.append((cell, 1))
        else:
            events[-1] = (events[-1][0], events[-1][1] + 1)
    return events


def by_starts(cells):
    cells = np.asarray(cells)
    before = np.append(-1, cells[:-1])
    starts = np.flatnonzero((cells != 128) & ~((cells == 129) & (before == 129)))
    starts = np.unique(np.append(0, starts))
    return np.stack([cells[starts], np.diff(np.append(starts, len(cells)))], 1)


def by_groups(cells):
    marks = list(
        itertools.accumulate(
            [0, *(b != 128 and not (a == b == 129) for a, b in zip(cells, cells[1:]))]
        )
    )
    return [[cells[marks.index(mark)], len(list(of))] for mark, of in itertools.groupby(marks)]


def numbers_themselves(asked, written):
    return float(np.corrcoef(asked, written)[0, 1])


def ties_in_order(asked, written):
    ranks = [np.argsort(np.argsort(x)) for x in (asked, written)]
    return float(np.corrcoef(*ranks)[0, 1])


def short_formula(asked, written):
    apart = stats.rankdata(asked) - stats.rankdata(written)
    n = len(apart)
    return 1 - 6 * (apart**2).sum() / (n * (n * n - 1))


def of_pairs(asked, written):
    return stats.kendalltau(asked, written).statistic


def squared(asked, written):
    return stats.spearmanr(asked, written).statistic ** 2


def never_below_zero(asked, written):
    return abs(stats.spearmanr(asked, written).statistic)


def by_scipy(asked, written):
    return stats.spearmanr(asked, written)[0]


def by_counting(asked, written):
    def rank(values):
        return [sum(x < v for x in values) + (sum(x == v for x in values) + 1) / 2 for v in values]

    a, b = rank(asked), rank(written)
    mean = (len(a) + 1) / 2
    up = sum((x - mean) * (y - mean) for x, y in zip(a, b))
    return up / (sum((x - mean) ** 2 for x in a) * sum((y - mean) ** 2 for y in b)) ** 0.5


WRONG = {
    "tracks-and-prompts-1": each_rest_alone,
    "tracks-and-prompts-2": numbers_themselves,
}
NAMED = {
    "tracks-and-prompts-1": [
        (each_rest_alone, "neighbouring rests"),
        (tells_the_end, "not where it ends"),
        (tells_the_beginning, "not where it begins"),
        (counts_holds_alone, "counts, too"),
        (drops_the_first_hold, "may begin with a hold"),
        (joins_equal_pitches, "comes again"),
    ],
    "tracks-and-prompts-2": [
        (numbers_themselves, "correlate the ranks"),
        (ties_in_order, "share a rank"),
        (short_formula, "no two numbers are equal"),
        (of_pairs, "Kendall"),
        (squared, "not its square"),
        (never_below_zero, "below zero"),
    ],
}
RIGHT = {
    "tracks-and-prompts-1": [by_starts, by_groups],
    "tracks-and-prompts-2": [by_scipy, by_counting],
}
