"""Judges of the exercises of *A melody comes back best where it is cut at its bar lines*."""

import math

from ..exercise import checker
from .asking import check


def _cut(melody, begins):
    ends = [*begins[1:], len(melody)]
    return [melody[a:b] for a, b in zip(begins, ends)]


@checker("bars_as_points-1")
def judge_cut(cut_at):
    def ask(melody, begins, rule, slips=None):
        wanted = [len(part) for part in _cut(melody, begins)]

        def sizes(melody, begins):
            return [len(part) for part in cut_at(melody, begins)]

        check(sizes, (melody, begins), wanted, rule, slips, "the length of each segment")

        def joined(melody, begins):
            return [note for part in cut_at(melody, begins) for note in part]

        told = "joined again, the segments are the melody: each step once, in order"
        check(joined, (melody, begins), list(melody), told, None, "the steps of all segments")

    ask(
        [1, 2, 3, 4, 5, 6],
        [0, 2],
        "the last segment goes on to the end of the melody",
        {
            "the last segment is missing": ([2],),
            "a segment ends before the next one begins, not with its first step": ([3, 4],),
            "the last step is missing": ([2, 3],),
        },
    )
    ask(
        [1, 2, 3, 4, 5, 6, 7], [0, 1, 5], "segments need not be equally long: here 1, 4 and 2 steps"
    )
    ask([7, 8, 9], [0], "with one beginning the whole melody is one segment")
    ask([60, 61], [0, 1], "a segment may be a single step")


def _mix(scores, vectors):
    top = max(scores)
    weights = [math.exp(score - top) for score in scores]
    whole = sum(weights)
    return [sum(w * v[k] for w, v in zip(weights, vectors)) / whole for k in range(len(vectors[0]))]


@checker("bars_as_points-2")
def judge_mix(mix_by_scores):
    def ask(scores, vectors, rule, slips=None):
        wanted = _mix(scores, vectors)
        check(
            mix_by_scores, (scores, vectors), wanted, rule, slips, "one number a column", atol=1e-6
        )

    ask(
        [0.0, 0.0],
        [[2.0, 4.0], [4.0, 8.0]],
        "equal scores: the plain mean of the vectors",
        {"divide by the sum of the weights: they add up to 1": ([6.0, 12.0],)},
    )
    ask(
        [0.0, math.log(3.0)],
        [[4.0], [8.0]],
        "weights are exp(score) over the sum of all exp: here 1/4 and 3/4",
        {
            "the vectors are weighed by exp of the scores, not by the scores": ([8.0],),
            "the *highest* score weighs most": ([5.0],),
            "take all vectors, each by its weight, and not the best one alone": ([8.0],),
        },
    )
    ask(
        [-1.0, -3.0], [[1.0, 0.0], [0.0, 1.0]], "scores below 0 weigh, too: exp makes them positive"
    )
    ask([2.0], [[5.0, -1.0, 0.5]], "a single vector comes back as it is")
    ask(
        [1000.0, 0.0],
        [[1.0], [9.0]],
        "a score of 1000 is too much for exp: take the largest off first",
    )
