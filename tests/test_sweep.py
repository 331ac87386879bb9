"""A grid of notebooks: every point once, what failed is kept and told, what is done is never run again."""

import csv
import os
import signal
import time
from pathlib import Path

import nbformat
import pytest
import toy_notebook
from toy_notebook import lines

from musicgan_lib.cli import main
from musicgan_lib.experiments import sweep


@pytest.fixture
def notebook(tmp_path):
    return toy_notebook.write(tmp_path)


def test_a_grid_runs_once_and_ends_in_one_table(notebook, tmp_path, capfd):
    words = [
        "sweep",
        str(notebook),
        "-p",
        "ALPHA",
        "1,13,0.5",
        "-p",
        "SEED",
        "0:2",
        "--out",
        str(tmp_path / "o"),
    ]
    assert main(words) == 1  # one of them failed
    assert sorted(lines(notebook)) == sorted(f"{a} {s}" for a in (1, 13, 0.5) for s in (0, 1))
    with open(tmp_path / "o" / "table.csv") as file:
        rows = list(csv.DictReader(file))
    scores = {(r["ALPHA"], r["SEED"]): r["score"] for r in rows if r["status"] == "done"}
    assert scores == {("1", "0"): "10", ("1", "1"): "11", ("0.5", "0"): "5.0", ("0.5", "1"): "6.0"}
    assert [r["status"] for r in rows if r["ALPHA"] == "13"] == ["failed", "failed"]
    page = (tmp_path / "o" / "index.html").read_text()
    assert (
        page.count("<tr><td>") == 6
        and "the unlucky one" in page
        and "ALPHA = 0.5, SEED = 1" in page
    )
    for link in [part.split('"')[0] for part in page.split('href="')[1:]]:
        assert (tmp_path / "o" / link).is_file(), link
    assert (tmp_path / "o" / "figure.png").stat().st_size > 5000
    assert "6 of 6" in capfd.readouterr().err
    # again: what was done is not run; what failed is, and a new point
    main([*words[:4], "1,13,0.5,2", *words[5:]])
    assert len(lines(notebook)) == 6 + 2 + 2
    page = nbformat.read(notebook, 4)
    page.cells[1].source += "\n# another notebook"
    nbformat.write(page, notebook)
    assert main(["sweep", str(notebook), "-p", "ALPHA", "1", "--out", str(tmp_path / "o")]) == 0
    assert len(lines(notebook)) == 11


def test_a_notebook_that_hangs_is_ended_and_its_output_kept(notebook, tmp_path):
    for seconds in (8, 30, 120):  # a busy machine may need so long to come as far
        told = sweep.run_point(notebook, {"ALPHA": 99}, tmp_path / "point", seconds)
        assert told["status"] == "out of time" and told["seconds"] >= seconds
        if lines(notebook):
            break
    kept = nbformat.read(tmp_path / "point" / told["place"] / "notebook.ipynb", 4)
    assert any("ALPHA = 99" in c.source for c in kept.cells)
    (pid,) = {x.split()[2] for x in (tmp_path / "log.txt").read_text().splitlines()}
    for _ in range(50):
        if not Path(f"/proc/{pid}").exists() or "zombie" in Path(f"/proc/{pid}/status").read_text():
            break
        time.sleep(0.1)
    else:
        os.kill(int(pid), signal.SIGKILL)
        raise AssertionError("its kernel was left behind")


@pytest.mark.parametrize("words, told", [
    (["-p", "BETA", "1"], "no parameter BETA to vary; it has ALPHA, SEED, WAIT, OUT, LOG"),
    (["-p", "OUT", "here"], "no parameter OUT"), ([], "0 points"), (["-p", "ALPHA", ""], "0 points"),
    (["-p", "SEED", "3:3"], "0 points"), (["-p", "ALPHA", "0:101", "-p", "SEED", "0:100"], "10,100 points"),
    (["-p", "SEED", "0:2", "--scheduler", "tcp://127.0.0.1:9"], "no Dask scheduler answers at tcp://127.0.0.1:9"),
    (["-p", "SEED", "0:2", "--workers", "0"], "workers"),
])  # fmt: skip
def test_what_cannot_be_run_is_refused_in_a_sentence(notebook, tmp_path, capsys, words, told):
    assert main(["sweep", str(notebook), *words, "--out", str(tmp_path / "o")]) == 1
    assert told in capsys.readouterr().err and not lines(notebook)


def test_values_are_numbers_where_they_read_as_numbers():
    assert sweep.read_values("0.001,1,word,true") == [0.001, 1, "word", True]
    assert sweep.read_values("0:3") == [0, 1, 2] and sweep.read_values("-2:1") == [-2, -1, 0]
    assert sweep.make_grid({"a": [1, 2], "b": ["x"]}) == [{"a": 1, "b": "x"}, {"a": 2, "b": "x"}]
    one = {"system": "a", "variant": "x", "control": None}
    others = (one, one | {"system": "b"}, one | {"variant": "y"}, one | {"control": "dice"})
    assert len({sweep.label_of(row) for row in others}) == 4
    assert sweep.find_notebook("papers/gan_rl").name == "gan_rl.ipynb"
    with pytest.raises(ValueError, match="no notebook 'papers/nothing'"):
        sweep.find_notebook("papers/nothing")


@pytest.mark.parametrize("alpha", [1.0, 0.01])
def test_the_chapter_on_three_generators_takes_an_alpha(alpha, monkeypatch, tmp_path):
    """At the paper's α its claims on MERL must hold; at another nothing is claimed, and the rows name it."""
    import papermill

    from musicgan_lib.experiments import records, training

    path = sweep.find_notebook("papers/seqgan_three_generators")
    assert list(papermill.inspect_notebook(str(path)))[5:] == ["ALPHA"]
    asked = []

    def pretend(system, variant, profile, seed, *, corpus, control, folder, changes):
        """A run in which MERL is neither the least decided nor the worst."""
        asked.append((variant, changes))
        loss = {"nll": 1.0, "ordinary": 2.0, "reward_baseline": 2.1, "merl": 0.5}.get(variant, 3.0)
        about = {"profile": profile, "corpus": corpus, "split": "piece", "seed": seed, "steps": 1}
        about |= {"device": "cpu", "commit": "", "wall_s": 1, "artifacts": {}} | records.UNKNOWN
        about["command"] = "musicgan train bjare2020"
        label = ",".join([variant, *(f"{k}={v}" for k, v in changes.items())])
        names = {"system": system, "variant": label, "control": control}
        metrics = {"metrics": {"nll_train": loss, "entropy": loss}}
        records.write([names | about | metrics], folder / "record.json")
        return folder

    monkeypatch.setattr(training, "train", pretend)
    cells = {c.id.split("-", 1)[1]: c.source for c in nbformat.read(path, 4).cells}
    names: dict = {}
    for cell in ("parameters", "begin"):
        exec(cells[cell].replace('OUT = ""', f"OUT = {str(tmp_path)!r}"), names)
        names["ALPHA"] = alpha
    voices = cells["listen-voices"].split("def recorded_policy")[0]  # the preset and its four
    names["place"] = tmp_path
    for source in (voices, cells["train-run"], cells["train-rows"]):
        exec(source, names)
    changed = {} if alpha == 1 else {"alpha": alpha}
    assert dict(asked)["merl"] == changed and not any(c for v, c in asked if v != "merl")
    if alpha == 1:
        with pytest.raises(AssertionError, match="merl"):
            exec(cells["train-claims"], names)
        return
    for cell in ("train-claims", "provenance"):
        exec(cells[cell], names)
    rows = {r["variant"]: r for r in records.read(tmp_path / "seqgan_three_generators.json")}
    assert rows["merl"]["metrics"]["alpha"] == alpha and "alpha" not in rows["nll"]["metrics"]
    assert f"-p ALPHA {alpha}" in rows["merl"]["command"]
