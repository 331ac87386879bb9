"""Matrices on disk: the same as those in memory, whatever the shards, and a stopped encoding goes on."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tarfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from musicgan_lib import systems
from musicgan_lib.cli import main
from musicgan_lib.corpora.archives import Files
from musicgan_lib.data import rolls, shards
from musicgan_lib.experiments import training
from musicgan_lib.notes import read_midi, write_midi
from tests.test_rolls import a_folder, a_piece

anokhin2018 = systems.find("anokhin2018")


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("notes", [48, 49, 88])
def test_a_packed_matrix_is_read_like_any_other(notes):
    rng = np.random.default_rng(notes)
    rows = rng.integers(0, 2, (40, notes, 2), dtype=np.uint8)
    packed = shards.PackedRoll(shards.pack(rows), notes)
    assert packed.shape == rows.shape and len(packed) == 40
    for key in (slice(3, 19), slice(None), (slice(2, 30, 3), 5), (..., 1), 7, (3, slice(None), 0)):
        assert np.array_equal(packed[key], rows[key]), key
    assert np.array_equal(np.stack([packed, packed]), np.stack([rows, rows]))
    assert shards.pack(rows).shape[1] == -(-2 * notes // 8)


def rolls_of(data) -> list[bytes]:
    return sorted(np.asarray(r).tobytes() for part in data.pieces.values() for r in part)


@pytest.mark.parametrize("per_track", [False, True])
@pytest.mark.parametrize("files", [7, 100])
def test_the_matrices_are_those_of_the_pieces_however_many_files_a_shard_holds(
    tmp_path, files, per_track
):
    folder = a_folder(tmp_path, [a_piece(i, bars=12 + i % 3) for i in range(40)])
    plan = shards.Plan(folder, per_track=per_track, files=files)
    index = shards.encode(plan, tmp_path / "out")
    assert len(index["shards"]) == -(-40 // files)
    data, left = shards.load(tmp_path / "out"), Counter()
    paths = sorted(Path(folder).glob("*.mid"))
    own = [rolls.encode_bars(read_midi(p), 36, 83, per_track, 12, left) for p in paths]
    expected = [np.ascontiguousarray(r[..., :2]).tobytes() for part in own for r in part]
    assert left["read"] == 40 and rolls_of(data) == sorted(expected)
    longer = shards.load(tmp_path / "out", least=14)
    assert {len(r) for part in longer.pieces.values() for r in part} == {14 * 16}


def test_one_music_under_two_names_is_in_one_split(tmp_path):
    folder = Path(a_folder(tmp_path, [a_piece(i) for i in range(40)]))
    for i in range(40):
        shutil.copy(folder / f"piece {i}.mid", folder / f"zz copy {i}.mid")
    shards.encode(shards.Plan(str(folder), files=9), tmp_path / "out")
    place = {}
    for split, part in shards.load(tmp_path / "out").pieces.items():
        for rows in part:
            place.setdefault(np.asarray(rows).tobytes(), []).append(split)
    assert len(place) == 40 and all(len(p) == 2 and p[0] == p[1] for p in place.values())


class Read:
    """Counts the pieces that are read."""

    def __init__(self, monkeypatch):
        self.pieces, own = 0, rolls.encode_bars
        monkeypatch.setattr(rolls, "encode_bars", lambda *a, **k: self.count() or own(*a, **k))

    def count(self):
        self.pieces += 1

    def since(self) -> int:
        before, self.pieces = self.pieces, 0
        return before


def test_a_stopped_encoding_goes_on_and_never_mixes_two_plans(tmp_path, monkeypatch):
    folder, out = a_folder(tmp_path, [a_piece(i) for i in range(40)]), tmp_path / "out"
    plan, lower, read = (
        shards.Plan(folder, files=10),
        shards.Plan(folder, low=30, files=10),
        Read(monkeypatch),
    )

    def stop(number, every):
        if number == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shards.encode(plan, out, stop)
    with pytest.raises(FileNotFoundError):
        shards.load(out)
    (out / ".shard-00002.npy.1").write_bytes(b"half of a shard")
    assert read.since() == 20
    shards.encode(plan, out)
    assert read.since() == 20, "only what was missing is read"
    whole = rolls_of(shards.load(out))
    with pytest.raises(KeyboardInterrupt):
        shards.encode(lower, out, stop)
    with pytest.raises(FileNotFoundError):  # two of its shards are of another plan
        shards.load(out)
    shards.encode(lower, out)
    assert shards.load(out, low=30).pieces["train"][0].shape[1] == 54
    read.since()
    shards.encode(plan, out)
    assert read.since() == 40 and rolls_of(shards.load(out)) == whole
    shards.encode(shards.Plan(folder, low=37, high=84, files=10), out)
    assert read.since() == 40, "shards as wide as these are not these"
    shards.encode(plan, out)
    with pytest.raises(ValueError, match="'high': 83.*'high': 84"):
        shards.load(out, high=84)
    with pytest.raises(ValueError, match="'bars': 12.*'bars': 4"):
        shards.load(out, least=4)
    shards.encode(shards.Plan(folder, files=40), out)
    assert len(list(out.glob("*shard-*"))) == 2, "shards of a run with more of them are gone"


def test_files_that_changed_and_shards_that_broke_are_written_anew(tmp_path, monkeypatch):
    folder, out = Path(a_folder(tmp_path, [a_piece(i) for i in range(40)])), tmp_path / "out"
    plan, read = shards.Plan(str(folder), files=10), Read(monkeypatch)
    before = shards.encode(plan, out)
    whole = rolls_of(shards.load(out))
    read.since()
    write_midi(a_piece(99), folder / "piece 0.mid")
    again = shards.encode(plan, out)
    assert read.since() == 10 and again["data_hash"] != before["data_hash"]
    assert rolls_of(shards.load(out)) != whole
    write_midi(a_piece(0), folder / "piece 0.mid")
    shards.encode(plan, out)
    read.since()
    for name, content in (("npy", b""), ("npy", b"half"), ("json", b"{"), ("json", b"[]")):
        (out / f"shard-00001.{name}").write_bytes(content)
        with pytest.raises(ValueError, match="shard-00001.npy is damaged"):
            shards.load(out)
        shards.encode(plan, out)
        assert read.since() == 10 and rolls_of(shards.load(out)) == whole
    bits = out / "shard-00001.npy"
    bits.write_bytes((out / "shard-00000.npy").read_bytes()[:-12])  # a step less
    with pytest.raises(ValueError, match="damaged"):
        shards.load(out)
    (out / shards.INDEX).write_text('{"title": "my songs"}')
    with pytest.raises(ValueError, match="no index of shards"):
        shards.load(out)


def test_broken_files_are_told_by_name_and_by_reason(tmp_path, capsys):
    folder = Path(a_folder(tmp_path, [*(a_piece(i) for i in range(39)), a_piece(40, shift=0.1)]))
    (folder / "broken.mid").write_bytes(b"MThd and nothing else")
    (folder / "empty.mid").write_bytes(b"")
    words = ["data", "encode", str(folder), "--out", str(tmp_path / "out"), "--files", "14"]
    assert main(words) == 0
    told = capsys.readouterr().out
    assert "broken.mid: byte" in told and "empty.mid: byte 0: the file is empty" in told
    assert "40 of 42 files read. Left out: 1 off the grid." in told


def test_more_shards_than_files_may_be_open_is_no_damage(tmp_path):
    plan = shards.Plan(a_folder(tmp_path, [a_piece(i) for i in range(40)]), files=1)
    shards.encode(plan, tmp_path / "out")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/dev/fd")) + 9, before[1]))
    try:
        with pytest.raises(OSError, match="Too many open files"):
            shards.load(tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert shards.load(tmp_path / "out").pieces["train"]


@pytest.fixture(scope="module")
def client():
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
        with Client(cluster) as client:
            yield client


def content_of(folder) -> dict:
    return {p.name: p.read_bytes() for p in Path(folder).iterdir() if not p.name.endswith(".lock")}


def packed(kind: str, folder: Path, place: Path) -> Path:
    """The folder itself, or an archive of it."""
    if kind == "folder":
        return folder
    shutil.make_archive(str(place), kind, folder.parent, folder.name)
    return next(place.parent.glob(f"{place.name}.*"))


@pytest.mark.parametrize("kind", ["folder", "zip", "gztar"])
def test_workers_write_the_same_bytes_and_open_the_corpus_once(tmp_path, client, kind):
    # the first shard takes longest: tables come in another order than they stand
    bars = [800, *(12 + i % 3 for i in range(39))]
    folder = Path(a_folder(tmp_path, [a_piece(i, bars=n) for i, n in enumerate(bars)]))
    (folder / "broken.mid").write_bytes(b"MThd and nothing else")
    plan = shards.Plan(str(packed(kind, folder, tmp_path / "packed")), files=4)
    before = sum(client.run(opened).values())
    heard = []
    spread = shards.encode(
        plan, tmp_path / "a", lambda *n: heard.append(n), client.scheduler.address
    )
    assert heard == [(i, 11) for i in range(1, 12)]
    assert sum(client.run(opened).values()) - before <= 2
    assert spread == shards.encode(plan, tmp_path / "b")
    assert content_of(tmp_path / "a") == content_of(tmp_path / "b")
    assert "broken.mid: byte" in spread["skipped"][0]


def opened() -> int:
    return shards._open.cache_info().misses


def test_workers_of_this_machine_and_no_scheduler_and_no_workers(tmp_path, capsys, monkeypatch):
    a_folder(tmp_path, [a_piece(i) for i in range(40)])
    monkeypatch.chdir(tmp_path / "music")
    words = ["data", "encode", ".", "--files", "14", "--out"]
    assert main([*words, str(tmp_path / "one")]) == 0
    assert main([*words, str(tmp_path / "two"), "--workers", "2"]) == 0
    assert content_of(tmp_path / "one") == content_of(tmp_path / "two")
    assert "shard 3 of 3" in capsys.readouterr().err
    assert main([*words, str(tmp_path / "three"), "--workers", "0"]) == 1
    assert "0 workers: choose 1 or more" in capsys.readouterr().err
    assert main([*words, str(tmp_path / "three"), "--scheduler", "tcp://127.0.0.1:9"]) == 1
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in capsys.readouterr().err


def test_an_archive_that_was_replaced_is_opened_anew(tmp_path, client):
    folder = Path(a_folder(tmp_path, [a_piece(i) for i in range(40)]))
    plan = shards.Plan(str(packed("zip", folder, tmp_path / "packed")), files=20)
    before = shards.encode(plan, tmp_path / "out", scheduler=client.scheduler.address)
    write_midi(a_piece(99), folder / "piece 0.mid")
    packed("zip", folder, tmp_path / "packed")
    again = shards.encode(plan, tmp_path / "out", scheduler=client.scheduler.address)
    assert again["data_hash"] != before["data_hash"]
    assert again == shards.encode(plan, tmp_path / "own")


def test_a_killed_worker_loses_no_shard(tmp_path, client):
    plan = shards.Plan(a_folder(tmp_path, [a_piece(i) for i in range(40)]), files=2)
    whole = shards.encode(plan, tmp_path / "own")
    workers, written = client.run(os.getpid), {}

    def kill(done, every):
        if done == 3:
            written.update({p: p.stat().st_ino for p in (tmp_path / "out").glob("shard-*.npy")})
            os.kill(workers.popitem()[1], signal.SIGKILL)

    assert shards.encode(plan, tmp_path / "out", kill, client.scheduler.address) == whole
    assert content_of(tmp_path / "out") == content_of(tmp_path / "own")
    done = [json.loads(p.with_suffix(".json").read_text())["shard"] for p in written]
    assert len(done) >= 3 and {p: p.stat().st_ino for p in written} == written


def limit_files(most: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


@pytest.mark.parametrize("spread", [False, True])
def test_a_full_disk_is_named_and_keeps_what_is_done(tmp_path, client, monkeypatch, spread):
    long = a_piece(40, bars=1000)
    folder, out = a_folder(tmp_path, [*(a_piece(i) for i in range(40)), long]), tmp_path / "out"
    most = 100_000  # bytes of any one file
    assert (Path(folder) / "piece 40.mid").stat().st_size < most < 1000 * 16 * 12
    plan, read = shards.Plan(folder, files=7), Read(monkeypatch)
    address = client.scheduler.address if spread else None
    run = client.run if spread else lambda work, *options: work(*options)
    client.wait_for_workers(2)  # one may be on its way back
    run(limit_files, most)
    try:
        with pytest.raises(OSError, match=r"out/shard-0000\d.npy cannot be written"):
            shards.encode(plan, out, scheduler=address)
    finally:
        run(limit_files, resource.RLIM_INFINITY)
    done = {p: p.stat().st_ino for p in out.glob("shard-*.npy")}
    assert done and not (out / shards.INDEX).exists()
    if not spread:
        assert not list(out.glob(".*")), "what was half written takes no room"
        read.since()
    shards.encode(plan, out, scheduler=address)
    assert {p: p.stat().st_ino for p in done} == done, "what was done was not written again"
    assert len(shards.load(out).pieces["train"]) > 20


def test_two_calls_do_not_write_into_one_folder_and_a_killed_one_leaves_no_lock(tmp_path):
    plan = shards.Plan(a_folder(tmp_path, [a_piece(i) for i in range(40)]), files=20)
    refused = []

    def meddle(done, every):
        with pytest.raises(OSError, match="another call writes into .*out"):
            shards.encode(plan, tmp_path / "out")
        refused.append(done)

    shards.encode(plan, tmp_path / "out", meddle)
    assert refused == [1, 2]
    code = (
        "import os, signal, sys; from musicgan_lib.data import shards; "
        "die = lambda *_: os.kill(os.getpid(), signal.SIGKILL); "
        "shards.encode(shards.Plan(sys.argv[1], files=7), sys.argv[2], die)"
    )
    words = [sys.executable, "-c", code, plan.corpus, str(tmp_path / "killed")]
    assert subprocess.run(words, check=False).returncode == -signal.SIGKILL
    shards.encode(plan, tmp_path / "killed")


def test_workers_of_another_edition_are_refused(tmp_path, client, monkeypatch):
    plan = shards.Plan(a_folder(tmp_path, [a_piece(i) for i in range(40)]), files=20)
    monkeypatch.setattr(shards, "_programs", lambda: "an older one")
    with pytest.raises(OSError, match="a worker has another musicgan_lib"):
        shards.encode(plan, tmp_path / "out", scheduler=client.scheduler.address)


def test_the_index_says_what_no_two_splits_share(tmp_path, monkeypatch, client):
    monkeypatch.setenv("MUSICGAN_DATA", str(tmp_path))
    table, place = {"midi_filename": {}, "split": {}}, tmp_path / "maestro"
    (tmp_path / "data" / "jazz").mkdir(parents=True)
    (tmp_path / "maestro").mkdir()
    for i in range(60):
        own = tmp_path / "data" / "classical" / f"composer {i % 30}"
        own.mkdir(parents=True, exist_ok=True)
        write_midi(a_piece(i), own / f"{i}.mid")
        write_midi(a_piece(i), tmp_path / "data" / "jazz" / f"{i}.mid")
        write_midi(a_piece(i), place / f"{i}.mid")
        table["midi_filename"][str(i)] = f"maestro/{i}.mid"
        table["split"][str(i)] = ("train", "validation", "test")[i % 3]
    (place / "maestro-v3.0.0.json").write_text(json.dumps(table))
    folder = str(tmp_path / "data" / "jazz")
    for corpus, by in (("classical", "composer"), ("maestro", "publisher"), (folder, "content")):
        out, plan = tmp_path / by, shards.Plan(corpus, files=50)
        index = shards.encode(plan, out, scheduler=client.scheduler.address)
        data = shards.load(out)
        assert index["split_by"] == data.split_by == by
        assert index["report"] == "60 of 60 files read. Left out: nothing."
        lost = {k: v for k, v in index.items() if k != "split_by"}  # written before it was noted
        (out / shards.INDEX).write_text(json.dumps(lost))
        assert shards.load(out).split_by == "unknown"
        assert data.pieces["test"] and (by != "publisher" or len(data.pieces["test"]) == 20)


def test_songs_with_tables_of_beats_give_the_same_matrices_in_shards(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSICGAN_DATA", str(tmp_path / "data"))
    for i in range(1, 41):  # 60 beats a minute in a file that says 120; one bar has two beats
        song = tmp_path / "data" / "POP909" / f"{i:03}"
        song.mkdir(parents=True)
        late = a_piece(i, bars=16)
        notes = late.notes.copy()
        notes["onset"], notes["duration"] = 2 * notes["onset"] + 0.3, 2 * notes["duration"]
        write_midi(late.replace(notes=notes), song / f"{i:03}.mid")
        bars = {0, *range(2, 64, 4)}
        rows = [f"{0.15 + beat} 0.0 {float(beat in bars)}" for beat in range(64)]
        (song / "beat_midi.txt").write_text("\n".join(rows))
    plan = shards.Plan("pop909", files=15)
    before = shards.encode(plan, tmp_path / "out")
    packed, whole = shards.load(tmp_path / "out"), rolls.encode_rolls("pop909")
    for (
        split,
        part,
    ) in whole.pieces.items():  # nothing that one tests with is what the other learns from
        own = sorted(r[..., :2].tobytes() for r in part)
        assert own == sorted(np.asarray(r).tobytes() for r in packed.pieces[split])
    assert {len(r) for part in whole.pieces.values() for r in part} == {16 * 16}  # two beats less
    moved = "\n".join([f"{0.65 + beat} 0.0 {float(beat in bars)}" for beat in range(64)])
    (tmp_path / "data" / "POP909" / "001" / "beat_midi.txt").write_text(moved)
    after = shards.encode(plan, tmp_path / "out")
    changed = [k for k in before["shards"] if before["shards"][k] != after["shards"][k]]
    assert len(changed) == 1 and after["data_hash"] != before["data_hash"]


@pytest.mark.parametrize("words, told", [
    (["nowhere"], "neither a corpus"), (["tunes"], "train on it by its name"), (["nottingham"], "by its name"),
    (["none"], "holds no MIDI file"), (["bad"], "WARNING: 100% of the files were lost"),
    (["few"], "nothing is left in"), (["few", "--files", "0"], "from 1 on"), (["few", "--least", "0"], "from 1 on"),
    (["few", "--low", "83", "--high", "36"], "octave"), (["few", "--high", "200"], "octave"),
])  # fmt: skip
def test_what_cannot_be_encoded_is_said_in_a_sentence(tmp_path, capsys, monkeypatch, words, told):
    monkeypatch.chdir(tmp_path)
    for name in ("none", "bad", "few"):
        (tmp_path / name).mkdir()
    (tmp_path / "bad" / "a.mid").write_bytes(b"no music")
    write_midi(a_piece(0), tmp_path / "few" / "a.mid")
    assert main(["data", "encode", *words, "--out", str(tmp_path / "out")]) == 1
    assert told in capsys.readouterr().err


def test_a_packed_tar_is_read_in_the_order_that_it_lies_in(tmp_path, monkeypatch):
    folder = Path(a_folder(tmp_path, [a_piece(i) for i in range(40)]))
    order = np.random.default_rng(0).permutation([f"music/piece {i}.mid" for i in range(40)])
    with tarfile.open(tmp_path / "music.tar.gz", "w:gz") as archive:
        for name in order.tolist():
            archive.add(folder.parent / name, name)
    asked, own = [], Files.read
    monkeypatch.setattr(Files, "read", lambda self, name: asked.append(name) or own(self, name))
    shards.encode(shards.Plan(str(tmp_path / "music.tar.gz"), files=14), tmp_path / "a")
    assert asked == order.tolist()
    shards.encode(shards.Plan(str(folder), files=14), tmp_path / "b")
    packed, plain = (rolls_of(shards.load(tmp_path / out)) for out in "ab")
    assert packed == plain and len(plain) == 40


def test_a_game_trains_on_shards_and_on_folders(tmp_path, monkeypatch):
    folder, out = a_folder(tmp_path, [a_piece(i) for i in range(40)]), tmp_path / "out"
    index = shards.encode(shards.Plan(folder, least=4), out)
    small = {"time_units": (8,), "note_units": (8,), "pretrain": 4, "measure": 4, "filters": 2}
    monkeypatch.chdir(tmp_path)
    for corpus in ("out", "music"):
        run = training.train(
            "anokhin2018", "likelihood", "smoke", 1, corpus=corpus, folder=tmp_path / f"run {corpus}", changes=small
        )  # fmt: skip
        about = json.loads((run / "config.json").read_text())
        assert (about["data_hash"] == index["data_hash"]) == (corpus == "out")
        monkeypatch.chdir("/")
        assert training.sample(run, 1, out=tmp_path / "midi")[0].is_file()
        assert training.evaluate(run)["density"] > 0
        monkeypatch.chdir(tmp_path)
    for changes, told in (
        ({"high": 88}, "'high': 83"),
        ({"volume": True}, "no volume"),
        ({"bars": 3}, "'bars': 4"),
    ):
        with pytest.raises(ValueError, match=told):
            anokhin2018.game.encode(
                anokhin2018.configure("likelihood", "smoke", "out", **changes), str(out)
            )
    (tmp_path / "tunes").mkdir()  # a folder does not stand in for a corpus of its name
    write_midi(a_piece(0), tmp_path / "tunes" / "a.mid")
    run = training.train(
        "anokhin2018", "likelihood", "smoke", 1, corpus="tunes", folder=tmp_path / "t", changes=small
    )  # fmt: skip
    assert json.loads((run / "config.json").read_text())["corpus"] == "tunes"


PEAK = """
import sys
from musicgan_lib.data import shards
from tests.midi_worker import peak_memory
shards.encode(shards.Plan(sys.argv[1], files=20), sys.argv[2])
print(peak_memory())
"""


def test_memory_does_not_grow_with_the_number_of_files(tmp_path):
    (tmp_path / "own").mkdir()
    for i in range(40):
        write_midi(a_piece(i, bars=400), tmp_path / "own" / f"{i}.mid")
    peaks = []
    for number in (40, 240):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        for i in range(number):
            shutil.copy(tmp_path / "own" / f"{i % 40}.mid", folder / f"{i}.mid")
        words = [sys.executable, "-c", PEAK, str(folder), str(tmp_path / f"out {number}")]
        told = subprocess.run(words, capture_output=True, text=True, check=True)
        peaks.append(float(told.stdout))
    # what 200 more of them hold as matrices in memory is 180 MB
    assert 200 * 400 * 16 * 48 * 3 / 2**20 > 150 and peaks[1] < peaks[0] + 15
