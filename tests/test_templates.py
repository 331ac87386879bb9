"""A page is held to the template of its kind: planted miniatures,
one whole of each kind and others that lack a thing.
"""

import copy
import re

import chapters
import pytest
import templates
from nbformat.v4 import new_code_cell, new_markdown_cell

from musicgan_lib import systems

SYSTEMS = {"one1990": "The first", "two1995": "The second", "other2000": "Another"}


def text(source):
    return new_markdown_cell(source)


def code(source, *tags):
    return new_code_cell(source, metadata={"tags": list(tags)})


OPENING = [
    text("# What was found\n\nTwo sentences."),
    text("## At a glance\n\nA table."),
    code("import os", "bootstrap"),
    code('PROFILE = "smoke"', "parameters"),
    code('run = runs.begin("mini")'),
]
END = [
    text("## Next\n\nThe next page."),
    text("## References\n\nA paper."),
    code("run.finish([])", "provenance"),
]
FAMILY = [
    *OPENING,
    text("## What it is\n\nThe first plays; `two1995` answers."),
    code('SYSTEMS = ("one1990", "two1995")'),
    text("## Hear it"),
    code("player(real, first, control)"),
    text("## Mechanism\n\nOne network."),
    code("assert turned == plain", "mechanism:one1990"),
    code('check_same("answer", own, library)', "mechanism:two1995"),
    text("## Control\n\nWhat is taken away."),
    code('dots(rows, control="shuffled")'),
    text("## Results\n\nAll of them."),
    code("for system in SYSTEMS:\n    show(records.recorded(system))"),
    text("## Differences\n\nThe first had more units, The second more music."),
    text("## Exercises\n\n★ **Predict.** Which?\n\n★★ **Write** it."),
    *END,
]
LESSON = [
    *OPENING,
    text("## Listen first"),
    code("player(real)"),
    text("## Quick quiz\n\n## Exercises\n\n## Five lines to keep\n\n## Symbols used"),
    *END,
]
LABORATORY = [
    *OPENING,
    text("## Listen first"),
    code('rows = records.recorded("lab/mini")'),
    text("## Quick quiz\n\n## Exercises\n\n## Five lines to keep"),
    *END,
]
GUIDE = [*OPENING, code("run.finish([])", "provenance")]
WHOLE = {"family": FAMILY, "lesson": LESSON, "laboratory": LABORATORY, "guide": GUIDE}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_whole_miniature_has_no_fault(kind):
    assert templates.list_faults(kind, WHOLE[kind], SYSTEMS) == []


def spoil(cells, old: str, new: str):
    """The cells with one text in place of another, which has to be there once."""
    cells = copy.deepcopy(cells)
    holders = [cell for cell in cells if old in cell.source]
    assert len(holders) == 1 and holders[0].source.count(old) == 1
    holders[0].source = holders[0].source.replace(old, new)
    return cells


@pytest.mark.parametrize(
    ("kind", "old", "new", "fault"),
    [
        *(
            (kind, f"## {name}", f"### {name}", f"lacks '## {name}'")
            for kind in WHOLE
            for name in templates.SECTIONS[kind]
        ),
        ("family", "# What was found", "What was found", "has not one headline"),
        ("family", "Two sentences.", "Two.\n\n# And another", "has not one headline"),
        ("family", "## Hear it", "## Results", "another order"),
        ("family", "## Control", "## Differences", "another order"),
        ("family", "SYSTEMS = (", "OTHERS = (", "says in no cell which systems it shows"),
        ("family", '"two1995")', '"two1996")', "'two1996' is no system"),
        ("family", '"two1995")', '"two1995", "two1995")', "two1995 is named twice"),
        ("family", '"two1995")', '"two1995", "other2000")', "0 cells are tagged mechanism:other2000"),
        ("family", '"one1990", ', "", "mechanism:one1990 is of no system of this page"),
        ("family", "The first plays; ", "", "'## What it is' does not name one1990"),
        ("family", ", The second more music", "", "'## Differences' does not name two1995"),
        ("family", "assert turned == plain", "print(turned)", "mechanism:one1990 checks nothing"),
        ("family", "player(real, first, control)", "show(real)", "'## Hear it' plays nothing"),
        ("family", ', control="shuffled"', "", "'## Control' runs or reads no control"),
        ("family", "records.recorded(system)", "0.5", "'## Results' reads no record"),
        ("family", "\n\n★★ **Write** it.", "", "asks 1 exercises"),
        ("lesson", "runs.begin(", "start(", "does not begin the run"),
        ("lesson", "run.finish(", "print(", "does not finish the run"),
        ("laboratory", "records.recorded(", "draw(", "reads no record"),
    ],
)  # fmt: skip
def test_what_a_page_lacks_is_named(kind, old, new, fault):
    found = templates.list_faults(kind, spoil(WHOLE[kind], old, new), SYSTEMS)
    assert any(fault in said for said in found), found


def test_a_shown_mechanism_is_of_a_system_checks_something_and_has_a_mutant():
    """What ``make stamp`` lists counts as evidence: each cell asserts, and a one-line mistake turns its page red."""
    mutants = chapters.load_tool("mutants").list_mutants()
    guarded = {(m["shows"], m["test"]) for m in mutants if "shows" in m}
    for system, page in systems.list_mechanisms().items():
        assert system in {s.id for s in systems.list_systems()}
        cells = chapters.read(chapters.ROOT / "book" / f"{page}.ipynb")
        (cell,) = (c for c in cells if system in templates.list_mechanisms(c))
        assert re.search(r"\bassert\b|\bcheck\w*\(", cell.source), system
        assert (system, f"book/{page}.ipynb") in guarded, f"no mutant shows = {system!r}"


def test_a_mechanism_is_shown_once_in_its_section_and_by_its_tag():
    for tag, fault in (("", "0 cells are tagged"), ("mechanism:two1995", "2 cells are tagged")):
        cells = copy.deepcopy(FAMILY)
        cell = next(c for c in cells if "mechanism:one1990" in chapters.tags(c))
        cell.metadata["tags"] = [tag] if tag else []
        assert any(fault in said for said in templates.list_faults("family", cells, SYSTEMS))
    cells = copy.deepcopy(FAMILY)
    moved = cells.pop(
        next(i for i, c in enumerate(cells) if "mechanism:one1990" in chapters.tags(c))
    )
    cells.insert(-1, moved)
    found = templates.list_faults("family", cells, SYSTEMS)
    assert found == ["mechanism:one1990 stands outside of '## Mechanism'"]


def test_a_lesson_is_no_family_page_and_a_family_page_no_lesson():
    assert len(templates.list_faults("family", LESSON, SYSTEMS)) > 5
    assert len(templates.list_faults("lesson", FAMILY, SYSTEMS)) > 3


def test_listening_comes_first():
    cells = [*OPENING, text("## The equation"), *LESSON[len(OPENING) :]]
    found = templates.list_faults("lesson", cells, SYSTEMS)
    assert found == ["listening comes before any definition"]


def test_a_folded_solution_is_no_section():
    cells = spoil(LESSON, "## Symbols used", "<details>\n\n## Symbols used\n\n</details>")
    assert templates.list_faults("lesson", cells, SYSTEMS) == ["lacks '## Symbols used'"]


def test_a_page_is_of_the_kind_of_its_folder(monkeypatch):
    tool = chapters.load_tool("chapters")
    book = chapters.ROOT / "book"
    known = {
        "systems/chorales.ipynb": "family", "lab/claims.ipynb": "laboratory", "papers/crnn_gan.ipynb": "lesson",
        "notation.md": "guide", "run_this_book.ipynb": "guide", "music_for_coders.ipynb": "lesson",
        "index.ipynb": "cover", "lab/index.ipynb": "laboratory",
    }  # fmt: skip
    assert {name: tool.kind_of(book / name) for name in known} == known
    with pytest.raises(ValueError, match="book/elsewhere: say in tools/chapters.py"):
        tool.kind_of(book / "elsewhere" / "page.ipynb")
    assert {*tool.KINDS.values(), "cover"} == set(templates.SECTIONS)
