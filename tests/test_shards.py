"""Matrices on disk: the same as those in memory, whatever the shards, and a stopped encoding goes on."""

import json
import shutil
import subprocess
import sys
import tarfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from musicgan_lib.cli import main
from musicgan_lib.corpora.archives import Files
from musicgan_lib.experiments import rolls, shards, training
from musicgan_lib.experiments.presets import anokhin2018
from musicgan_lib.notes import read_midi, write_midi
from tests.test_rolls import a_folder, a_piece


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


@pytest.mark.parametrize("per_track", [False, True])
@pytest.mark.parametrize("files", [7, 100])
def test_the_matrices_are_those_of_the_pieces_however_many_files_a_shard_holds(
    tmp_path, files, per_track
):
    folder = a_folder(tmp_path, [a_piece(i, bars=12 + i % 3) for i in range(30)])
    plan = shards.Plan(folder, per_track=per_track, files=files)
    index = json.loads(shards.encode(plan, tmp_path / "out").read_text())
    assert len(index["shards"]) == -(-30 // files)
    data = shards.load(tmp_path / "out")
    found = [np.asarray(r).tobytes() for part in data.pieces.values() for r in part]
    left = Counter()
    paths = sorted(Path(folder).glob("*.mid"))
    own = [rolls.encode_bars(read_midi(p), 36, 83, per_track, 12, left) for p in paths]
    expected = [np.ascontiguousarray(r[..., :2]).tobytes() for part in own for r in part]
    assert len(found) == left["read"] == 30 and sorted(found) == sorted(expected)
    assert all(len(part) for part in data.pieces.values())
    heard = data.decode(data.floats(data.pieces["test"][0]), dynamics=False)
    assert heard.length > 40


def test_one_music_under_two_names_is_in_one_split(tmp_path):
    folder = Path(a_folder(tmp_path, [a_piece(i) for i in range(20)]))
    for i in range(20):
        shutil.copy(folder / f"piece {i}.mid", folder / f"zz copy {i}.mid")
    shards.encode(shards.Plan(str(folder), files=9), tmp_path / "out")
    place = {}
    for split, part in shards.load(tmp_path / "out").pieces.items():
        for rows in part:
            place.setdefault(np.asarray(rows).tobytes(), []).append(split)
    assert len(place) == 20 and all(len(p) == 2 and p[0] == p[1] for p in place.values())


def test_a_stopped_encoding_goes_on_and_other_settings_begin_anew(tmp_path, monkeypatch):
    folder, out = a_folder(tmp_path, [a_piece(i) for i in range(20)]), tmp_path / "out"
    plan, done = shards.Plan(folder, files=5), []

    def stop(number, every):
        if number == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shards.encode(plan, out, stop)
    with pytest.raises(ValueError, match="lacks 2 shards"):
        shards.finish(plan, 4, out)
    (out / "shard-00002.part").write_bytes(b"half of a shard")
    encode_bars = rolls.encode_bars
    monkeypatch.setattr(
        shards, "encode_bars", lambda *a, **k: done.append(1) or encode_bars(*a, **k)
    )
    shards.encode(plan, out)
    assert len(done) == 10, "only what was missing is read"
    shards.encode(plan, out)
    assert len(done) == 10
    shards.encode(shards.Plan(folder, files=5, high=88), out)
    assert len(done) == 30
    assert shards.load(out, high=88).pieces["train"][0].shape[1] == 53
    with pytest.raises(ValueError, match="'high': 88.*'high': 83"):
        shards.load(out, high=83)
    with pytest.raises(FileNotFoundError):
        shards.load(tmp_path)


def test_broken_files_are_told_by_name_and_by_reason(tmp_path, capsys):
    folder = Path(a_folder(tmp_path, [a_piece(i) for i in range(12)] + [a_piece(40, shift=0.1)]))
    (folder / "broken.mid").write_bytes(b"MThd and nothing else")
    (folder / "empty.mid").write_bytes(b"")
    words = ["data", "encode", str(folder), "--out", str(tmp_path / "out"), "--files", "4"]
    assert main(words) == 0
    told = capsys.readouterr().out
    assert "broken.mid: byte" in told and "empty.mid: byte 0: the file is empty" in told
    assert "13 of 15 files read. Left out: 1 off the grid." in told
    assert main(["data", "encode", str(tmp_path / "nowhere"), "--out", str(tmp_path)]) == 1
    assert main(["data", "encode", "tunes", "--out", str(tmp_path)]) == 1
    (tmp_path / "none").mkdir()
    assert main(["data", "encode", str(tmp_path / "none"), "--out", str(tmp_path / "out2")]) == 1
    assert "holds no MIDI file" in capsys.readouterr().err


def test_a_packed_tar_is_read_in_the_order_that_it_lies_in(tmp_path):
    folder = Path(a_folder(tmp_path, [a_piece(i) for i in range(9)]))
    order = [f"piece {i}.mid" for i in (3, 1, 8, 0, 2, 7, 5, 4, 6)]
    with tarfile.open(tmp_path / "music.tar.gz", "w:gz") as archive:
        for name in order:
            archive.add(folder / name, f"music/{name}")
    with Files(tmp_path / "music.tar.gz") as files:
        assert files.in_place() == [f"music/{name}" for name in order]
        assert files.names == sorted(files.in_place())
    packed, plain = (
        shards.encode(shards.Plan(str(path), files=4), tmp_path / out)
        for path, out in ((tmp_path / "music.tar.gz", "a"), (folder, "b"))
    )
    both = [
        sorted(
            np.asarray(r).tobytes() for part in shards.load(p.parent).pieces.values() for r in part
        )
        for p in (packed, plain)
    ]
    assert both[0] == both[1] and len(both[0]) == 9


def test_a_game_trains_on_shards(tmp_path):
    folder = a_folder(tmp_path, [a_piece(i) for i in range(40)])
    out = shards.encode(shards.Plan(folder, least=4), tmp_path / "out").parent
    small = {"time_units": (8,), "note_units": (8,), "pretrain": 4, "measure": 4, "filters": 2}
    run = training.train(
        "anokhin2018",
        "likelihood",
        "smoke",
        1,
        corpus=str(out),
        folder=tmp_path / "run",
        changes=small,
    )
    about = json.loads((run / "config.json").read_text())
    assert about["data_hash"] == json.loads((out / shards.INDEX).read_text())["data_hash"]
    config = anokhin2018.configure("likelihood", "smoke", str(out), high=88)
    with pytest.raises(ValueError, match="encoded with"):
        anokhin2018.encode(config, str(out))
    config = anokhin2018.configure("likelihood", "smoke", str(out), volume=True)
    with pytest.raises(ValueError, match="no volume"):
        anokhin2018.encode(config, str(out))


PEAK = """
import sys
from musicgan_lib.experiments import shards
from tests.midi_worker import peak_memory
shards.encode(shards.Plan(sys.argv[1], files=20), sys.argv[2])
print(peak_memory())
"""


def test_memory_does_not_grow_with_the_number_of_files(tmp_path):
    long = a_piece(0, bars=400)
    write_midi(long, tmp_path / "one.mid")
    peaks = []
    for number in (40, 240):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        for i in range(number):
            shutil.copy(tmp_path / "one.mid", folder / f"{i}.mid")
        words = [sys.executable, "-c", PEAK, str(folder), str(tmp_path / f"out {number}")]
        told = subprocess.run(words, capture_output=True, text=True, check=True)
        peaks.append(float(told.stdout))
    # what 200 more of them hold as matrices in memory is 180 MB
    assert 200 * 400 * 16 * 48 * 3 / 2**20 > 150 and peaks[1] < peaks[0] + 15
