"""What is typed after ``-p NAME`` is what a notebook gets: the same value, of the same type, or a sentence."""

import json
import math

import nbformat
import numpy as np
import pytest

from musicgan_lib.cli import main
from musicgan_lib.experiments import sweep

READ = {
    "1e-5,5e-6": [1e-05, 5e-06], "-1,1": [-1, 1], "-.5,+2,1E3": [-0.5, 2, 1000.0], " 1 , 2 ": [1, 2],
    "1,1.0": [1, 1.0], "true,False,NONE,null": [True, False, None, None], "inf,-inf": [math.inf, -math.inf],
    "0:3": [0, 1, 2], "-2:1": [-2, -1, 0], "0:2,7": [0, 1, 7], "0:10:4": [0, 4, 8], "3:3": [],
    "chorales,tunes": ["chorales", "tunes"], "a:b": ["a:b"], "don't": ["don't"],
    "'1e-5',\"1\",'true','none','nan'": ["1e-5", "1", "true", "none", "nan"], "'a,b'": ["a,b"], "''": [""],
    r"'it\'s'": ["it's"], "[1,2],[3]": [[1, 2], [3]], "[0:3]": [[0, 1, 2]], "[]": [[]],
    "[[1e-5,'2'],[word]]": [[[1e-5, "2"], ["word"]]], "['],',2]": [["],", 2]], "": [], " ": [],
}  # fmt: skip
REFUSED = {
    "1,,2": "empty value",
    ",": "empty value",
    "[1,2": "does not close",
    "1]": "not opened",
    "[1]2": "no list",
    "'a": "no text in quotes",
    "'a'b": "no text in quotes",
    "0x10": "begins like a number",
    "4/4": "begins like a number",
    "1e–5": "begins like a number",
    "0.1:0.5": "begins like a number",
    "1:2:3:4": "begins like a number",
    "-1e": "begins like a number",
    "0:5:0": "must not be zero",
}


def same(a, b) -> bool:
    """Equal, and of the same types down to the last element; nan is nan."""
    if type(a) is not type(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b or a != a and b != b


@pytest.mark.parametrize("text", READ)
def test_values_are_what_they_read_as(text):
    assert same(sweep.read_values(text), READ[text])


def test_nan_is_a_number():
    (value,) = sweep.read_values("nan")
    assert type(value) is float and math.isnan(value)


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_neither_number_nor_text_is_refused(text):
    with pytest.raises(ValueError, match=REFUSED[text]):
        sweep.read_values(text)


@pytest.mark.parametrize("value", [(1, 2), {1}, np.int64(3), np.float32(0.1), b"x", [[(1,)]]])
def test_a_value_that_would_arrive_as_another_is_refused(value):
    with pytest.raises(ValueError, match="LR has a"):
        sweep.make_grid({"LR": [0.1, value]})


#: What arrives is written as Python would write it: a text keeps its quotes, so no two types look alike.
BODY = """
import json, pathlib
pathlib.Path(OUT).mkdir(parents=True)
row = {"system": "toy", "variant": "plain", "control": None, "metrics": {"got": 1.0}}
pathlib.Path(OUT, "toy.json").write_text(json.dumps([row]))
pathlib.Path(OUT).with_name("arrived.txt").write_text(repr({name: globals()[name] for name in NAMES}))
"""


@pytest.fixture
def notebook(tmp_path):
    def make(names):
        given = "\n".join(f"{name} = 0.1" for name in names)
        given += f'\nNAMES = {names!r}\nOUT = ""'
        first = nbformat.v4.new_code_cell(given, metadata={"tags": ["parameters"]})
        page = nbformat.v4.new_notebook(cells=[first, nbformat.v4.new_code_cell(BODY)])
        page.metadata["kernelspec"] = {"name": "python3", "display_name": "p", "language": "python"}
        nbformat.write(page, tmp_path / "toy.ipynb")
        return tmp_path / "toy.ipynb"

    return make


def arrived(folder) -> dict:
    told = json.loads((folder / "point.json").read_text())
    assert told["status"] == "done", told["error"]
    names = {"nan": math.nan, "inf": math.inf}
    return eval((folder / told["place"] / "arrived.txt").read_text(), names)


def test_every_kind_of_value_arrives_as_it_is(notebook, tmp_path):
    values = [
        1e-05,
        5e-324,
        1e22,
        1e16,
        -0.0,
        0.1,
        1.0,
        1,
        -1,
        2**70,
        True,
        False,
        None,
        math.nan,
        math.inf,
        -math.inf,
        "1e-05",
        "1",
        "true",
        "null",
        "nan",
        ".5",
        "",
        "a,b",
        'it\'s "so"\n\\ {x} é',
        "2026-01-01",
        "1:30",
        "0x10",
        "~",
        [1e-05, "1e-05", None, True, [1, math.nan]],
        [],
    ]
    point = {f"V{i}": value for i, value in enumerate(values)}
    sweep.run_point(notebook(list(point)), point, tmp_path / "point", 120)
    found = arrived(tmp_path / "point")
    wrong = {k: (v, found[k]) for k, v in point.items() if not same(v, found[k])}
    assert not wrong


def test_from_a_terminal_to_the_notebook(notebook, tmp_path, capsys):
    """A list that begins below 0 is no option, and the summary takes values that have no order."""
    out = tmp_path / "o"
    words = ["sweep", str(notebook(["LR", "NAME"])), "-p", "LR", "-1e-5,nan", "-p", "NAME", "'1e-5'"]  # fmt: skip
    assert main([*words, "--out", str(out)]) == 0, capsys.readouterr().err
    found = [arrived(told.parent) for told in out.glob("points/*/point.json")]
    found.sort(key=lambda point: math.isnan(point["LR"]))
    assert same(found[0]["LR"], -1e-05) and same(found[1]["LR"], math.nan)
    assert all(same(point["NAME"], "1e-5") for point in found)
    assert (out / "figure.png").is_file() and "LR = -1e-05" in (out / "index.html").read_text()


def test_values_of_any_kind_can_be_summed_up(tmp_path):
    points = sweep.make_grid({"A": [None, [1], "b", math.nan, 2, True]})
    folders = [tmp_path / "points" / str(i) for i in range(len(points))]
    for point, folder in zip(points, folders):
        (folder / "try" / "rows").mkdir(parents=True)
        told = {"parameters": point, "status": "done", "place": "try", "seconds": 1}
        (folder / "point.json").write_text(json.dumps(told))
        row = {"system": "toy", "variant": "x", "control": None, "metrics": {"score": 1.0}}
        (folder / "try" / "rows" / "toy.json").write_text(json.dumps([row]))
    page = sweep.summarise(tmp_path, points, folders)
    assert page.read_text().count("<tr><td>") == 6 and (tmp_path / "figure.png").is_file()


@pytest.mark.parametrize("values", ["-1,1", "-1", "-.5,2", "-1e-5", "-inf", "-nan", "-2:1"])
def test_values_below_zero_are_no_options(notebook, tmp_path, monkeypatch, values):
    seen = {}
    monkeypatch.setattr(sweep, "sweep", lambda notebook, values, *_: seen.update(values))
    words = ["sweep", "toy.ipynb", "--parameter", "LR", values, "--out", str(tmp_path)]
    assert main(words) == 0
    assert same(seen["LR"], sweep.read_values(values))


def test_an_option_where_values_belong_is_still_an_option(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["sweep", "toy.ipynb", "-p", "LR", "--out", str(tmp_path)])
    assert "expected 2 arguments" in capsys.readouterr().err
