"""What makes the book execute a page again: its cells, what they reach, and the records that it asked for."""

import json
from pathlib import Path

import nbformat
import pytest
from chapters import load_tool, load_tools

from musicgan_lib import files

chapters = load_tool("chapters")

CELLS = ["%matplotlib inline\nfrom musicgan_lib.metrics import bleu", "bleu"]


@pytest.fixture
def page(tmp_path):
    def write(*cells):
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        nbformat.write(book, tmp_path / "page.ipynb")
        return chapters.hash_chapter(tmp_path / "page.ipynb")

    return write


@pytest.fixture
def changed(monkeypatch):
    """A function that lets files of one name read as if somebody had edited them."""

    def edit(name):
        plain = Path.read_bytes
        monkeypatch.setattr(Path, "read_bytes", lambda f: plain(f) + b"#" * (f.name == name))

    return edit


@pytest.mark.parametrize(
    ("name", "again"),
    [("bleu.py", True), ("requirements.txt", True), ("biaxial.py", False), ("claims.json", False)],
)
def test_a_page_stands_on_what_it_reaches(page, changed, name, again):
    before = page(*CELLS)
    assert page(*CELLS) == before and page(CELLS[0], "bleu.mean_bleu") != before
    changed(name)
    assert (page(*CELLS) != before) == again


@pytest.mark.parametrize(
    ("asked", "stale"),
    [
        (["a.json"], False),
        (["b.json"], True),
        (["new.json"], True),
        ([chapters.records.WHOLE], True),
        ([], False),
    ],
)
def test_a_page_is_drawn_again_when_a_record_that_it_asked_for_changes(
    tmp_path, monkeypatch, asked, stale
):
    monkeypatch.setattr(chapters, "ROOT", tmp_path)
    (tmp_path / "results").mkdir()
    for name in ("a.json", "b.json"):
        (tmp_path / "results" / name).write_text("1")
    used = chapters.tell_used(asked)
    assert chapters.is_fresh(used)
    (tmp_path / "results" / "b.json").write_text("2")
    (tmp_path / "results" / "new.json").write_text("1")
    assert chapters.is_fresh(used) != stale


def test_an_execution_is_found_while_cells_and_records_are_those_that_it_had(
    page, tmp_path, monkeypatch
):
    monkeypatch.setattr(chapters, "EXECUTED", tmp_path)
    known = {"a.json": "1"}
    monkeypatch.setattr(chapters.records, "list_results", lambda folder: dict(known))
    notebook = tmp_path / "page.ipynb"
    page(*CELLS)
    assert chapters.find_executed(notebook) is None
    kept = chapters.name_executed(notebook)
    kept.write_text("{}")
    kept.with_suffix(".json").write_text(json.dumps({"used": chapters.tell_used(["a.json"])}))
    assert chapters.find_executed(notebook) == kept
    known["a.json"] = "2"
    assert chapters.find_executed(notebook) is None
    known["a.json"] = "1"
    page(*CELLS, "1")
    assert chapters.find_executed(notebook) is None


def test_a_page_leaves_out_that_it_waited_and_nothing_else(tmp_path, caplog):
    """Two pages are executed at once, and which of them waits is chance; a warning beside it is none."""
    with files.hold(tmp_path), pytest.raises(OSError), files.hold(tmp_path, seconds=1.1):
        pass
    waited = f"{caplog.messages[-1]}\n"
    warned = "/lib/x.py:3: DeprecationWarning: old: waiting for its end\n"

    def show(text, name="stderr"):
        said = nbformat.v4.new_output("stream", name=name, text=text)
        return [one["text"] for one in chapters.drop_waiting([said])]

    assert show(waited) == show(waited * 2) == []
    for text in (warned, f"{warned.strip()}: waiting for it\n", f"> {waited}", ""):
        assert show(text) == [text]
        assert show(waited + text + waited) == ([text] if text else [])
    assert show(waited, "stdout") == [waited]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("53 read, it's 7 in another metre", "53 read, it's 7 in another metre"),
        ({"setting": 0.5, "seeds": [1, 2]}, "setting: 0.5\nseeds: 1, 2"),
        ({"ours": {"notes": 3, "lost": 0.0}}, "ours: notes 3, lost 0.0"),
        ((1, 2), "(1, 2)"),
        ({}, "{}"),
    ],
)
def test_a_reader_meets_no_quotes_of_python(value, said):
    (build_book,) = load_tools("build_book")
    shown = nbformat.v4.new_output("execute_result", {"text/plain": repr(value)})
    assert build_book.say_plainly(shown).data["text/plain"] == said
    drawn = nbformat.v4.new_output("display_data", {"text/plain": "'a'", "image/png": ""})
    assert build_book.say_plainly(drawn) is drawn
    told = nbformat.v4.new_output("execute_result", {"text/plain": "CL-1: 5 cases"})
    assert build_book.say_plainly(told) is told
