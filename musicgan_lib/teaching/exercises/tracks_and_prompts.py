"""Judges of the exercises of *Tracks and prompts*."""

import numpy as np
from scipy import stats

from ..exercise import checker
from .asking import check

HOLD, REST = 128, 129


def _read_bar(cells, joins_rests: bool = True, joins_pitches: bool = False) -> list:
    """The events of a bar, a rest one event, however long, or one event a sixteenth; a slip joins equal pitches."""
    events: list = []
    for cell in cells:
        rests_on = joins_rests and cell == REST and events and events[-1][0] == REST
        sings_on = joins_pitches and events and events[-1][0] == cell
        if events and (cell == HOLD or rests_on or sings_on):
            events[-1][1] += 1
        else:
            events.append([cell, 1])
    return events


@checker("tracks-and-prompts-1")
def judge_read_bar(read_bar):
    def ask(cells, rule):
        wanted = _read_bar(cells)
        ends = np.cumsum([length for _, length in wanted])
        slips = {
            "neighbouring rests are one event: count on while 129 goes on": (
                _read_bar(cells, False),
            ),
            "a pitch that comes again is a note of its own": (_read_bar(cells, True, True),),
            "the second number is how long an event lasts, not where it ends": (
                [[head, end] for (head, _), end in zip(wanted, ends)],
            ),
            "the second number is how long an event lasts, not where it begins": (
                [[head, end - length] for (head, length), end in zip(wanted, ends)],
            ),
            "the sixteenth in which a note begins counts, too": (
                [[head, length - 1] for head, length in wanted],
            ),
            "a bar may begin with a hold: that is an event, and its head is 128": (
                [event for event in wanted if event[0] != HOLD],
            ),
        }
        check(read_bar, (cells,), wanted, rule, slips, "a row of head and length for each event")

    ask([60, 128, 128, 128, 62, 128, 64, 128], "notes alone: 60 for 4, 62 for 2, 64 for 2")
    ask([128, 128, 60, 128, 129, 129, 129, 62], "it begins with a hold, and a rest lasts for 3")
    ask([60, 60, 128, 60], "here are three notes of one pitch")
    ask([129] * 16, "a silent bar is one event")
    ask([128] * 16, "a bar through which a note is held is one event")


@checker("tracks-and-prompts-2")
def judge_agree(agree):
    def ask(asked, written, rule):
        a, b = np.asarray(asked, float), np.asarray(written, float)
        wanted = stats.spearmanr(a, b).statistic
        in_order = [np.argsort(np.argsort(x)) for x in (a, b)]
        n, apart = len(a), np.subtract(*map(stats.rankdata, (a, b)))
        slips = {
            "correlate the ranks, not the numbers themselves": (np.corrcoef(a, b)[0, 1],),
            "equal numbers share a rank, the mean of the places that they take": (
                np.corrcoef(*in_order)[0, 1],
            ),
            "the short formula with squared distances holds only where no two numbers are equal": (
                1 - 6 * (apart**2).sum() / (n * (n * n - 1)),
            ),
            "that is Kendall's correlation, of pairs": (stats.kendalltau(a, b).statistic,),
        }
        if wanted < 0:
            slips["more asked and fewer written is below zero: keep the sign"] = (-wanted,)
        slips["the correlation, not its square"] = (wanted**2,)
        check(agree, (asked, written), wanted, rule, slips, "one number", atol=1e-6)

    ask([1, 2, 3, 4], [1, 2, 3, 16], "the order is the same, so the correlation is 1")
    ask([1, 2, 3, 4, 5], [2, 1, 4, 3, 9], "two pairs stand the other way round")
    ask([1, 4, 4, 8, 2, 4], [2, 4, 5, 5, 2, 1], "equal numbers share a rank")
    ask([8, 4, 2, 1], [1, 3, 4, 6], "the order is turned round, so the correlation is -1")
