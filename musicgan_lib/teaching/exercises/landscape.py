"""Judges of the exercises of *Three runs that beat three controls*."""

from ..exercise import checker
from .asking import check, check_word


@checker("landscape-1")
def judge_judge(judge):
    def says(word, own, control, said):
        check_word(judge, (own, control), word, said)

    real, control = [0.9, 1.0, 1.1], [1.9, 2.0, 2.1]
    said = "lower is better, each run is below, and three against three are enough"
    says("WORKS", real, control, said)
    says("VOID", control, real, "lower is better, and the control's mean is lower")
    says("VOID", real, real, "a control whose mean is equal is no worse")
    says("PARTIAL", [0.9, 1.0, 2.0], control, "each own run has to be below each of the control's")
    says("PARTIAL", [0.9, 1.0, 1.9], control, "a tie is no win")
    says("PARTIAL", real[:2], control, "two against three: luck does that 1 time in 10")
    says("PARTIAL", real, control[:2], "three against two: luck does that 1 time in 10")
    five = [*control, 2.2, 2.3]
    says("WORKS", real[:2], five, "two against five are enough: luck does that 1 time in 21")
    said = "different values count, and three equal ones are one: one against three"
    says("PARTIAL", [1.0, 1.0, 1.0], control, said)
    says("PARTIAL", real[:2], [*control, 2.2], "two against four: luck does that 1 time in 15")
    said = "different values count on both sides, and three equal ones are one: three against one"
    says("PARTIAL", real, [2.0, 2.0, 2.0], said)
    nineteen = [2 + k / 100 for k in range(19)]
    says("WORKS", [1.0, 1.0, 1.0], nineteen, "one value against nineteen: 1 time in 20")


@checker("landscape-2")
def judge_controls_needed(controls_needed):
    def needs(own, bar, wanted, said, slips=None):
        check(controls_needed, (own, bar), wanted, said, slips)

    slips = {
        "the fewest that are enough: one run less is too few": 2,
        "return the runs of the control, and not those of both sides": 7,
        "one way in as many as there are ways to choose, and not two": 4,
        "count the ways to choose which runs are the system's, and neither orders nor coins": 1,
        "return how many runs, and not how often luck does it": 1 / 35,
    }
    needs(4, 1 / 20, 3, "four against three: one way in 35, and against two one in 15", slips)
    slips = {
        "luck that is exactly as rare as the bar is rare enough": 20,
        "the two sides need not have equally many runs": 3,
    }
    needs(1, 1 / 20, 19, "one value against nineteen: one way in 20", slips)
    needs(2, 1 / 20, 5, "two against five: one way in 21")
    needs(5, 1 / 20, 2, "five against two: one way in 21")
    needs(30, 1 / 20, 1, "one run of the control is asked for in any case")
    needs(3, 1 / 1000, 17, "another bar: three against seventeen, one way in 1140")
