"""Which notebooks the book has, and what their pages depend on."""

import hashlib
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from musicgan_lib.experiments import records  # noqa: E402 - this checkout's, whatever is installed
from musicgan_lib.reach import LIBRARY, list_imported, list_reached  # noqa: E402

#: A page's kind, by the folder of ``book`` that it lies in; what each kind has to hold stands in
#: ``tests/templates.py``.
KINDS = {
    "": "guide",
    "representations": "lesson",
    "foundations": "lesson",
    "papers": "lesson",
    "systems": "family",
    "lab": "laboratory",
    "teach": "guide",
}
#: Pages of other folders that look at what was recorded.
LABORATORIES = ("sixty_years",)
#: Pages of the lab that are no laboratory: the reader plays with them.
PLAYGROUNDS = ("compose",)
#: The page that the book opens with.
COVER = "index"
#: Lessons that lie at the door of the book, among the guides.
FIRST_LESSONS = ("music_for_coders", "tensors_for_musicians")
#: Whatever a page imports, it runs with these versions.
PINS = ("requirements.txt", "pyproject.toml")
#: What ``files.hold`` says in a page while the page beside it makes what both need.
WAITS = re.compile(r"another process works on [^\n]+: waiting for it\n?")
#: Chapters with the outputs of their one execution
EXECUTED = ROOT / "_build" / "executed"


def list_pages() -> list[Path]:
    """The pages of ``_toc.yml``, notebooks and Markdown, in reading order;
    FileNotFoundError for one that is not there.
    """
    names = re.findall(r"^\s*(?:- file|root):\s*(\S+)", (ROOT / "_toc.yml").read_text(), re.M)
    return [_find_page(name) for name in names]


def _find_page(name: str) -> Path:
    for suffix in (".ipynb", ".md"):
        if (page := ROOT / f"{name}{suffix}").exists():
            return page
    raise FileNotFoundError(f"_toc.yml names {name}, and there is no such page")


def list_chapters() -> list[Path]:
    """The notebooks among the pages, in reading order."""
    return [page for page in list_pages() if page.suffix == ".ipynb"]


def kind_of(page: Path) -> str:
    """``lesson``, ``family``, ``guide``, ``laboratory`` or ``cover``;
    ValueError for a page in a folder whose kind nobody has said.
    """
    folder = page.parent.relative_to(ROOT / "book").as_posix().removeprefix(".")
    if folder not in KINDS:
        raise ValueError(f"book/{folder}: say in tools/chapters.py which kind its pages are of")
    if page.stem == COVER and not folder:
        return "cover"
    if page.stem in PLAYGROUNDS:
        return "guide"
    if page.stem in LABORATORIES:
        return "laboratory"
    return "lesson" if page.stem in FIRST_LESSONS and not folder else KINDS[folder]


def hash_chapter(notebook: Path) -> str:
    """What a chapter's outputs were made by: its code cells, what they reach of the library, pins and Python.

    Records are not among it: which of them a page opens is known once it ran (:func:`is_fresh`).
    """
    cells = [c for c in json.loads(notebook.read_text())["cells"] if c["cell_type"] == "code"]
    code = [[c["source"], c["metadata"].get("tags")] for c in cells]
    seen = hashlib.sha256((sys.version + json.dumps(code)).encode())
    plain = [re.sub(r"^\s*[%!].*$", "pass", "".join(c["source"]), flags=re.M) for c in cells]
    reached = list_reached(list_imported("\n".join(plain)))
    rooms = {file.parent for file in reached if file.name != "__init__.py"}
    tables = {f for room in rooms for f in room.iterdir() if f.is_file() and f.suffix != ".py"}
    for file in [*reached, *sorted(tables), *(ROOT / name for name in PINS)]:
        if (
            file != LIBRARY / "experiments" / "results_index.json"
        ):  # which records there are, not what
            seen.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    return seen.hexdigest()


def tell_used(names) -> dict[str, str | None]:
    """Records by what a page asked for (``records.WHOLE`` is the list of all), and the hash that each has now."""
    known = records.list_results(ROOT / "results")
    whole = hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()
    return {name: whole if name == records.WHOLE else known.get(name) for name in sorted(names)}


def is_fresh(used: dict) -> bool:
    """Whether all records that a page asked for are what they were then."""
    return tell_used(used) == used


def name_executed(notebook: Path) -> Path:
    """Where a chapter's execution is kept: another file when its cells, what they reach, or pins change."""
    return EXECUTED / f"{notebook.stem}.{hash_chapter(notebook)[:16]}.ipynb"


def find_executed(notebook: Path) -> Path | None:
    """A chapter's execution, where there is one that neither its code nor a record has left behind."""
    kept = name_executed(notebook)
    if not kept.exists():
        return None
    used = json.loads(kept.with_suffix(".json").read_text())["used"]
    return kept if is_fresh(used) else None


def hash_everything() -> str:
    """One name for the state of library, results, pins and Python; times that were measured are left out."""
    seen = hashlib.sha256(sys.version.encode())
    for name in ("musicgan_lib", "results", *PINS):
        path = ROOT / name
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        for file in files:
            if "__pycache__" not in file.parts and file.name not in (
                "index.json",
                "run_times.json",
            ):
                seen.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    return seen.hexdigest()


def drop_waiting(outputs) -> list:
    """A cell's outputs without the lines in which it only said that it waited for another page; all else stays."""
    kept = []
    for said in outputs:
        if said.get("name") == "stderr":
            lines = str(said["text"]).splitlines(keepends=True)
            left = "".join(line for line in lines if not WAITS.fullmatch(line))
            if lines and not left:
                continue
            said = type(said)(said | {"text": left})
        kept.append(said)
    return kept
