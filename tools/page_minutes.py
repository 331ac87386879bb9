"""What a teacher wants to know of each page: its verbs, what it needs, and the minutes that it asks for, by activity.

Words, lines, equations, quizzes and exercises are counted in the notebooks; the seconds of music are those of the
players of executed pages (:func:`record_listening`), and the seconds of a run were recorded by ``build_book.py``.
"""

import base64
import html
import json
import re
from dataclasses import dataclass, fields
from pathlib import Path

import nbformat
from chapters import ROOT, find_executed, kind_of, list_pages

TEACH = ROOT / "book" / "teach"
RUN_TIMES = ROOT / "results" / "about" / "run_times.json"
LISTENING = ROOT / "results" / "about" / "listening_times.json"
#: Words, and lines of open code, that are read in a minute; the same as on the cover.
WORDS, LINES = 180, 12
#: Minutes assumed for a labelled equation beside its words, a quiz question, and an exercise by its stars.
EQUATION, QUIZ = 1, 1
STARS = {"★": 5, "★★": 15}
TICKS = 480  # of a quarter, in a player
RESEARCH = re.compile(r"^★★★ \*\*[^*]+\*\* (.+?)(?=\n\n|\n★|\Z)", re.M | re.S)


@dataclass(frozen=True)
class Minutes:
    """Minutes that a page asks for, by activity."""

    reading: float
    listening: float
    running: float
    quiz: float
    exercises: float

    @property
    def total(self) -> float:
        return sum(getattr(self, field.name) for field in fields(self))

    def __add__(self, other):
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return Minutes(*(a + b for a, b in pairs))


NOTHING = Minutes(0, 0, 0, 0, 0)


@dataclass(frozen=True)
class Page:
    """A page of the book as a teacher's table needs it: its name below ``book/``, title and part, verbs and minutes."""

    name: str
    title: str
    part: str
    verbs: tuple[str, ...]
    needs: tuple[str, ...]
    minutes: Minutes
    research: tuple[str, ...]

    def link(self) -> str:
        """A Markdown link from a page of ``book/teach``."""
        return f"[{self.title}](../{self.name}.ipynb)"


def list_contents() -> list[tuple[str, str, str]]:
    """(part, name below ``book/``, title in the sidebar) of every page of ``_toc.yml`` but the cover."""
    found, part = [], ""
    for line in (ROOT / "_toc.yml").read_text().splitlines():
        if caption := re.match(r"\s*- caption: (.+)", line):
            part = caption[1].strip('"')
        elif file := re.match(r"\s*- file: book/(\S+)", line):
            found.append([part, file[1], ""])
        elif title := re.match(r"\s*title: (.+)", line):
            found[-1][2] = title[1].strip('"')
    return [tuple(row) for row in found]


def read_page(part: str, name: str, title: str) -> Page:
    """A notebook of the book; ValueError where its *At a glance* does not say what a reader will be able to do."""
    path = ROOT / "book" / f"{name}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    text = "\n\n".join(c.source for c in cells if c.cell_type == "markdown")
    open_text = re.sub(r"<details>.*?</details>", "", text, flags=re.S)
    return Page(
        name=name,
        title=title,
        part=part,
        verbs=split_verbs(read_row(open_text, "You will be able to", name)),
        needs=list_links(read_row(open_text, "You need", name), path.parent),
        minutes=measure(path.stem, cells, open_text),
        research=tuple(map(shorten, RESEARCH.findall(open_text))),
    )


def shorten(exercise: str) -> str:
    """What an exercise says up to its first question, or all of it where it asks none, in one line."""
    said = " ".join(exercise.split())
    return re.match(r".+?\?(?= |$)|.+", said)[0]


def read_row(text: str, row: str, name: str) -> str:
    """A row of the table under *At a glance*."""
    glance = re.search(r"^## At a glance\n(.*?)(?=^## |\Z)", text, re.S | re.M)
    found = glance and re.search(rf"^\| {row} \| (.*?) \|$", glance[1], re.M)
    if not found:
        raise ValueError(f"book/{name}: its table under 'At a glance' has no row '{row}'")
    return found[1]


def split_verbs(text: str) -> tuple[str, ...]:
    return tuple(verb.strip() for verb in text.split(";"))


def list_links(text: str, folder: Path) -> tuple[str, ...]:
    """The notebooks of the book that are linked, by their names below ``book/``, in order and once each."""
    targets = re.findall(r"\]\(([^)#:]+)\.ipynb", text)
    found = [(folder / f"{target}.ipynb").resolve() for target in targets]
    names = [f.relative_to(ROOT / "book").with_suffix("").as_posix() for f in found]
    return tuple(dict.fromkeys(names))


def measure(stem: str, cells, text: str) -> Minutes:
    """The minutes of a page: counted where they can be, by the rates above where not."""
    lines = sum(
        len(c.source.splitlines())
        for c in cells
        if c.cell_type == "code" and "hide-input" not in c.metadata.get("tags", [])
    )
    reading = len(text.split()) / WORDS + lines / LINES + EQUATION * text.count(r"\tag{")
    code = "\n".join(c.source for c in cells if c.cell_type == "code")
    stars = re.findall(r"^(★+) ", text, re.M)
    return Minutes(
        reading=reading,
        listening=read_json(LISTENING).get(stem, {"seconds": 0})["seconds"] / 60,
        running=read_json(RUN_TIMES).get(stem, {"smoke": 0})["smoke"] / 60,
        quiz=QUIZ * len(re.findall(r"^quiz\(", code, re.M)),
        exercises=sum(STARS.get(star, 0) for star in stars),
    )


def read_json(path: Path) -> dict:
    return json.loads(path.read_text()) if path.exists() else {}


def read_book() -> dict[str, Page]:
    """Every notebook of the table of contents but those for teachers, by its name, in reading order.

    A guide that promises nothing to be able to do teaches nothing, and is passed over; any other page is refused.
    """
    found = {}
    for part, name, title in list_contents():
        path = ROOT / "book" / f"{name}.ipynb"
        if not path.exists() or path.parent == TEACH:
            continue
        try:
            found[name] = read_page(part, name, title)
        except ValueError:
            if kind_of(path) != "guide":
                raise
    return found


# -- music ------------------------------------------------------------------------------------------


def measure_music(executed: Path) -> dict[str, list[float]]:
    """The seconds of each take in the players and of each recorded sound of an executed notebook, by their cells."""
    found = {}
    for cell in nbformat.read(executed, as_version=4).cells:
        shown = "".join(
            "".join(o.get("data", {}).get("text/html", "")) for o in cell.get("outputs", ())
        )
        packed = re.findall(r"data-music='([^']*)'", shown)
        takes = [take for one in packed for take in json.loads(html.unescape(one))["p"]]
        sounds = map(base64.b64decode, re.findall(r'src="data:audio/wav;base64,([^"]+)"', shown))
        if seconds := [*map(seconds_of, takes), *map(seconds_of_wav, sounds)]:
            found[cell.id] = seconds
    return found


def seconds_of(take: dict) -> float:
    """How long a take of a player sounds, from its packed notes and its tempo."""
    values, value = [], 0
    for byte in base64.b64decode(take["n"]):
        value = value << 7 | byte & 127
        if not byte & 128:
            values.append(value)
            value = 0
    ends, at = [0], 0
    for since, length in zip(values[::5], values[1::5]):
        at += since
        ends.append(at + length)
    last, seconds = max(ends) / TICKS, 0.0
    changes = [(float(at), micro / 1e6) for at, micro in take["q"]]
    for (start, pace), (stop, _) in zip(changes, [*changes[1:], (last, 0)]):
        seconds += max(0.0, min(stop, last) - start) * pace
    return seconds


def seconds_of_wav(file: bytes) -> float:
    """How long a WAV file sounds, of whatever coding: its bytes after the first chunks, by its bytes a second."""
    at = file.index(b"data")
    return int.from_bytes(file[at + 4 : at + 8], "little") / int.from_bytes(file[28:32], "little")


def record_listening() -> None:
    """Keep how many takes each page of the built book plays, and for how long; a page that was not built stays."""
    known = read_json(LISTENING)
    for page in list_pages():
        executed = find_executed(page) if page.suffix == ".ipynb" else None
        if executed and kind_of(page) != "cover":
            takes = [s for of_cell in measure_music(executed).values() for s in of_cell]
            known[page.stem] = {"takes": len(takes), "seconds": round(sum(takes))}
    LISTENING.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")
