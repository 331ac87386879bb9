"""Judges of the exercises of *AudioLM*: codebooks by stages, and how well partners are found."""

from ..exercise import checker
from .asking import check


def _spell(number, books):
    found, left = [], number
    for book in books:
        k = min(range(len(book)), key=lambda k: (abs(left - book[k]), k))
        found.append(k)
        left -= book[k]
    return found


@checker("audio-tokens-1")
def judge_spell(spell):
    def ask(number, books, rule, slips=None):
        what = "a list with one whole number for each book"
        check(spell, (number, books), _spell(number, books), rule, slips, what)

    books = [[0.0, 8.0, 16.0], [-3.0, 0.0, 3.0], [-1.0, 0.0, 1.0]]
    ask(
        12.5,
        books,
        "16 leaves -3.5, -3 leaves -.5, and of -1 and 0, which are equally near, the first is taken",
        {
            "each book after the first names what is left over, not the number itself": (
                [2, 2, 2],
            ),
            "return the places in the books, and not what stands there": ([16.0, -3.0, -1.0],),
            "take what was named off what is left: the sign of the rest matters": (
                [2, 2, 1],
                [2, 2, 0],
            ),
            "each book is asked once, in the order in which they stand": ([2, 0], [2], [0, 0, 2]),
            "a row above the number may be the nearest": ([1, 2, 2],),
            "of two rows that are equally near the first is taken": ([2, 0, 1],),
        },
    )
    ask(5.0, books, "the nearest row, from above or from below")
    ask(-20.0, books, "what lies outside takes the row at the end, each time")
    ask(9.0, [[9.0]], "a book of one row has only place 0")
    ask(2.0, [], "without a book nothing is named")


def _find_share(alike):
    right = sum(all(row[i] > x for j, x in enumerate(row) if j != i) for i, row in enumerate(alike))
    return right / len(alike)


@checker("audio-tokens-2")
def judge_find_share(find_share):
    def ask(alike, rule, slips=None):
        what = "one number from 0 to 1"
        check(find_share, (alike,), _find_share(alike), rule, slips, what, atol=1e-6)

    ask(
        [[0.9, 0.2, 0.5, 0.1], [0.5, 0.4, 0.3, 0.2], [0.1, 0.6, 0.6, 0.2], [0.85, 0.0, 0.1, 0.3]],
        "of four rows the first alone has its own partner nearest",
        {
            "look along each row, and not down each column": (3 / 4,),
            "a tie is not found: the partner has to be nearer than all others": (2 / 4,),
            "this is how many are found, and a share was asked": (1.0,),
            "the nearest has the largest number, and the partner of row i stands in column i": (
                0.0,
            ),
        },
    )
    ask([[0.1, 0.0], [0.0, 0.1]], "all are found: 1")
    ask([[-0.5, -0.2], [-0.9, -0.1]], "numbers below 0 are compared like any others")
    ask([[0.3, 0.3], [0.3, 0.3]], "where all are alike, nobody is found: 0")
    ask([[-1.0]], "a single row has no other partner to be confused with: 1")
