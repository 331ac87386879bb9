"""Judges of the exercises of *A GAN paints bars, and hears the chord better than the bar before*."""

import numpy as np

from ..exercise import checker
from .asking import check


@checker("picture-gans-1")
def judge_widen(widen):
    def ask(x, w, stride, rule, slips=None):
        y = np.zeros((len(x) - 1) * stride + len(w))
        for i, number in enumerate(x):
            y[i * stride : i * stride + len(w)] += number * np.array(w)
        check(widen, (x, w, stride), y, rule, slips, "a list of numbers", atol=1e-9)

    ask(
        [1.0, 10.0],
        [1.0, 2.0],
        2,
        "windows side by side: each number is multiplied by each weight",
        {
            "the weights stand the wrong way round: the first weight writes into the first column": (
                [2.0, 1.0, 20.0, 10.0],
            ),
        },
    )
    ask(
        [1.0, 10.0],
        [1.0, 2.0, 3.0],
        1,
        "where windows overlap their numbers are added",
        {
            "the later window overwrites the earlier one: add": ([1.0, 10.0, 20.0, 30.0],),
            "the weights stand the wrong way round: the first weight writes into the first column": (
                [3.0, 32.0, 21.0, 10.0],
            ),
        },
    )
    ask([1.0, 2.0], [5.0], 3, "a stride wider than the window leaves columns at 0")
    ask([4.0], [1.0, -1.0, 2.0], 2, "one number alone gives its own window")
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=5).round(2).tolist(), rng.normal(size=4).round(2).tolist()
    ask(x, w, 2, "(n - 1) * stride + k columns, whatever the sizes")


@checker("picture-gans-2")
def judge_chord_tones(chord_tones):
    def ask(pitches, chords, rule, slips=None):
        steps = len(pitches) // len(chords)
        inside = [p % 12 in chords[t // steps] for t, p in enumerate(pitches) if p >= 0]
        wanted = sum(inside) / len(inside) if inside else 0.0
        check(chord_tones, (pitches, chords), wanted, rule, slips, "one number", atol=1e-9)

    c, g, f = {0, 4, 7}, {7, 11, 2}, {5, 9, 0}
    ask(
        [60, 60, 62, 64],
        [c],
        "one chord: the share of steps whose pitch class is in it",
        {
            "pitches are MIDI numbers and chords pitch classes: take the pitch modulo 12": (0.0,),
            "a share, not a count": (3.0,),
        },
    )
    ask(
        [60, 60, 62, 60, 62, 62, 62, 60],
        [c, g],
        "each part of the bar has its own chord",
        {
            "the first chord holds for its own part alone": (0.5,),
            "the chords divide the bar into parts one after the other, not in turn": (0.25,),
        },
    )
    ask(
        [60, -1, -1, 62],
        [c],
        "silence counts neither for nor against",
        {"divide by the steps that sound, not by all": (0.25,)},
    )
    ask(
        [-1, 71, 71, 60],
        [{11, 2, 5}],
        "silence is no B: -1 modulo 12 is 11",
        {"-1 is silence, although -1 % 12 is 11": (0.75,)},
    )
    ask([-1, -1], [f], "a bar of silence gives 0")
    ask([65, 65, 69, 60, 71, 62, 62, 60, 61], [f, g, c], "any number of parts and of steps")
