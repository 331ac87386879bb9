"""A first proposal of a lesson's slides: ``tools/slide_tags.py book/foundations/policy_gradient.ipynb ...``

Writes ``slideshow.slide_type`` into the cells of lessons that mark no slide yet (``--again``: into any), by the
sections that every lesson has. It needs the page's execution, which says where a picture, a player or a bet is. Look at
the deck then, and change the marks by hand, beside the cell in JupyterLab: nothing else reads this file.
"""

import argparse
import re
from pathlib import Path

import nbformat
from slides import BEGINS, read_executed, slide_type, tags

#: Sections that no slide needs.
LEFT = (
    "At a glance",
    "Exercises",
    "Symbols used",
    "Next",
    "References",
    "Compose",
    "Checked numbers",
)
#: Sections that every talk of the lesson has.
NEEDED = re.compile(r"Listen first|toy|Result|Quick quiz|Five lines|Where we differ|sounds like")
#: As many slides as a lecture has.
MOST = 20
_PICTURE = ("data-musicgan-player", "musicgan-figure", "<svg", "image/png", "image/svg")
_DIFFERENCES = 1100  # letters of a table that can still be read from the last row


def sees(cell, *words) -> bool:
    """Whether one of a code cell's outputs holds one of these words."""
    if cell.cell_type != "code":
        return False
    return any(word in str(output.get("data", {})) for output in cell.outputs for word in words)


def split(cells) -> list[tuple[str, list]]:
    """``(heading, cells)`` in order; the cell with the heading is the first of them."""
    sections = [("", [])]
    for cell in cells:
        if cell.cell_type == "markdown" and (found := re.match(r"#{1,3} (.+)", cell.source)):
            sections.append((found.group(1), []))
        sections[-1][1].append(cell)
    return [section for section in sections if section[1]]


def propose(lesson) -> dict[str, str]:
    """Id of a cell -> its slide type."""
    marks, spare = {}, []
    for heading, cells in split(lesson.cells):
        new = {} if heading in LEFT else propose_any(heading, cells)
        marks |= new
        if heading == "Quick quiz":
            spare = [{name: kind} for name, kind in list(new.items())[3:]] + spare
        elif new and not NEEDED.search(heading) and not any(is_needed(cell) for cell in cells):
            spare.append(new)
    for new in reversed(spare):  # what can wait for the page itself
        if count(marks) > MOST:
            marks = {name: kind for name, kind in marks.items() if name not in new}
    return marks


def is_needed(cell) -> bool:
    """Whether no deck goes without it: the headline, an equation's own version, a bet."""
    return cell.source.startswith("# ") or "own:" in str(tags(cell)) or sees(cell, "mg-bet")


def propose_any(heading: str, cells) -> dict[str, str]:
    if cells[0].source.startswith("# ") or heading == "Five lines to keep":
        return {cells[0].id: "slide"}
    if heading == "Quick quiz":
        asked = [cell.id for cell in cells if sees(cell, "musicgan-quiz")]
        return {cells[0].id: "slide", asked[0]: "-"} | dict.fromkeys(asked[1:], "subslide")
    if heading.startswith("Where we differ"):
        return propose_differences(cells)
    return propose_section(cells)


def count(marks) -> int:
    return sum(kind in BEGINS for kind in marks.values())


def propose_differences(cells) -> dict[str, str]:
    table = next((c for c in cells if c.cell_type == "code" and "|---" in str(c.outputs)), None)
    if table is None or len(str(table.outputs[-1]["data"]["text/markdown"])) > _DIFFERENCES:
        return {}
    return {cells[0].id: "slide", table.id: "-"}


def propose_section(cells) -> dict[str, str]:
    """The heading with its equation, the own version with its check, the first picture, a bet and what follows it."""
    new = {}
    labelled = next((c for c in cells if c.cell_type == "markdown" and "\\tag{" in c.source), None)
    picture = next((c for c in cells if sees(c, *_PICTURE) and not sees(c, "mg-bet")), None)
    bet = next((c for c in cells if sees(c, "mg-bet")), None)
    if labelled is not None:
        if picture is not None and 0 < cells.index(labelled) > cells.index(picture):
            new |= {cells[0].id: "slide", picture.id: "-"}
        new[labelled.id] = "slide"
    for cell in cells:
        kinds = [tag.split(":")[0] for tag in tags(cell)]
        if "own" in kinds:
            new[cell.id] = "subslide"
        elif "check" in kinds and any(kind == "subslide" for kind in new.values()):
            new[cell.id] = "-"
    if labelled is None and (picture is not None or bet is not None):
        new[cells[0].id] = "slide"
        first = bet if bet is not None else picture
        new[first.id] = "-"
        after = cells[cells.index(bet) + 1 :] if bet is not None else []
        told = [c for c in after if sees(c, "musicgan-figure")] or [
            c for c in after if sees(c, "|---")
        ]
        new |= {cell.id: "subslide" for cell in told[:1]}
    if labelled is None and not new and re.search(r"toy", cells[0].source.split("\n")[0]):
        opened = [c for c in cells if c.cell_type == "code" and c.outputs]
        new = {cells[0].id: "slide"} | ({opened[0].id: "-"} if opened else {})
    return new


def main() -> int:
    options = argparse.ArgumentParser(description="Propose which cells of lessons make slides.")
    options.add_argument("notebooks", nargs="+", type=Path)
    options.add_argument("--again", action="store_true", help="replace the marks that there are")
    chosen = options.parse_args()
    for path in chosen.notebooks:
        notebook = nbformat.read(path, as_version=4)
        if any(slide_type(cell) for cell in notebook.cells) and not chosen.again:
            print(f"{path.stem} has its marks already")
            continue
        marks = propose(read_executed(path.resolve()))
        for cell in notebook.cells:
            cell.metadata.pop("slideshow", None)
            if cell.id in marks:
                cell.metadata.slideshow = {"slide_type": marks[cell.id]}
        nbformat.write(notebook, path)
        print(f"{count(marks):3d} slides proposed  {path.stem}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
