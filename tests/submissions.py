"""What students might hand in: the answers themselves, nothing, what Colab makes of them, and one wrong function."""

import copy
import functools
import importlib.util
import inspect
from pathlib import Path

import nbformat
from chapters import ROOT, load_tool

tool = load_tool("assignments")
PLANTED = ROOT / "tests" / "assignments"


def read_source(name: str):
    """A notebook of ``assignments/source``; nobody may change it."""
    return nbformat.read(tool.notebook_of(tool.SOURCE, "source", name), as_version=4)


def cells_of(notebook) -> dict:
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells}


def points_of(notebook) -> dict[str, float]:
    """The points of every cell that a program grades."""
    return {
        name: cell.metadata.nbgrader.points
        for name, cell in cells_of(notebook).items()
        if cell.metadata.nbgrader.grade and not cell.metadata.nbgrader.solution
    }


@functools.cache
def load_planted(name: str) -> dict:
    """The planted functions of an assignment and what each earns of (seen, hidden)."""
    path = PLANTED / f"wrong_{name}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.EARNS


def cell_of(function) -> str:
    return function.__name__.partition("__")[0]


def source_of(function) -> str:
    """The function as a student would write it, under the name that the task asks for."""
    return inspect.getsource(function).replace(function.__name__, cell_of(function))


def imports_of(function) -> str:
    """The imports above a planted function, which its cell needs, too."""
    lines = Path(function.__code__.co_filename).read_text().splitlines()
    return "\n".join(line for line in lines if line.startswith(("import ", "from ")))


def expected(name: str, function=None) -> dict[str, float]:
    """Full points in every cell but those of the planted function."""
    points = points_of(read_source(name))
    if function is not None:
        seen, hidden = load_planted(name)[function]
        points |= {f"{cell_of(function)}_seen": seen, f"{cell_of(function)}_hidden": hidden}
    return points


def solve(name: str, release, function=None):
    """A release with all answers filled in, but for one function."""
    notebook, answers = copy.deepcopy(release), cells_of(read_source(name))
    for cell_name, cell in cells_of(notebook).items():
        if cell.metadata.nbgrader.solution:
            cell.source = answers[cell_name].source
    if function is not None:
        cell = cells_of(notebook)[cell_of(function)]
        cell.source = f"{imports_of(function)}\n\n\n{source_of(function)}"
    return notebook


def as_colab_saves(notebook):
    """The same notebook in the form of Colab's files: ids in the metadata, minor version 0, outputs, own keys."""
    notebook = copy.deepcopy(notebook)
    notebook.nbformat_minor = 0
    notebook.metadata["colab"] = {"provenance": []}
    for cell in notebook.cells:
        cell.metadata["id"] = cell.pop("id")
        if cell.cell_type == "code":
            cell.metadata["outputId"] = "0"
            cell.execution_count = 1
            cell.outputs = [nbformat.v4.new_output("stream", text="said in Colab\n")]
    return notebook


def hand_in(course: Path, student: str, name: str, notebook) -> None:
    target = tool.notebook_of(course, f"submitted/{student}", name)
    target.parent.mkdir(parents=True)
    target.write_text(nbformat.writes(notebook))
