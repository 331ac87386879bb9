"""Every quiz has one right answer and a reason for each option, and how an option looks tells nothing."""

import ast
import re
from collections import Counter
from typing import NamedTuple

import pytest
from chapters import CHAPTERS, code_cells, name

VERDICT = re.compile(
    r"(right|wrong|yes|no|correct|true|false|exactly|indeed)\b(?=[ ]?[.,:;!]| so\b)", re.I
)
DECLINES = re.compile(
    r"(one|you|nobody) (cannot|can) (say|tell|compare)\b|(nothing|none|unknown|not settled)\b", re.I
)


class Asked(NamedTuple):
    """A quiz as its cell has it; ``names`` are its options in the order of the page."""

    where: str
    question: str
    names: list[str]
    reasons: list[str]
    answer: str


def list_quizzes(source: str, where: str) -> list[Asked]:
    """All calls of ``quiz`` in a code cell, by their literals."""
    found = []
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "quiz":
            options = call.args[1]
            keys, values = map(ast.literal_eval, (ast.List(options.keys), ast.List(options.values)))
            answer = next(k.value for k in call.keywords if k.arg == "answer")
            asked = ast.literal_eval(call.args[0])
            found.append(Asked(where, asked, keys, values, ast.literal_eval(answer)))
    return found


QUIZZES = [
    quiz
    for path in CHAPTERS
    for cell in code_cells(path)
    for quiz in list_quizzes(cell.source, f"{name(path)}, {cell.id}")
]


def find_faults(quiz: Asked) -> list[str]:
    """What is wrong with one quiz, a sentence each."""
    faults = []
    if quiz.names.count(quiz.answer) != 1:
        faults.append(
            f"{quiz.answer!r} stands {quiz.names.count(quiz.answer)} times in {quiz.names}"
        )
    if len(quiz.names) < 3 or len(set(quiz.names)) < len(quiz.names):
        faults.append(f"three different options or more, not {quiz.names}")
    if len(set(quiz.reasons)) < len(quiz.reasons):
        faults.append("two options have the same reason")
    for option, reason in zip(quiz.names, quiz.reasons):
        if VERDICT.match(reason):
            faults.append(f"{option!r}: the page says the verdict itself: {reason}")
        if len(reason.split()) < 6:
            faults.append(f"{option!r}: fewer than six words are no reason: {reason}")
    return faults


@pytest.mark.parametrize("quiz", QUIZZES, ids=lambda quiz: quiz.where)
def test_one_answer_is_right_and_each_has_its_reason(quiz):
    assert not find_faults(quiz)


def test_a_bad_quiz_is_noticed():
    bad = Asked("", "?", ["a", "b"], ["Right: it is so, as you see.", "Too short."], "c")
    assert len(find_faults(bad)) == 4
    fine = "No event moves: waits are counted in ticks."  # this "no" is no verdict
    assert not find_faults(Asked("", "?", ["a", "b", "c"], [fine, fine + " A", fine + " B"], "a"))


def test_the_place_of_the_right_answer_tells_nothing():
    places = Counter(quiz.names.index(quiz.answer) for quiz in QUIZZES)
    assert len(QUIZZES) >= 50, "too few quizzes to say anything about places"
    for place in range(3):
        share = places[place] / len(QUIZZES)
        assert 0.2 <= share <= 0.5, f"place {place + 1} is right in {share:.0%} of the quizzes"


@pytest.mark.parametrize("word, pick", [("longest", max), ("shortest", min)])
def test_the_length_of_an_option_tells_nothing(word, pick):
    """By chance a third would be: whoever picks the longest (or shortest) learns next to nothing."""
    lengths = [[len(option) for option in quiz.names] for quiz in QUIZZES]
    alone = [
        len(quiz.answer) == pick(each) and each.count(pick(each)) == 1
        for quiz, each in zip(QUIZZES, lengths)
    ]
    share = sum(alone) / len(QUIZZES)
    assert share <= 0.45, f"the {word} option is the right one in {share:.0%} of the quizzes"


def test_an_option_that_declines_to_answer_is_not_right_by_its_kind():
    """*One cannot say*, *nothing*: right often enough, and wrong often enough."""
    declines = [(q.answer == o) for q in QUIZZES for o in q.names if DECLINES.match(o)]
    share = sum(declines) / len(declines)
    assert len(declines) >= 10 and 0.25 <= share <= 0.67, (
        f"{share:.0%} of {len(declines)} are right"
    )


def test_yes_is_not_always_wrong():
    said = [
        quiz.answer == option for quiz in QUIZZES for option in quiz.names if option[:3] == "yes"
    ]
    assert said and sum(said) / len(said) >= 0.2, (
        f"yes is right in {sum(said)} of {len(said)} quizzes"
    )
