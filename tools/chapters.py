"""Which notebooks the book has, and what their pages depend on."""

import hashlib
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: A page must be executed again when any of these change, though its own cells did not.
DEPENDENCIES = ("musicgan_lib", "results", "requirements.txt", "pyproject.toml")


def list_chapters() -> list[Path]:
    """The notebooks of ``_toc.yml``, in reading order."""
    names = re.findall(r"^\s*(?:- file|root):\s*(\S+)", (ROOT / "_toc.yml").read_text(), re.M)
    return [ROOT / f"{name}.ipynb" for name in names if (ROOT / f"{name}.ipynb").exists()]


def hash_dependencies() -> str:
    """One name for the state of library, data files, results, pins and Python.

    ``results/about`` (how long chapters took) and the index are left out: no page is drawn from them.
    """
    seen = hashlib.sha256(sys.version.encode())
    for name in DEPENDENCIES:
        path = ROOT / name
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        for file in files:
            if (
                "__pycache__" not in file.parts
                and "about" not in file.parts
                and file.name != "index.json"
            ):
                seen.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    return seen.hexdigest()


def hash_chapter(notebook: Path, dependencies: str) -> str:
    """The key under which a chapter's outputs may be used again: its code cells and what they stand on."""
    cells = json.loads(notebook.read_text())["cells"]
    code = [[c["source"], c["metadata"].get("tags")] for c in cells if c["cell_type"] == "code"]
    return hashlib.sha256((dependencies + json.dumps(code)).encode()).hexdigest()
