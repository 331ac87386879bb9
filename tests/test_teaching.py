"""The teaching tools refuse a wrong answer, whatever it looks like."""

import numpy as np
import pytest

from musicgan_lib.notes import Piece
from musicgan_lib.teaching import check_same, check_shape, exercise, quiz, show_source
from musicgan_lib.teaching.exercise import _CHECKERS, Verdict, checker


def double(x):
    return x * 2


def test_the_same_function_passes_and_says_so():
    said = check_same(double, lambda x: x + x, values=[1, np.arange(3.0)], label="XX-1")
    assert repr(said) == "XX-1: 2 cases, no difference"
    assert "1.0e-07" in check_same(1.0, 1.0 + 1e-7)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x: x * 2 + 1e-3,
        lambda x: x * -2,
        lambda x: np.full_like(x, np.nan),
        lambda x: (x * 2)[:-1],
        lambda x: (x * 2)[None],
        lambda x: "6",
        lambda x: None,
        lambda x: np.roll(x, 1) * 2,
    ],
)
def test_a_wrong_function_is_refused_by_name(wrong):
    with pytest.raises(AssertionError, match="XX-1: case 2"):
        check_same(
            lambda x: double(x) if x.sum() == 0 else wrong(x),
            double,
            values=[np.zeros(2), np.array([1.0, 2.0, 3.0])],
            label="XX-1",
        )


def test_nan_equals_nothing_but_infinities_do():
    with pytest.raises(AssertionError):
        check_same(np.nan, np.nan)
    check_same(np.inf, np.inf)
    with pytest.raises(AssertionError):
        check_same(np.inf, -np.inf)


def test_no_case_is_no_check():
    with pytest.raises(ValueError):
        check_same(double, double)
    with pytest.raises(ValueError):
        check_same(double, double, values=[])
    for pair in ((3.0, double), (double, 3.0)):
        with pytest.raises(ValueError, match="function"):
            check_same(*pair, values=[1])
    for nothing in ([], {}, np.zeros((0, 3)), ([], {"x": np.zeros(0)})):
        with pytest.raises(ValueError, match="empty"):
            check_same(nothing, nothing)
    with pytest.raises(ValueError, match="empty"):
        check_same(double, double, values=[np.zeros(0), np.zeros((2, 0))])
    check_same(double, double, values=[np.zeros(0), np.ones(2)])
    check_same({"x": [], "y": 1}, {"x": [], "y": 1})


def test_whole_numbers_beyond_a_float_are_compared_exactly():
    for big in (2**53, 2**63, 2**70, np.int64(2**60), np.array([2**60, 0])):
        check_same(big, big)
        with pytest.raises(AssertionError, match="differs by 1,"):
            check_same(big, big + 1)
    with pytest.raises(AssertionError):
        check_same(np.uint64(2**63), np.int64(-(2**63)))
    check_same(np.array([True, False]), np.array([1, 0]))


@pytest.mark.parametrize(
    "name, other",
    [("tracks", (("lute", 24),)), ("tempo", ((0, 90),)), ("metre", ((0, 3, 4),))],
)
def test_pieces_differ_in_more_than_notes(name, other):
    piece = Piece([(0, 1, 60)])
    with pytest.raises(AssertionError, match=name):
        check_same(piece, piece.replace(**{name: other}))
    check_same(piece, piece.replace(title="another name"))


def test_pieces_tensors_dicts_and_tuples():
    torch = pytest.importorskip("torch")
    a, b = Piece([(0, 1, 60)]), Piece([(0, 1, 61)])
    check_same(a, a)
    with pytest.raises(AssertionError):
        check_same(a, b)
    with pytest.raises(AssertionError):
        check_same(a, Piece([]))
    check_same(torch.ones(2, requires_grad=True), np.ones(2))
    check_same({"x": (1, [2.0, 3.0])}, {"x": (1, [2.0, 3.0])})
    with pytest.raises(AssertionError):
        check_same({"x": 1}, {"y": 1})
    with pytest.raises(AssertionError):
        check_same((1, "a"), (1, "b"))


def test_shapes_are_named():
    array = np.zeros((4, 7, 3))
    assert check_shape(array, "B T 3", T=7) == {"B": 4, "T": 7}
    for pattern, sizes in (("B T 2", {}), ("B T 3", {"T": 8}), ("B T", {}), ("B B 3", {})):
        with pytest.raises(AssertionError):
            check_shape(array, pattern, **sizes)
    with pytest.raises(AssertionError, match="axis T should be 8, is 7"):
        check_shape(array, "B T 3", T=8)


@pytest.fixture
def judged():
    @checker("zz-double-1")
    def judge(attempt):
        assert attempt(3) == 6, "twice three is six"
        assert attempt(0) == 0, "zero stays zero"

    yield
    del _CHECKERS["zz-double-1"]


def test_an_exercise_passes_or_names_the_property(judged):
    def stub(x):
        raise NotImplementedError("zz-double-1: return twice x")

    assert exercise("zz-double-1", double)
    said = Verdict("zz-1", False, "<b>bold</b>")._repr_html_()
    assert "&lt;b&gt;bold" in said and "<b>" not in said
    wrong = exercise("zz-double-1", lambda x: 6)
    assert not wrong and "zero stays zero" in repr(wrong)
    todo = exercise("zz-double-1", stub)
    assert not todo and "not done yet" in repr(todo)
    broken = exercise("zz-double-1", lambda x: x / 0)
    assert not broken and "ZeroDivisionError" in repr(broken)
    with pytest.raises(KeyError, match="zz-double-1"):
        exercise("zz-double-2", double)


def test_a_quiz_shows_a_reason_for_every_option():
    html = quiz("1 < 2?", {"yes": "by counting", "no": "count again"}, answer="yes")._repr_html_()
    assert "1 &lt; 2?" in html and html.count("<details>") == 2
    assert html.count("Right.") == 1 and "<script" not in html
    for options, answer in (
        ({"a": "x", "b": "y"}, "c"),
        ({"a": "x", "b": " "}, "a"),
        ({"a": "x"}, "a"),
    ):
        with pytest.raises(ValueError):
            quiz("?", options, answer=answer)


def test_source_is_the_current_one_with_its_lines():
    shown = show_source(check_shape)
    assert shown.lines[0].startswith("def check_shape")
    first = shown.first
    with open(check_shape.__code__.co_filename) as file:
        assert file.readlines()[first - 1] == shown.lines[0]
    assert "musicgan_lib/teaching/check.py" in shown.place and f"#L{first}-" in shown._repr_html_()
    with pytest.raises(TypeError):
        show_source(3)
