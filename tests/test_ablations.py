"""Whose a grid's spread is, against tables done by hand; and the chapter where nothing can be swept."""

import hashlib
import importlib.util
import itertools
import json

import numpy as np
import pytest
from chapters import ROOT, code_cells, tags

from musicgan_lib.experiments import records
from musicgan_lib.lab import ablations

CHAPTER = ROOT / "book" / "lab" / "ablations.ipynb"
_spec = importlib.util.spec_from_file_location("collect_sweep", ROOT / "tools/collect_sweep.py")
collect_sweep = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(collect_sweep)


def test_shares_of_tables_done_by_hand():
    cases = {
        ((1, 2), (3, 4)): (0.8, 0.2, 0),  # squares 4, 1 and 0
        ((1, 0), (0, 1)): (0, 0, 1),
        ((5, 5, 5), (6, 6, 6)): (1, 0, 0),
        ((0, 2, 4), (0, 2, 4)): (0, 1, 0),
    }
    for table, wanted in cases.items():
        found = ablations.split_spread(table)
        assert list(found) == ["setting", "seed", "rest"]
        assert np.allclose(list(found.values()), wanted), table
    for nothing in ([[1, 1], [1, 1]], [[1, 2]], [1, 2]):
        with pytest.raises(ValueError, match="grid of shape"):
            ablations.split_spread(nothing)


def test_luck_gives_an_idle_setting_one_nth_of_what_the_seeds_leave():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(3, 4)) + [0, 5, 1, 2]  # seeds that differ
    found = ablations.share_by_luck(values, rng, 4000)
    wanted = (1 - ablations.split_spread(values)["seed"]) / 4
    assert found.mean() == pytest.approx(wanted, rel=0.05)
    columns = (itertools.permutations(c) for c in values.T[:3])
    every = [ablations.split_spread(np.array(c).T)["setting"] for c in itertools.product(*columns)]
    assert np.mean(every) == pytest.approx((1 - ablations.split_spread(values[:, :3])["seed"]) / 3)


def test_the_best_of_several_is_that_of_every_choice():
    values = [3.0, 1.0, 1.0, 7.0, 2.0]
    for k in range(1, 6):
        wanted = np.mean([min(chosen) for chosen in itertools.combinations(values, k)])
        assert ablations.expected_best(values, k) == pytest.approx(wanted)
    for k in (0, 6):
        with pytest.raises(ValueError, match=f"best of {k}"):
            ablations.expected_best(values, k)


def test_without_papermill_the_chapter_says_so_and_goes_on(monkeypatch, tmp_path):
    known = importlib.util.find_spec
    gone = ("papermill", "distributed")
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name in gone else known(name, *a)
    )
    names: dict = {}
    for cell in code_cells(CHAPTER):
        source = cell.source
        if "parameters" in tags(cell):
            source = source.replace('OUT = ""', f"OUT = {str(tmp_path)!r}")
        exec(compile(source, cell.id, "exec"), names)
    assert "papermill and distributed not installed" in names["NOT_HERE"] and not names["told"]
    (row,) = records.read(tmp_path / "ablations.json")
    assert row["system"] == "sweep_alpha"


def test_a_sweeps_rows_become_records_and_noise_is_refused(tmp_path):
    def put(alpha, nll, merl):
        place = tmp_path / "points" / f"{alpha}-0" / "try"
        about = {"parameters": {"ALPHA": alpha, "SEED": 0}, "status": "done", "place": "try"}
        same = {"system": "toy", "control": None, "profile": "smoke", "corpus": "tunes", "seed": 0}
        same |= {"split": "all", "steps": 1, "device": "cpu", "commit": "", "wall_s": 1}
        same |= {"command": "musicgan train bjare2020", "artifacts": {}} | records.UNKNOWN
        changed = {"alpha": alpha} if alpha != 1 else {}
        rows = [same | {"variant": "nll", "metrics": {"score": nll}}]
        rows.append(same | {"variant": "merl", "metrics": {"score": merl} | changed})
        rows.append(same | {"variant": "nll", "control": "dice", "metrics": {"score": 9.0}})
        records.write(rows, place / "rows" / "toy.json")
        (place.parent / "point.json").write_text(json.dumps(about))

    put(1, 5.0, 6.0)
    put(0.1, 5.0, 7.0)
    rows = {r["variant"]: r["metrics"] for r in collect_sweep.collect(tmp_path)}
    assert rows == {
        "nll": {"score": 5.0, "copies": 2},
        "merl": {"score": 6.0, "copies": 1},
        "merl,alpha=0.1": {"score": 7.0, "copies": 1},
    }
    asked = collect_sweep.collect(tmp_path, ["nll"], controls=True)
    assert [(r["variant"], r["control"]) for r in asked] == [("nll", "dice"), ("nll", None)]
    put(0.01, 5.5, 8.0)  # a likelihood model that α cannot reach has moved
    with pytest.raises(ValueError, match="nll, seed 0: two points disagree"):
        collect_sweep.collect(tmp_path)


def test_the_samples_of_the_grid_belong_to_its_records():
    rows = records.recorded("lab/ablations/alpha")
    told = {name: sha for row in rows for name, sha in row["artifacts"].items()}
    assert len(told) == 3
    for name, sha256 in told.items():
        content = records.open(name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == sha256 and len(content) <= 20_000
