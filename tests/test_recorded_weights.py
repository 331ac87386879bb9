"""Weights that travel with the book are the ones whose numbers stand in its tables.

Every push sees that the files are those of their records, and builds some of the networks again; weekly all are built.
"""

import hashlib
import json

import numpy as np
import pytest
import rotation
import torch
from chapters import ROOT

from musicgan_lib import corpora, systems
from musicgan_lib.data import motifs
from musicgan_lib.data.encode import MADE
from musicgan_lib.evaluation.nll import nll
from musicgan_lib.experiments import records, training
from musicgan_lib.games.form import measure_form
from musicgan_lib.games.roll_measures import measure_likelihoods
from musicgan_lib.games.word_measures import spread_evenly
from musicgan_lib.metrics.rolls import roll_statistics

ROWS = [
    (row, artifact)
    for file in sorted((ROOT / "results" / "papers").rglob("*.json"))
    for row in json.loads(file.read_text())
    if isinstance(row, dict)
    for artifact in row.get("artifacts", {})
    if artifact.endswith(".safetensors")
]


def each(rows):
    return pytest.mark.parametrize(("row", "artifact"), rows, ids=[a for _, a in rows])


@each(ROWS)
def test_weights_that_travel_are_those_of_their_record(row, artifact):
    path = records.open(artifact)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == row["artifacts"][artifact]
    assert path.stat().st_size <= 8 * 2**20
    system = systems.find(row["system"])
    config = system.configure(row["variant"], row["profile"], row["corpus"])
    for corpus in system.game.learns_from(config, row["corpus"]):
        assert corpus in MADE or corpora.SOURCES[corpus].weights == "publish", corpus


@each(rotation.pick(ROWS, 6))
def test_weights_reproduce_their_metric(row, artifact):
    path = records.open(artifact)
    system = systems.find(row["system"])
    config = system.configure(row["variant"], row["profile"], row["corpus"])
    data = system.game.encode(config, row["corpus"])
    if system.game.generator not in ("policy", "network") or system.game.reads_folders:
        return check_measured(system, config, data, row, path)
    policy = system.game.build(config, data, 0).modules[system.game.generator].eval()
    telling = "nll_valid" in row["metrics"] and "recovered" not in row["metrics"]
    if not telling or not hasattr(policy, "log_prob"):
        # it writes in no one order, behind a name, or what is no word
        return check_measured(system, config, data, row, path)
    windows = data.windows("valid", config.length)
    spread = torch.as_tensor(spread_evenly(windows, config.measure))
    per_word = data.symbols_per_word(spread.numpy())
    untrained = nll(policy, spread) * per_word
    training.load_weights(policy, path)
    found = nll(policy, spread) * per_word
    assert found == pytest.approx(row["metrics"]["nll_valid"], abs=1e-4)
    assert abs(found - untrained) > 0.05


#: The first of these that a record has is asked for again
TELLING = (
    "bits_valid",
    "mean_z",
    "w1_duration",
    "nll_play_test",
    "pseudo_nll_test",
    "bar_nll_test",
    "bound_test",
    "cloze_nll",
    "nll_test",
    "nll_words",
    "prior_bits",
    "consistency",
    "loss_valid",
    "entropy",
    "notes",
    "harmony",
    "caption_found",
    "changes_far",
)


@each(ROWS)
def test_every_record_with_weights_has_a_number_that_they_give_back(row, artifact):
    assert {"nll_valid", *TELLING} & row["metrics"].keys()


def check_measured(system, config, data, row, path):
    """What has no one likelihood: the metrics of the row come back, and not from a network never trained."""
    found = []
    name = next(k for k in TELLING if k in row["metrics"])
    for trained in (True, False):
        state = system.game.build(config, data, 0)
        state.step = config.steps
        module = state.modules[system.game.generator]
        if trained:
            training.load_weights(module, path)
        generator = torch.Generator().manual_seed(10_000 + row["seed"])
        if name == "loss_valid":
            evaluate, _ = system.game.make_evaluation(config, data)
            found.append(evaluate(state))
        elif name == "bits_valid":
            price = system.game.price(module.eval(), config, data, "valid")
            found.append({name: price})
        elif "nll_play_test" in row["metrics"]:  # of rolls: samples take a minute
            module.eval()
            found.append(measure_likelihoods(module, config, data))
        else:
            found.append(system.game.measure(state, config, data, generator)[0])
    assert found[0][name] == pytest.approx(row["metrics"][name], rel=1e-3, abs=1e-4)
    assert abs(found[1][name] - found[0][name]) > (0.01 if "nll" in name else 0.05)


def test_there_are_weights_to_hear():
    assert {row["variant"] for row, _ in ROWS} >= {"nll", "ordinary", "reward_baseline", "merl"}


SAMPLED = sorted((ROOT / "results" / "papers").rglob("*-samples.npz"))


@pytest.mark.parametrize("path", SAMPLED, ids=lambda p: p.name)
def test_samples_that_travel_are_those_of_their_records(path):
    rows = records.read(path.with_name(path.name.replace("-samples.npz", ".json")))
    name, sha256 = (
        path.relative_to(ROOT / "results").as_posix(),
        hashlib.sha256(path.read_bytes()).hexdigest(),
    )
    kept = dict(np.load(path))
    owners = {f"{records.row_of(r)}-{r['seed']}": r for r in rows if name in r["artifacts"]}
    assert owners.keys() == kept.keys() and {r["artifacts"][name] for r in owners.values()} == {
        sha256
    }
    for key, row in owners.items():
        system = systems.find(row["system"])
        if row["corpus"] == "blues":  # all that was measured is kept
            found = measure_form(kept[key])
            assert {k: row["metrics"][k] for k in found} == pytest.approx(found)
            continue
        if row["corpus"] == "motifs":  # whoever foretells the motif repeats it
            lag, tokens = motifs.LAGS["motifs"], kept[key]
            repeats = (tokens[:, lag:] == tokens[:, :-lag]).mean()
            assert (repeats > 0.5) == (row["metrics"]["nll_test"] < 2), key
            continue
        config = system.configure(row["variant"], row["profile"], row["corpus"])
        rolls = kept[key]
        assert rolls.dtype == np.uint8 and rolls.shape[1] == 16 * config.bars
        density = roll_statistics(rolls, config.length // 2)["density"].mean()
        assert 0.3 < density / row["metrics"]["density"] < 3, key  # two samples of a run's mean
        opening = kept["likelihood-21"][:, : config.length // 2]
        assert (rolls[:, : config.length // 2] == opening).all() == config.conditional
