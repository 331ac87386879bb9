"""The list of one-line mistakes fits the code; ``make mutants`` makes each and asks its test."""

import pytest
from chapters import load_tool

mutants = load_tool("mutants")


def test_each_mistake_has_its_line_and_its_test():
    assert len(mutants.list_mutants()) > 100


def test_a_mistake_without_its_line_is_named(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "file.py").write_text("a = 1\na = 1\n")
    row = (
        '[[mutant]]\nfile = "file.py"\nfind = "a = 1"\nreplace = "a = 2"\ntest = "tests/none.py"\n'
    )
    (tmp_path / "tests" / "mutants.toml").write_text(row)
    with pytest.raises(ValueError, match="stands there 2 times\ntests/none.py is no test"):
        mutants.list_mutants(tmp_path)
