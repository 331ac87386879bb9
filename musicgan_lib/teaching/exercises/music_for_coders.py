"""Judges of the exercises of *A tune is its intervals, not its pitches*."""

import numpy as np

from ..exercise import checker
from .asking import check

MAJOR = np.array([0, 2, 4, 5, 7, 9, 11])
HISTOGRAM = (1, 2, 1, 6, 7, 6, 8, 8, 5, 6, 1, 3)  # each slip finds another root in it


@checker("music-for-coders-1")
def judge_scale_histogram(scale_histogram):
    def share(classes, weights):
        held = np.bincount(classes, weights, minlength=12)
        return held / held.sum()

    pitches, durations = np.array([62, 74, 67, 59]), np.array([1.0, 1.25, 1.5, 0.5])
    classes = pitches % 12
    wanted = share(classes, durations)
    check(
        scale_histogram,
        (pitches, durations),
        wanted,
        "each pitch class has the share of time for which it sounds, C first",
        {
            "weigh each note by its duration: this counts notes": share(classes, np.ones(4)),
            "divide by the sum, so that the shares sum to 1: these are quarters": wanted * 4.25,
            "the twelve shares sum to 1, the largest is less": wanted / wanted.max(),
            "notes of one class add up: this keeps the last of them alone": share(
                classes, [0, 1.25, 1.5, 0.5]
            ),
            "a pitch class is `pitch % 12`: this counts octaves": share(pitches // 12, durations),
            "count the classes from C, not from the first note": share(classes - 2, durations),
            "a duration has a fraction: this cuts it off": share(classes, durations.astype(int)),
        },
        "twelve shares",
    )
    one = check(
        scale_histogram,
        (np.array([60]), np.array([2.0])),
        np.eye(12)[0],
        "a single C is all of the time",
        what="twelve shares, also where the high classes are silent",
    )
    up = "an octave higher, the histogram is the same"
    check(scale_histogram, (np.array([72]), np.array([2.0])), one, up)
    check(
        scale_histogram,
        (np.zeros(0, int), np.zeros(0)),
        np.zeros(12),
        "twelve zeros where nothing sounds",
        {"0 / 0 where nothing sounds: return zeros": np.full(12, np.nan)},
        "twelve zeros where nothing sounds",
    )


@checker("music-for-coders-2")
def judge_major_root(major_root):
    def best(h, scale, way=1):
        return int(np.argmax([h[(way * r + np.array(scale)) % 12].sum() for r in range(12)]))

    h = np.array(HISTOGRAM) / sum(HISTOGRAM)
    wanted = best(h, MAJOR)
    cut = [h[[r + s for s in MAJOR if r + s < 12]].sum() for r in range(12)]
    check(
        major_root,
        (h,),
        wanted,
        "the root whose major scale catches most",
        {
            "the root need not be the tone that sounds longest": int(h.argmax()),
            "the scale on root r holds the classes r + step: this slides it down": best(
                h, MAJOR, -1
            ),
            "classes go in a circle: after 11 comes 0 again, so take them % 12": int(
                np.argmax(cut)
            ),
            "this is the root of the best minor scale": best(h, [0, 2, 3, 5, 7, 8, 10]),
            "the fourth tone of major lies 5 semitones above the root": best(
                h, [0, 2, 4, 6, 7, 9, 11]
            ),
            "all seven tones of the scale count, not the triad alone": best(h, [0, 4, 7]),
            "add up how long the classes sound, not how many of them do": best(h > 0, MAJOR),
            "return the root, not how much its scale catches": h[(wanted + MAJOR) % 12].sum(),
        },
        "one pitch class",
    )
    for root in range(12):
        scale = np.isin((np.arange(12) - root) % 12, MAJOR) / 7
        check(major_root, (scale,), root, f"the major scale on {root} has the root {root}")
    for h, first in ((np.ones(12), 0), (np.eye(12)[6], 1)):
        check(major_root, (h,), first, "of equals the lowest root", what="one pitch class")
