"""Judges of the exercises of *Two latents*: a swap by rule, and how well beginnings agree."""

from ..exercise import checker
from .asking import check

GOES_ON, SILENT = -1, -2


def _give_rhythm(melody, rhythm):
    notes = [cell for cell in melody if cell >= 0]
    last, made = (notes or [SILENT])[0], []
    for own, cell in zip(melody, rhythm):
        last = own if own >= 0 else last
        made.append(last if cell >= 0 else cell)
    return made


@checker("swaps-1")
def judge_give_rhythm(give_rhythm):
    def ask(melody, rhythm, rule, slips=None):
        what = "a list with one number for each cell"
        check(give_rhythm, (melody, rhythm), _give_rhythm(melody, rhythm), rule, slips, what)

    melody = [60, -1, 62, -1, 64, -1, -1, -1]
    rhythm = [70, 71, -1, 72, -1, -1, 73, -2]
    ask(
        melody,
        rhythm,
        "the rhythm of the second row, on the pitches that the first row has begun last",
        {
            "each beginning takes the pitch that sounds, which may have begun some cells earlier": (
                [60, -1, -1, -1, -1, -1, -1, -2],
            ),
            "the second row gives the rhythm, and none of its pitches": (rhythm,),
            "the first row gives its pitches, and not its rhythm": (melody,),
            "a note takes what sounds at its own moment: do not hand the pitches out in order": (
                [60, 62, -1, 64, -1, -1, 64, -2],
                [60, 62, -1, 64, -1, -1, -2, -2],
                [60, 62, -1, 64, -1, -1, 60, -2],
            ),
            "cells that go on stay as they are: only beginnings get a pitch": (
                [60, 60, 62, 62, 64, 64, 64, -2],
                [60, 60, -1, 62, 64, 64, 64, -2],
                [60, 60, 60, 62, 62, 62, 64, -2],
            ),
        },
    )
    ask(
        [-2, -2, 65, -1],
        [60, -1, 60, -1],
        "before the first note of the first row its pitch is taken",
    )
    ask([65, -1, -2, -2], [60, -1, 60, -2], "a rest does not forget the last pitch")
    ask([67, -1], [-2, -2], "a silent rhythm stays silent")
    ask([0, -1], [60, 60], "pitch 0 is a pitch like any other")
    ask([-2, -2], [60, -1], "without a pitch to take, a beginning is silent (-2)")


def _match(one, other):
    both = sum(a and b for a, b in zip(one, other))
    count = sum(one) + sum(other)
    return 2 * both / count if count else 1.0


@checker("swaps-2")
def judge_match(match):
    def ask(one, other, rule, slips=None):
        what = "one number from 0 to 1"
        check(match, (one, other), _match(one, other), rule, slips, what, atol=1e-6)

    ask(
        [1, 0, 1, 0, 0, 0, 0, 0],
        [1, 1, 0, 1, 0, 0, 0, 0],
        "one beginning in common, five in both rows: 2 / 5",
        {
            "count each row's beginnings by themselves: one in common is over the mean of the two": (
                1 / 4,
            ),
            "divide by the beginnings of both rows, not of one alone": (1 / 2, 1 / 3),
            "cells where neither begins tell nothing: most of music is such cells": (5 / 8,),
            "the common beginning stands in both rows, so it counts twice": (1 / 5,),
            "this is a number of beginnings, and a share was asked": (1.0, 2.0),
        },
    )
    ask([1, 0, 0], [1, 0, 0], "the same row agrees: 1")
    ask([1, 0, 0], [0, 1, 0], "a sixteenth too late is no agreement: 0")
    ask(
        [1, 1, 1, 1],
        [1, 0, 0, 0],
        "beginnings too many count, too",
        {"both rows count": (1.0, 1 / 4)},
    )
    ask([0, 0], [0, 0], "two rows without a beginning agree: 1")
