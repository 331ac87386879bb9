"""Judges of the exercises of *A claim is true when its runs say so and its control does not*."""

from ..exercise import checker
from .asking import check, check_word


@checker("claims-1")
def judge_luck_of_best(luck_of_best):
    slips = {
        "all comparisons share the own runs, so their chances do not multiply": 1 / (4 * 35),
        "the others may come in any order, and need not be an order among themselves": 1 / 280,
        "count runs, and not systems": 1 / 3,
        "every rival has to be beaten, and not only the one with most runs": 1 / 35,
        "all own runs are ahead, and not only the best of them": 3 / 8,
        "count all runs of the others, and not one of each": 1 / 10,
        "the others have runs of their own number: 1 and 4, and not 3 each": 1 / 84,
        "that is the number of ways, and a probability is asked": 56,
    }
    said = "three runs, ahead of one and of four"
    check(luck_of_best, (3, [1, 4]), 1 / 56, said, slips)
    check(luck_of_best, (3, [3]), 1 / 20, "three runs, ahead of three")
    check(luck_of_best, (1, [1, 1]), 1 / 3, "one run, the best of three")
    check(luck_of_best, (3, [3, 3, 3]), 1 / 220, "three runs, ahead of nine")


@checker("claims-2")
def judge_decide(decide):
    low, middle, high = [1.0, 1.1, 0.9], [2.0, 2.1, 1.9], [3.0, 3.1, 2.9]

    def says(word, own, than, control, said):
        check_word(decide, (own, than, control), word, said)

    said = "lower is better, and each own run is below all others and below the control"
    says("true", low, middle, high, said)
    says("not settled", low, middle, None, "without a control nothing is shown to be true")
    says("false", high, middle, None, "false needs no control")
    says("false", high, middle, low, "the test itself fails, so its control does not matter")
    says(
        "not settled", [1.0, 1.1, 2.5], middle, high, "runs overlap: each run counts, not the mean"
    )
    says(
        "not settled", [1.0, 1.95, 1.1], middle, high, "each run against each run, not pair by pair"
    )
    said = "false asks that each of the others is ahead, and not only their best"
    says("not settled", [2.0, 2.2, 2.4], [1.9, 2.1, 2.3], high, said)
    says("not settled", [1.0, 1.1, 1.9], middle, high, "a tie is no win")
    says(
        "not settled",
        [1.9, 2.2, 2.4],
        [1.9, 1.8, 1.7],
        high,
        "a tie is no win for the others, either",
    )
    says("void", low, high, middle, "the control passes the same test")
    says(
        "void",
        low,
        middle,
        [1.4, 1.5, 1.6],
        "a control that is beaten passes the test all the same",
    )
    said = "the control fails the test, and is beaten by each own run"
    says("true", low, middle, [1.3, 1.4, 2.5], said)
    said = "the control fails the test by one run, and is not beaten directly: it overlaps with own"
    says("not settled", low, middle, [1.0, 1.3, 2.5], said)
    said = "a control passes the test only where each of its runs is below each of the others"
    says("true", low, middle, [1.3, 1.4, 2.05], said)
    says("true", low, middle, [1.3, 1.4, 1.9], "a control that ties with the others does not pass")
    says("not settled", low, middle, [1.1, 1.4, 2.5], "a control that ties with own is not beaten")
