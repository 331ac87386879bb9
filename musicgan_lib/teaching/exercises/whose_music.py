"""The judge of the exercise of *Most machines here copy less than real music repeats itself*."""

from ..exercise import checker
from .asking import check


@checker("whose-music-1")
def judge_longest_copy_in_any_key(longest_copy_in_any_key):
    def copies(pitches, corpus, wanted, said):
        check(longest_copy_in_any_key, (pitches, corpus), wanted, said)

    copies([60, 62, 64], [[60, 62, 64]], 3, "the same notes are a copy: count notes, and not moves")
    copies(
        [60, 62, 65, 66], [[67, 69, 72, 73]], 4, "a copy may be moved up or down, here by a fifth"
    )
    copies([60, 62], [[92, 94]], 2, "a copy may be moved by more than an octave")
    copies([60, 72], [[60, 60]], 1, "an octave is a move like any other, and not nothing")
    copies([60, 62, 65], [[70, 68, 65]], 1, "upside down it is another melody")
    copies([60, 62, 64], [[60, 61, 65]], 1, "it is moved as a whole: a step keeps its size")
    copies([60, 62, 64], [[60, 65, 62, 64]], 2, "a copy has no gaps")
    copies(
        [60, 62, 64, 65],
        [[60, 62], [64, 65]],
        2,
        "a copy stands in one row, and not across two rows",
    )
    copies([60, 62, 64, 65], [[50, 52], [70, 72, 74]], 3, "the longest of all rows counts")
    copies([60, 67, 60, 62, 64], [[1, 3, 5, 99]], 3, "a copy may begin anywhere, in both")
    copies([60, 60, 60, 60], [[40, 40, 40]], 3, "notes that repeat are a move of nothing")
    copies([60], [[40, 41]], 1, "one note stands in any row that has one")
    copies([60], [[], [40]], 1, "one note stands in any row that has one, whatever the other rows")
    copies([], [[1, 2]], 0, "where there is no note there is no copy")
    copies([60, 61], [[]], 0, "an empty row holds no note")
