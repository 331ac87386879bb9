"""Judges of the exercises of *Averages blur, and an adversary sharpens*."""

import math

from ..exercise import checker
from .asking import check


@checker("conditioned-gans-1")
def judge_patch(patch):
    def ask(layers, rule, slips=None):
        size = 1
        for width, stride in reversed(layers):
            size = stride * (size - 1) + width
        check(patch, (layers,), size, rule, slips, "a whole number")

    ask(
        [(4, 1)],
        "one layer sees as many pixels as it is wide",
        {"begin with one pixel of the last layer, not with none": (3, 0, 5)},
    )
    ask(
        [(4, 1), (4, 1)],
        "two neighbours of a layer of width 4 and stride 1 see 5 pixels: windows overlap",
        {"windows overlap: do not multiply or add the widths": (16, 8)},
    )
    ask(
        [(4, 2), (3, 2)],
        "a stride spreads windows apart: three neighbours that are 2 apart, each 4 wide, see 8 pixels",
        {
            "go from the last layer back: a stride spreads what the layers after it see": (9,),
            "neighbours are a stride apart, and one fewer than there are pixels": (10, 11),
            "the strides count, too": (6,),
        },
    )
    ask([(4, 2), (4, 2), (4, 2), (4, 1), (4, 1)], "the paper's own network sees 70 pixels")
    ask([(5, 3), (2, 1), (7, 4)], "any widths and strides, the first layer first")
    ask([], "without a layer a verdict sees the one pixel that it stands on")


@checker("conditioned-gans-2")
def judge_best_pixels(best_pixels):
    def ask(pictures, rule, slips=None):
        shares = [math.fsum(pixel) / len(pictures) for pixel in zip(*pictures)]
        wanted = [[float(share > 0.5) for share in shares], shares]
        check(best_pixels, (pictures,), wanted, rule, slips, "two lists of numbers", atol=1e-6)

    ask(
        [[1, 0, 0], [1, 1, 0], [1, 1, 0], [0, 0, 0]],
        "L1 paints what more than half of the answers have, cross-entropy the share of answers that are lit",
        {
            "where two numbers are equally good for L1, take 0": (
                [[1.0, 1.0, 0.0], [0.75, 0.5, 0.0]],
            ),
            "first what L1 paints, then what cross-entropy paints": (
                [[0.75, 0.5, 0.0], [1.0, 0.0, 0.0]],
            ),
            "L1 paints no share: its best point is 0 or 1": ([[0.75, 0.5, 0.0], [0.75, 0.5, 0.0]],),
            "cross-entropy is best at the share itself, not at 0 or 1": (
                [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]],
            ),
            "a share is a part of the answers, not a count of them": (
                [[1.0, 0.0, 0.0], [3.0, 2.0, 0.0]],
                [[1.0, 1.0, 0.0], [3.0, 2.0, 0.0]],
            ),
        },
    )
    ask([[0, 1]], "of one answer both losses paint that answer")
    ask([[1], [1], [0]], "two of three are more than half")
    ask([[0, 1, 1, 0, 1]] * 3 + [[1, 1, 0, 0, 0]] * 4, "any number of answers and pixels")
