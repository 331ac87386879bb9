"""Judges of the exercises of *Noise for every frame keeps a song moving*."""

from ..exercise import checker
from .asking import check


def _changes(song):
    return [
        sum(abs(a - b) for a, b in zip(now, before)) / len(now)
        for before, now in zip(song, song[1:])
    ]


@checker("singing-1")
def judge_changes(changes):
    def ask(song, rule, slips=None):
        check(changes, (song,), _changes(song), rule, slips, "a list of numbers", atol=1e-9)

    ask(
        [[0.0, 0.0], [1.0, 0.0], [1.0, 0.5]],
        "of two bands one moves by 1: 0.5 on average; then one by 0.5: 0.25",
        {
            "take the mean over bands, and not the sum": ([1.0, 0.5],),
            "compare each frame with the one before, and not with the first": ([0.5, 0.75],),
            "take the distance, and not its square": ([0.5, 0.125],),
        },
    )
    ask(
        [[0.8, 0.2], [0.2, 0.8]],
        "one band falls by 0.6 and one rises by 0.6: both count as 0.6",
        {"what falls counts as much as what rises: take absolute values": ([0.0],)},
    )
    ask(
        [[0.9], [0.4], [0.4], [0.6]],
        "one band alone: 0.5, 0 and 0.2",
    )
    ask([[0.5, 0.5]] * 4, "a song that stands still has three changes of 0")
    ask([[0.3, 0.4, 0.5]], "one frame has no frame before it: an empty list")


def _next_balance(balance, real, made, share, rate):
    return min(max(balance + rate * (share * real - made), 0.0), 1.0)


@checker("singing-2")
def judge_next_balance(next_balance):
    def ask(given, rule, slips=None):
        check(next_balance, given, _next_balance(*given), rule, slips, "one number", atol=1e-9)

    ask(
        (0.3, 2.0, 1.0, 0.5, 0.1),
        "made songs lose just their share of what real ones lose: the balance stands still at 0.3",
        {
            "the share belongs to the loss of *real* songs": (0.45,),
            "add to the balance as it was": (0.0,),
        },
    )
    ask(
        (0.3, 2.0, 0.5, 0.5, 0.1),
        "made songs lose too little, so the critic has to heed them more: 0.35",
        {
            "where made songs lose too little the balance rises": (0.25,),
            "the step is `rate` times the difference": (0.8,),
        },
    )
    ask((0.3, 2.0, 2.0, 0.5, 0.1), "made songs lose more than their share: it falls to 0.2")
    ask(
        (0.05, 1.0, 9.0, 0.5, 1.0),
        "the balance never falls below 0",
        {"cut it off at 0": (-8.45,)},
    )
    ask(
        (0.95, 9.0, 0.0, 0.5, 1.0),
        "the balance never rises above 1",
        {"cut it off at 1": (5.45,)},
    )
