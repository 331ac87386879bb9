"""The graded notebooks: complete, linked to chapters that exist, offline; and a release that tells no answer."""

import copy
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from chapters import CHAPTERS, ROOT, code_cells, load_tools, prose
from submissions import cells_of, points_of, read_source, tool

NAMES = tool.NAMES
each = pytest.mark.parametrize("name", NAMES)
LINK = re.compile(r"\]\(([^)\s]+)\)")
TO_CHAPTER = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+/blob/main/(book/[\w/]+\.ipynb)")
OFFLINE = """
import socket


def refuse(self, address):
    raise OSError(f"the network is off, but {address} was asked for")


socket.socket.connect = refuse
"""
COSTS = re.compile(r"\*About (\d+) minutes, (\d+) points")


def graded(notebook) -> dict:
    """All cells with points, those too that a person grades."""
    return {
        n: c.metadata.nbgrader for n, c in cells_of(notebook).items() if c.metadata.nbgrader.grade
    }


def test_there_is_one_for_each_part():
    folders = sorted(path.name for path in (tool.SOURCE / "source").iterdir())
    assert folders == sorted(NAMES)
    parts = re.findall(r"caption: (.+)", (ROOT / "_toc.yml").read_text())
    slugs = [part.lower().replace(" ", "_") for part in parts]
    assert [slug for slug in slugs if slug in NAMES] == list(NAMES)


@each
def test_it_begins_with_the_books_bootstrap(name):
    first = read_source(name).cells[0]
    (chapter,) = [c for c in code_cells(CHAPTERS[0]) if "bootstrap" in c.metadata.get("tags", [])]
    assert first.source == chapter.source


@each
def test_what_it_costs_adds_up(name):
    notebook = read_source(name)
    texts = [c.source for c in notebook.cells if c.cell_type == "markdown"]
    minutes, points = map(
        int, re.search(r"\*\*About (\d+) minutes, (\d+) points", texts[0]).groups()
    )
    tasks = [tuple(map(int, costs)) for text in texts[1:] for costs in COSTS.findall(text)]
    assert 60 <= minutes <= 120 and minutes == sum(m for m, _ in tasks)
    assert (
        points
        == sum(p for _, p in tasks)
        == sum(about.points for about in graded(notebook).values())
    )
    rows = re.findall(r"^\| \d+ \|.*\| (\d+) \| (\d+) \|$", texts[0], re.M)
    assert [tuple(map(int, row)) for row in rows] == tasks


@each
def test_every_function_has_both_kinds_of_tests(name):
    cells = cells_of(read_source(name))
    code = [n for n, c in cells.items() if c.cell_type == "code" and c.metadata.nbgrader.solution]
    assert len(code) >= 4
    for function in code:
        seen, hidden = cells[f"{function}_seen"].source, cells[f"{function}_hidden"].source
        assert f"def {function}(" in cells[function].source and function in seen
        assert "### BEGIN HIDDEN TESTS" in hidden and "### BEGIN HIDDEN TESTS" not in seen
        assert function in hidden
        assert f"`{function}(" in cells[f"{function}_task"].source


@each
def test_what_a_person_grades_has_a_rubric(name):
    cells = cells_of(read_source(name))
    manual = [
        n for n, c in cells.items() if c.cell_type == "markdown" and c.metadata.nbgrader.grade
    ]
    assert manual
    for answer in manual:
        rubric = re.findall(r"^\| (?:(\d) × )?(\d) \| .+ \|$", cells[f"{answer}_task"].source, re.M)
        points = sum(int(times or 1) * int(each_one) for times, each_one in rubric)
        assert points == cells[answer].metadata.nbgrader.points
        assert len(cells[answer].source.split()) > 60, "a model answer for whoever grades"


@each
def test_its_links_lead_to_chapters(name):
    text = "\n".join(c.source for c in read_source(name).cells if c.cell_type == "markdown")
    links = LINK.findall(text)
    pages = {TO_CHAPTER.fullmatch(link)[1] for link in links}  # from one downloaded file, too
    assert len(pages) >= 2
    for page in pages:
        assert (ROOT / page).is_file(), page


@each
def test_its_tasks_are_not_the_books_exercises(name):
    code = {
        n
        for n, c in cells_of(read_source(name)).items()
        if f"{n}_seen" in cells_of(read_source(name))
    }
    book = "\n".join(c.source for path in CHAPTERS for c in code_cells(path))
    for function in code:
        assert f"def {function}(" not in book and f"`{function}(" not in "".join(
            map(prose, CHAPTERS)
        )


@each
def test_the_answers_run_with_the_network_off(name, tmp_path):
    """Every cell, hidden tests and all, in plain Python with warnings as errors; the library is found where it is."""
    cells = [c.source for c in read_source(name).cells if c.cell_type == "code"]
    program = tmp_path / "all_cells.py"
    program.write_text("\n\n".join([OFFLINE, *cells]))
    environment = os.environ | {"MUSICGAN_STATIC": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", str(program)]
    told = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr[-3000:]
    assert not told.stderr


def hash_sources() -> dict[Path, str]:
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(tool.SOURCE.rglob("*"))
        if path.is_file()
    }


def run_tool(out: Path, *extra) -> subprocess.CompletedProcess:
    command = [sys.executable, str(ROOT / "tools" / "assignments.py"), "--out", str(out), *extra]
    return subprocess.run(command, capture_output=True, text=True, cwd=out.parent)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    out = tmp_path_factory.mktemp("release") / "course"
    before = hash_sources()
    told = run_tool(out)
    assert told.returncode == 0, told.stderr
    assert hash_sources() == before, "the sources were changed"
    return out


def split_by_hand(source) -> tuple[set[str], set[str]]:
    """The lines between the markers and all others, without the tool's regular expression."""
    secret, open_lines, inside = set(), set(), False
    for line in "\n".join(cell.source for cell in source.cells).split("\n"):
        inside = (inside or "### BEGIN" in line) and "### END" not in line
        (secret if inside else open_lines).add(line.strip())
    return secret, open_lines


@each
def test_the_release_tells_no_answer(name, course):
    release = nbformat.read(tool.notebook_of(course, "release", name), as_version=4)
    source = read_source(name)
    assert tool.find_leftovers(source, release) == []
    text = nbformat.writes(release)
    for word in ("SOLUTION", "HIDDEN TESTS\n", "BEGIN", "MARK SCHEME"):
        assert word not in text
    secret, open_lines = split_by_hand(source)
    for line in secret - open_lines:
        assert len(line) < 20 or line not in text.replace('\\"', '"'), line
    for cell in release.cells:
        about = cell.metadata.nbgrader
        if about.solution:
            stub = "raise NotImplementedError" if cell.cell_type == "code" else tool.TEXT_STUB
            assert stub in cell.source
        assert about.get("checksum"), "nbgrader knows the cell again"
    assert points_of(release) == points_of(source)


def plant_comment(source, release):
    lines = next(c for c in source.cells if "BEGIN SOLUTION" in c.source).source.split("\n")
    at = next(i for i, line in enumerate(lines) if "BEGIN SOLUTION" in line)
    release.cells[1].source += "\n\n" + lines[at + 1].strip()


def plant_line_below_a_stub(source, release):
    cell = next(c for c in source.cells if "BEGIN SOLUTION" in c.source)
    kept = cells_of(release)[cell.metadata.nbgrader.grade_id]
    kept.source += "\n" + cell.source.split("\n")[2]


def plant_hidden_test(source, release):
    hidden = next(c for c in source.cells if "BEGIN HIDDEN" in c.source)
    kept = cells_of(release)[hidden.metadata.nbgrader.grade_id]
    kept.source += "\n" + hidden.source.split("\n")[2]


def plant_marker(source, release):
    release.cells[-1].source = "### END SOLUTION"


def plant_output(source, release):
    cell = next(c for c in release.cells if c.cell_type == "code")
    cell.outputs = [nbformat.v4.new_output("stream", text="[(0, 0), (3, 5)]")]


def plant_model_answer(source, release):
    cells_of(release)[source.cells[-1].metadata.nbgrader.grade_id].source = source.cells[-1].source


def plant_whole_solution(source, release):
    cell = next(c for c in source.cells if "BEGIN SOLUTION" in c.source)
    lines = [line for line in cell.source.split("\n") if "###" not in line]
    cells_of(release)[cell.metadata.nbgrader.grade_id].source = "\n".join(lines)


def plant_unlocked_test(source, release):
    next(c for c in release.cells if c.metadata.nbgrader.grade).metadata.nbgrader.locked = False


def plant_other_points(source, release):
    next(c for c in release.cells if c.metadata.nbgrader.grade).metadata.nbgrader.points = 1000


def plant_lost_cell(source, release):
    del release.cells[5]


PLANTS = [thing for name, thing in sorted(globals().items()) if name.startswith("plant_")]


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_what_is_left_in_a_release_is_found(plant, course):
    source = read_source("start_here")
    release = nbformat.read(tool.notebook_of(course, "release", "start_here"), as_version=4)
    planted = copy.deepcopy(release)
    plant(source, planted)
    assert tool.find_leftovers(source, release) == [] != tool.find_leftovers(source, planted)


def test_a_release_with_an_answer_is_deleted(tmp_path):
    """nbgrader is told to look for other words, so it leaves the hidden tests where they are."""
    program = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(ROOT / "tools")!r})
import assignments
course = Path("course")
assignments.start_course(course, ["lab"])
with (course / "nbgrader_config.py").open("a") as config:
    config.write('c.ClearHiddenTests.begin_test_delimeter = "BEGIN NOTHING"')
    config.write('\\nc.ClearHiddenTests.end_test_delimeter = "END NOTHING"')
try:
    assignments.make_release(course.resolve(), ["lab"])
except RuntimeError as refusal:
    print(refusal, (course / "release").exists())
"""
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "lab would tell its answers" in told.stdout and told.stdout.strip().endswith("False")


def test_stamp_writes_the_assignments_too():
    (stamp,) = load_tools("stamp")
    for name in NAMES:
        path = tool.notebook_of(tool.SOURCE, "source", name)
        spoiled = nbformat.read(path, as_version=4)
        spoiled.cells[0].source = "import musicgan_lib"
        spoiled.cells[3].id = "another"
        code = next(c for c in spoiled.cells if c.cell_type == "code")
        code.outputs = [nbformat.v4.new_output("stream", text="said")]
        mended = stamp.stamp_assignment(nbformat.writes(spoiled), path, stamp.written_slug())
        assert mended == path.read_text()
        forked = stamp.stamp_assignment(path.read_text(), path, "someone/fork")
        assert "github.com/someone/fork/blob/main/book/" in forked
        assert stamp.written_slug() not in forked


def test_the_instructors_table_says_what_the_notebooks_say():
    table = (tool.SOURCE / "README.md").read_text()
    for name in NAMES:
        notebook = read_source(name)
        by_program = sum(points_of(notebook).values())
        by_person = sum(about.points for about in graded(notebook).values()) - by_program
        minutes = re.search(r"\*\*About (\d+) minutes", cells_of(notebook)["about"].source)[1]
        row = rf"^\| [\w ]+ \| `{name}` \| .+ \| {minutes} \| {by_program:g} \| {by_person:g} \|$"
        assert re.search(row, table, re.M), (
            f"{name}: {minutes} minutes, {by_program:g} + {by_person:g} points"
        )
