"""Judges of the exercises of *A network that sees one note learns a table of counts*."""

import numpy as np

from ..exercise import checker
from .asking import check

AXES = "an array of (voices, places), with T + (voices - 1) * delay places"


def _sing(pitches, enters, places, silence=0):
    rows = np.full((len(enters), places), silence)
    for row, enter in zip(rows, enters):
        row[enter : enter + len(pitches)] = pitches
    return rows


@checker("tensors-for-musicians-1")
def judge_sing_round(sing_round):
    tune = np.array([60, 62, 64, 60, 65])
    wanted = _sing(tune, [0, 2, 4], 9)
    rest, after = wanted == 0, np.arange(9) >= np.array([[5], [7], [9]])
    early = "each voice enters `delay` places after the one above it"
    check(
        sing_round,
        (tune, 3, 2),
        wanted,
        early,
        {
            "a voice is a row, a place is a column: turn the axes": wanted.T,
            "the first voice enters first, each further one later: this is upside down": wanted[
                ::-1
            ],
            f"{early}, and not 1": _sing(tune, [0, 1, 2], 9),
            f"{early}: here nobody waits": _sing(tune, [0, 0, 0], 9),
            "a voice that has ended is silent: this one begins again": np.stack(
                [np.roll(np.resize(tune, 9), 2 * v) for v in range(3)]
            ),
            "a voice that has ended is silent: this one holds its last note": np.where(
                after, tune[-1], wanted
            ),
            "all voices have ended after T + (voices - 1) * delay places, this goes on": np.pad(
                wanted, ((0, 0), (0, 2))
            ),
            "the first voice enters at once, it does not wait": _sing(tune, [2, 4, 6], 11)[:, :9],
            "every voice sings the same pitches, only later": wanted + ~rest * [[0], [2], [4]],
            "0 where a voice is silent, not -1": np.where(rest, -1, wanted),
        },
        AXES,
    )
    for voices, delay in ((1, 2), (2, 7), (3, 0), (4, 1)):
        enters = [v * delay for v in range(voices)]
        wanted = _sing(tune, enters, 5 + (voices - 1) * delay)
        check(sing_round, (tune, voices, delay), wanted, early, what=AXES)


def _entropy(counts, rows, weigh=None):
    """Nats of the cells, as shares of their rows."""
    shares = counts / rows
    cells = counts > 0
    return -((counts if weigh is None else weigh)[cells] * np.log(shares[cells])).sum()


@checker("tensors-for-musicians-2")
def judge_conditional_entropy(conditional_entropy):
    counts = np.array([[50, 10, 20], [20, 40, 0], [5, 5, 10]])
    n, rows = counts.sum(), counts.sum(1, keepdims=True)
    wanted = _entropy(counts, rows) / n
    after = counts.sum(0)
    more, shares = counts + 1, counts / rows
    check(
        conditional_entropy,
        (counts,),
        wanted,
        "mean surprise of the next note given the present one",
        {
            "this is the surprise of both notes: *given* the present one, divide by its row": (
                _entropy(counts, n) / n
            ),
            "a row counts as often as its note came: weigh rows by their tallies": (
                _entropy(counts, rows, shares) / 3
            ),
            "the present note is the row, the next the column: shares of a row": (
                _entropy(counts, after) / n
            ),
            "this looks at the next note alone: *given* the present one": _entropy(after, n) / n,
            "nats, so the natural logarithm, not log2": wanted / np.log(2),
            "nats, so the natural logarithm, not log10": wanted / np.log(10),
            "nothing is added to the tallies": _entropy(more, more.sum(1, keepdims=True), counts)
            / n,
            "surprise is not negative: mind the sign": -wanted,
            "nats *a note*: divide by the number of tally marks": wanted * n,
            "an empty cell adds 0, but 0 times log 0 is nan": np.nan,
        },
        "one number",
    )
    empty = "an empty cell adds 0, and so does an empty row: expected no nan"
    sure = "where the next note is certain the surprise is 0: nothing is added to the tallies"
    check(conditional_entropy, (np.array([[0, 7], [3, 0]]),), 0, sure, {empty: np.nan})
    rare = np.array([[1, 1, 0], [0, 0, 6], [0, 0, 0]])
    often = "a row weighs as much as it has tally marks, an empty one nothing"
    check(conditional_entropy, (rare,), 2 / 8 * np.log(2), often, {empty: np.nan})
    even = np.array([[5, 5], [2, 2]])
    check(conditional_entropy, (even,), np.log(2), "two next notes alike after every note: log 2")
