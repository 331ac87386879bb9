"""Every exercise can be done, can be failed, and can be left undone; every quiz has its answer."""

import ast
import functools
import importlib.util
import re

import pytest
from chapters import CHAPTERS, ROOT, code_cells, name, read, tags

from musicgan_lib.teaching import exercise
from musicgan_lib.teaching.exercise import list_exercises

JUDGES = "musicgan_lib.teaching.exercises"


def calls(cell, function: str) -> list[ast.Call]:
    """The calls of a function by its plain name in a code cell."""
    return [
        n
        for n in ast.walk(ast.parse(cell.source))
        if isinstance(n, ast.Call) and getattr(n.func, "id", "") == function
    ]


def find_exercises(path) -> list[tuple]:
    """(chapter, exercise, name of the reader's function, cell) for each call of ``exercise``."""
    return [
        (path, ast.literal_eval(call.args[0]), ast.unparse(call.args[1]), cell)
        for cell in code_cells(path)
        for call in calls(cell, "exercise")
    ]


@functools.cache
def find_solutions(path) -> dict[str, str]:
    """exercise -> the Python of its solution, from the folded Markdown of a chapter."""
    found = {}
    for cell in read(path):
        if cell.cell_type == "markdown":
            for fold in re.findall(r"<details>.*?</details>", cell.source, re.S):
                blocks = re.findall(r"^```python\n(# solution: (\S+)\n.*?)^```$", fold, re.S | re.M)
                for block, label in blocks:
                    assert label not in found, f"{name(path)}: two solutions of {label}"
                    found[label] = block
    return found


@functools.cache
def load_module(slug: str):
    """The answers planted for a chapter."""
    path = ROOT / "tests" / "exercises" / f"wrong_{slug}.py"
    assert path.is_file(), f"plant wrong answers in {path.relative_to(ROOT)}: WRONG = {{id: fn}}"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_wrong_answers(slug: str) -> dict:
    return load_module(slug).WRONG


EXERCISES = [found for path in CHAPTERS for found in find_exercises(path)]
each = pytest.mark.parametrize(
    "path, label, function, cell", EXERCISES, ids=[label for _, label, _, _ in EXERCISES]
)
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=name)


def test_there_are_exercises():
    labels = [label for _, label, _, _ in EXERCISES]
    assert len(labels) >= 18
    assert len(labels) == len(set(labels)), [x for x in labels if labels.count(x) > 1]


def test_every_judge_has_its_exercise():
    idle = set(list_exercises()) - {label for _, label, _, _ in EXERCISES}
    assert not idle, f"judges without an exercise in any chapter: {sorted(idle)}"


@each
def test_its_judge_is_registered_beside_its_chapter(path, label, function, cell):
    assert "exercise" in tags(cell), f"{name(path)}: the stub of {label} lacks the tag `exercise`"
    judge = list_exercises().get(label)
    assert judge, f"{name(path)} asks for {label!r}, but no @checker({label!r}) is registered"
    assert judge.__module__ == f"{JUDGES}.{path.stem}", f"{label} is judged in {judge.__module__}"


@each
def test_the_stub_is_not_done_yet_and_says_what_to_return(path, label, function, cell):
    verdicts = []
    names = {"exercise": lambda *given: verdicts.append(exercise(*given))}
    exec(compile(cell.source, cell.id, "exec"), names)  # as the reader runs it, without the chapter
    assert len(verdicts) == 1, f"{cell.id} should try one exercise"
    assert not verdicts[0] and f"not done yet ({label}: " in repr(verdicts[0]), (
        f"the stub of {label} should raise NotImplementedError('{label}: what to return'), "
        f"but the verdict is: {verdicts[0]}"
    )


@each
def test_the_folded_solution_passes_alone(path, label, function, cell):
    solutions = find_solutions(path)
    assert label in solutions, (
        f"{name(path)} has no folded ```python block that starts with `# solution: {label}`"
    )
    names = {}
    exec(compile(solutions[label], f"<solution of {label}>", "exec"), names)
    assert callable(names.get(function)), f"the solution of {label} does not define {function}"
    verdict = exercise(label, names[function])
    assert verdict, f"the printed solution is refused: {verdict}"


@each
def test_the_planted_wrong_answer_is_refused_with_a_reason(path, label, function, cell):
    wrong = load_wrong_answers(path.stem)
    assert label in wrong, f"tests/exercises/wrong_{path.stem}.py has no wrong answer to {label}"
    verdict = exercise(label, wrong[label])
    assert not verdict, f"the judge of {label} accepts {wrong[label].__name__}, which is wrong"
    assert "not yet right: " in repr(verdict), f"a judge names the property that fails: {verdict}"
    assert "a property fails" not in repr(verdict), f"an assert of {label} has no sentence"


def list_more(field: str) -> list[tuple]:
    """(exercise, answer, word of the verdict) of what ``wrong_*.py`` holds besides ``WRONG``.

    ``NAMED``: exercise -> pairs of a wrong answer and a word that the verdict has to contain, so that it names the
    fault. ``RIGHT``: exercise -> unusual answers that are right.
    """
    found = []
    for file in sorted((ROOT / "tests" / "exercises").glob("wrong_*.py")):
        planted = load_module(file.stem.removeprefix("wrong_"))
        for label, answers in getattr(planted, field, {}).items():
            for answer in answers:
                found.append((label, *answer) if field == "NAMED" else (label, answer, ""))
    return found


def tell(case) -> str:
    return f"{case[0]}-{case[1].__name__}"


@pytest.mark.parametrize(
    "label, answer, word", list_more("NAMED"), ids=map(tell, list_more("NAMED"))
)
def test_a_wrong_answer_hears_what_is_wrong_with_it(label, answer, word):
    verdict = exercise(label, answer)
    assert not verdict, f"the judge of {label} accepts {answer.__name__}, which is wrong"
    assert "not yet right: " in repr(verdict) and word in repr(verdict), verdict


#: The folders of the book whose exercises have at least five wrong answers, each with its fault, and two right ones.
PLANTED = ("", "representations", "foundations", "papers", "lab", "systems")
HELD = [p for p in CHAPTERS if name(p).rpartition("/")[0] in PLANTED and find_exercises(p)]


@pytest.mark.parametrize("path", HELD, ids=name)
def test_wrong_answers_are_told_apart_and_odd_right_ones_are_planted(path):
    planted = load_module(path.stem)
    for _, label, _, _ in find_exercises(path):
        named = planted.NAMED[label]
        wrong = {planted.WRONG[label], *(answer for answer, _ in named)}
        assert len(named) >= 5 and len(wrong) >= 5, f"{label} has {len(wrong)} wrong answers"
        assert len(set(planted.RIGHT[label])) >= 2, f"{label} has too few odd right answers"
        vague = [word for _, word in named if len(word) < 3]
        assert not vague, f"{label}: {vague} name no fault"
        told = {exercise(label, answer).sentence for answer in wrong}
        assert len(told) >= 4, f"{label} says the same of different faults: {told}"


@pytest.mark.parametrize("label, answer, _", list_more("RIGHT"), ids=map(tell, list_more("RIGHT")))
def test_an_unusual_answer_that_is_right_passes(label, answer, _):
    verdict = exercise(label, answer)
    assert verdict, f"the judge of {label} refuses {answer.__name__}, which is right: {verdict}"


@each_chapter
def test_nothing_is_left_over(path):
    """No tagged cell, ★★, solution or wrong answer without its exercise."""
    labels = {label for _, label, _, _ in find_exercises(path)}
    for cell in code_cells(path):
        if "exercise" in tags(cell):
            assert calls(cell, "exercise"), f"{cell.id} is tagged `exercise` but tries none"
    assert set(find_solutions(path)) <= labels, "a solution to an exercise that does not exist"
    assert ROOT.joinpath("tests", "exercises", f"wrong_{path.stem}.py").exists() == bool(labels)
    assert not labels or set(load_wrong_answers(path.stem)) == labels
    text = "\n".join(c.source for c in read(path) if c.cell_type == "markdown")
    stars = re.findall(r"(?<!★)★★(?!★)", text)
    assert len(stars) == len(labels), f"{len(stars)} of ★★, but {len(labels)} exercises to try"


def test_no_wrong_answer_outlives_its_chapter():
    slugs = {path.stem for path in CHAPTERS}
    for path in sorted((ROOT / "tests" / "exercises").glob("wrong_*.py")):
        assert path.stem.removeprefix("wrong_") in slugs, f"{path.name} belongs to no chapter"


@each_chapter
def test_every_quiz_answer_is_one_of_its_options(path):
    for cell in code_cells(path):
        for call in calls(cell, "quiz"):
            question, options = call.args[:2]
            answer = next(k.value for k in call.keywords if k.arg == "answer")
            shown = [ast.unparse(option) for option in options.keys]
            said = f"{cell.id}, {ast.unparse(question)[:60]}"
            assert ast.unparse(answer) in shown, f"{said}: {ast.unparse(answer)} is not in {shown}"
            assert len(shown) == len(set(shown)) >= 2, f"{said}: options {shown}"


def test_the_judge_of_guesses_knows_the_names_on_the_wall():
    from musicgan_lib.teaching.exercises import failure_museum

    page = next(p for p in CHAPTERS if p.stem == "failure_museum")
    rows = [
        n.value.elts
        for cell in code_cells(page)
        for n in ast.walk(ast.parse(cell.source))
        if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "WALL"
    ]
    names = [ast.literal_eval(row)[0].lower() for row in rows[0]]
    assert tuple(names) == failure_museum.WALL
