"""What is stored in a chapter is what the chapter said when the book was built."""

import re
import subprocess
import sys

import nbformat
import pytest
import replay
from chapters import CHAPTERS, load_tool, name, tags
from nbclient import NotebookClient
from nbval.plugin import NbCellError

tools = load_tool("chapters")


def find_executed(path):
    executed = tools.find_executed(path)
    assert executed is not None, "build it first: make book"
    return executed


def outcomes(cells) -> list[str]:
    """Of each cell what becomes of it, in words."""
    found = []
    for cell in cells:
        try:
            cell.runtest()
        except NbCellError:
            found.append("failed")
        except pytest.skip.Exception:
            found.append("skipped")
        else:
            found.append("passed")
    return found


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_a_chapter_says_what_is_stored_in_it(path, request):
    for cell in replay.collect(request.session, path, replay.Replay(find_executed(path))):
        try:
            cell.runtest()
        except NbCellError as difference:
            pytest.fail(f"{difference}\n{difference.source}\n{difference.inner_traceback}")


COMPARED = [p for p in CHAPTERS if "nbval-check-output" in p.read_text()]


@pytest.mark.parametrize("path", COMPARED, ids=name)
def test_another_stored_output_is_noticed(path, request, tmp_path):
    """One more letter in what a compared cell has stored, in a copy: that cell fails, and no other."""
    notebook = nbformat.read(path, as_version=4)
    code = [c for c in notebook.cells if c.cell_type == "code"]
    compared = [i for i, c in enumerate(code) if "nbval-check-output" in tags(c)]
    for cell in (code[i] for i in compared):
        output = cell.outputs[-1]
        if output.output_type == "stream":
            output.text += "?"
        else:
            output.data["text/plain"] += "?"
    nbformat.write(notebook, tmp_path / path.name)
    kernel = replay.Replay(find_executed(path))
    found = outcomes(replay.collect(request.session, tmp_path / path.name, kernel))
    assert [i for i, outcome in enumerate(found) if outcome == "failed"] == compared


#: A cell, what is stored of it in place of what it says, and its tags
PLANTED = [
    ("1 + 1", None, ["nbval-check-output"]),
    ("2 + 2", "5", ["nbval-check-output"]),
    ("3 + 3", "7", []),
    ("print('a'); print('b')", None, ["nbval-check-output"]),
    ("print('c')", "d\n", ["nbval-check-output"]),
    ("print('10 %\\r20 %')", None, ["nbval-check-output"]),
    ("import sys; print('e', file=sys.stderr); print('f')", None, ["nbval-check-output"]),
    ("from IPython.display import HTML; HTML('<b>g</b>')", None, ["nbval-check-output"]),
    ("HTML('<i>h</i>')", "<IPython.core.display.HTML object>!", ["nbval-check-output"]),
    ("display(1); display(2)", None, ["nbval-check-output"]),
    ("i = 1", None, ["nbval-check-output"]),
    ("1 / 0", None, ["raises-exception"]),
    ("display(3)", "4", ["nbval-check-output", "nbval-skip"]),
    ("9", None, ["nbval-check-output"]),
]


def test_the_verdict_is_that_of_nbval_with_a_kernel(request, tmp_path):
    """Each kind of output, as said and planted wrong:
    what nbval with a kernel makes of it, cell by cell, the replay makes.
    """
    cells = [
        nbformat.v4.new_code_cell(source, metadata={"tags": told}) for source, _, told in PLANTED
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name="python3").execute()
    nbformat.write(notebook, tmp_path / "executed.ipynb")
    for cell, (_, stored, _) in zip(notebook.cells, PLANTED, strict=True):
        if stored is not None and cell.outputs[0].output_type == "stream":
            cell.outputs[0].text = stored
        elif stored is not None:
            cell.outputs[0].data["text/plain"] = stored
    notebook.cells[-1].outputs.append(nbformat.v4.new_output("display_data", {"text/plain": "9"}))
    nbformat.write(notebook, tmp_path / "stored.ipynb")
    kernel = replay.Replay(tmp_path / "executed.ipynb")
    replayed = outcomes(replay.collect(request.session, tmp_path / "stored.ipynb", kernel))
    assert replayed == ask_nbval(tmp_path / "stored.ipynb")
    assert replayed.count("skipped") == 1 and replayed.count("failed") == 4


def ask_nbval(path) -> list[str]:
    """What nbval says of each cell, as a program that starts a kernel."""
    options = [
        "-v",
        "-p",
        "no:cacheprovider",
        "-W",
        "default",
        "--nbval-lax",
        "--nbval-current-env",
    ]
    reply = subprocess.run(
        [sys.executable, "-m", "pytest", *options, path.name],
        cwd=path.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return [
        word.lower() for word in re.findall(r"::Cell \d+ (PASSED|FAILED|SKIPPED)", reply.stdout)
    ]
