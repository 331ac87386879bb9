"""What the tests know of the book's notebooks.

``python tests/chapters.py`` names the chapters that nbval executes on this commit: six of them, or all.
"""

import functools
import importlib
import importlib.util
import re
import sys
from pathlib import Path

import nbformat
import rotation

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = [
    p for p in sorted((ROOT / "book").rglob("*.ipynb")) if ".ipynb_checkpoints" not in p.parts
]


def load_tool(name: str):
    """A module of ``tools/``, whatever else bears its name."""
    spec = importlib.util.spec_from_file_location(f"tools_{name}", ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_tools(*names) -> list:
    """Modules of ``tools/`` that import one another: among them ``chapters`` is the one beside them, and not this."""
    ours = {name: sys.modules.pop(name, None) for name in {"chapters", *names}}
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return [importlib.import_module(name) for name in names]
    finally:
        sys.path.remove(str(ROOT / "tools"))
        for name, module in ours.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module


@functools.cache
def kinds() -> dict[Path, str]:
    """Every page of the table of contents and its kind."""
    tool = load_tool("chapters")
    return {page: tool.kind_of(page) for page in tool.list_pages()}


@functools.cache
def read(path: Path):
    """The notebook's cells, read once: nobody may change them."""
    return nbformat.read(path, as_version=4).cells


def tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


def code_cells(path: Path):
    return [c for c in read(path) if c.cell_type == "code"]


@functools.cache
def prose(path: Path) -> str:
    """All Markdown of a chapter, without the folded solutions."""
    text = "\n\n".join(c.source for c in read(path) if c.cell_type == "markdown")
    return re.sub(r"<details>.*?</details>", "", text, flags=re.S)


def name(path: Path) -> str:
    return path.relative_to(ROOT / "book").as_posix()


def executed_by_nbval() -> list[Path]:
    """Those that nbval executes in a kernel of its own; of all others it is given what the book's build heard."""
    return rotation.pick(CHAPTERS, 6)


if __name__ == "__main__":
    print(*(path.relative_to(ROOT) for path in executed_by_nbval()))
