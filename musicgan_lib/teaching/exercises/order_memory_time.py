"""Judges of the exercises of *Attention hears a heap of notes*."""

from ..exercise import checker
from .asking import check


@checker("order-1")
def judge_slide(slide):
    x, k = [5, 7, 9, 2], 3
    check(
        slide,
        (x, k),
        [[0, 0, 5], [0, 5, 7], [5, 7, 9], [7, 9, 2]],
        "for each step the last k numbers up to and with its own, the oldest first",
        {
            "a step hears itself: its own number stands last": [
                [0, 0, 0],
                [0, 0, 5],
                [0, 5, 7],
                [5, 7, 9],
            ],
            "the oldest number comes first": [[5, 0, 0], [7, 5, 0], [9, 7, 5], [2, 9, 7]],
            "the zeros stand before the music, not after it": (
                [[5, 7, 9], [7, 9, 2], [9, 2, 0], [2, 0, 0]],
                [[5, 0, 0], [5, 7, 0], [5, 7, 9], [7, 9, 2]],
            ),
            "there is a window for every step, the first ones too: put zeros before them": [
                [5, 7, 9],
                [7, 9, 2],
            ],
            "a window has k numbers, the step's own among them": [
                [0, 0, 0, 5],
                [0, 0, 5, 7],
                [0, 5, 7, 9],
                [5, 7, 9, 2],
            ],
            "what stands before the first step is zeros, not the first number again": [
                [5, 5, 5],
                [5, 5, 7],
                [5, 7, 9],
                [7, 9, 2],
            ],
        },
        "a list of k numbers for each step",
    )
    check(slide, ([4, 6], 1), [[4], [6]], "a window of one step is the step itself")
    check(
        slide,
        ([3], 4),
        [[0, 0, 0, 3]],
        "music shorter than the window has as many windows as it has steps",
    )


@checker("order-2")
def judge_first_read(first_read):
    rule = "the beginning of the step's own segment, less what is kept"
    check(
        first_read,
        (13, 4, 6),
        6,
        rule,
        {
            "memory counts from where the segment begins, not from the step": 7,
            "what is kept comes before the segment: subtract it from where the segment begins": 12,
            "steps count from 0: the segment of step 13 begins at 12": (5, 4),
            "memory may hold more than the segment before: it is counted in steps": 8,
        },
        "the number of a step",
    )
    check(
        first_read,
        (2, 4, 6),
        0,
        "no step is earlier than the first",
        {"no step is earlier than the first: 0 is the least": -6},
        "the number of a step",
    )
    check(
        first_read,
        (13, 4, 0),
        12,
        "with a memory of 0 a step reads its own segment alone",
        what="the number of a step",
    )
    check(
        first_read,
        (16, 4, 3),
        13,
        "step 16 begins a segment of its own",
        what="the number of a step",
    )
