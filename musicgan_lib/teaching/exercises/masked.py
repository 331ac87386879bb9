"""Judges of the exercises of *Hide one note, and its neighbours tell; hide a whole bar, and they cannot*."""

from ..exercise import checker
from .asking import check

HIDDEN = -1
_NOTES = [[0, 0, 0, 67, 4], [0, 4, 0, 69, 4], [1, 0, 0, 71, 8], [1, 8, 0, 69, 8], [2, 0, 0, 67, 16]]


def _hide(notes, bar, field):
    return [
        [HIDDEN if row[0] == bar and k == field else x for k, x in enumerate(row)] for row in notes
    ]


@checker("masked-1")
def judge_hide_bar(hide_bar):
    def ask(notes, bar, field, rule, slips=None):
        what = "a list with a row of five numbers for each note"
        check(hide_bar, (notes, bar, field), _hide(notes, bar, field), rule, slips, what)

    first = [list(row) for row in _NOTES]
    first[2][3] = HIDDEN
    whole = [[HIDDEN] * 5 if row[0] == 1 else row for row in _NOTES]
    rest = [[HIDDEN if row[0] != 1 and k == 3 else x for k, x in enumerate(row)] for row in _NOTES]
    every = [[HIDDEN if k == 3 else x for k, x in enumerate(row)] for row in _NOTES]
    by_place = [list(row) for row in _NOTES]
    by_place[1][3] = HIDDEN
    ask(
        _NOTES,
        1,
        3,
        "-1 in the asked field of each note of the asked bar, and nothing else changed",
        {
            "all notes of the bar are hidden, not its first one alone": (first,),
            "one field is hidden, and the others are shown": (whole,),
            "the asked bar is hidden, and the others are shown": (rest,),
            "only notes of the asked bar are hidden": (every,),
            "a bar is the number that stands first in a row, not a row's own number": (by_place,),
        },
    )
    ask(_NOTES, 2, 4, "the last bar, and its durations")
    ask(_NOTES, 0, 1, "bar 0 is a bar like any other")
    ask(_NOTES, 1, 0, "the bar field itself may be hidden: read the bars before you write -1")
    ask(_NOTES, 7, 3, "a bar without notes hides nothing")


def _leak(values):
    if len(values) < 2:
        return 0.0
    told = [
        (k > 0 and values[k - 1] == v) or (k + 1 < len(values) and values[k + 1] == v)
        for k, v in enumerate(values)
    ]
    return sum(told) / len(told)


@checker("masked-2")
def judge_leak(leak):
    def ask(values, rule, slips=None):
        check(leak, (values,), _leak(values), rule, slips, "one number from 0 to 1", atol=1e-6)

    ask(
        [0, 0, 1, 1],
        "each of these four notes has a neighbour with its own value, so the share is 1",
        {
            "a neighbour may stand on either side: the first note of a bar has its twin behind it": (
                0.5,
                2 / 3,
            ),
            "this is a number of notes, and a share was asked: divide by how many there are": (
                4.0,
            ),
        },
    )
    ask(
        [5, 5, 7, 8],
        "two of the four notes have a neighbour with their own value",
        {
            "count notes, not pairs of neighbours: a pair tells on both of its notes": (
                1 / 4,
                1 / 3,
            ),
            "divide by all notes": (2 / 3,),
            "a number of notes was returned, and a share was asked": (2.0,),
        },
    )
    ask(
        [3, 4, 4, 3],
        "the last note is no neighbour of the first",
        {"the row is no circle: its last note is no neighbour of its first": (1.0,)},
    )
    ask(
        [3, 4, 3, 4],
        "the note after the next is no neighbour",
        {"only the notes next to it tell": (1.0,)},
    )
    ask([2, 2, 2], "a note with two equal neighbours counts once", {"a note counts once": (4 / 3,)})
    ask([6], "a note that is alone has no neighbour: 0")
    ask([], "no notes: 0")
