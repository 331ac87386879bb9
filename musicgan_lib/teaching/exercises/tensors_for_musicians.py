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


def _measure_floor(counts, rows, weigh=None):
    """Nats of all cells, as shares of their rows."""
    shares, cells = counts / rows, counts > 0
    return -((counts if weigh is None else weigh)[cells] * np.log(shares[cells])).sum()


@checker("tensors-for-musicians-2")
def judge_worth_of_memory(worth_of_memory):
    counts = np.array([[50, 10, 20], [20, 40, 0], [5, 5, 10]])
    n, rows, after = counts.sum(), counts.sum(1, keepdims=True), counts.sum(0)
    floor, blind = _measure_floor(counts, rows) / n, _measure_floor(after, n) / n
    now = _measure_floor(rows, n) / n
    more = counts + 1
    wanted = blind - floor
    cells = "0 times log 0 is nan: an empty cell adds 0, and so does an empty row"
    check(
        worth_of_memory,
        (counts,),
        wanted,
        "the loss without looking back, less the floor; nothing is added to the tallies",
        {
            "this is the floor: subtract it from the loss without looking back": floor,
            "this is the loss without looking back: subtract the floor": blind,
            "mind the sign: who sees a note saves something": -wanted,
            "without looking back one guesses by the shares of the *next* notes (columns)": now
            - floor,
            "without looking back one still knows which notes are common: not log V": np.log(3)
            - floor,
            "the floor is the surprise *given* the present note: divide each row by its sum": blind
            - _measure_floor(counts, n) / n,
            "a row counts as often as its note came: weigh rows by their tallies": blind
            - _measure_floor(counts, rows, counts / rows) / 3,
            "the floor divides by the row, the present note, not by the column": blind
            - _measure_floor(counts, after) / n,
            "nothing is added to the tallies": _measure_floor(more.sum(0), more.sum(), after) / n
            - _measure_floor(more, more.sum(1, keepdims=True), counts) / n,
            "nats, so the natural logarithm, not log2": wanted / np.log(2),
            "nats *a note*: divide by the number of tally marks": wanted * n,
            "how many nats are saved, not which share of them": wanted / blind,
            cells: np.nan,
        },
        "one number",
    )
    for table, worth, rule in (
        ([[2, 4, 6], [1, 2, 3]], 0, "where all rows are alike, memory is worth nothing"),
        ([[0, 5], [5, 0]], np.log(2), "where the next note is certain, memory is worth all"),
        ([[0, 3, 0], [3, 0, 0], [0, 0, 0]], np.log(2), "an empty row and an empty cell add 0"),
    ):
        check(worth_of_memory, (np.array(table),), worth, rule, {cells: np.nan}, "one number")
    back = "turned over, the table is worth as much"
    check(worth_of_memory, (counts.T,), wanted, back, {}, "one number")
