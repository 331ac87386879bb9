"""Decks from the lessons: the cells that their notebooks mark, with the outputs of the one execution.

A cell's ``slideshow.slide_type`` is what JupyterLab sets beside it: ``slide``, ``subslide``, ``fragment``, ``-`` (it
goes on with the slide before), ``notes``, ``skip``. A cell without one stays off the slides, and its words become notes
for the speaker. Long prose is shortened to its first sentences, and the notes have all of it. ``make slides`` writes
``_build/slides``; nothing there asks another host.
"""

import argparse
import importlib.util
import re
import shutil
from html import escape
from pathlib import Path

import nbformat
from chapters import ROOT, find_executed, kind_of, list_chapters
from nbconvert import SlidesExporter
from traitlets.config import Config

from musicgan_lib.listening.compose import write_static

OUT = ROOT / "_build" / "slides"
LOOK = Path(__file__).with_name("deck")
#: Where reveal.js looks for a theme of this name.
THEME = Path("_static") / "reveal" / "dist" / "theme" / f"{LOOK.name}.css"
KINDS = ("slide", "subslide", "fragment", "-", "notes", "skip")
#: What begins a slide.
BEGINS = ("slide", "subslide")
#: Letters of prose on one slide; the notes have the rest.
PROSE = 420
_TAG = re.compile(r"\\tag\{([A-Z]+-\d+)\}")
#: Where a sentence ends: not behind an initial or "Eq.".
_END = re.compile(r"(?<![A-Z])(?<!\bEq)(?<!\bNo)[.?!:][*)\"]*(?=\s+[\"*`$\[]*[A-Z0-9$]|\s+\(|\s*$)")
#: What an output holds that is looked at without its code.
_VISUAL = ("musicgan-", "mg-bet", "<svg", "<table", "image/png", "image/svg", "text/markdown")


def list_lessons() -> list[Path]:
    return [page for page in list_chapters() if kind_of(page) == "lesson"]


def slide_type(cell) -> str | None:
    """What a cell's notebook says of it; ValueError for a word that is none."""
    found = cell.metadata.get("slideshow", {}).get("slide_type") or None
    if found is not None and found not in KINDS:
        raise ValueError(f"slide_type is {found!r}, and must be one of {', '.join(KINDS)}")
    return found


def tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


def name_deck(notebook: Path) -> str:
    return f"{notebook.stem}.slides.html"


def read_executed(notebook: Path):
    """A lesson as it stands, with the outputs of its execution; FileNotFoundError where it was not executed."""
    executed = find_executed(notebook)
    if executed is None:
        raise FileNotFoundError(
            f"{notebook.name} has not been executed as it is now: make book, or tools/build_book.py --execute-only"
        )
    lesson, done = (nbformat.read(path, as_version=4) for path in (notebook, executed))
    code = [[c for c in nb.cells if c.cell_type == "code"] for nb in (lesson, done)]
    for cell, ran in zip(*code, strict=True):
        cell.outputs = ran.outputs
    return lesson


def shorten(source: str, limit: int = PROSE) -> str:
    """A Markdown cell as a slide has it: headings, equations with a label, tables and lists of lines to keep, and of
    its prose the first sentences, at most ``limit`` letters of them, some before an equation and some after it.
    """
    source = re.sub(r"<details>.*?</details>|<!--.*?-->", "", source, flags=re.S).strip()
    blocks = [block.strip() for block in re.split(r"\n\s*\n", source) if block.strip()]
    headed = next((i for i, block in enumerate(blocks) if block.startswith("#")), 0)
    blocks = blocks[headed:]  # what comes before ends the section above, and the notes have it
    prose = [block for block in blocks if _is_prose(block)]
    labelled = [i for i, block in enumerate(blocks) if _TAG.search(block)]
    if "## Five lines to keep" in blocks or sum(map(len, prose)) <= limit:
        return _unlink("\n\n".join(blocks))
    last = max(labelled, default=-1)
    before = _take_blocks(blocks[: last + 1], limit, bool(labelled))
    if labelled and not any(
        map(_is_prose, before)
    ):  # an equation has its sentence, be it of a list
        said = next((block for block in blocks if _is_prose(block)), "").split("\n")[0]
        said = take_sentences(re.sub(r"^(\d+\. |[-*] )", "", said), limit, least=True)
        headings = [block for block in before if block.startswith("#")]
        before = [*headings, said, *(block for block in before if block not in headings)]
    return _unlink(
        "\n\n".join(before + _take_blocks(blocks[last + 1 :], limit // 2 if labelled else limit))
    )


def _take_blocks(blocks: list[str], limit: int, labelled: bool = False) -> list[str]:
    """Headings and labelled equations, the first sentences, and lists that fit; other equations where nothing before
    them was cut.
    """
    kept, whole = [], True
    for block in blocks:
        if not _is_prose(block):
            if block.startswith("#") or _TAG.search(block) or whole and block.startswith("$$"):
                kept.append(block)
        elif whole and not block.startswith("|"):
            cut = _cut(block, limit, least=labelled and not any(map(_is_prose, kept)))
            limit -= len(cut)
            kept += [cut] if cut else []
            whole = cut == block
        else:
            whole = False
    if not whole and kept and _is_prose(kept[-1]):
        kept[-1] = re.sub(r":$", ".", kept[-1])  # what it announces is not on the slide
    return kept


def _cut(block: str, limit: int, least: bool) -> str:
    if re.match(r"\d+\. |[-*] ", block):
        return block if len(block) <= limit else ""
    return take_sentences(block, limit, least)


def _is_prose(block: str) -> bool:
    return not block.startswith(("#", "$$", "```", "!["))


def take_sentences(block: str, limit: int, least: bool = False) -> str:
    """The first sentences of a paragraph, as many as ``limit`` letters hold; ``least`` gives one at any length."""
    ends = [found.end() for found in _END.finditer(block)]
    ends = [end for end in ends if block[:end].count("$") % 2 == 0]
    inside = [end for end in ends if end <= limit] or (ends[:1] if least else [])
    cut = block[: inside[-1]] if inside else ""
    return (
        "" if re.fullmatch(r"\*\*[^*]+\*\*", cut) else cut
    )  # a heading in bold, and nothing below it


def _unlink(text: str) -> str:
    """Links to other pages as their words: a deck travels alone."""
    return re.sub(r"(?<!!)\[([^\]]*)\]\((?!https?:)[^)]*\)", r"\1", text)


def pack(lesson) -> nbformat.NotebookNode:
    """A lesson -> the notebook of its deck. ValueError where it marks no slide, or goes on before the first."""
    cells, heading, begun = [], "", False
    for cell in lesson.cells:
        if cell.cell_type == "markdown" and (found := re.search(r"^#+ (.+)$", cell.source, re.M)):
            heading = found.group(1)
        kind = slide_type(cell)
        begun = begun or kind in BEGINS
        if kind in ("fragment", "-") and not begun:
            raise ValueError(
                f"a cell goes on with a slide, and none has begun: {cell.source[:60]!r}"
            )
        if kind == "skip" or not begun:
            continue
        cells += (_pack_prose if cell.cell_type == "markdown" else _pack_code)(cell, kind, heading)
    if not cells:
        raise ValueError("no cell begins a slide")
    for cell in cells:  # "goes on" is what nbconvert makes of no type at all
        cell.metadata.slideshow = {
            "slide_type": cell.metadata.slideshow["slide_type"].replace("-", "")
        }
    packed = nbformat.v4.new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})
    packed.metadata.title = lesson.cells[0].source.split("\n")[0].removeprefix("# ")
    return packed


def _new_cell(source: str, kind: str):
    return nbformat.v4.new_markdown_cell(source, metadata={"slideshow": {"slide_type": kind}})


def _pack_prose(cell, kind: str | None, heading: str) -> list:
    whole = _unlink(
        re.sub(r"<details>.*?</details>|<!--.*?-->", "", cell.source, flags=re.S).strip()
    )
    if kind in (None, "notes"):
        return [_new_cell(whole, "notes")] if whole else []
    short = shorten(cell.source)
    if kind in BEGINS and not short.startswith("#"):
        short = f"### {heading}\n\n{short}"
    return [
        _new_cell(short, kind),
        *([_new_cell(whole, "notes")] if len(short) < len(whole) else []),
    ]


def _pack_code(cell, kind: str | None, heading: str) -> list:
    said = [o.data["text/markdown"] for o in cell.outputs if "text/markdown" in o.get("data", {})]
    if kind in (None, "notes"):
        return [_new_cell(_unlink(words), "notes") for words in said]
    shown = nbformat.v4.new_code_cell(cell.source, outputs=cell.outputs)
    for output in shown.outputs:
        if "text/markdown" in output.get("data", {}):
            output.data["text/markdown"] = _unlink(output.data["text/markdown"])
    seen = str([o.get("data", {}) for o in cell.outputs])
    own = [tag.removeprefix("own:") for tag in tags(cell) if tag.startswith("own:")]
    checks = any(tag.startswith("check:") for tag in tags(cell))
    hidden = not own and (
        checks or "hide-input" in tags(cell) or any(word in seen for word in _VISUAL)
    )
    shown.metadata.transient = {"remove_source": hidden}
    before = []
    if kind in BEGINS:
        before = [_new_cell(f"### {heading}{f': ({own[0]}) in code' if own else ''}", kind)]
        kind = "-"
    shown.metadata.slideshow = {"slide_type": kind}
    return [*before, shown]


def count_slides(lesson) -> int:
    return sum(slide_type(cell) in BEGINS for cell in lesson.cells)


def write_deck(notebook: Path, out: Path = OUT) -> Path:
    """One lesson's deck, into a folder that :func:`write_shared` has filled."""
    config = Config()
    config.SlidesExporter.template_name = LOOK.name
    config.SlidesExporter.extra_template_basedirs = [str(LOOK.parent)]
    config.SlidesExporter.reveal_url_prefix = "_static/reveal"
    config.SlidesExporter.reveal_theme = LOOK.name
    config.CSSHTMLHeaderPreprocessor.enabled = False  # colours of code are the deck's own
    text, _ = SlidesExporter(config=config).from_notebook_node(pack(read_executed(notebook)))
    deck = out / name_deck(notebook)
    deck.write_text(text, "utf-8")
    return deck


def write_shared(out: Path = OUT) -> None:
    """What all decks share: reveal.js and MathJax as the pinned packages have them, and our own look."""
    static = out / "_static"
    shutil.rmtree(static, ignore_errors=True)
    reveal = _find_package("sphinx_revealjs") / "_static" / "revealjs"
    for part in ("dist", "plugin/notes", "LICENSE"):
        source, to = reveal / part, static / "reveal" / part
        to.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, to)
    shutil.copytree(
        _find_package("sphinx-mathjax-offline") / "static" / "mathjax", static / "mathjax"
    )
    write_static(static, [])  # the players' script
    shutil.copy(LOOK / "deck.css", out / THEME)
    shutil.copy(LOOK / "deck.js", static / "deck.js")


def _find_package(name: str) -> Path:
    """Where an installed package lies; it is not imported."""
    return Path(importlib.util.find_spec(name).origin).parent


def read_headline(page: Path) -> str:
    return nbformat.read(page, as_version=4).cells[0].source.split("\n")[0].removeprefix("# ")


def write_index(lessons, out: Path = OUT) -> None:
    """The list of all decks, in reading order."""
    rows = "".join(
        f'<li><a href="{name_deck(page)}">{escape(read_headline(page))}</a></li>'
        for page in lessons
    )
    text = (LOOK / "list.html").read_text("utf-8")
    (out / "index.html").write_text(
        text.replace("THEME", THEME.as_posix()).replace("ROWS", rows), "utf-8"
    )


def main() -> int:
    options = argparse.ArgumentParser(description="Write the lessons' decks into _build/slides.")
    options.add_argument("names", nargs="*", help="lessons by name; all by default")
    chosen = options.parse_args()
    lessons = [page for page in list_lessons() if not chosen.names or page.stem in chosen.names]
    OUT.mkdir(parents=True, exist_ok=True)
    write_shared()
    for page in lessons:
        deck = write_deck(page)
        slides = count_slides(nbformat.read(page, as_version=4))
        print(f"{slides:3d} slides  {deck.relative_to(ROOT)}")
    write_index(list_lessons())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
