"""What a piece of code reaches: imports at the top and in functions, however far, and nothing else."""

import pytest

from musicgan_lib import reach


def write(folder, **files):
    for name, text in files.items():
        path = folder.joinpath(*name.split("__")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def forget():
    reach._read.cache_clear()
    reach._read_rooms.cache_clear()


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A library of two rooms: ``low`` with three modules, ``high`` with two; its name is that of the real one."""
    root = tmp_path / reach.LIBRARY.name
    monkeypatch.setattr(reach, "LIBRARY", root)
    forget()
    write(
        root,
        low__base="import numpy\n",
        low__late="def f():\n    from .base import x\n",
        low__alone="",
        high__top="from ..low import late\nimport torch\n",
        high__circle="from musicgan_lib.high import circle, top\n",
    )
    for package in (root, root / "low", root / "high"):
        (package / "__init__.py").write_text("")
    yield root
    forget()


def names(files, root):
    return [f.relative_to(root).as_posix() for f in files]


def test_imports_are_followed_into_functions_and_around_circles(library):
    found = names(reach.list_reached(["musicgan_lib.high.circle", "numpy.linalg"]), library)
    assert found == [
        "__init__.py", "high/__init__.py", "high/circle.py", "high/top.py",
        "low/__init__.py", "low/base.py", "low/late.py",
    ]  # fmt: skip


def test_a_room_that_is_left_out_is_not_entered(library):
    found = names(reach.list_reached(["musicgan_lib.high.top"], without=["low"]), library)
    assert found == ["__init__.py", "high/__init__.py", "high/top.py"]


def test_a_room_that_is_imported_by_name_counts_whole_unless_the_caller_names_what_is_meant(
    library,
):
    write(library, high__cards='IMPORTS_BY_NAME = ("low",)\n')
    ask = ["musicgan_lib.high.cards"]
    assert "low/alone.py" in names(reach.list_reached(ask), library)
    assert "low/alone.py" not in names(reach.list_reached(ask, by_name=False), library)


def test_an_attribute_is_not_taken_for_a_module(library):
    assert reach.list_reached(["musicgan_lib.low.base.x"]) == [
        library / "__init__.py",
        library / "low" / "__init__.py",
    ]
