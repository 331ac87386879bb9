"""Judges of the exercises of *A long past makes the next sample cheaper, and a few codes keep the tune*."""

from ..exercise import checker
from .asking import check


@checker("sound-1")
def judge_span(span):
    def ask(gaps, taps, rule, slips=None):
        wanted = 1 + (taps - 1) * sum(gaps)
        check(span, (gaps, taps), wanted, rule, slips, "one whole number", atol=1e-9)

    ask(
        [1, 2, 4],
        2,
        "two taps: each layer adds its gap to the past, and the newest sample counts, too",
        {
            "the newest sample itself is missing: 1 more": (7,),
            "gaps are added, not multiplied": (8.0 + 1, 16),
            "the largest gap alone: the layers stand one above the other": (4, 5),
        },
    )
    ask(
        [3],
        4,
        "four taps, three steps apart, reach over three gaps",
        {
            "taps minus one: between four taps lie three gaps": (13, 12),
            "a layer with more taps reaches further": (4, 6, 7),
            "the newest sample itself is missing: 1 more": (9,),
        },
    )
    ask(
        [1, 2, 4, 1, 2, 4],
        2,
        "a second stack adds its gaps again",
        {"a gap that comes twice counts twice": (8,), "this is two to the number of layers": (64,)},
    )
    ask([5, 5, 5], 1, "one tap hears the newest sample alone, whatever the gap")
    ask([], 2, "without a layer one sample is heard: the newest")


@checker("sound-2")
def judge_find_code(find_code):
    def ask(vector, book, wanted, rule, slips=None):
        check(find_code, (vector, book), wanted, rule, slips, "the number of an entry", atol=1e-9)

    ask(
        [1.0, 0.0],
        [[1.5, 0.0], [4.0, 0.0], [9.0, 0.0]],
        0,
        "the nearest entry by distance",
        {
            "the longest entry has the largest product, and is not the nearest": (2,),
            "entries are counted from 0": (1,),
        },
    )
    ask(
        [0.0, 0.0],
        [[-9.0, -9.0], [1.0, 1.0]],
        1,
        "differences below zero count as much as those above",
    )
    ask(
        [0.0, 0.0],
        [[3.0, 0.0], [2.0, 2.0]],
        1,
        "distance is Euclid's: squares are added, so (2, 2) is nearer to the middle than (3, 0)",
        {"differences are squared before they are added": (0,)},
    )
    ask([0.0], [[1.0], [-1.0], [1.0]], 0, "of entries that are as near, the first is taken")
    ask(
        [2.0, -4.0, 1.0],
        [[2.0, -4.0, 9.0], [2.0, -4.0, 1.5], [0.0, 0.0, 1.0]],
        1,
        "all numbers of a vector count",
    )
    ask([5.0], [[7.0]], 0, "a book with one entry has one code")
