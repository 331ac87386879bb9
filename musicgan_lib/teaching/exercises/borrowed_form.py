"""The judge of the exercise of *The form of one tune carries the phrase of another*."""

from ..exercise import checker
from .asking import call


def _name(phrases):
    heard, letters = [], ""
    for phrase in phrases:
        if phrase not in heard:
            heard.append(phrase)
        letters += chr(ord("A") + heard.index(phrase))
    return letters


@checker("borrowed_form-1")
def judge_names(name_phrases):
    def ask(phrases, rule, slips=None):
        wanted, got = _name(phrases), call(name_phrases, phrases)
        assert got is not None, "your function returns nothing: end it with a `return` of a string"
        assert isinstance(got, str), f"return one string, not {type(got).__name__}"
        for slip, wrong in (slips or {}).items():
            assert got != wrong, f"{slip}: {phrases} is {wanted}, not {got}"
        assert got == wanted, f"{rule}: {phrases} is {wanted}, not {got}"

    ask([[7, 5]], "a single phrase is A")
    ask(
        [[7, 5], [3, 4], [7, 5]],
        "a phrase that was heard before has the letter that it had",
        {
            "a phrase may return after others, so compare it with all that were heard": "ABC",
            "a phrase that returns keeps its letter, and does not get a new one": "ABB",
            "the first phrase to be heard is A, whatever its notes are": "BAB",
        },
    )
    ask(
        [[1, 2], [1, 3], [2, 1], [1, 3]],
        "two phrases are the same only if every number is, in this order",
        {
            "compare whole phrases, not how they begin": "AABA",
            "the order of the notes counts": "ABAB",
        },
    )
    ask(
        [[1], [2], [1], [3], [2]],
        "a new phrase gets the next letter that is free",
        {"letters go on with each new phrase, and not with each place": "ABADB"},
    )
    ask([[1, 1], [1], [1, 1]], "phrases of different lengths are different")
