"""Judges of the exercises of *Words become sound where noise is taken away*."""

from ..exercise import checker
from .asking import check


def _guide(without, told, weight):
    return [a + weight * (b - a) for a, b in zip(without, told)]


@checker("words-to-sound-1")
def judge_guide(guide):
    def ask(without, told, weight, rule, slips=None):
        wanted = _guide(without, told, weight)
        check(guide, (without, told, weight), wanted, rule, slips, "a list of numbers", atol=1e-9)

    ask(
        [1.0, 2.0],
        [3.0, 5.0],
        0.0,
        "at weight 0 the text is not heard: the guess without it",
        {"at weight 0 it is the guess *without* the text": ([3.0, 5.0],)},
    )
    ask(
        [1.0, 2.0],
        [3.0, 5.0],
        1.0,
        "at weight 1 it is the guess with the text, as it was learned",
        {
            "it starts from the guess without the text: at weight 1 the text counts once": (
                [5.0, 8.0],
                [4.0, 7.0],
            ),
            "at weight 1 it is the guess *with* the text": ([1.0, 2.0],),
        },
    )
    ask(
        [1.0, 2.0],
        [3.0, 5.0],
        3.0,
        "at weight 3 go three times as far from the one as the other lies",
        {
            "it is the difference that is multiplied, and not the guess": ([9.0, 15.0],),
            "the weight may be above 1: do not cut it off": ([3.0, 5.0],),
        },
    )
    ask([1.0, 2.0], [3.0, 0.0], -1.0, "a weight below 0 goes the other way")
    ask([0.5], [0.5], 7.0, "where the text changes nothing, no weight changes anything")
    ask([], [], 2.0, "of no numbers there are none")


def _variety(clips, captions):
    found = [
        sum(x != y for x, y in zip(clips[i], clips[j])) / len(clips[i])
        for i in range(len(clips))
        for j in range(i)
        if captions[i] == captions[j]
    ]
    return sum(found) / len(found) if found else 0.0


@checker("words-to-sound-2")
def judge_variety(variety):
    def ask(clips, captions, rule, slips=None):
        wanted = _variety(clips, captions)
        check(variety, (clips, captions), wanted, rule, slips, "one share", atol=1e-9)

    ask(
        [[60, 62], [60, 64]],
        ["a", "a"],
        "they differ in one place of two: 0.5",
        {
            "a clip is not compared with itself": (0.25,),
            "the *share* of places is asked, not their number": (1.0,),
            "they differ in half of the places, however many semitones apart they are": (2.0,),
        },
    )
    ask(
        [[60, 62, 64, 65], [60, 62, 64, 67]],
        ["a", "a"],
        "they differ in one place of four: 0.25",
        {"count where they differ, and not where they agree": (0.75,)},
    )
    ask(
        [[60, 62], [60, 62], [72, 74], [72, 74]],
        ["a", "a", "b", "b"],
        "clips of one caption are alike, and those of different captions are not compared: 0",
        {"clips of different captions are not compared": (2 / 3, 0.5, 1.0)},
    )
    ask(
        [[1, 1], [2, 2], [2, 2]],
        ["a", "a", "a"],
        "all pairs are compared, not only neighbours or the first: 1, 1 and 0 are 2/3 on average",
    )
    ask(
        [[60, 62], [60, 64], [60, 62], [1, 1], [2, 2]],
        ["a", "a", "a", "b", "b"],
        "every pair counts the same: shares of 0.5, 0, 0.5 and 1 are 0.5 on average",
        {"take the mean over all pairs, and not over captions": (2 / 3,)},
    )
    ask(
        [[1, 2], [9, 9], [1, 2]],
        ["a", "b", "a"],
        "clips of one caption need not be neighbours: these two are alike, so 0",
    )
    ask([[1, 2], [3, 4]], ["a", "b"], "where no caption has two clips there is no variety: 0")
