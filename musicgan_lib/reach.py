"""Which files of this library a piece of code reaches by its imports: what a kept result depends on."""

import ast
import functools
from collections.abc import Iterable
from pathlib import Path

LIBRARY = Path(__file__).resolve().parent


#: A module that imports others by names that it computes says so: ``IMPORTS_BY_NAME = ("games",)`` are all of a room.
BY_NAME = "IMPORTS_BY_NAME"


def list_reached(
    names: Iterable[str], without: Iterable[str] = (), by_name: bool = True
) -> list[Path]:
    """The files that modules such as ``"musicgan_lib.learning.fit"`` are, import, and so on, sorted.

    An import counts wherever it stands, in a function too. ``without`` names rooms that are not entered, such as
    ``"corpora"``. Where a module imports by computed names all that it may reach counts, unless ``by_name`` is False:
    then whoever asks names what is meant. Names outside the library are passed over.
    """
    without = {LIBRARY / room for room in without}
    found, left = set(), [file for name in names for file in _find(name)]
    while left:
        file = left.pop()
        if file not in found and not without & set(file.parents):
            found.add(file)
            left += [there for name in _read(file) for there in _find(name)]
            left += [
                f for room in _read_rooms(file) if by_name for f in (LIBRARY / room).rglob("*.py")
            ]
    return sorted(found)


def list_imported(source: str, package: str = "") -> set[str]:
    """The full names that Python source imports.

    Relative ones are taken from ``package``, such as ``"musicgan_lib.learning"``.
    """
    found, inside = set(), package.split(".")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = inside[: len(inside) - node.level + 1] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            found |= {start} | {f"{start}.{alias.name}" for alias in node.names}
    return found


@functools.cache
def _read(file: Path) -> frozenset[str]:
    package = ".".join([LIBRARY.name, *file.parent.relative_to(LIBRARY).parts])
    return frozenset(list_imported(file.read_text("utf-8"), package))


@functools.cache
def _read_rooms(file: Path) -> tuple[str, ...]:
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == BY_NAME:
            return ast.literal_eval(node.value)
    return ()


def _find(name: str) -> list[Path]:
    """The file of a module, and those of the packages around it: importing it runs them all."""
    first, *parts = name.split(".")
    if first != LIBRARY.name:
        return []
    packages = [LIBRARY.joinpath(*parts[:i]) / "__init__.py" for i in range(len(parts) + 1)]
    module = LIBRARY.joinpath(*parts).with_suffix(".py") if parts else LIBRARY
    return [file for file in [*packages, module] if file.is_file()]
