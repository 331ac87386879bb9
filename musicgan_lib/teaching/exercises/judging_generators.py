"""Judges of the exercises of *Calibrate the judge first: BLEU gives full marks to dice*."""

import numpy as np

from ..exercise import checker
from .asking import check


@checker("judging-generators-1")
def judge_count_matches(count_matches):
    def ask(h, references, k, wanted, rule, slips=None):
        check(count_matches, (h, references, k), wanted, rule, slips, "one count")

    of_k = "runs of k words, in order, from every place"
    ask(
        [9, 1, 2, 3, 8, 5, 6],
        [[1, 2, 3, 4, 8, 5, 6]],
        2,
        4,
        of_k,
        {
            "return the count of the runs that are found, not their share": 4 / 6,
            f"{of_k}: these are words": 6,
            f"{of_k}, of k alone, not of all lengths up to k": 10,
            f"{of_k}: the last run is missing": 3,
            f"{of_k}: this cuts blocks that do not overlap": 1,
            "a run may stand anywhere in a reference, not at the same place alone": 2,
        },
    )
    ask([3, 2, 1], [[1, 2, 3]], 2, 0, "a run in another order is another run")
    ask(
        [7, 7, 7, 7],
        [[7, 7, 1]],
        1,
        2,
        "a run counts at most as often as in the reference",
        {
            "a run counts at most as often as in the reference: clip": 4,
            "a run that both hold twice counts twice": 1,
        },
    )
    most = "clip by the one reference that holds a run most often"
    ask(
        [7, 7, 7],
        [[7, 7, 1], [7, 2, 3]],
        1,
        2,
        most,
        {f"{most}, not by the sum over references": 3, f"{most}, not least often": 1},
    )
    ask(
        [1, 2, 8, 9, 8],
        [[1, 2], [8, 9, 8]],
        2,
        3,
        "each run has its own best reference",
        {
            "all references are asked, not the first alone": 1,
            "each run has its own best reference: this takes one reference for all": 2,
            f"{most}, not least often: a run may be in one reference alone": 0,
        },
    )
    ask([5, 1, 2], [[1, 2, 5]], 2, 1, "a run may stand anywhere in a reference")
    ask([1, 12], [[11, 2]], 2, 0, "1, 12 is not 11, 2: compare words, not the digits in a row")
    ask([1, 2], [[1, 2, 3]], 4, 0, "a melody shorter than k has no runs")


@checker("judging-generators-2")
def judge_standard_error(standard_error):
    right = np.array([1.0, 0, 1, 1, 0, 0, 1, 1, 0, 1])
    tune = np.array([5, 5, 2, 2, 12, 2, 5, 12, 12, 3])
    names = np.unique(tune)
    n, N, off = len(names), len(tune), right - right.mean()

    def root(sums, n=n, N=N):
        return np.sqrt(n / (n - 1) * np.sum(np.square(sums))) / N

    def add(values):
        return np.array([values[tune == j].sum() for j in names])

    wanted = root(add(off))
    mean_of_tune = np.array([right[tune == j].mean() for j in names])
    parts = np.add.reduceat(off, np.r_[0, np.flatnonzero(np.diff(tune)) + 1])
    witness = "windows of one tune are one witness"
    check(
        standard_error,
        (right, tune),
        wanted,
        "follow the formula",
        {
            f"{witness}: this takes each window for one": right.std(ddof=1) / np.sqrt(N),
            f"{witness}: this tosses N coins of one window each": right.std() / np.sqrt(N),
            f"{witness}: add them up, then square": root(off),
            "a tune of many windows counts more: sums over windows, not means of tunes": (
                mean_of_tune.std(ddof=1) / np.sqrt(n)
            ),
            "the factor n / (n - 1) is missing": root(add(off)) * np.sqrt((n - 1) / n),
            "n counts the tunes, not the windows, in n / (n - 1)": root(add(off), N, N),
            "take the root: this is the variance": wanted**2,
            "divide by N, not by its root": wanted * np.sqrt(N),
            "divide by N, the windows, not by the tunes": wanted * N / n,
            "right less the mean of *all* windows, not of its own tune": root(
                add(right) - add(np.ones(N)) * mean_of_tune
            ),
            "n is the number of tunes that occur, not the largest label": root(
                np.bincount(tune, off), len(np.bincount(tune))
            ),
            "windows of a tune may stand apart: ask for the tune, not for neighbours": root(
                parts, len(parts)
            ),
            "take the mean off before you add up": root(add(right)),
        },
        "one number",
    )
    apart = np.tile([1.0, 0.0], 50), np.arange(100)
    check(standard_error, apart, 0.5 / np.sqrt(99), "a window a tune: the usual error of a mean")
    copies = np.repeat([1.0, 0.0] * 10, 8), np.repeat(np.arange(20), 8)
    once = f"{witness}: eight that agree count once"
    check(standard_error, copies, 0.5 / np.sqrt(19), once)
    alike = np.tile([1.0, 0.0], 50), np.repeat(np.arange(50), 2)
    check(standard_error, alike, 0, "tunes of one right and one wrong window are all alike")
