"""Judges of the exercises of *Four voices, note by note*."""

import numpy as np

from ..exercise import checker
from .asking import call, check, show, to_list


@checker("chorales-1")
def judge_sum_out(sum_out):
    prior = np.log([0.5, 0.3, 0.2])
    given = np.log([[0.5, 0.4], [0.9, 0.1], [0.2, 0.7]])  # of each chord both voices
    joint = prior + given.sum(1)
    wanted = -np.log(np.exp(joint).sum())
    check(
        sum_out,
        (prior.tolist(), given.tolist()),
        wanted,
        "minus the logarithm of the sum, over chords, of the chord's probability times those of its notes",
        {
            "every chord could have been meant: add all of them, not the likeliest alone": (
                -joint.max(),
                -(prior + given.sum(1))[0],
            ),
            "each chord counts with its own probability: do not forget the prior": (
                -np.log(np.exp(given.sum(1)).sum()),
                -np.log(np.exp(given.sum(1)).mean()),
            ),
            "mix probabilities and then take the logarithm; this is a mean of logarithms": (
                -(np.exp(prior) @ given.sum(1)),
                -joint.sum(),
            ),
            "one chord stands under all voices: multiply a chord's voices first, and then add chords": -np.log(
                np.exp(prior) @ np.exp(given)
            ).sum(),
            "surprise is minus the logarithm": -wanted,
            "return nats: take the logarithm of the sum": np.exp(joint).sum(),
            "the voices of a chord sound together: multiply them, do not add": -np.log(
                (np.exp(prior)[:, None] * np.exp(given)).sum()
            ),
        },
        "one number",
    )
    far = [[-900.0, -200.0], [-900.0, -201.0]]
    half = np.log([0.5, 0.5])
    check(
        sum_out,
        (half.tolist(), far),
        1100 - half[0] - np.log1p(np.exp(-1)),
        "very unlikely notes are no matter: take the greatest out before the exponential",
    )
    check(sum_out, ([0.0], [[-2.0, -3.0]]), 5.0, "with one chord it is that chord's surprise")


@checker("chorales-2")
def judge_tie(tie):
    def ask(line, wanted, why):
        got = [_pair(p) for p in to_list(call(tie, line), "a list of pairs (pitch, tied)")]
        assert got == wanted, f"{why}: for {show(line)} it is {show(wanted)}, not {show(got)}"

    ask([67], [(67, False)], "a note that begins is not tied")
    why = "what begins is not tied, and a hold is the same pitch, tied"
    ask([67, "hold"], [(67, False), (67, True)], why)
    ask(["hold", 60], [(None, False), (60, False)], "a hold with nothing to hold is silence")
    ask(
        [67, "hold", "hold", "hold"],
        [(67, False), (67, True), (67, True), (67, True)],
        "a note may be held more than once",
    )
    ask([67, 67], [(67, False), (67, False)], "a note sung again begins anew, and is not tied")
    ask([67, None, 65], [(67, False), (None, False), (65, False)], "a rest has no pitch and no tie")
    ask(
        [67, None, "hold"],
        [(67, False), (None, False), (None, False)],
        "after a rest there is nothing to hold: it is silence, and not the note before the rest",
    )
    ask([0, "hold"], [(0, False), (0, True)], "pitch 0 is a pitch, too")


def _pair(value) -> tuple:
    pair = to_list(value, "a list of pairs (pitch, tied)")
    assert len(pair) == 2, f"each sixteenth is a pair (pitch, tied), not {show(value)}"
    pitch, tied = pair
    return (None if pitch is None else int(pitch)), bool(tied)
