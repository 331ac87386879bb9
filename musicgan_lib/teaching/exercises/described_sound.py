"""Judges of the exercises of *MusicLM*: the chance to be found, and how far above luck."""

import math

from ..exercise import checker
from .asking import check


def _chance(own, others):
    return math.prod(sum(x < own for x in rows) / len(rows) for rows in others)


@checker("described-sound-1")
def judge_chance(chance):
    def ask(own, others, rule, slips=None):
        wanted = _chance(own, others)
        check(chance, (own, others), wanted, rule, slips, "one chance from 0 to 1", atol=1e-9)

    ask(
        0.6,
        [[0.1, 0.7, 0.8, 0.9], [0.5, 0.8]],
        "it beats 1 of 4 in one kind and 1 of 2 in the other, and has to beat both at once: 0.125",
        {
            "this is the mean of the shares, and it has to beat one of each kind *at once*": (
                0.375,
            ),
            "count the clips that are *less* alike, and multiply the shares": (0.875,),
            "one clip of each kind is drawn: it need not beat all of them": (0.0,),
            "this adds the shares up": (0.75,),
            "each kind counts by itself: do not pour all clips into one pool": (1 / 3,),
        },
    )
    ask(
        0.6,
        [[0.1], [0.2, 0.3, 0.4, 0.9]],
        "each kind has a share of its own, however many clips it has: 1 times 3/4",
        {
            "each kind counts by itself: do not pour all clips into one pool": (0.8,),
            "the mean of the shares says too much": (0.875,),
        },
    )
    ask(
        0.5,
        [[0.5, 0.1]],
        "a clip that is exactly as alike is not beaten: 0.5",
        {"a tie is not won": (1.0,)},
    )
    ask(-0.2, [[-0.5, -0.1]], "numbers below 0 are compared like any others")
    ask(0.9, [[0.1, 0.2], [0.3]], "whoever beats all is always found: 1")
    ask(
        0.1, [], "with nobody else it is found for sure: 1", {"of no shares the product is 1": (0,)}
    )


def _over_luck(heard, asked, kinds):
    right = sum(list(a) == list(b) for a, b in zip(heard, asked)) / len(asked)
    return right * math.prod(kinds)


@checker("described-sound-2")
def judge_over_luck(over_luck):
    def ask(heard, asked, kinds, rule, slips=None):
        wanted = _over_luck(heard, asked, kinds)
        check(over_luck, (heard, asked, kinds), wanted, rule, slips, "one number", atol=1e-9)

    ask(
        [[0, 1], [3, 1], [2, 0], [1, 1]],
        [[0, 1], [3, 0], [2, 1], [0, 0]],
        [4, 2],
        "one clip of four is right in both facts, and luck is right in one of eight: 0.25 / 0.125 is 2",
        {
            "this is the share, and not yet how many times luck": (0.25,),
            "a clip counts where *all* of its facts are right, not by the fact": (4.0,),
            "say how many *times* luck, and not how much more": (0.125,),
            "luck has to be right in all facts at once: multiply its chances": (
                0.25 / 0.375,
                0.25 / 0.75,
            ),
            "a share is asked, and not how many clips": (8.0,),
        },
    )
    ask([[0]], [[0]], [4], "always right, where luck is right in one of four: 4")
    ask([[1, 0, 0]], [[0, 0, 0]], [2, 2, 2], "never right: 0 times luck")
    ask([[0, 0], [1, 1]], [[0, 0], [1, 1]], [4, 2], "all right, of two facts: 8 times luck")
    ask([[0, 0], [0, 0]], [[0, 0], [0, 0]], [1, 1], "where there is no choice, luck is as good: 1")
