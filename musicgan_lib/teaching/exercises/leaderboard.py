"""The judge of the exercise of *No first place goes to a discriminator's pupil*."""

from ..exercise import checker
from .asking import call, expect_word, list_given, to_list


@checker("leaderboard-1")
def judge_find_front(find_front):
    def front(points, wanted, said, slips=None):
        got = to_list(call(find_front, points), "a list of places")
        expect_word(got, wanted, said, slips, list_given(find_front, (points,)))

    slips = {
        "return places in the list, and not the pairs": [(1, 1)],
        "places count from 0": [2],
        "lower is better": [0],
    }
    front([(2, 2), (1, 1)], [1], "a pair that is worse in both is beaten", slips)
    said = "a pair in the middle that no other beats, though it is best in neither number"
    front([(1, 3), (2, 2), (3, 1)], [0, 1, 2], said)
    said = "beaten by a pair that is no worse in one number and better in the other"
    front([(1, 1), (1, 2), (2, 1)], [0], said)
    front([(2, 2), (2, 2), (3, 3)], [0, 1], "equal pairs do not beat each other")
    said = "a pair in the middle that no other beats, though it lies behind the line of two others"
    front([(0, 4), (3, 3), (4, 0)], [0, 1, 2], said)
    front([(3, 1), (2, 3), (1, 2), (4, 0)], [0, 2, 3], "places in order, as in the list")
    front([(5, 5)], [0], "one pair alone is not beaten")
    front([(1, 5), (2, 6), (3, 1)], [0, 2], "a beaten pair is out even where it beats none")
