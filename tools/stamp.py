"""Write what is the same everywhere into every notebook, or with ``--check`` say what differs.

One bootstrap cell, in the assignments, too, one kernelspec, unique cell ids, no stored outputs but those tagged
``keep_output``, the run time of recorded runs, how many systems ran and what came of them, the repository's address,
and the list of results.
"""

import argparse
import json
import math
import os
import re
from collections import Counter
from functools import cache
from pathlib import Path

import nbformat
import nbstripout
from chapters import ROOT
from teach import stamped_pages

from musicgan_lib.experiments.records import list_results
from musicgan_lib.lab.landscape import explain_states

BOOTSTRAP = """# Bootstrap: the same in every chapter. It installs the library only where it is missing.
import importlib.util
import os
import subprocess
import sys

if importlib.util.find_spec("musicgan_lib") is None:
    source = os.environ.get("MUSICGAN_INSTALL", "git+https://github.com/{slug}")
    command = [sys.executable, "-m", "pip", "install", "-q", "--upgrade-strategy", "only-if-needed"]
    subprocess.run([*command, f"musicgan_lib @ {{source}}"], check=True)
    importlib.invalidate_caches()"""
KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
#: Cells with these words have their source folded on the page: set-up, and what would tell an answer.
FOLDED = ("# Bootstrap:", "runs.begin(", "quiz(\n", "blind_test(\n", "run.finish(")
#: Which page shows the mechanism of which system.
MECHANISMS = ROOT / "musicgan_lib" / "systems" / "mechanisms.json"
#: Files that name the repository.
NAMED_IN = ("_config.yml", "README.md", "CITATION.cff")


def written_slug() -> str:
    """``owner/name`` as _config.yml has it."""
    text = (ROOT / "_config.yml").read_text()
    return re.search(r"github\.com/([\w.-]+/[\w.-]+)", text).group(1)


def stamp_notebook(text: str, path: Path, times: dict, slug: str) -> str:
    """The notebook as it should be committed."""
    notebook = nbformat.reads(text, as_version=4)
    notebook.metadata = nbformat.from_dict(KERNEL)
    notebook.nbformat_minor = 5
    notebook = nbstripout.strip_output(notebook, keep_output=False, keep_count=True, keep_id=True)
    for number, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "code" and any(start in cell.source for start in FOLDED):
            tags = [*tags, "hide-input"]  # a quiz whose source is open has told its answer
        slide = {name: of for name, of in cell.metadata.items() if name == "slideshow"}
        cell.metadata = nbformat.from_dict(slide | ({"tags": sorted(set(tags))} if tags else {}))
        name = cell.get("id", "")
        if not name.startswith(f"{path.stem}-"):
            cell.id = f"{path.stem}-{name or number}"[:64]
        if "bootstrap" in tags:
            cell.source = BOOTSTRAP.format(slug=slug)
        if cell.cell_type == "code" and "keep_output" not in tags:
            cell.execution_count = None
        if cell.cell_type == "markdown" and "<!--" in cell.source:
            cell.source = stamp_costs(cell.source, times)
        if cell.cell_type == "markdown" and "run-time" in cell.source:
            cell.source = re.sub(
                r"<!-- run-time -->[^|]*", f"<!-- run-time -->{run_time(path, times)} ", cell.source
            )
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


def stamp_assignment(text: str, path: Path, slug: str) -> str:
    """A graded notebook as it should be committed: what nbgrader knows of its cells stays."""
    notebook = nbformat.reads(text, as_version=4)
    notebook.metadata = nbformat.from_dict(KERNEL)
    notebook = nbstripout.strip_output(notebook, keep_output=False, keep_count=False, keep_id=True)
    for cell in notebook.cells:
        about = cell.metadata["nbgrader"]
        cell.id = f"{path.stem}-{about['grade_id']}".replace("_", "-")[:64]
        if "bootstrap" in cell.metadata.get("tags", []):
            cell.source = BOOTSTRAP.format(slug=slug)
        cell.source = cell.source.replace(f"github.com/{written_slug()}", f"github.com/{slug}")
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


def run_time(path: Path, times: dict) -> str:
    """What *At a glance* says of the time, from recorded runs alone."""
    known = times.get(path.stem, {})
    return " smoke: " + (
        f"{max(1, round(known['smoke']))} s on two cores" if "smoke" in known else "not recorded"
    )


def stamp_costs(text: str, times: dict) -> str:
    """What a route takes to read, and what the whole book takes to run:
    both counted, behind comments that ask for it.
    """
    text = re.sub(
        r"<!-- minutes: ([\w ]+) -->.*",
        lambda found: (
            f"{found[0].split('-->')[0]}-->about {reading_minutes(found[1].split())} minutes to read"
        ),
        text,
    )
    seconds = sum(chapter["smoke"] for chapter in times.values())
    told = f"All {len(times)} chapters together run in about {seconds / 120:.0f} minutes on two cores, without a GPU."
    return tell_states(re.sub(r"<!-- cost -->(All [^.]*\.)?", f"<!-- cost -->{told}", text))


def tell_states(text: str) -> str:
    """How many systems ran and what the records say of them, behind a comment that asks for it."""
    return re.sub(r"<!-- states -->((?:Of|All) [^.]*\.)?", f"<!-- states -->{count_states()}", text)


@cache
def count_states() -> str:
    """The totals of the map, in a sentence."""
    found = Counter(state for state, _ in explain_states().values())
    total, absent = found.total(), found["ABSENT"]
    ran = (
        f"Of {total} systems on the map {total - absent} ran"
        if absent
        else f"All {total} systems on the map ran"
    )
    return (
        f"{ran} here, as miniatures: {found['WORKS']} beat their controls in every run, "
        f"{found['PARTIAL']} are not settled, and in {found['VOID']} a control did as well."
    )


def reading_minutes(names: list[str]) -> int:
    """Minutes to read these chapters: 180 words or 12 lines of open code in a minute, rounded up to five."""
    minutes = 0.0
    for name in names:
        (path,) = (ROOT / "book").rglob(f"{name}.ipynb")
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                minutes += len(cell.source.split()) / 180
            elif "hide-input" not in cell.metadata.get("tags", []):
                minutes += len(cell.source.splitlines()) / 12
    return 5 * math.ceil(minutes / 5)


def stamped(slug: str) -> dict[Path, str]:
    """Every file that this tool writes, and what it should hold."""
    file = ROOT / "results" / "about" / "run_times.json"
    times = json.loads(file.read_text()) if file.exists() else {}
    books = sorted(
        p for p in (ROOT / "book").rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts
    )
    files = {p: stamp_notebook(p.read_text(), p, times, slug) for p in books}
    for path in sorted((ROOT / "assignments" / "source").glob("*/*.ipynb")):
        files[path] = stamp_assignment(path.read_text(), path, slug)
    for name in NAMED_IN:
        text = (ROOT / name).read_text()
        text = text.replace(f"github.com/{written_slug()}", f"github.com/{slug}")
        files[ROOT / name] = tell_states(text)
    index = json.dumps(list_results(ROOT / "results"), indent=1) + "\n"
    shown = json.dumps(list_mechanisms(books), indent=1) + "\n"
    return files | stamped_pages() | {ROOT / "results" / "index.json": index, MECHANISMS: shown}


def list_mechanisms(books: list[Path]) -> dict[str, str]:
    """Of each system the page with its cell ``mechanism:<id>``; ValueError where two cells show one."""
    shown: dict[str, str] = {}
    for path in books:
        page = path.relative_to(ROOT / "book").with_suffix("").as_posix()
        for cell in nbformat.read(path, as_version=4).cells:
            for tag in cell.metadata.get("tags", ()):
                kind, _, system = tag.partition(":")
                if kind == "mechanism" and system in shown:
                    raise ValueError(f"mechanism:{system} stands on {shown[system]} and on {page}")
                if kind == "mechanism":
                    shown[system] = page
    return dict(sorted(shown.items()))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--check", action="store_true", help="change nothing, exit 1 where something differs"
    )
    check = options.parse_args().check
    # a fork is stamped with its own name once, by the workflow that publishes it; a check only
    # asks whether all files agree with each other
    slug = written_slug() if check else os.environ.get("GITHUB_REPOSITORY") or written_slug()
    wanted = stamped(slug)
    changed = [p for p, text in wanted.items() if p.read_text() != text]
    for path in changed:
        print(f"{'differs' if check else 'stamped'}: {path.relative_to(ROOT)}")
        if not check:
            path.write_text(wanted[path])
    return int(check and bool(changed))


if __name__ == "__main__":
    raise SystemExit(main())
