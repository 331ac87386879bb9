"""A cache is known by what it was made from, an edition by its music."""

import os
import shutil
import tarfile
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest

from musicgan_lib import corpora
from musicgan_lib.corpora import archives, cache, loading, midi_folder, places
from musicgan_lib.notes import Piece, write_midi


@pytest.fixture
def data(tmp_path, monkeypatch):
    """An empty cache, and an empty folder of data."""
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("MUSICGAN_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def some_piece(seed):
    pitches = np.random.default_rng(seed).integers(50, 80, 20).tolist()
    return Piece([(i, 1, p) for i, p in enumerate(pitches)], title=f"piece {seed}")


def midi(seed, folder, name=None):
    folder.mkdir(parents=True, exist_ok=True)
    write_midi(some_piece(seed), folder / (name or f"{seed}.mid"))
    return folder / (name or f"{seed}.mid")


def music(name="lakh"):
    return sorted(p.content_hash() for p in corpora.load(name))


def hashes(*seeds):
    return sorted(some_piece(s).content_hash() for s in seeds)


def reads(monkeypatch):
    """Counts how often a corpus is parsed."""
    count, read = [], midi_folder.read_files
    monkeypatch.setattr(
        midi_folder, "read_files", lambda *given: (count.append(1), read(*given))[1]
    )
    return count


def pack(folder, archive):
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive, "w") as file:
            for path in sorted(folder.rglob("*.mid")):
                file.write(path, f"clean_midi/{path.name}")
    else:
        with tarfile.open(archive, "w:gz") as file:
            file.add(folder, "clean_midi")


# --- the files change ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["folder", "clean.zip", "clean.tar.gz"])
def test_added_replaced_and_deleted_files_are_noticed(data, tmp_path, monkeypatch, kind):
    source = data / "clean_midi" if kind == "folder" else tmp_path / "made" / "clean_midi"

    def publish():
        if kind != "folder":
            pack(source, data / kind)

    count = reads(monkeypatch)
    for seed in (1, 2):
        midi(seed, source)
    publish()
    assert music() == hashes(1, 2) and music() == hashes(1, 2) and len(count) == 1
    midi(3, source)
    publish()
    assert music() == hashes(1, 2, 3)
    midi(4, source, "3.mid")  # the same name, and as a file of as many notes the same size
    publish()
    assert music() == hashes(1, 2, 4)
    (source / "1.mid").unlink()
    publish()
    assert music() == hashes(2, 4) and music() == hashes(2, 4) and len(count) == 4
    shutil.rmtree(source) if kind == "folder" else (data / kind).unlink()
    assert not corpora.available("lakh")
    with pytest.raises(corpora.CorpusUnavailable, match="MUSICGAN_DATA"):
        corpora.load("lakh")


def test_a_zip_of_the_same_size_and_time_is_known_by_its_end(data, tmp_path):
    midi(1, tmp_path / "a")
    midi(2, tmp_path / "b", "1.mid")
    pack(tmp_path / "a", data / "clean.zip")
    time = (data / "clean.zip").stat().st_mtime_ns
    size = (data / "clean.zip").stat().st_size
    assert music() == hashes(1)
    pack(tmp_path / "b", data / "clean.zip")
    os.utime(data / "clean.zip", ns=(time, time))
    assert (data / "clean.zip").stat().st_size == size
    assert music() == hashes(2)


def test_a_warm_load_opens_no_archive(data, tmp_path, monkeypatch):
    midi(1, tmp_path / "made")
    pack(tmp_path / "made", data / "clean.tar.gz")
    (data / "other.tar.gz").write_bytes(b"broken")
    assert music() == hashes(1)
    for module, name in ((tarfile, "open"), (zipfile, "is_zipfile")):
        monkeypatch.setattr(module, name, lambda path, *_: pytest.fail(f"{path} opened"))
    assert music() == hashes(1) and corpora.available("lakh") and not corpora.available("maestro")


def test_only_what_changed_is_read_again(data, monkeypatch):
    midi(1, data / "clean_midi")
    for seed in range(20):
        midi(seed, data / "giantmidi")
    count = reads(monkeypatch)
    music(), music("giantmidi")
    midi(99, data / "giantmidi")
    assert music() == hashes(1) and len(count) == 2
    assert len(music("giantmidi")) == 21 and len(count) == 3


def test_two_corpora_in_one_folder_stay_apart(data):
    midi(1, data / "mixed" / "clean_midi")
    for seed in range(20, 40):
        midi(seed, data / "mixed" / "surname_checked_midis")
    assert music() == hashes(1) and music("giantmidi") == hashes(*range(20, 40))


def test_a_place_may_be_an_archive_and_what_may_not_be_opened_is_passed_by(
    data, tmp_path, monkeypatch
):
    midi(1, tmp_path / "made")
    pack(tmp_path / "made", tmp_path / "clean.zip")
    closed = tmp_path / "closed"
    closed.mkdir()
    listed = Path.iterdir

    def iterdir(self):
        if self == closed:
            raise PermissionError(13, "Permission denied")
        return listed(self)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    places_ = [closed, tmp_path / "nowhere", tmp_path / "clean.zip"]
    monkeypatch.setenv("MUSICGAN_DATA", os.pathsep.join(map(str, ["", *places_])))
    assert music() == hashes(1)


def test_first_loads_at_the_same_time_do_not_harm_each_other(data):
    for seed in range(10):
        midi(seed, data / "clean_midi")
    found = []
    threads = [threading.Thread(target=lambda: found.append(music())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [hashes(*range(10))] * 6
    left = [p.name for p in (data.parent / "cache").rglob("*") if p.is_file()]
    left = [name for name in left if not name.endswith(".lock")]
    assert len(left) == 1 and left[0].startswith("lakh-")  # nothing half written


def test_a_broken_memory_of_places_is_written_anew(data, tmp_path):
    midi(1, tmp_path / "made")
    pack(tmp_path / "made", data / "clean.zip")
    music()
    (memory,) = (data.parent / "cache").rglob("places.json")
    for broken in ("", "[1", "[1]", "null"):
        memory.write_text(broken)
        assert corpora.available("lakh") and music() == hashes(1)


# --- what an edition is -----------------------------------------------------------------------------


def change(piece, **changes):
    return [piece.replace(**changes)]


def test_an_edition_is_its_music_and_its_splits():
    piece, splits = some_piece(1).replace(annotations=[(0, "chord", "C")]), {"content": ["train"]}
    name = loading.hash_music([piece], splits)
    assert name == loading.hash_music(change(piece, title="x", composer="y", losses=("z",)), splits)
    moved = piece.notes.copy()
    moved["onset"] += 1
    others = [
        change(piece, metre=[(0, 3, 4)]),
        change(piece, tempo=[(0, 100)]),
        change(piece, tracks=[("flute", 73)]),
        change(piece, annotations=[(0, "chord", "D")]),
        change(piece, annotations=[(1, "chord", "C")]),
        change(piece, annotations=()),
        change(piece, notes=moved),
        [piece, piece],
        [],
    ]
    names = [loading.hash_music(other, splits) for other in others]
    names.append(loading.hash_music([piece], {"content": ["test"]}))
    assert len({name, *names}) == 11


def test_another_state_of_the_readers_gives_the_same_name(data, monkeypatch):
    midi(1, data / "clean_midi")
    before, count = corpora.load("lakh"), reads(monkeypatch)
    monkeypatch.setattr(loading, "reader_versions", lambda: "another")
    assert corpora.load("lakh").data_hash == before.data_hash and len(count) == 1


def test_a_path_and_a_name_of_the_same_music_are_one_edition(data):
    midi(1, data / "clean_midi")
    assert corpora.load(data / "clean_midi").data_hash == corpora.load("lakh").data_hash


# --- annotations in the cache ------------------------------------------------------------------------


def test_annotations_come_back_and_one_long_text_does_not_widen_the_others(tmp_path):
    pedals = [(i / 4, "pedal", "", 0, i % 128) for i in range(2000)]
    lyric = [(0, "lyric", "ла♫"), (1, "lyric", "")]
    pieces = [some_piece(i).replace(annotations=pedals) for i in range(20)]
    pieces += [some_piece(21).replace(annotations=[(0, "marker", "x" * 5000)]), some_piece(22)]
    pieces += [some_piece(23).replace(annotations=lyric)]
    cache.save_pieces(tmp_path / "few.npz", pieces, {})
    found, _ = cache.read_pieces(tmp_path / "few.npz")
    assert found == pieces and (tmp_path / "few.npz").stat().st_size < 2.5e6
    assert all(not p.annotations.flags.writeable for p in found)
    assert [p.content_hash() for p in found] == [p.content_hash() for p in pieces]


# --- bars of six beats --------------------------------------------------------------------------------


def test_six_beats_are_two_bars_of_three():
    simple, compound = np.tile([1, 0, 0], 8), np.tile([1, 0, 0, 0, 0, 0], 4)
    times = np.arange(24) / 2
    piece = Piece([(0, 1, 60), (20, 1, 64)])
    bars = midi_folder.choose_bars(simple, compound)
    placed = midi_folder.place_by_beats(piece, times, bars)
    assert [m[1:] for m in placed.metre] == [(3, 4)]
    fours = np.tile([1, 0, 0, 0], 6)
    assert midi_folder.choose_bars(np.tile([1, 0], 12), fours) is fours


@pytest.mark.data
def test_no_song_of_pop909_counts_to_six():
    most = []
    for piece in corpora.load("pop909"):
        sizes = np.diff(piece.bars())[1:-1]
        most.append(int(np.bincount(sizes.round().astype(int)).argmax()))
    assert most.count(3) == 29 and most.count(6) == 0 and most.count(4) == 880


# --- every corpus of this machine ------------------------------------------------------------------------


@pytest.mark.data
def test_the_archives_of_this_machine_are_recognised(monkeypatch, tmp_path):
    memory = tmp_path / "places.json"
    for _ in range(2):
        found = {n: places.find_place(s, memory) for n, s in corpora.SOURCES.items() if s.files}
        names = {n: p and p.name for n, p in found.items()}
        assert names["pop909"] == "pop909.zip" and names["nottingham"] == "nottingham.zip"
        assert names["classical"] == "crnngan_data.zip" and names["maestro"] is None
        monkeypatch.setattr(archives.Files, "_open", lambda self: pytest.fail("opened again"))
        monkeypatch.setattr(places, "_look", lambda *_: 0)


def test_a_stamp_of_an_archive_is_of_its_end(tmp_path):
    content = bytearray(np.random.default_rng(0).bytes(10 * places.TAIL))
    path, seen = tmp_path / "a.zip", set()
    for place in (None, -1, -places.TAIL, -places.TAIL - 1):
        changed = bytearray(content)
        if place:
            changed[place] ^= 1
        path.write_bytes(changed)
        os.utime(path, (1, 1))
        seen.add(places.stamp_place(path))
    assert len(seen) == 3  # what is far before the end is known by the time alone
