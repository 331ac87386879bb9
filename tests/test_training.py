"""Run folders: what a command leaves behind, how it goes on, and what it refuses."""

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from musicgan_lib import cli, systems
from musicgan_lib.data import tokens
from musicgan_lib.data import words as word_data
from musicgan_lib.data.rows import RowData
from musicgan_lib.experiments import plan, records, training
from musicgan_lib.games.signals import rewards
from musicgan_lib.games.token_material import Batches
from musicgan_lib.learning import fit as loop

bjare2020 = systems.find("bjare2020")

TINY = {
    "pretrain": 20, "pretrain_discriminator": 3, "adversarial": 4, "hidden": 8, "embedding": 4, "length": 8,
    "batch": 8, "pretrain_batch": 8, "measure": 8, "check_every": 5,
}  # fmt: skip

TINY_NLL = {k: v for k, v in TINY.items() if k != "adversarial"}


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "cache"))


def train(folder, variant="ordinary", control=None, **options):
    if variant.endswith("nll"):
        options = {"changes": TINY_NLL} | options
    return training.train(
        "bjare2020", variant, "smoke", 3, corpus="tunes", folder=folder, control=control,
        **{"changes": TINY} | options,
    )  # fmt: skip


def final_hash(folder):
    *_, state, _ = training.open_run(folder)
    return loop.weights_hash(state.modules["policy"])


def test_a_run_leaves_a_record_that_can_be_read(tmp_path):
    folder = train(tmp_path / "run")
    (row,) = records.read(folder / "record.json")
    assert row["system"] == "bjare2020" and row["seed"] == 3 and row["corpus"] == "tunes"
    assert {"nll_train", "nll_test", "entropy", "reward_mean", "distinct_4"} <= row[
        "metrics"
    ].keys()
    assert "musicgan train bjare2020 --variant ordinary" in row["command"]
    assert (folder / "samples.npz").is_file() and (folder / "log.jsonl").is_file()
    record = (folder / "record.json").read_bytes()
    assert train(folder).joinpath("record.json").read_bytes() == record  # finished: not run again


@pytest.mark.parametrize("variant", sorted(bjare2020.variants))
def test_every_variant_runs_and_changes_its_policy(tmp_path, variant):
    folder = train(tmp_path / variant, variant)
    *_, state, _ = training.open_run(folder)
    log = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    assert log[-1]["step"] == state.step
    if not variant.endswith("nll"):
        before = loop.weights_hash(state.modules["reference"])
        assert loop.weights_hash(state.modules["policy"]) != before


@pytest.mark.parametrize("seconds", [0.0, 0.15])
def test_a_stopped_command_goes_on_to_the_same_weights(tmp_path, seconds):
    whole = final_hash(train(tmp_path / "whole"))
    (tmp_path / "cache").rename(tmp_path / "other cache")
    for _ in range(3):
        train(tmp_path / "parts", seconds=seconds)
    assert final_hash(train(tmp_path / "parts")) == whole


def test_the_shared_phase_is_the_one_that_a_run_would_have_had_alone(tmp_path, monkeypatch):
    shared = final_hash(train(tmp_path / "shared"))
    monkeypatch.setattr(type(bjare2020.game), "shared_phase", lambda self, config: None)
    assert final_hash(train(tmp_path / "alone")) == shared


def test_controls_take_the_signal_away(tmp_path):
    own = final_hash(train(tmp_path / "own", "merl"))
    ends = {c: final_hash(train(tmp_path / c, "merl", c)) for c in bjare2020.game.controls}
    assert len({own, *ends.values()}) == 6


@pytest.mark.parametrize(
    ("variant", "control"),
    [("ordinary", "zero_reward"), ("dense", "zero_reward"), ("reward_baseline", "zero_reward"),
     ("reward_baseline", "constant_reward"), ("dense", "constant_reward")],
)  # fmt: skip
def test_a_control_that_is_no_update_is_refused_before_the_music_is_read(
    tmp_path, variant, control
):
    with pytest.raises(ValueError, match=f"{control} is no control here: .* is no update"):
        train(tmp_path / "run", variant, control)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("variant", "control"), [("ordinary", "zero_reward"), ("dense", "constant_reward")]
)
def test_what_is_refused_as_a_control_would_have_moved_nothing(variant, control, monkeypatch):
    monkeypatch.setattr(type(bjare2020.game), "check_control", lambda self, config, control: None)
    config = bjare2020.configure(variant, "smoke", "tunes", **TINY)
    data = bjare2020.game.encode(config, "tunes")
    state = bjare2020.game.build(config, data, 0)
    loop.fit(state, bjare2020.game.make_step(config, data, control), config.steps)
    hashes = {loop.weights_hash(state.modules[name]) for name in ("policy", "reference")}
    assert len(hashes) == 1


def test_a_variant_without_a_game_has_no_control(tmp_path):
    with pytest.raises(ValueError, match="takes nothing away where adversarial is 0"):
        train(tmp_path / "run", "nll", "random_reward")


def test_windows_stay_inside_a_piece_and_a_key():
    data = word_data.encode_words("tunes", "factored", all_keys=True)
    batches = Batches(data, "train", 8)
    known = {
        bytes(piece[a : a + 8])
        for pieces in [data.pieces["train"], *data.other_keys]
        for piece in pieces
        for a in range(len(piece) - 7)
    }
    draws = torch.Generator().manual_seed(0)
    drawn = {in_keys: batches.draw(200, draws, in_keys) for in_keys in (False, True)}
    assert all(bytes(w) in known for words in drawn.values() for w in words.numpy())
    own = {bytes(p[a : a + 8]) for p in data.pieces["train"] for a in range(len(p) - 7)}
    assert all(bytes(w) in own for w in drawn[False].numpy())
    assert sum(bytes(w) in own for w in drawn[True].numpy()) < 60


@pytest.mark.parametrize("form", word_data.FORMS)
def test_encoded_words_come_back_as_the_music(tmp_path, form):
    from musicgan_lib import corpora
    from musicgan_lib.representations import words

    data = word_data.encode_words("tunes", form, all_keys=True)
    again = word_data.WordData.load(data.save(tmp_path / "words.npz"))
    for piece, ids in zip(corpora.load("tunes", "train"), again.pieces["train"]):
        assert (again.decode(ids).notes == words.decode(words.encode(piece)).notes).all()
    assert again.sizes == data.sizes and again.data_hash == data.data_hash
    assert all(len(keys) == 11 for keys in again.other_keys)
    assert np.prod(again.sizes) > max(int(w.max()) for w in again.pieces["train"])


def test_likelihood_is_counted_in_words_whatever_the_symbols_are():
    plain, halves = (word_data.encode_words("tunes", form) for form in ("published", "interleaved"))
    for whole, parts in zip(plain.pieces["train"], halves.pieces["train"]):
        assert len(parts) / halves.symbols_per_word(parts) == pytest.approx(len(whole))
        assert plain.symbols_per_word(whole) == 1
    chord = next(i for i, row in enumerate(halves.symbols[0]) if row[3])
    assert halves.symbols_per_word([chord] * 8) == 8  # a collapsed policy never ends a word
    config = bjare2020.configure("nll", "smoke", "tunes", form="interleaved", length=16)
    state = bjare2020.game.build(config, halves, 0)
    found, samples = bjare2020.game.measure(state, config, halves, torch.Generator().manual_seed(0))
    windows = torch.as_tensor(halves.windows("valid", 16))
    nats = -state.modules["policy"].eval().log_prob(windows).log_prob.sum().item()
    no_chord = torch.tensor([row[3] == 0 for row in halves.symbols[0]])
    assert found["nll_valid"] == pytest.approx(nats / no_chord[windows].sum().item())


def test_other_spellings_are_other_words_and_what_cannot_be_is_refused():
    plain = word_data.encode_words("tunes", "published")
    for change in ({"one_key": True}, {"close_chords": True}):
        data = word_data.encode_words("tunes", "published", **change)
        assert data.sizes != plain.sizes or data.symbols != plain.symbols, change
        assert [len(p) for p in data.pieces["train"]] == [len(p) for p in plain.pieces["train"]]
    with pytest.raises(ValueError, match="as they are"):
        word_data.encode_words("published_chunks", "published", one_key=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"estimator": "foo"},
        {"baseline": "foo"},
        {"reward": "foo"},
        {"discriminator_loss": "foo"},
        {"batch": 0},
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused_before_the_music_is_read(wrong):
    ((name, value),) = wrong.items()
    with pytest.raises(ValueError, match=f"no {name} '{value}'|{name} is {value}"):
        bjare2020.configure("by_values", "smoke", "tunes", **wrong)


def test_learning_by_values_takes_no_other_signal_beside_it():
    for more in ({"rollouts": 4}, {"likelihood": 1.0}, {"baseline": "leave_one_out"}):
        with pytest.raises(ValueError, match="path_consistency takes no"):
            bjare2020.configure("by_values", "smoke", "tunes", **more)


def test_learning_by_values_needs_a_price_for_distance():
    with pytest.raises(ValueError, match="beta is 0"):
        bjare2020.configure("by_values", "smoke", "tunes", beta=0.0)


def test_a_critic_learns_what_to_expect_and_does_not_see_the_action(tmp_path):
    _, config, data, state, _ = training.open_run(train(tmp_path / "run", "actor_critic"))
    actions = torch.as_tensor(data.windows("train", config.length))
    critic, returns = state.modules["critic"], torch.full(actions.shape, 0.7)
    before = critic.loss(actions, returns).item()
    signal = bjare2020.game.choose_signal(config)(config, None)
    reading = rewards.Drawn(actions=actions, log_prob=None, rewards=returns, returns=returns)
    for _ in range(20):
        signal.teach(state, reading)
    assert critic.loss(actions, returns).item() < before / 4
    other = actions.clone()
    other[:, -1] = (other[:, -1] + 1) % math.prod(data.sizes)
    assert (critic(other) == critic(actions)).all()


def test_weights_that_travel_are_read_back_and_broken_ones_refused(tmp_path):
    folder = train(tmp_path / "run", "nll")
    system, config, data, state, _ = training.open_run(folder)
    path = training.save_weights(state.modules["policy"], tmp_path / "half.safetensors", half=True)
    fresh = system.game.build(config, data, 9).modules["policy"]
    training.load_weights(fresh, path)
    words = torch.as_tensor(data.windows("train", config.length))
    with torch.no_grad():
        one, other = (p.eval().nll(words).item() for p in (fresh, state.modules["policy"]))
    assert one == pytest.approx(other, abs=0.01)
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(loop.CheckpointRefused, match="broken"):
        training.load_weights(fresh, path)


def write_tensors(path, **about):
    """Names, kinds and shapes of safetensors without their numbers: the file takes no room, and promises much."""
    end, head = 0, {}
    for name, (kind, shape) in about.items():
        begin, end = end, end + math.prod(shape) * {"F16": 2, "F32": 4, "F64": 8}[kind]
        head[name] = {"dtype": kind, "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(head).encode()
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + end)
    return path


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ({"weight": ("F16", [2**33])}, r"weight has shape \[8589934592\]"),
        ({"more": ("F16", [2**33])}, "more is in one of the two alone"),
        ({"bias": ("F64", [2])}, "bias is of F64"),
    ],
)
def test_weights_are_compared_before_they_are_read(tmp_path, monkeypatch, about, told):
    """Sixteen gigabytes of another network's weights are refused by what the file says of them."""
    own = {"weight": ("F32", [2, 3]), "bias": ("F32", [2])}
    path = write_tensors(tmp_path / "w.safetensors", **own | about)
    monkeypatch.setattr(torch.Tensor, "float", lambda _: pytest.fail("it was read"))
    with pytest.raises(loop.CheckpointRefused, match=told):
        training.load_weights(torch.nn.Linear(3, 2), path)


@pytest.mark.parametrize("reader", [word_data.WordData, RowData])
def test_encoded_music_of_strangers_holds_no_objects(tmp_path, reader):
    """numpy's own files may hold pickles, and a pickle is a program."""
    hostile = np.array([{"a": 1}], object)
    np.savez(tmp_path / "x.npz", words=hostile, rows=hostile, about=hostile)
    with pytest.raises(ValueError, match="allow_pickle"):
        reader.load(tmp_path / "x.npz")


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_weights_that_are_no_numbers_are_refused(tmp_path, bad):
    network = torch.nn.Linear(3, 2)
    with torch.no_grad():
        network.bias[1] = bad
    path = training.save_weights(network, tmp_path / "w.safetensors")
    with pytest.raises(loop.CheckpointRefused, match="bias holds what is no number"):
        training.load_weights(torch.nn.Linear(3, 2), path)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["bjare2002"], "near: bjare2020"),
        (["bjare2020", "--variant", "ordnary"], "ordinary"),
        (["bjare2020", "--profile", "huge"], "smoke, cpu, gpu"),
        (["bjare2020", "--corpus", "notingham"], "near: nottingham"),
        (["bjare2020", "--corpus", "tunes", "--set", "hiden=3"], "near: hidden"),
        (["bjare2020", "--corpus", "tunes", "--set", "hidden=many"], "int"),
        (["bjare2020", "--corpus", "tunes", "--device", "gpu"], "no device 'gpu'"),
        (
            ["mogren2016", "--variant", "adversarial", "--corpus", "tunes", "--control", "none"],
            "no_adversary",
        ),
        (
            ["bjare2020", "--corpus", "tunes", "--variant", "merl", "--control", "none"],
            "zero_reward",
        ),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(capsys, words, says):
    assert cli.main(["train", *words]) == 1
    assert says in capsys.readouterr().err


def test_train_evaluate_and_sample_from_a_terminal(tmp_path, capsys):
    settings = [word for k, v in TINY.items() for word in ("--set", f"{k}={v}")]
    run = str(tmp_path / "run")
    base = ["train", "bjare2020", "--variant", "merl", "--corpus", "tunes", "--out", run, *settings]
    assert cli.main(base) == 0
    first = dict(line.split() for line in capsys.readouterr().out.splitlines()[1:])
    assert cli.main(["evaluate", run]) == 0
    assert dict(line.split() for line in capsys.readouterr().out.splitlines()) == first
    assert cli.main(["sample", run, "-n", "2", "--out", str(tmp_path)]) == 0
    assert len(list(tmp_path.glob("*.mid"))) == 2
    assert cli.main(["sample", str(tmp_path)]) == 1
    assert "no run folder" in capsys.readouterr().err


def test_an_unfinished_run_says_how_far_it_came(tmp_path, caplog):
    words = [
        "train",
        "bjare2020",
        "--corpus",
        "tunes",
        "--minutes",
        "0",
        "--out",
        str(tmp_path / "r"),
    ]
    assert cli.main(words) == 0
    assert "stopped at 0% of its steps" in caplog.text
    (row,) = records.read(tmp_path / "r" / "record.json")
    assert row["steps"] == 0 and row["metrics"]["share"] == 0
    assert cli.main([*words[:5], "nan", *words[6:]]) == 1  # no time cap is no number


def test_a_run_that_could_not_be_written_is_not_finished(tmp_path, monkeypatch):
    """A full disk between the last step and the record: the next call measures and writes."""

    def full(*_):
        raise OSError("No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(training, "save_weights", full)
        with pytest.raises(OSError, match="No space"):
            train(tmp_path / "run", "nll")
    assert not (tmp_path / "run" / "record.json").exists()
    folder = train(tmp_path / "run", "nll")
    (row,) = records.read(folder / "record.json")
    assert "share" not in row["metrics"] and (folder / "weights.safetensors").is_file()


def test_every_preset_names_itself():
    for name in systems.names():
        system = systems.find(name)
        assert system.mechanism and system.variants and system.corpora


def test_a_machine_without_music_libraries_trains_on_encoded_words(tmp_path):
    """What a GPU box needs: numpy, torch, safetensors, and the words as one file."""
    data = word_data.encode_words("tunes", "published").save(tmp_path / "words.npz")
    code = f"""
import sys
from pathlib import Path

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {{
            "symusic", "music21", "pretty_midi", "mido", "pooch", "matplotlib", "IPython", "ipywidgets"
        }}:
            raise ImportError(name + " is not on this machine")

sys.meta_path.insert(0, Refuse())
from musicgan_lib.data import words as word_data
from musicgan_lib.data.rows import RowData
from musicgan_lib.experiments import training
data = word_data.WordData.load({str(data)!r})
folder = training.train("bjare2020", "merl", "smoke", 0, corpus="tunes", data=data,
                        folder={str(tmp_path / "run")!r}, changes={TINY!r})
print((folder / "record.json").is_file())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "True", done.stderr


def test_what_is_sampled_later_is_the_policy_that_was_measured(tmp_path):
    """Likelihood runs keep their best weights, which are seldom the last."""
    folder = train(
        tmp_path / "run", "nll", changes={**TINY_NLL, "pretrain": 60, "pretrain_lr": 0.1}
    )
    *_, config, data, state, _ = training.open_run(folder)
    again = state.modules["policy"].sample(
        config.measure, config.length, torch.Generator().manual_seed(10_003)
    )
    kept = np.load(folder / "samples.npz")["words"]
    assert (again.actions[: len(kept)].numpy() == kept).all()
    assert json.loads((folder / "log.jsonl").read_text().splitlines()[-1])["step"] == 60


def test_a_changed_library_trains_in_a_new_place_when_nobody_names_one(monkeypatch):
    settings = {"changes": TINY_NLL, "corpus": "tunes"}
    first = training.train("bjare2020", "nll", "smoke", 3, **settings)
    assert training.train("bjare2020", "nll", "smoke", 3, **settings) == first
    own = plan.hash_code
    monkeypatch.setattr(plan, "hash_code", lambda *a: own(*a)[::-1])
    assert training.train("bjare2020", "nll", "smoke", 3, **settings) != first


def test_a_run_is_opened_only_with_its_own_music_and_whole(tmp_path, monkeypatch):
    folder = training.train("mogren2016", "adversarial", "smoke", corpus="tunes", folder=tmp_path / "r",
                            changes={"pretrain": 2, "adversarial": 2, "hidden": 6, "measure": 4})  # fmt: skip
    with pytest.raises(ValueError, match="no temperature"):
        training.sample(folder, 1, temperature=0.5, out=tmp_path)
    with pytest.raises(ValueError, match="above 0"):
        training.sample(folder, 0, out=tmp_path)
    about = json.loads((folder / "config.json").read_text())
    assert about["left_out"].startswith("Left out: nothing")
    (folder / "config.json").write_text(json.dumps(about | {"data_hash": "another"}))
    with pytest.raises(ValueError, match="trained on another edition of tunes"):
        training.evaluate(folder)
    (folder / "config.json").write_text(json.dumps({"seconds": 1.0}))
    with pytest.raises(FileNotFoundError, match="no run folder"):
        training.evaluate(folder)
    for text in ("{", "[" * 100_000, "[1]", '"x"', "9" * 5000):
        (folder / "config.json").write_text(text)
        with pytest.raises(FileNotFoundError, match="no run folder"):
            training.evaluate(folder)
    for config in (about["config"] | {"of_tomorrow": 1}, [1], None):
        (folder / "config.json").write_text(json.dumps(about | {"config": config}))
        with pytest.raises(ValueError, match="another edition of the library"):
            training.evaluate(folder)


def test_a_run_belongs_to_every_file_of_its_game(monkeypatch):
    read, bytes_of = [], Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda f: read.append(f.name) or bytes_of(f))
    plan.hash_code({"system": "mogren2016"})
    wanted = {"tone_settings.py", "tone_measures.py", "mogren2016.py", "tones.py", "crnn_gan.py"}
    assert wanted | {
        "quadruplets.py",
        "fit.py",
        "rows.py",
        "tokens.py",
        "training.py",
        "plan.py",
    } <= set(read)
    others = {"neo2024.py", "anokhin_nuzhin.py", "rolls.py", "lstm_gan.py", "claims.py"}
    assert not others & set(read)


def test_two_processes_may_encode_the_same_corpus_at_once(tmp_path, monkeypatch):
    """One writes in the middle of the other's writing; both end with a whole file, and nothing is left."""
    save, path, begun = np.savez_compressed, tmp_path / "words.npz", []

    def interrupted(file, **arrays):
        save(file, **arrays)
        if not begun:
            begun.append(True)
            tokens.write_arrays(path, a=np.arange(3))

    monkeypatch.setattr(np, "savez_compressed", interrupted)
    tokens.write_arrays(path, a=np.arange(3))
    assert np.load(path)["a"].tolist() == [0, 1, 2] and len(list(tmp_path.iterdir())) == 1
