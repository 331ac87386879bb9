"""``make assignments``: what students get, in ``_build/assignments/release``.

nbgrader takes solutions and hidden tests out of ``assignments/source``. Then every notebook is read again, and
where anything of a solution or of a hidden test is left, the release is deleted and the command fails.
"""

import argparse
import os
import re
import shutil
import sys
from pathlib import Path

import nbformat
from chapters import ROOT

SOURCE = ROOT / "assignments"
RELEASE = ROOT / "_build" / "assignments"
#: One for each part of the book, in its order.
NAMES = ("start_here", "music_as_data", "foundations", "papers", "lab")
#: Everything between these words is for the instructor alone.
REGIONS = re.compile(
    r"^[^\n]*### BEGIN (SOLUTION|HIDDEN TESTS|MARK SCHEME)\n.*?^[^\n]*### END \1[^\n]*$\n?",
    re.S | re.M,
)
MARKERS = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)")
TEXT_STUB = "YOUR ANSWER HERE"


def notebook_of(course: Path, step: str, name: str) -> Path:
    """A notebook of a course: ``step`` is ``source``, ``release`` or ``submitted/<student>``."""
    return course / step / name / f"{name}.ipynb"


def open_course(course: Path):
    """nbgrader, started in the folder of a course, with its settings."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import PyFileConfigLoader

    # nbgrader starts `alembic` by its bare name, which stands beside Python
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()
    config.CourseDirectory.root = str(course)
    return NbGraderAPI(config=config)


def start_course(course: Path, names=NAMES) -> None:
    """Lay the sources and the settings of some assignments into an empty folder."""
    course.mkdir(parents=True)
    shutil.copy(SOURCE / "nbgrader_config.py", course)
    for name in names:
        target = notebook_of(course, "source", name)
        target.parent.mkdir(parents=True)
        shutil.copy(notebook_of(SOURCE, "source", name), target)


def make_release(course: Path, names=NAMES) -> None:
    """Write ``release/`` of a course; RuntimeError, and no release, where nbgrader fails or something is left."""
    api = open_course(course)
    try:
        for name in names:
            told = api.generate_assignment(name, force=True, create=True)
            if not told["success"]:
                raise RuntimeError(f"{name}: nbgrader says\n{told['log']}\n{told['error']}")
            source, release = (
                nbformat.read(notebook_of(course, step, name), as_version=4)
                for step in ("source", "release")
            )
            if left := find_leftovers(source, release):
                raise RuntimeError(f"{name} would tell its answers:\n" + "\n".join(left))
    except RuntimeError:
        shutil.rmtree(course / "release", ignore_errors=True)
        raise


def find_leftovers(source, release) -> list[str]:
    """What a release still has of solutions and hidden tests: one sentence each, none where it may be handed out."""
    kept = {cell.metadata.nbgrader.grade_id: cell for cell in release.cells}
    whole = nbformat.writes(release)
    left = [f"the word {found.group()!r}" for found in MARKERS.finditer(whole)]
    open_lines = {
        line.strip() for cell in source.cells for line in REGIONS.sub("", cell.source).splitlines()
    }
    for cell in source.cells:
        name = cell.metadata.nbgrader.grade_id
        if name not in kept:
            left.append(f"{name}: the cell is gone")
            continue
        left += [f"{name}: {line}" for line in _tell_differences(cell, kept[name])]
        for region in REGIONS.finditer(cell.source):
            secret = {line.strip() for line in region.group().splitlines()} - open_lines
            told = {line.strip() for c in release.cells for line in c.source.splitlines()}
            left += [f"{name}: the line {line!r}" for line in sorted(secret & told)]
    return left


def _tell_differences(cell, kept) -> list[str]:
    """What a released cell says of its kind and of its text that it should not."""
    told = []
    ours, theirs = cell.metadata.nbgrader, kept.metadata.nbgrader
    for key in ("grade", "solution", "locked", "points"):
        if ours.get(key) != theirs.get(key):
            told.append(f"{key} is {theirs.get(key)} and was {ours.get(key)}")
    if kept.get("outputs"):
        told.append("it has outputs")
    if ours.solution and cell.cell_type == "markdown" and kept.source != TEXT_STUB:
        told.append("the model answer is there")
    if ours.solution and cell.cell_type == "code":
        head = REGIONS.sub("", cell.source).rstrip()
        if head == cell.source.rstrip():
            told.append("its solution is not between ### BEGIN SOLUTION and ### END SOLUTION")
        if "YOUR CODE HERE" not in kept.source or not kept.source.startswith(head):
            told.append("it is no stub")
    if not ours.solution and kept.source.rstrip() != REGIONS.sub("", cell.source).rstrip():
        told.append("it is not the source without its hidden tests")
    return told


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, default=RELEASE, help="an own folder, made anew")
    out = options.parse_args().out
    shutil.rmtree(out, ignore_errors=True)
    start_course(out)
    try:
        make_release(out)
    except RuntimeError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    for name in NAMES:
        print(notebook_of(out, "release", name))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
