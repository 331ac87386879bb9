"""What ``musicgan`` answers about its systems, what it takes where nothing is said, and runs of no steps."""

import json
import math

import pytest
import torch

from musicgan_lib import cli, systems
from musicgan_lib.experiments import settings, training
from musicgan_lib.games.adversarial import Adversarial
from musicgan_lib.lab import landscape
from musicgan_lib.learning import fit as loop

bjare2020 = systems.find("bjare2020")
mogren2016 = systems.find("mogren2016")
anokhin2018 = systems.find("anokhin2018")

TINY = {
    "bjare2020": {"hidden": 6, "embedding": 4, "length": 8, "measure": 4, "pretrain": 0},
    "mogren2016": {"hidden": 6, "length": 6, "measure": 4, "checked": 4, "pretrain": 0},
    "anokhin2018": {
        "low": 48,
        "high": 72,
        "bars": 3,
        "length": 32,
        "time_units": (4,),
        "note_units": (4,),
        "filters": 2,
        "measure": 4,
        "pretrain": 0,
    },
}


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("name", systems.names())
def test_every_preset_has_a_variant_and_a_corpus_where_nothing_is_said(name):
    system = systems.find(name)
    variant, corpus = settings.choose_variant(system), settings.choose_corpus(system)
    assert variant == list(system.variants)[0] and corpus in system.corpora
    assert system.configure(variant, "smoke", corpus).steps > 0


def test_a_command_without_a_variant_trains_the_first_and_says_so(tmp_path, capsys, caplog):
    words = [f"--set={k}={v}" for k, v in TINY["mogren2016"].items()]
    run = tmp_path / "run"
    with caplog.at_level("INFO"):
        assert (
            cli.main(["train", "mogren2016", "--corpus", "tunes", "--out", str(run), *words]) == 0
        )
    assert (
        "mogren2016: variant squared_error, the first of squared_error, faithful, " in caplog.text
    )
    about = json.loads((run / "config.json").read_text())
    assert about["variant"].startswith("squared_error,")
    (row,) = json.loads((run / "record.json").read_text())
    assert "--variant squared_error " in row["command"]  # who repeats it need not know


def test_every_preset_is_listed_and_one_that_is_named_says_what_it_knows(capsys):
    assert cli.main(["systems"]) == 0
    lines = capsys.readouterr().out.splitlines()
    first = [line.split() for line in lines if line and not line.startswith((" ", "mechanism"))]
    assert [words[0] for words in first] == systems.names()
    assert {words[1] for words in first} <= set(landscape.STATES)
    assert (
        "    musicgan train bjare2020 --variant VARIANT --corpus CORPUS --profile cpu --seed 0"
        in lines
    )
    assert "musicgan systems NAME" in lines[-1]
    assert cli.main(["systems", "anokhin2018"]) == 0
    said = capsys.readouterr().out
    for word in ("variants: likelihood, ", "zero_reward", "chorales", "gpu", "lambda_rl"):
        assert word in said
    assert cli.main(["systems", "anokin2018"]) == 1
    assert "near: anokhin2018" in capsys.readouterr().err


def test_a_command_that_does_not_exist_is_answered_with_those_that_do(capsys):
    with pytest.raises(SystemExit):
        cli.main(["preset"])
    said = capsys.readouterr().err
    assert "argument COMMAND: invalid choice: 'preset'" in said and "systems" in said
    assert "room" not in said


@pytest.mark.parametrize("seed", [-1, True, 0.5, "0", 2**63])
def test_a_seed_is_a_whole_number_of_0_or_more(seed, tmp_path):
    with pytest.raises(ValueError, match="the seed is .*: it must be a whole number, 0 or more"):
        training.train("bjare2020", "nll", seed=seed, corpus="tunes", folder=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_seed_below_0_is_a_sentence_at_the_terminal(capsys):
    assert cli.main(["train", "bjare2020", "--corpus", "tunes", "--seed", "-1"]) == 1
    assert "the seed is -1" in capsys.readouterr().err


def test_the_help_of_train_names_what_every_preset_has(capsys):
    assert cli.main(["train", "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "such as frozen_discriminator" in said and "by default the system's first" in said
    for name in systems.names():
        system = systems.find(name)
        alone = not isinstance(system.game, Adversarial)  # no discriminator
        assert "frozen_discriminator" in system.game.controls or alone
        assert system.list_controls() and set(system.profiles) == set(systems.PROFILES)


# -- runs of no steps -------------------------------------------------------------------------------


def test_a_run_of_no_steps_is_finished(tmp_path):
    def never(state):
        raise AssertionError("there is no step")

    module = torch.nn.Linear(2, 2)
    state = loop.TrainingState({"m": module}, {}, torch.Generator())
    for _ in range(2):  # and again, from its checkpoint
        report = loop.fit(state, never, 0, folder=tmp_path, seconds=math.inf)
        assert (report.steps, report.share, report.finished, report.history) == (0, 1.0, True, [])
        assert (tmp_path / "checkpoint.pt").is_file()
    assert loop.fit(state, never, 0).finished and loop.fit(state, never, 0, seconds=0.0).finished


@pytest.mark.parametrize(
    ("system", "variant"),
    [(bjare2020, "nll"), (mogren2016, "squared_error"), (anokhin2018, "likelihood")],
)
def test_a_system_that_needs_no_training_is_trained_opened_and_sampled(system, variant, tmp_path):
    name = system.id
    arguments = {"corpus": "tunes", "folder": tmp_path / "run", "changes": TINY[name]}
    folder = training.train(name, variant, "smoke", 0, **arguments)
    about = json.loads((folder / "config.json").read_text())
    (row,) = json.loads((folder / "record.json").read_text())
    assert about["share"] == 1.0 and row["steps"] == 0 and "share" not in row["metrics"]
    before = (folder / "record.json").stat().st_mtime_ns
    assert (
        training.train(name, variant, "smoke", 0, **arguments) == folder
    )  # finished: not run again
    assert (folder / "record.json").stat().st_mtime_ns == before
    *_, state, _ = training.open_run(folder)
    assert state.step == 0
    assert len(training.sample(folder, 2, out=tmp_path / "midi")) == 2
