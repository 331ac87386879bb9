"""Where a row comes from: the commit that holds its code, its processor,
its seconds, and a command that computes it.
"""

import importlib.util
import subprocess
import time

import pytest

from musicgan_lib import checkout
from musicgan_lib.experiments import commands, origin, records, runs, training
from musicgan_lib.lab import worlds

A, B = "a" * 40, "b" * 64
ROW = {
    "system": "bjare2020",
    "variant": "nll",
    "control": None,
    "profile": "cpu",
    "corpus": "tunes",
    "split": "piece",
    "seed": 1,
    "steps": 5,
    "device": "cpu",
    "commit": A,
    "dirty": False,
    "processor": "Intel Xeon, AVX512",
    "data_hash": "c1",
    "wall_s": 2.0,
    "command": "musicgan train bjare2020 --variant nll",
    "metrics": {"nll_valid": 1.0},
    "artifacts": {"a.npz": B},
}


def test_a_whole_row_is_one():
    assert records.validate(ROW) == ROW


@pytest.mark.parametrize(
    "change, words",
    [
        ({"commit": "1fd73d4"}, "40 digits"),
        ({"commit": A.upper()}, "40 digits"),
        ({"commit": ""}, "without a commit"),
        ({"dirty": None}, "whether the commit holds"),
        ({"dirty": 1}, "dirty"),
        ({"processor": None}, "processor"),
        ({"data_hash": "c 1"}, "no hash"),
        ({"artifacts": {"a": "1"}}, "sha256"),
        ({"seed": -1}, "seed"),
        ({"steps": -1}, "steps"),
        ({"wall_s": 0}, "above 0"),
        ({"wall_s": float("inf")}, "above 0"),
        ({"wall_s": 1.0, "metrics": {"extra_cpu_s": 1.2}}, "misses the work"),
        ({"command": ""}, "none of"),
        ({"command": "musicgan sample run"}, "none of"),
        ({"command": "python -m torch.utils"}, "none of"),
        ({"command": "python tools/../x.py"}, "none of"),
        ({"command": "papermill book/x.ipynb"}, "none of"),
        ({"metrics": {"judge_accuracy": 0.5}}, "collect_runs.py"),
        ({"metrics": {"judge1_js_bound": 0.5}}, "judge_weights.py"),
        ({"metrics": {"turns": 3.0}}, "collect_runs.py"),
        ({"artifacts": {"a.safetensors": B}}, "--weights"),
    ],
)
def test_a_row_that_does_not_say_where_it_comes_from_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        records.validate(ROW | change)


@pytest.mark.parametrize(
    "change",
    [
        {"commit": "", "dirty": None},  # installed from no repository
        {"dirty": True},
        {"dirty": None, "processor": "", "data_hash": ""},  # from before these were kept
        {"wall_s": 1.2, "metrics": {"extra_cpu_s": 1.2}},
        {"metrics": {"judge_accuracy": 0.5}, "command": f"{ROW['command']}; python tools/collect_runs.py FOLDER"},
        {"metrics": {"judge_tunes": 9}, "command": f"{ROW['command']}; python tools/judge_weights.py NAME"},
        {"metrics": {"judge_auc": 0.5}},
        {"metrics": {"judge_accuracy": 0.5}, "command": "python -m musicgan_lib.lab.worlds exact --seeds 0"},
    ],
)  # fmt: skip
def test_what_may_be_said(change):
    assert records.validate(ROW | change)


def test_an_old_row_is_read_as_unknown_and_a_new_one_has_to_say(tmp_path):
    old = {k: v for k, v in ROW.items() if k not in records.UNKNOWN}
    assert records.validate(old) == old | records.UNKNOWN
    with pytest.raises(ValueError, match="lacks dirty, processor, data_hash"):
        records.write([old], tmp_path / "rows.json")
    assert not list(tmp_path.iterdir())
    assert records.read(records.write([ROW], tmp_path / "rows.json")) == [ROW]


def test_a_command_names_its_files_and_what_they_have_to_know():
    steps = commands.read_command(
        "musicgan train bjare2020 --variant merl --seed 3 --control zero_reward --set alpha=0.1; "
        "python tools/collect_runs.py FOLDER --judges 3"
    )
    assert steps[0].files[0] == "musicgan_lib/systems/bjare2020.py"
    assert steps[0].names == ("merl", "zero_reward", "alpha")
    assert (steps[1].files, steps[1].names) == (("tools/collect_runs.py",), ("--judges",))
    (step,) = commands.read_command(
        "papermill book/lab/claims.ipynb out.ipynb -p PROFILE cpu -p SEED 1"
    )
    assert (step.places, step.names) == (("book/lab/claims.ipynb",), ("PROFILE", "SEED"))
    (step,) = commands.read_command("python -m musicgan_lib.lab.worlds exact --seeds 0")
    assert step.files == ("musicgan_lib/lab/worlds.py",)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A checkout of two files, committed, in place of this one."""
    for name in ("musicgan_lib/a.py", "results/a.json"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("1\n")
    who = ("-c", "user.name=a", "-c", "user.email=a@b")
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "a"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True, capture_output=True)
    monkeypatch.setattr(checkout, "root", lambda: tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "name, text, dirty",
    [
        ("musicgan_lib/a.py", "1\n", False),
        ("musicgan_lib/a.py", "2\n", True),
        ("musicgan_lib/a.py", None, True),
        (
            "musicgan_lib/new.py",
            "1\n",
            True,
        ),  # a chapter that nobody has added yet is what 311 rows came from
        ("results/a.json", "2\n", False),
        ("results/new.json", "1\n", False),
        ("notes.txt", "1\n", False),
    ],
)
def test_code_that_its_commit_does_not_hold_is_noticed(repository, name, text, dirty):
    first = checkout.commit()
    assert len(first) == 40 and checkout.is_dirty() is False
    (repository / name).unlink(missing_ok=True)
    if text:
        (repository / name).write_text(text)
    assert checkout.is_dirty() is dirty and origin.Origin().dirty is dirty
    assert checkout.is_dirty(first) is dirty and checkout.is_dirty("0" * 40) is None
    assert origin.lacks_tools({"commit": first}) is dirty and origin.lacks_tools({"commit": A})
    assert origin.lacks_tools({"commit": ""}) is None


def test_without_a_repository_nobody_can_say(tmp_path, monkeypatch):
    monkeypatch.setattr(checkout, "root", lambda: tmp_path)
    assert checkout.commit() == "" and checkout.is_dirty() is None
    assert records.validate(ROW | origin.Origin().fields())


def test_an_origin_is_of_the_moment_when_a_run_begins(repository, monkeypatch):
    began = origin.Origin()
    (repository / "musicgan_lib" / "a.py").write_text("edited while it runs\n")
    told = began.fields("cpu", "c1")
    assert told["dirty"] is False and told["commit"] == checkout.commit()
    assert told["data_hash"] == "c1" and told["device"] == "cpu" and told["wall_s"] > 0


@pytest.mark.parametrize(
    "text, name",
    [
        ("model name\t: Intel(R) Xeon(R) Processor @ 2.50GHz\nflags: a\n", "Intel Xeon"),
        ("model name : AMD EPYC 7B13 64-Core Processor\n", "AMD EPYC 7B13 64-Core"),
        ("model name : Intel(R) Core(TM) i7-8650U CPU @ 1.90GHz\n", "Intel Core i7-8650U"),
    ],
)
def test_a_processor_has_a_name_without_its_clock(tmp_path, text, name):
    (tmp_path / "cpuinfo").write_text(text)
    assert origin._name_cpu(tmp_path / "cpuinfo") == name
    assert origin._name_cpu(tmp_path / "none")  # whatever Python knows


def test_a_processor_is_told_with_what_pytorch_uses_of_it(monkeypatch):
    import torch

    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    assert origin.name_processor().endswith(", AVX2")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"GPU of {device}")
    assert origin.name_processor("cuda:1, bf16, 2 processes") == "GPU of cuda:1"


def test_a_trained_run_tells_all_of_it(tmp_path):
    words = ("bjare2020", "nll", "smoke", 3)
    folder = training.train(
        *words, corpus="tunes", folder=tmp_path / "run", changes={"pretrain": 2}
    )
    (row,) = records.read(folder / "record.json")
    assert row["processor"] == origin.name_processor() and row["dirty"] is checkout.is_dirty()
    assert row["data_hash"] and row["command"].startswith("musicgan train bjare2020")
    commands.check_numbers(row["command"], row["metrics"])  # it computes all that it tells
    with pytest.raises(ValueError, match="judge_weights.py"):
        commands.check_numbers(row["command"], row["metrics"] | {"judge1_seeds": 3})
    (step,) = commands.read_command(row["command"])
    assert any((checkout.root() / file).is_file() for file in step.files)


def test_numbers_that_a_tool_adds_are_told_in_the_command(tmp_path):
    folder = training.train(
        "bjare2020", "nll", "smoke", 3,
        corpus="tunes", folder=tmp_path / "runs" / "one", changes={"pretrain": 2},
    )  # fmt: skip
    (row,) = records.read(folder / "record.json")
    tool = load_tool("collect_runs")
    (written,) = tool.collect(tmp_path / "runs", tmp_path / "results", None, again=0)
    assert records.read(written) == [row]  # measured again, and nothing was lacking
    lacking = {k: v for k, v in row["metrics"].items() if k != "nll_test"}
    records.write([row | {"metrics": lacking}], folder / "record.json")
    (written,) = tool.collect(tmp_path / "runs", tmp_path / "results", None, again=0)
    (again,) = records.read(written)
    command = f"{row['command']}; python tools/collect_runs.py FOLDER --measure"
    assert again == row | {"command": command, "dirty": again["dirty"]}
    assert again["dirty"] is checkout.is_dirty(paths=("musicgan_lib", "tools"))


@pytest.mark.parametrize("name", ["jaques2016", "guimaraes2017", "li2017"])
def test_weights_that_travel_are_measured_beside_the_networks_of_their_own_run(
    name, tmp_path, monkeypatch
):
    """The policy before the game prices samples: another one, that has learned nothing, would give another number."""
    small = {"pretrain": 40, "pretrain_lr": 0.02, "adversarial": 1, "measure": 32}
    corpus = "chorales"
    folder = training.train(
        name, None, "smoke", 3, corpus=corpus, folder=tmp_path / "run", changes=small
    )
    (row,) = records.read(folder / "record.json")
    tool = load_tool("collect_runs")
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    again = tool.keep_weights(row, folder, tmp_path / "results" / "papers" / name)
    assert again["metrics"]["log_p"] == pytest.approx(row["metrics"]["log_p"], abs=0.1)
    assert list(again["artifacts"])[0].startswith(f"papers/{name}/chorales-")


def load_tool(name: str):
    file = checkout.root() / "tools" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_seconds_are_those_of_the_work(tmp_path, monkeypatch):
    """A world's clock runs while it works: rows of 258 runs had that of the writing alone."""

    def work(truths, seed):
        time.sleep(0.3)
        return [{"system": s, "metrics": {"x": 1.0}} for s in ("control", worlds.LAST["exact"])]

    place = tmp_path / "results" / "papers" / worlds.SLUG
    place.mkdir(parents=True)
    monkeypatch.setattr(checkout, "root", lambda: tmp_path)
    monkeypatch.setattr(worlds, "run_exact", work)
    worlds.main(["exact", "--seeds", "0"])
    rows = records.read(place / "exact.json")
    assert [r["wall_s"] >= 0.3 for r in rows] == [True, True]
    assert rows[0]["command"] == "python -m musicgan_lib.lab.worlds exact --seeds 0"


def test_a_chapters_own_parameters_stand_in_its_command(tmp_path):
    given = dict(profile="smoke", seed=0, corpus="tunes", variant="default", out=tmp_path)
    run = runs.begin("chapter", corpora=("tunes",), more={"ALPHA": 0.1, "WORD": "a b"}, **given)
    assert run.command.endswith("-p VARIANT default -p ALPHA 0.1 -p WORD 'a b'")
    shown = run.finish([{"system": "a", "metrics": {"x": 1}}])
    assert shown.rows[0]["processor"] in repr(shown)
