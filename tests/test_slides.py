"""Decks of the lessons: what each marks, what a slide keeps of long prose, and what becomes of its code."""

import re
from pathlib import Path

import chapters
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

ROOT = Path(__file__).resolve().parents[1]


(slides,) = chapters.load_tools("slides")
LESSONS = slides.list_lessons()


def read(path):
    return nbformat.read(path, as_version=4)


def find(name):
    return next(path for path in LESSONS if path.stem == name)


def word(source, kind=None):
    slideshow = {"slideshow": {"slide_type": kind}} if kind else {}
    return new_markdown_cell(source, metadata=slideshow)


def code(source, kind=None, *tags, **said):
    slideshow = {"slideshow": {"slide_type": kind}} if kind else {}
    outputs = [new_output("display_data", data={f"text/{t}": words}) for t, words in said.items()]
    return new_code_cell(source, metadata=slideshow | {"tags": list(tags)}, outputs=outputs)


def pack(*cells):
    return slides.pack(nbformat.v4.new_notebook(cells=list(cells))).cells


def shown(cells, kind=None):
    return [
        c.source for c in cells if (c.metadata.slideshow.slide_type == "notes") == (kind == "notes")
    ]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_marks_its_deck(path):
    cells = read(path).cells
    marked = [cell for cell in cells if slides.slide_type(cell) not in (None, "skip", "notes")]
    assert 10 <= slides.count_slides(read(path)) <= 20
    assert marked[0] is cells[0] and cells[0].source.startswith("# ")
    text = "\n".join(cell.source for cell in marked)
    for heading in ("Listen first", "Quick quiz", "Five lines to keep"):
        assert f"## {heading}" in text, f"no slide for {heading}"
    assert text.count("quiz(\n") >= 2 and re.search(r"player\(|blind_test\(", text)
    for label in re.findall(r"\\tag\{(.+?)\}", "\n".join(c.source for c in cells)):
        assert f"\\tag{{{label}}}" in text, f"no slide for equation {label}"
    kinds = [slides.slide_type(cell) for cell in marked]
    assert kinds[0] == "slide" and set(kinds) <= {"slide", "subslide", "fragment", "-"}


def test_there_are_as_many_decks_as_lessons():
    lessons = [page for page, kind in chapters.kinds().items() if kind == "lesson"]
    assert [p.stem for p in LESSONS] == [p.stem for p in lessons] and len(LESSONS) >= 26


def test_unmarked_prose_becomes_notes_and_unmarked_code_says_its_words_there():
    cells = pack(
        word("# What was found", "slide"),
        word("A long story about it."),
        code("x = 1", None, markdown="It was **seven**."),
        code("y = 2", None, plain="2"),
        word("Never said.", "skip"),
    )
    assert shown(cells) == ["# What was found"]
    assert shown(cells, "notes") == ["A long story about it.", "It was **seven**."]


def test_nothing_that_a_lesson_says_is_lost():
    long = " ".join(f"Sentence number {i} of a long story." for i in range(40))
    cells = pack(word(f"# Found\n\n{long}", "slide"))
    (slide,), (notes,) = shown(cells), shown(cells, "notes")
    assert slide.startswith("# Found\n\nSentence number 0 of a long story. Sentence")
    assert len(slide) < slides.PROSE + 20 and slide.endswith("story.") and long in notes


def test_a_slide_that_begins_with_code_has_the_heading_above():
    cells = pack(
        word("# Found", "slide"),
        word("## The step\n\n$$a \\tag{XX-1}$$", "slide"),
        code("def mine(): pass", "subslide", "own:XX-1", html="<table></table>"),
        code("check()", "-", "check:XX-1", plain="XX-1: no difference"),
        word("And so on.", "slide"),
    )
    assert shown(cells)[2:4] == ["### The step: (XX-1) in code", "def mine(): pass"]
    assert shown(cells)[-1] == "### The step\n\nAnd so on."
    hidden = {c.source: c.metadata.transient.remove_source for c in cells if c.cell_type == "code"}
    assert hidden == {"def mine(): pass": False, "check()": True}


def test_code_is_shown_where_what_it_prints_needs_it():
    cells = pack(
        word("# Found", "slide"),
        code("print(1)", "-", plain="1"),
        code("draw()", "-", html="<figure class='musicgan-figure'></figure>"),
        code("fold()", "-", "hide-input", plain="1"),
    )
    assert [c.metadata.transient.remove_source for c in cells[1:]] == [False, True, True]


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ([word("# Found", "slides")], "must be one of"),
        ([word("# Found", "-")], "none has begun"),
        ([word("# Found")], "no cell begins a slide"),
    ],
    ids=["unknown word", "goes on with nothing", "no slide"],
)
def test_marks_that_make_no_deck_are_refused(cells, wrong):
    with pytest.raises(ValueError, match=wrong):
        pack(*cells)


def test_an_equation_keeps_the_sentence_before_it_and_one_after():
    story = " ".join(f"Then comes sentence {i} about it." for i in range(30))
    steps = "\n".join(f"{i}. A step. (because of $x_{i}$)" for i in range(1, 30))
    kept = slides.shorten(f"## Name\n\n{steps}\n\n$$x \\tag{{AB-1}}$$\n\n{story}")
    blocks = kept.split("\n\n")
    assert blocks[:3] == ["## Name", "A step.", "$$x \\tag{AB-1}$$"] and len(blocks) == 4
    assert (
        blocks[3].startswith("Then comes sentence 0 about it.")
        and len(blocks[3]) <= slides.PROSE // 2
    )
    few = slides.shorten("## Name\n\n1. One.\n2. Two.\n\n$$x \\tag{AB-1}$$\n\n" + story)
    assert "1. One.\n2. Two." in few


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("Go up. Go down. Stay.", 16, "Go up. Go down."),
        ("By J. S. Bach, see Eq. 1 there. More.", 33, "By J. S. Bach, see Eq. 1 there."),
        ("Take $a. B$ and go. More.", 20, "Take $a. B$ and go."),
        ("Take $a. B$ and go. More.", 12, ""),
        ("**Name.** A long rest of it.", 12, ""),
        ("A step. (a reason)", 10, "A step."),
    ],
)
def test_sentences_are_cut_at_their_ends(text, limit, cut):
    assert slides.take_sentences(text, limit) == cut


def test_a_slide_begins_with_its_heading():
    cells = pack(
        word("# Found", "slide"),
        word("The end of the last section.\n\n## New\n\nIts first words.", "slide"),
    )
    assert shown(cells)[1] == "## New\n\nIts first words." and "The end" in shown(cells, "notes")[0]


def test_links_to_other_pages_are_words_on_a_slide():
    assert slides.shorten("See [the judge](judging.ipynb) and [a site](https://x.org).") == (
        "See the judge and [a site](https://x.org)."
    )


def test_stamps_keep_the_marks():
    (stamp,) = chapters.load_tools("stamp")
    marked = nbformat.v4.new_notebook(cells=[word("# Found", "slide")])
    marked.cells[0].metadata.other = 1
    text = stamp.stamp_notebook(nbformat.writes(marked), Path("page.ipynb"), {}, "a/b")
    assert nbformat.reads(text, as_version=4).cells[0].metadata == {
        "slideshow": {"slide_type": "slide"}
    }
