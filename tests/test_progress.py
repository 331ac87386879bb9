"""What a reader has passed is kept whole, on their machine alone, and a file from anywhere is data and nothing else."""

import ast
import json
import sys
from types import SimpleNamespace

import pytest
from chapters import CHAPTERS, code_cells

from musicgan_lib import cli
from musicgan_lib.teaching import check_work, exercise, progress, quiz, show_progress
from musicgan_lib.teaching.exercise import list_exercises

EVIL = "<img src=x onerror=alert(1)>"
BET = {"question": "How far?", "unit": "nats", "low": 0, "high": 1, "truth": 0.3, "guess": 0.5}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """The file of a reader who has a folder of their own."""
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "progress.json"


@pytest.fixture
def notebook(monkeypatch):
    """As if a reader worked in a notebook, which builds no page and grades nobody."""
    for name in ("MUSICGAN_STATIC", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=object))


@pytest.fixture
def solved(monkeypatch):
    """An exercise that any answer passes: its name."""
    monkeypatch.setitem(list_exercises(), "mine-1", lambda attempt: None)
    return "mine-1"


def write(path, **changed):
    packed = {"format": progress.FORMAT, "version": progress.VERSION}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(packed | progress.make_empty() | changed))
    return path


def test_a_passed_exercise_is_kept_once_and_a_failed_one_is_not(place, notebook, solved):
    assert exercise(solved, None) and exercise(solved, None)
    assert progress.read() == progress.make_empty() | {"exercises": ["mine-1"]}
    stored = json.loads(place.read_text())
    assert (stored["format"], stored["version"]) == ("musicgan progress", 1)
    place.unlink()
    assert not exercise("policy-gradient-2", lambda rewards, discount: None)
    assert not place.exists()


@pytest.mark.parametrize("name", ["MUSICGAN_STATIC", "NBGRADER_EXECUTION"])
def test_what_builds_a_page_or_grades_leaves_no_trace(name, place, notebook, solved, monkeypatch):
    monkeypatch.setenv(name, "1")
    assert exercise(solved, None) and not place.parent.exists()


def test_a_test_or_a_script_leaves_no_trace(place, notebook, solved, monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    assert exercise(solved, None) and not place.parent.exists()
    monkeypatch.delitem(sys.modules, "IPython")
    assert exercise(solved, None) and not place.parent.exists()


def test_where_nothing_can_be_written_the_exercise_is_passed_all_the_same(
    tmp_path, notebook, solved, monkeypatch
):
    (tmp_path / "full").write_text("a file where a folder should be")
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "full" / "cache"))
    verdict = exercise(solved, None)
    assert verdict and "passed, every property holds (not kept: " in repr(verdict)
    assert "You passed 0 of" in repr(show_progress())


@pytest.mark.parametrize(
    "content",
    [
        "not JSON",
        "[]",
        "{}",
        "\x00",
        '{"format": "musicgan bets", "version": 1}',
        "[" * 100_000,
        '{"format": "musicgan progress", "version": 2}',
        '{"format": "musicgan progress"}',
        " " * (1 << 21),
        json.dumps({"format": "musicgan progress", "version": 1}) + " " * (1 << 20),
    ],
)
def test_a_file_that_is_none_is_refused_and_stays_as_it_is(content, place, notebook, solved):
    place.parent.mkdir()
    place.write_text(content)
    with pytest.raises(ValueError, match="progress.json"):
        progress.read()
    verdict = exercise(solved, None)
    assert verdict and "not kept" in repr(verdict) and place.read_text() == content
    assert "cannot be read" in repr(show_progress())


def test_of_a_hostile_file_only_progress_is_left(tmp_path):
    names = ["mine-1", EVIL, "", "__proto__", "a" * 500, "UPPER", "a--b", 7, None, ["x"], "mine-1"]
    bets = {"one": BET | {"more": 1, "digits": 10**400, "from": True, "to": float("inf")}}
    bets |= {"two": [1], EVIL: BET, "three": {"question": "x" * 500, "skipped": True}}
    found = progress.read_file(
        write(
            tmp_path / "evil.json",
            pages=names,
            exercises=names,
            quizzes={"a1": True, "b2": 1, "c3": "yes", EVIL: True, "d4": False},
            bets=bets,
            more="ignored",
        )
    )
    assert found == {
        "pages": ["mine-1"],
        "exercises": ["mine-1"],
        "quizzes": {"a1": True, "d4": False},
        "bets": {"one": BET, "three": {"skipped": True}},
    }
    for other in (7, None, "x", {"a": 1}, [[]]):
        kinds = dict.fromkeys(("pages", "exercises", "quizzes", "bets"), other)
        assert progress.clean(kinds) == progress.make_empty()
    many = [f"page-{k}" for k in range(progress.MOST + 5)]
    assert len(progress.clean({"pages": many})["pages"]) == progress.MOST


def test_what_was_here_stays_and_is_the_latest():
    here = {"pages": ["b", "a"], "exercises": ["x"], "quizzes": {"q": True}, "bets": {"one": BET}}
    come = {
        "pages": ["c", "a"],
        "exercises": ["y", "x"],
        "quizzes": {"q": False, "r": False},
        "bets": {"one": {}, "two": {}},
    }
    assert progress.merge(here, come) == {
        "pages": ["c", "a", "b"],
        "exercises": ["y", "x"],
        "quizzes": {"q": True, "r": False},
        "bets": {"one": BET, "two": {}},
    }


def test_the_command_shows_moves_and_forgets(place, tmp_path, capsys):
    exercises = ["policy-gradient-1", EVIL, "made-lab"]
    come = write(tmp_path / "come.json", exercises=exercises, quizzes={"a": True, "b": False})
    assert cli.main(["progress", "--import", str(come)]) == 0
    said = capsys.readouterr().out
    assert f"You passed 1 of {len(list_exercises())} exercises." in said
    assert "policy_gradient: 1 of 2, left: policy-gradient-2" in said
    assert "You made one thing to show." in said and "right option first in 1." in said
    assert "img" not in said and str(place) in said
    assert cli.main(["progress", "--export", str(tmp_path / "out" / "go.json")]) == 0
    assert progress.read_file(tmp_path / "out" / "go.json") == progress.read()
    assert progress.read()["exercises"] == ["policy-gradient-1", "made-lab"]
    assert cli.main(["progress", "--forget"]) == 0 and not place.exists()
    assert cli.main(["progress", "--forget"]) == 0
    assert cli.main(["progress"]) == 0 and "You passed 0 of" in capsys.readouterr().out


@pytest.mark.parametrize("missing", [True, False])
def test_the_command_refuses_a_file_with_a_sentence(missing, place, tmp_path, capsys):
    if not missing:
        (tmp_path / "come.json").write_text("{}")
    assert cli.main(["progress", "--import", str(tmp_path / "come.json")]) == 1
    said = capsys.readouterr()
    assert said.err.startswith("musicgan progress: ") and "come.json" in said.err
    assert "Traceback" not in said.err and not place.exists()


def test_what_is_shown_is_never_markup(place, monkeypatch):
    monkeypatch.setitem(list_exercises(), EVIL, lambda attempt: None)
    page = show_progress()._repr_html_()
    assert "<img" not in page
    verdict = exercise(EVIL, None)._repr_html_()
    assert "<img" not in verdict and verdict.startswith('<p data-exercise="&lt;img')


def test_work_is_checked_point_by_point_and_kept_when_all_hold(place, notebook):
    points = [(True, "It is long.", "Make it longer."), (0, "It is new.", f"Change it {EVIL}.")]
    work = check_work("made-test", *points)
    assert not work and not place.exists() and "1 of 2 points hold" in repr(work)
    assert "✓ It is long." in repr(work) and "· Change it" in repr(work)
    page = work._repr_html_()
    assert 'data-exercise="made-test"' in page and "<img" not in page and page.count("<li>") == 2
    assert check_work("made-test", points[0]) and progress.read()["exercises"] == ["made-test"]
    for name, some in (("made-test", []), ("test-1", points)):
        with pytest.raises(ValueError, match="made-"):
            check_work(name, *some)


def test_a_page_can_tell_which_option_of_which_quiz_is_right():
    asked = quiz("1 < 2?", {"yes": "by counting", "no": "count again"}, answer="yes")
    page = asked._repr_html_()
    assert f'data-quiz="{asked.name}"' in page and len(asked.name) == 10
    assert page.count("data-right") == 1
    assert page.index("yes</summary>") < page.index("data-right") < page.index("no</summary>")
    assert quiz("1 < 3?", {"a": "b", "c": "d"}, answer="a").name != asked.name


def test_no_two_quizzes_of_the_book_have_one_question():
    asked = [
        ast.unparse(call.args[0])
        for path in CHAPTERS
        for cell in code_cells(path)
        for call in ast.walk(ast.parse(cell.source))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "quiz"
    ]
    assert len(asked) > 80
    assert len(asked) == len(set(asked)), [x for x in set(asked) if asked.count(x) > 1]
