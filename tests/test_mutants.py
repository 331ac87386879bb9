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


def test_what_was_noticed_is_asked_again_where_the_file_or_the_test_has_changed(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "test_a.py").write_text("assert True\n")
    mutant = {"file": "a.py", "find": "1", "replace": "2", "test": "test_a.py::test_it"}
    names = [mutants.remember(tmp_path, mutant)]
    for change in ({"file": "a.py"}, {"file": "test_a.py"}):
        (tmp_path / change["file"]).write_text("x = 1  # another\n")
        names.append(mutants.remember(tmp_path, mutant))
    names.append(mutants.remember(tmp_path, mutant | {"replace": "3"}))
    assert len(set(names)) == 4 and names[-2] == mutants.remember(tmp_path, mutant)


def test_the_test_that_noticed_is_written_down():
    """By hand: only the row that noticed is changed, and a test that names nobody changes nothing."""
    rows = """# head\n
[[mutant]] # one
file = "a.py"
find = "x = 1"
replace = "x = 2"
test = "tests/test_a.py"

[[mutant]] # two
file = "a.py"
find = "y = 1"
replace = "x = 2"
test = "tests/test_a.py"
"""
    said = "1 failed\nFAILED tests/test_a.py::test_b[one - two] - assert 1 == 2\n"
    test = mutants.name_test(said.replace(" - two", ""), "tests/test_a.py")
    assert test == "tests/test_a.py::test_b[one]"
    assert mutants.name_test("killed", "book/a.ipynb") == "book/a.ipynb"
    narrowed = mutants.narrow(rows, {("a.py", "y = 1", "x = 2", "tests/test_a.py"): test})
    first, second = narrowed.split("[[mutant]] # two")
    assert 'test = "tests/test_a.py"' in first and f'test = "{test}"' in second
    assert mutants.narrow(rows, {}) == rows
