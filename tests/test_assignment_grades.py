"""nbgrader gives each submission what it deserves: all, nothing, or what its one wrong function leaves.

Of the planted submissions about five an assignment are graded by nbgrader at each commit, others with each, and all
where MUSICGAN_WEEKLY is set; by plain Python all of them are, always.
"""

import json
import os
import shutil
import subprocess
import sys
import warnings

import nbformat
import pytest
import rotation
import submissions
from submissions import cell_of, cells_of, expected, load_planted, points_of, read_source, tool

NAMES = tool.NAMES
each_planted = pytest.mark.parametrize(
    "name, function",
    [(name, function) for name in NAMES for function in load_planted(name)],
    ids=lambda value: getattr(value, "__name__", value),
)


def run(*arguments, cwd) -> str:
    """What a Python process prints; its warnings are its own."""
    environment = os.environ | {"MUSICGAN_STATIC": "1", "OMP_NUM_THREADS": "1"}
    environment["PYTHONPATH"] = str(submissions.ROOT)
    told = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-3000:]
    return told.stdout


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with the release of all assignments."""
    folder = tmp_path_factory.mktemp("course") / "course"
    run(submissions.ROOT / "tools" / "assignments.py", "--out", folder, cwd=folder.parent)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_each_submission_gets_what_it_deserves(name, course, tmp_path):
    release = nbformat.read(tool.notebook_of(course, "release", name), as_version=4)
    planted = rotation.pick(load_planted(name), 3)
    students = {"answers": (submissions.solve(name, release), expected(name))}
    students["untouched"] = (release, dict.fromkeys(expected(name), 0))
    colab = submissions.as_colab_saves(students["answers"][0])
    students["colab"] = (colab, expected(name))
    for function in planted:
        notebook = submissions.solve(name, release, function)
        students[function.__name__] = (notebook, expected(name, function))
    own = tmp_path / "course"
    shutil.copytree(course, own)  # with the gradebook, which has met the release
    for student, (notebook, _) in students.items():
        submissions.hand_in(own, student, name, notebook)
    points = json.loads(run(submissions.ROOT / "tests" / "grade_worker.py", own, name, cwd=own))
    manual = {n for n, c in cells_of(release).items() if c.metadata.nbgrader.solution} - {
        cell_of(function) for function in load_planted(name)
    }
    assert set(points) == set(students)
    for student, (_, deserved) in students.items():
        found = {cell: score for cell, score in points[student].items() if cell not in manual}
        assert found == deserved, student
        waits = {cell for cell, score in points[student].items() if score == "waits"}
        assert waits == (set() if student == "untouched" else manual), student


@each_planted
def test_each_planted_function_earns_its_points(name, function):
    """The same by plain Python: no kernel, so all of them at each commit."""
    cells, world = cells_of(read_source(name)), {}
    exec(cells["setup"].source, world)
    exec(f"{submissions.imports_of(function)}\n{submissions.source_of(function)}", world)
    earned = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a kernel would print them; some submissions overflow
        for part in ("seen", "hidden"):
            test = cells[f"{cell_of(function)}_{part}"]
            try:
                exec(test.source, world)
                earned.append(test.metadata.nbgrader.points)
            except Exception:  # any failure of a student's function is a failed test
                earned.append(0)
    assert tuple(earned) == load_planted(name)[function]


@pytest.mark.parametrize("name", NAMES)
def test_every_function_has_wrong_submissions(name):
    planted, points = load_planted(name), points_of(read_source(name))
    functions = {cell.removesuffix("_seen") for cell in points if cell.endswith("_seen")}
    full = {f: (points[f"{f}_seen"], points[f"{f}_hidden"]) for f in functions}
    wrong = [f for f, earned in planted.items() if earned != full[cell_of(f)]]
    assert {cell_of(function) for function in wrong} == functions
    assert len(wrong) >= 5 and len(planted) - len(wrong) >= 2
    caught_late = {cell_of(f) for f in wrong if planted[f] == (full[cell_of(f)][0], 0)}
    assert caught_late == functions, "each function has one that only its hidden tests catch"
    assert all(function.__doc__ for function in planted)
