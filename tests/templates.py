"""What each kind of page has to hold: ``list_faults`` names what a page lacks, in sentences.

The kinds are those of ``tools/chapters.py``: a lesson teaches one result, a family page shows the systems of one family
side by side, a laboratory looks at recorded runs, a guide shows the way, and the cover is what a reader meets first: it
takes no parameters and writes no rows.
"""

import ast
import re

from chapters import tags

SECTIONS = {
    "lesson": (
        "At a glance", "Listen first", "Quick quiz", "Exercises",
        "Five lines to keep", "Symbols used", "Next", "References",
    ),
    "family": (
        "At a glance", "What it is", "Hear it", "Mechanism", "Control", "Results", "Differences", "Exercises",
        "Next", "References",
    ),
    "laboratory": (
        "At a glance", "Listen first", "Quick quiz", "Exercises", "Five lines to keep", "Next", "References",
    ),
    "guide": ("At a glance",),
    "cover": ("Three ways through", "What it costs"),
}  # fmt: skip
MECHANISM = "mechanism:"
#: What a family page has in one of its sections, as a pattern of the code there, and in words.
SHOWN = {
    "Hear it": (r"\b(player|play_sounds)\(", "plays nothing"),
    "Control": (r"\bcontrol", "runs or reads no control"),
    "Results": (r"\brecord", "reads no record"),
}


class Section:
    """What stands below a heading: Markdown and code cells."""

    def __init__(self):
        self.text = ""
        self.code = []

    def source(self) -> str:
        return "\n".join(cell.source for cell in self.code)


def split_sections(cells) -> dict[str, Section]:
    """Heading of the second level -> what stands below it, up to the next; folded solutions are left out."""
    sections = {"": Section()}
    here = sections[""]
    for cell in cells:
        if cell.cell_type == "code":
            here.code.append(cell)
            continue
        text = re.sub(r"<details>.*?</details>", "", cell.source, flags=re.S)
        first, *others = re.split(r"^## (.+?)\s*$", text, flags=re.M)
        here.text += first
        for heading, below in zip(others[::2], others[1::2]):
            here = sections.setdefault(heading, Section())
            here.text += below
    return sections


def list_faults(kind: str, cells, systems: dict[str, str]) -> list[str]:
    """What a notebook of a kind lacks, a sentence each; ``systems`` maps every known id to its name."""
    sections = split_sections(cells)
    found = [f"lacks '## {name}'" for name in SECTIONS[kind] if name not in sections]
    found += _list_frame_faults(cells, kind)
    order = list(sections)
    if "Listen first" in SECTIONS[kind] and "Listen first" in order[3:]:
        found.append("listening comes before any definition")
    code = "\n".join(c.source for c in cells if c.cell_type == "code")
    if kind == "laboratory" and not re.search(r"\brecord", code):
        found.append("a laboratory looks at what was recorded, and this one reads no record")
    if kind == "family":
        found += _list_family_faults(cells, sections, systems)
    return found


def _list_frame_faults(cells, kind: str) -> list[str]:
    """What every notebook has, whatever its kind; the cover is no run."""
    code = [c for c in cells if c.cell_type == "code"]
    text = "\n".join(c.source for c in cells if c.cell_type == "markdown")
    text = re.sub(r"<details>.*?</details>", "", text, flags=re.S)
    if len(code) < 4:
        return ["has no bootstrap, parameters, beginning and provenance"]
    wrong = {
        "has not one headline, at its top": not cells[0].source.startswith("# ")
        or len(re.findall(r"^# ", text, re.M)) != 1,
        "its first code cell is not the bootstrap": "bootstrap" not in tags(code[0]),
    }
    of_a_run = {
        "its second code cell does not hold the parameters": "parameters" not in tags(code[1]),
        "its third code cell does not begin the run": "runs.begin(" not in code[2].source,
        "its last code cell does not finish the run": "provenance" not in tags(code[-1])
        or ".finish(" not in code[-1].source,
    }
    if kind != "cover":
        wrong |= of_a_run
    return [what for what, so in wrong.items() if so]


def _list_family_faults(cells, sections, systems) -> list[str]:
    own = read_systems(cells)
    found = [] if own else ["says in no cell which systems it shows: SYSTEMS = (\"id\", ...)"]  # fmt: skip
    found += [f"{name!r} is no system" for name in own if name not in systems]
    found += [f"{name} is named twice in SYSTEMS" for name in {n for n in own if own.count(n) > 1}]
    headings = [name for name in sections if name in SECTIONS["family"]]
    if headings != [name for name in SECTIONS["family"] if name in sections]:
        found.append(f"its sections are in another order: {', '.join(headings)}")
    for name, (pattern, what) in SHOWN.items():
        if name in sections and not re.search(pattern, sections[name].source()):
            found.append(f"'## {name}' {what}")
    for name in ("What it is", "Differences"):
        for system in own if name in sections else ():
            words = (f"`{system}`", systems.get(system, system))
            if not any(word in sections[name].text for word in words):
                found.append(f"'## {name}' does not name {system}")
    found += _list_mechanism_faults(cells, sections, own)
    if "Exercises" in sections:
        asked = len(re.findall(r"^★+ ", sections["Exercises"].text, re.M))
        if asked < 2:
            found.append(f"asks {asked} exercises, and two or three are wanted")
    return found


def _list_mechanism_faults(cells, sections, own) -> list[str]:
    found, shown = [], {}
    for cell in cells:
        for system in list_mechanisms(cell):
            shown.setdefault(system, []).append(cell)
    for system in own:
        if len(shown.get(system, ())) != 1:
            found.append(f"{len(shown.get(system, ()))} cells are tagged {MECHANISM}{system}")
    found += [f"{MECHANISM}{name} is of no system of this page" for name in shown if name not in own]  # fmt: skip
    inside = sections["Mechanism"].code if "Mechanism" in sections else []
    for system, tagged in shown.items():
        if not all(any(cell is other for other in inside) for cell in tagged):
            found.append(f"{MECHANISM}{system} stands outside of '## Mechanism'")
        if not all(re.search(r"\bassert\b|\bcheck\w*\(", cell.source) for cell in tagged):
            found.append(f"{MECHANISM}{system} checks nothing")
    return found


def list_mechanisms(cell) -> list[str]:
    """The ids of the systems whose mechanism a cell shows."""
    return [tag.removeprefix(MECHANISM) for tag in tags(cell) if tag.startswith(MECHANISM)]


def read_systems(cells) -> list[str]:
    """The ids in ``SYSTEMS = (...)``, a literal of some code cell; none where there is no such line."""
    for cell in cells:
        if cell.cell_type == "code" and "SYSTEMS" in cell.source:
            for line in ast.parse(cell.source).body:
                if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "SYSTEMS":
                    return list(ast.literal_eval(line.value))
    return []
