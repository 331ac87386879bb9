"""Judges of the exercises of *Players who share their noise play together*."""

import numpy as np

from ..exercise import checker
from .asking import check


@checker("bands-1")
def judge_empty_bars(empty_bars):
    def ask(pitches, steps, rule, slips=None):
        bars = np.reshape(pitches, (-1, steps))
        wanted = float((bars < 0).all(1).mean())
        check(empty_bars, (pitches, steps), wanted, rule, slips, "one number", atol=1e-9)

    ask(
        [60, -1, -1, -1, 62, 62, 64, 64, 65, -1],
        2,
        "a bar is empty where nothing sounds in all of it",
        {
            "that is the share of bars in which something sounds: the published program's slip": (
                0.8,
            ),
            "a bar in which one step sounds is not empty": (0.6,),
            "count bars, not steps": (0.4,),
            "bars stand side by side, and do not overlap": (2 / 9,),
            "a share, not a count": (1.0,),
        },
    )
    ask([-1, -1, -1], 3, "one bar of silence is all there is: 1")
    ask([0, 0, -1, -1], 2, "pitch 0 sounds: silence is -1 alone", {"0 is a pitch": (1.0,)})
    ask([60] * 6, 3, "no bar is empty")
    ask([-1, 60, -1, -1, -1, -1, 61, 62], 2, "bars stand side by side, and do not overlap")
    ask([-1] * 8 + [70] + [-1] * 3, 4, "any length of bar")


@checker("bands-2")
def judge_penalty(penalty):
    def ask(slopes, rule, slips=None):
        lengths = np.linalg.norm(np.array(slopes, float), axis=1)
        wanted = float(np.square(lengths - 1).mean())
        check(penalty, (slopes,), wanted, rule, slips, "one number", atol=1e-9)

    ask(
        [[3.0, 4.0]],
        "the slope (3, 4) has length 5, and pays (5 - 1)^2 = 16",
        {
            "the length is a square root: you took its square": (576.0,),
            "take the length of the whole slope, then subtract 1": (6.5, 13.0),
            "the length counts squares, not sizes": (36.0,),
            "square what is left after 1 is subtracted": (4.0,),
        },
    )
    ask(
        [[0.6, 0.8], [0.0, 3.0]],
        "each slope pays for itself, and the mean is taken last",
        {
            "the mean of the payments, not the payment of the mean": (1.0,),
            "the mean, not the sum": (4.0,),
        },
    )
    ask(
        [[0.0, 0.0], [0.0, -1.0]],
        "a slope that is too short pays, too: length 0 pays 1",
        {"slopes below 1 pay as those above do": (0.0,)},
    )
    ask([[1.0, 2.0, 2.0], [-2.0, 1.0, -2.0], [0.0, 0.5, 0.0]], "slopes of any number of parts")
