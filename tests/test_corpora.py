"""Corpora: what is here is right, what is not says so, splits leak nothing, and bad archives do no harm."""

import hashlib
import io
import pickle
import tarfile
import zipfile

import numpy as np
import pytest

from musicgan_lib import corpora
from musicgan_lib.corpora import (
    archives,
    cache,
    chorales,
    loading,
    midi_folder,
    safe_pickle,
    splits,
    tunes,
)
from musicgan_lib.notes import Metre, Piece, write_midi


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """An empty cache, and an empty folder of data."""
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("MUSICGAN_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    return tmp_path


def some_piece(seed):
    pitches = np.random.default_rng(seed).integers(50, 80, 20).tolist()
    return Piece([(i, 1, p) for i, p in enumerate(pitches)], title=f"piece {seed}")


def folder_of_midi(folder, seeds):
    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        write_midi(some_piece(seed), folder / f"{seed}.mid")
    return folder


# --- what comes with the library -------------------------------------------------------------


def test_the_eight_tunes_add_up_bar_by_bar():
    pieces = corpora.load("tunes")
    assert len(pieces) == 8 and {len(p.tracks) for p in pieces} == {2}
    for piece in pieces:
        assert len(piece.bars()) - 1 >= 8 and not piece.dynamics and piece.publishable
        melody = piece.notes[piece.notes["track"] == 0]
        assert np.all(np.diff(melody["onset"]) >= melody["duration"][:-1] - 1e-9), (
            "a melody overlaps itself"
        )
        assert 57 <= melody["pitch"].min() and melody["pitch"].max() <= 84


def test_a_bar_that_does_not_add_up_is_named():
    row = ("Wrong", "", (3, 4), 100, 0, ["C4:1 C4:1 |", "C4:3"], ["C:3 | C:3"])
    with pytest.raises(ValueError, match="Wrong: bar 0 lasts 2 quarters, not 3"):
        tunes._build(*row)


def test_twinkle_is_what_everyone_sings():
    melody = corpora.load("tunes")[0].select(0).notes
    assert melody["pitch"][:7].tolist() == [60, 60, 67, 67, 69, 69, 67]
    assert melody["duration"][:7].tolist() == [1, 1, 1, 1, 1, 1, 2]


def test_tunes_split_by_tune():
    parts = [corpora.load("tunes", split) for split in ("train", "valid", "test")]
    assert [len(p) for p in parts] == [6, 1, 1]


def test_chorales_have_four_voices_in_order():
    pieces = corpora.load("chorales")
    assert len(pieces) == 371
    for piece in pieces:
        assert [t.name for t in piece.tracks] == list(chorales.VOICES) and not piece.dynamics
        means = [piece.select(t).notes["pitch"].mean() for t in range(4)]
        assert means == sorted(means, reverse=True), piece.title
        assert len(piece.notes) > 60 and piece.notes["pitch"].min() >= 36


def test_a_chorale_is_the_one_that_is_printed():
    """BWV 66.6, its first soprano tones and its pickup, from the score."""
    piece = next(p for p in corpora.load("chorales") if p.title == "BWV 66.6")
    soprano = piece.select(0).notes
    assert soprano["pitch"][:5].tolist() == [73, 71, 69, 71, 73]
    assert soprano["onset"][:5].tolist() == [0, 0.5, 1, 2, 3]
    assert piece.metre == (Metre(0, 1, 4), Metre(1, 4, 4))


def test_the_canonical_split_leaks_tunes_and_ours_does_not():
    def shared(scheme):
        parts = {s: corpora.load("chorales", s, scheme=scheme) for s in ("train", "valid", "test")}
        prints = {s: [splits.melodic_fingerprint(p) for p in part] for s, part in parts.items()}
        return sum(any(splits.share_tune(a, b) for b in prints["train"]) for a in prints["test"])

    assert shared("canonical") > 15
    assert shared("tune_disjoint") == 0
    sizes = [
        len(corpora.load("chorales", s, scheme="tune_disjoint")) for s in ("train", "valid", "test")
    ]
    assert sum(sizes) == 371 and min(sizes) > 50


def test_unknown_splits_and_schemes_are_refused_with_the_list():
    with pytest.raises(ValueError, match="test, train, valid"):
        corpora.load("tunes", "dev")
    with pytest.raises(ValueError, match="canonical, tune_disjoint"):
        corpora.load("chorales", "train", scheme="random")


def test_every_corpus_has_a_licence_and_a_statement():
    for name, source in corpora.SOURCES.items():
        assert source.redistribute in ("full", "none") and source.weights in ("publish", "local")
        text = corpora.data_statement(name)
        assert source.licence in text and len(source.statement) > 20 and source.citation
    free = {n for n, s in corpora.SOURCES.items() if s.redistribute == "full"}
    assert free == {"chorales", "tunes"}, (
        "what may be heard in a published page is a decision: change it knowingly"
    )


# --- finding and keeping -----------------------------------------------------------------------


def test_a_corpus_that_is_nowhere_says_what_to_do(fresh):
    for name in ("lakh", "maestro", "classical"):
        assert not corpora.available(name)
        with pytest.raises(corpora.CorpusUnavailable, match="MUSICGAN_DATA"):
            corpora.load(name)
    with pytest.raises(corpora.CorpusUnavailable, match="described only"):
        corpora.load("dadagp")
    with pytest.raises(corpora.CorpusUnavailable, match="neither a corpus"):
        corpora.load("beatles")


def test_an_archive_is_recognised_by_what_is_in_it(fresh):
    folder_of_midi(fresh / "x" / "clean_midi" / "someone", range(6))
    with zipfile.ZipFile(fresh / "data" / "holiday_photos.zip", "w") as file:
        for path in (fresh / "x").rglob("*.mid"):
            file.write(path, path.relative_to(fresh / "x"))
    (fresh / "data" / "lakh.zip").write_bytes(b"not a zip at all")
    assert corpora.available("lakh") and not corpora.available("maestro")
    pieces = corpora.load("lakh")
    assert len(pieces) == 6 and not pieces[0].publishable and pieces[0].source == "lakh"


def test_tar_zip_and_folder_give_the_same_music(fresh):
    folder = folder_of_midi(fresh / "own", range(4))
    with tarfile.open(fresh / "own.tar.gz", "w:gz") as tar:
        tar.add(folder, "own")
    with zipfile.ZipFile(fresh / "own.zip", "w") as file:
        for path in folder.iterdir():
            file.write(path, path.name)
    hashes = [
        [p.content_hash() for p in corpora.load(fresh / n)]
        for n in ("own", "own.tar.gz", "own.zip")
    ]
    assert hashes[0] == hashes[1] == hashes[2] and len(hashes[0]) == 4


def test_files_that_fail_are_counted_named_and_said_loudly(fresh):
    folder = folder_of_midi(fresh / "own", range(3))
    (folder / "broken.mid").write_bytes(b"MThd but nothing more")
    corpus = corpora.load(folder)
    assert len(corpus) == 3 and "broken.mid" in corpus.report
    assert corpus.report.startswith("WARNING: 25 % of this corpus was lost")


def test_the_cache_gives_the_same_pieces_and_survives_damage(fresh, monkeypatch):
    folder_of_midi(fresh / "data" / "clean_midi" / "a", range(5))
    first = corpora.load("lakh")
    monkeypatch.setattr(midi_folder, "load_folder", lambda *_, **__: pytest.fail("parsed again"))
    again = corpora.load("lakh")
    assert list(again) == list(first) and again.data_hash == first.data_hash
    monkeypatch.undo()
    monkeypatch.setenv("MUSICGAN_CACHE", str(fresh / "cache"))
    monkeypatch.setenv("MUSICGAN_DATA", str(fresh / "data"))
    kept = next((fresh / "cache").rglob("lakh-*.npz"))
    for damage in (kept.read_bytes()[:200], b"", b"PK" + b"\0" * 100):
        kept.write_bytes(damage)
        assert list(corpora.load("lakh")) == list(first)


def test_a_full_disk_is_a_sentence_and_leaves_nothing(fresh, monkeypatch):
    def full(file, **_):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    folder_of_midi(fresh / "data" / "clean_midi" / "a", range(2))
    monkeypatch.setattr(cache.np, "savez", full)
    with pytest.raises(OSError, match="MUSICGAN_CACHE"):
        corpora.load("lakh")
    left = [p for p in (fresh / "cache").rglob("*") if p.is_file()]
    assert not any(p.stat().st_size for p in left), left  # a lock is empty


def test_a_wrong_hash_and_a_dead_network_are_refused(fresh, monkeypatch):
    import dataclasses
    import functools
    import http.server
    import threading

    row = dataclasses.replace(
        corpora.SOURCES["lakh"], url="http://127.0.0.1:9/x.zip", sha256="0" * 64
    )
    monkeypatch.setitem(corpora.SOURCES, "lakh", row)
    with pytest.raises(corpora.CorpusUnavailable, match="could not be downloaded"):
        corpora.load("lakh")
    folder = folder_of_midi(fresh / "site" / "clean_midi" / "a", range(2))
    with zipfile.ZipFile(fresh / "site" / "x.zip", "w") as file:
        for path in folder.iterdir():
            file.write(path, path.relative_to(fresh / "site"))

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(fresh / "site"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        row = dataclasses.replace(row, url=f"http://127.0.0.1:{server.server_port}/x.zip")
        monkeypatch.setitem(corpora.SOURCES, "lakh", row)
        with pytest.raises(corpora.CorpusUnavailable, match="hash"):
            corpora.load("lakh")
        left = [p for p in (fresh / "cache").rglob("*") if p.is_file()]
        assert not any(p.stat().st_size for p in left), left  # a lock is empty
        right = hashlib.sha256((fresh / "site" / "x.zip").read_bytes()).hexdigest()
        monkeypatch.setitem(corpora.SOURCES, "lakh", dataclasses.replace(row, sha256=right))
        assert len(corpora.load("lakh")) == 2
        server.shutdown()


def test_an_address_without_a_hash_is_not_asked(fresh, monkeypatch):
    import dataclasses

    import pooch

    row = dataclasses.replace(corpora.SOURCES["lakh"], url="https://127.0.0.1:9/x.zip", sha256="")
    monkeypatch.setitem(corpora.SOURCES, "lakh", row)
    monkeypatch.setattr(pooch, "retrieve", lambda *_, **__: pytest.fail("it was asked"))
    with pytest.raises(corpora.CorpusUnavailable, match="is not on this machine; put it"):
        corpora.load("lakh")


# --- archives and pickles of strangers -----------------------------------------------------------


@pytest.mark.parametrize("name", ["../outside.mid", "/etc/outside.mid", "a/../../outside.mid"])
def test_a_name_that_leads_outside_is_refused(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr(name, b"x")
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        info = tarfile.TarInfo(name)
        info.size = 1
        tar.addfile(info, io.BytesIO(b"x"))
    for archive in ("a.zip", "a.tar"):
        with pytest.raises(archives.ArchiveError, match="outside"):
            archives.Files(tmp_path / archive)


def test_a_truncated_archive_is_refused(tmp_path):
    folder = folder_of_midi(tmp_path / "own", range(3))
    with tarfile.open(tmp_path / "own.tar.gz", "w:gz") as tar:
        tar.add(folder, "own")
    data = (tmp_path / "own.tar.gz").read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(data[: len(data) // 2])
    with pytest.raises(archives.ArchiveError, match="cut.tar.gz"):
        archives.Files(tmp_path / "cut.tar.gz")
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as file:
        file.writestr("a.mid", b"x" * 1000)
    whole = (tmp_path / "own.zip").read_bytes()
    (tmp_path / "own.zip").write_bytes(whole.replace(b"x" * 1000, b"y" * 1000))
    with (
        archives.Files(tmp_path / "own.zip") as files,
        pytest.raises(archives.ArchiveError, match="cannot be read"),
    ):
        files.read("a.mid")


def _head(kind: bytes, size: int, name="a.mid") -> bytes:
    about = tarfile.TarInfo(name)
    about.type, about.size = kind, size
    return about.tobuf(tarfile.USTAR_FORMAT)


def _said(*texts: str) -> bytes:
    """What a tar says of its next file, in the form of 2001: ``size=-1536`` and the like."""
    lines = "".join(
        f"{len(text) + 4} {text}\n" for text in texts
    ).encode()  # 4: two digits, a blank, the end
    return _head(tarfile.XHDTYPE, len(lines)) + lines + bytes(-len(lines) % 512)


TARS = {
    "a long name without end": _head(tarfile.GNUTYPE_LONGNAME, 2**30) + bytes(2**20),
    "a header without end": _head(tarfile.XHDTYPE, 2**30) + bytes(2**20),
    "a header for all without end": _head(tarfile.XGLTYPE, 2**30) + bytes(2**20),
    "a sparse file": _head(tarfile.GNUTYPE_SPARSE, 0),
    "a sparse file of 2001": _said("GNU.sparse.major=1", "GNU.sparse.minor=0") + _head(b"0", 0),
    "a file that ends before it begins": _head(b"0", 0) + _said("size=-1536") + _head(b"0", 0),
}


@pytest.mark.parametrize("name", TARS)
def test_a_tar_that_never_ends_or_fills_the_memory_is_refused(tmp_path, monkeypatch, name):
    """A gigabyte of zeros packs into a megabyte, and Python keeps it as the name of the next file."""
    monkeypatch.setattr(archives, "ROOM", 2**20)
    path = tmp_path / "a.tar"
    path.write_bytes(TARS[name] + _head(b"0", 0, "b.mid") + bytes(1024))
    with pytest.raises(archives.ArchiveError, match="too long, or senseless"):
        archives.Files(path)


def test_a_tar_of_more_names_than_have_room_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "many.tar"
    path.write_bytes(b"".join(_head(b"0", 0, f"{k}.mid") for k in range(40)) + bytes(1024))
    with archives.Files(path) as files:
        assert len(files.names) == 40
    monkeypatch.setattr(archives, "ROOM", 30 * archives.EACH)
    with pytest.raises(archives.ArchiveError, match="too many files"):
        archives.Files(path)


@pytest.mark.parametrize("far", [b"r\xff\xff\xff\0", b"p16777215\n", b"\x96\2\0\0\0\0\0\0\0ab"])
def test_a_pickle_that_asks_for_room_is_refused(far):
    """A far place in what was seen, for which Python makes as long a list; bytes that it makes room for."""
    data = pickle.dumps([1, 2], 4)
    assert safe_pickle.load_pickle(data) == [1, 2]
    with pytest.raises(safe_pickle.UnsafePickle, match="room"):
        safe_pickle.load_pickle(data[:-1] + far + b".")
    assert safe_pickle.load_pickle(pickle.dumps([1, 2], 0)) == [1, 2]


def test_a_file_without_a_name_is_told_and_harms_no_other(tmp_path):
    with zipfile.ZipFile(tmp_path / "odd.zip", "w") as archive:
        nameless = zipfile.ZipInfo("x")
        nameless.filename = ""
        with archive.open(nameless, "w") as file:
            file.write(b"MThd")
        archive.writestr("a.mid", b"MThd")
    with archives.Files(tmp_path / "odd.zip") as files:
        assert files.names == ["a.mid"] and "have no name" in files.left_out[0]


def test_a_file_far_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST", 100)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("bomb.mid", b"\0" * 101)
    with (
        archives.Files(tmp_path / "a.zip") as files,
        pytest.raises(archives.ArchiveError, match="larger"),
    ):
        files.read("bomb.mid")


class Hostile:
    def __reduce__(self):
        return (print, ("run by a pickle",))


def test_a_pickle_may_hold_data_but_no_code(capsys):
    plain = {"a": [1, 2.5, "x", None, (True,)], "b": np.float64(0.5)}
    assert safe_pickle.load_pickle(pickle.dumps(plain)) == plain
    for hostile in (pickle.dumps(Hostile()), b"cos\nsystem\n(S'true'\ntR.", b"garbage", b""):
        with pytest.raises(safe_pickle.UnsafePickle):
            safe_pickle.load_pickle(hostile)
    assert capsys.readouterr().out == ""


# --- splits -------------------------------------------------------------------------------------------


def test_equal_music_lands_in_one_split_whatever_its_name():
    pieces = [some_piece(i) for i in range(300)]
    labels = splits.split_by_content(pieces)
    assert labels == splits.split_by_content([p.replace(title="other") for p in pieces])
    assert labels == splits.split_by_content(pieces[::-1])[::-1]
    shares = [labels.count(s) / 300 for s in ("train", "valid", "test")]
    assert 0.72 < shares[0] < 0.88 and min(shares) > 0.05


def test_clusters_are_connected_components():
    assert splits.cluster([1, 2, 9, 3, 10], lambda a, b: abs(a - b) == 1) == [0, 0, 2, 0, 2]


def test_a_fingerprint_survives_transposition_and_not_another_tune():
    piece = some_piece(1)
    mine = splits.melodic_fingerprint(piece)
    assert splits.share_tune(mine, splits.melodic_fingerprint(piece.transpose(3)))
    assert not splits.share_tune(mine, splits.melodic_fingerprint(some_piece(2)))
    assert not splits.share_tune(frozenset(), frozenset())


# --- songs in beats -------------------------------------------------------------------------------------

TIMES = 0.3 + np.cumsum(np.tile([0.5, 0.6, 0.4, 0.5], 3))  # twelve beats, none as long as the next
FLAGS = np.tile([0, 0, 1, 0], 3)  # the third one begins the first whole bar


def performed(onsets):
    """Notes of half a beat at these places of TIMES, in a file that knows of no beats."""
    begin, end = (np.interp(x, np.arange(12), TIMES) for x in (onsets, np.array(onsets) + 0.5))
    rows = [(2 * a, 2 * (b - a), 60 + i) for i, (a, b) in enumerate(zip(begin, end))]
    return Piece(rows, title="001")  # 120 quarters a minute


def test_a_song_is_placed_by_its_beats():
    onsets = [0.25, 1.0, 2.0, 2.5, 3.01, 3.1, 10.75]
    piece = performed(onsets)
    placed = midi_folder.place_by_beats(piece, TIMES, FLAGS)
    expected = [0.25, 1.0, 2.0, 2.5, 3.0, 3.1, 10.75]  # nearer than a 48th: moved
    assert placed.notes["onset"] == pytest.approx(expected, abs=1e-9)
    assert placed.notes["duration"][:4] == pytest.approx(0.5, abs=1e-9)
    heard, own = (p.seconds(p.notes["onset"]) for p in (placed, piece))
    assert heard == pytest.approx(own - TIMES[0], abs=0.011)  # and no later than it was moved
    assert [m[:2] for m in placed.metre] == [(0, 2), (2, 4)]  # two beats before the first whole bar
    assert not np.allclose(piece.notes["onset"], expected, atol=0.05)  # without the table


def test_what_lies_before_and_after_the_beats_is_kept():
    piece = Piece([(0.0, 0.1, 60), (2 * TIMES[-1] + 4, 1, 62), (2 * TIMES[-1] + 40_000, 1, 64)])
    placed = midi_folder.place_by_beats(piece, TIMES, FLAGS)
    assert placed.notes["onset"] == pytest.approx([0, 11 + 2 / 0.5, 11 + 20_000 / 0.5])
    assert len(midi_folder.place_by_beats(Piece([]), TIMES, FLAGS)) == 0
    assert (placed.notes["duration"] > 0).all()  # the last beat took .5 s, and so do all after it


BARS = [1, *[0] * 3] * 3


@pytest.mark.parametrize("times, flags, told", [
    ([1.0], [1], "0 or 1"), ([], [], "0 or 1"), (TIMES, FLAGS[:-1], "0 or 1"), (TIMES, 0 * FLAGS, "begin bars"),
    (TIMES, 4 * FLAGS, "0 or 1"), (TIMES, FLAGS + np.nan, "0 or 1"), (TIMES, [1, *[0] * 11], "begin bars"),
    (np.ones(12), BARS, "rise by"), (TIMES[::-1], BARS, "rise by"), (TIMES * np.nan, BARS, "rise by"),
    ([*TIMES[:-1], TIMES[-2] + 1e-4], BARS, "rise by"), (TIMES + 30, BARS, "comes after notes"),
])  # fmt: skip
def test_a_table_that_is_no_table_of_beats_is_refused(times, flags, told):
    with pytest.raises(ValueError, match=told):
        midi_folder.place_by_beats(performed([1.0, 2.0]), times, flags)


def test_bars_of_another_length_are_told_once():
    flags = np.zeros(12)
    flags[[0, 4, 6, 10]] = 1
    placed = midi_folder.place_by_beats(performed([1.0]), TIMES, flags)
    assert [m[:2] for m in placed.metre] == [(0, 4), (4, 2), (6, 4)]


def test_a_song_without_a_readable_table_beside_it_is_left_out_and_named(tmp_path):
    rows = "\n".join(f"{t} 0.0 {f}.0" for t, f in zip(TIMES, FLAGS))
    tables = {
        "001": rows,
        "002": "no number\n",
        "003": None,
        "004": "1.0\n2.0\n",
        "005": "\xff\x00",
    }
    for name, table in tables.items():
        (tmp_path / name / "old" / name).mkdir(parents=True)
        write_midi(performed([1.0, 2.0]), tmp_path / name / f"{name}.mid")
        late = rows.replace(" 1.0", " 0.0")  # another edition's table, of the same name
        (tmp_path / name / "old" / name / "beat_midi.txt").write_text(late)
        if table is not None:
            (tmp_path / name / "beat_midi.txt").write_bytes(table.encode("latin-1"))
    with archives.Files(tmp_path) as files:
        pieces, splits, report = midi_folder.load_pop909(files)
    assert [p.title for p in pieces] == ["001"] and len(splits["content"]) == 1
    assert pieces[0].notes["onset"] == pytest.approx([1, 2])
    assert "WARNING" in report and "1 of 5 files read" in report
    assert all(f"{name}.mid: " in report for name in tables if name != "001")


@pytest.mark.data
def test_songs_of_pop909_lie_on_the_grid_because_of_their_tables():
    pieces = corpora.load("pop909", limit=60)
    on_grid = [
        np.mean(np.abs(x - np.rint(x)) < 1e-3) for x in (4 * p.notes["onset"] for p in pieces)
    ]
    assert np.median(on_grid) > 0.9 and "skipped" not in pieces.report


# --- corpora of this machine ----------------------------------------------------------------------------


@pytest.mark.data
@pytest.mark.parametrize(
    "name, least",
    [
        ("nottingham", 1037),
        ("piano_midi_de", 337),
        ("lakh", 25),
        ("js_fakes", 1200),
        ("pop909", 909),
    ],
)
def test_a_corpus_is_read_whole(name, least):
    pieces = corpora.load(name)
    assert len(pieces) >= least and "WARNING" not in pieces.report
    assert not any(p.publishable for p in pieces)
    assert pieces.source is corpora.SOURCES[name]


@pytest.mark.data
def test_classical_loses_few_files_and_names_them():
    pieces = corpora.load("classical")
    assert 3000 < len(pieces) <= 3029 and "skipped" in pieces.report
    assert len({p.composer for p in pieces}) > 100


@pytest.mark.data
def test_nottingham_is_read_from_the_abc_and_says_nothing(capfd):
    from musicgan_lib.corpora.nottingham import load_nottingham

    source = corpora.SOURCES["nottingham"]
    files = loading._find_local(source)
    assert any(n.endswith(".abc") for n in files.names)
    files.names = [n for n in files.names if n.endswith("xmas.abc") and "ABC_original" in n]
    with files:
        pieces, _, _ = load_nottingham(files)
    out, err = capfd.readouterr()
    assert len(pieces) == 13 and out == err == ""
    assert all([t.name for t in p.tracks] == ["melody", "chords"] for p in pieces)


ABC = """X: 1
T:Ours
M:3/4
L:1/4
K:C
G|"C"c2+Ge+|"F"A"G"B2|"C"ccc|
M:2/4
"G"d"C"e|]
"""


def read_abc(tmp_path, text):
    from musicgan_lib.corpora.nottingham import load_nottingham

    (tmp_path / "ours.abc").write_text(text)
    with archives.Files(tmp_path) as files:
        pieces, _, _ = load_nottingham(files)
    return pieces


def test_abc_keeps_pickup_double_stops_and_chords_that_last(tmp_path):
    (piece,) = read_abc(tmp_path, ABC)
    assert piece.bars().tolist() == [0, 1, 4, 7, 10, 12]
    melody, chords = piece.select(0).notes, piece.notes[piece.notes["track"] == 1]
    assert melody["pitch"].tolist() == [67, 72, 67, 76, 69, 71, 72, 72, 72, 74, 76]
    assert np.allclose(melody["onset"], [0, 1, 3, 3, 4, 5, 7, 8, 9, 10, 11])
    lasting = sorted(set(zip(chords["onset"].round(6), chords["duration"].round(6))))
    assert lasting == [(1, 3), (4, 1), (5, 2), (7, 3), (10, 1), (11, 1)]
    roots = [int(chords["pitch"][chords["onset"].round(6) == t].min()) % 12 for t, _ in lasting]
    assert roots == [0, 5, 7, 0, 7, 0]
    assert piece.losses == ()


def test_abc_without_a_metre_is_counted_as_failed(tmp_path):
    from musicgan_lib.corpora.nottingham import load_nottingham

    (tmp_path / "ours.abc").write_text(ABC + "\nX: 2\nT:Lost\nnothing\n")
    with archives.Files(tmp_path) as files:
        pieces, _, said = load_nottingham(files)
    assert len(pieces) == 1 and "1 failed: Lost" in said


def test_the_official_split_is_the_folder_and_nothing_like_it(tmp_path):
    from musicgan_lib.corpora.nottingham import load_nottingham

    for seed, part in enumerate(("train", "valid", "test")):
        folder_of_midi(tmp_path / "latest" / part, [seed])
    with archives.Files(tmp_path) as files:
        assert all("latest/" in n for n in files.names)
        _, labels, _ = load_nottingham(files)
    assert sorted(labels["icml2012"]) == ["test", "train", "valid"]


# --- damage that an attacker found -------------------------------------------------------------


class FromMemory:
    def __reduce__(self):
        return np.ndarray, ((1,), np.dtype([("a", "O")]), b"A" * 8)


class Cut:
    """A number of eight bytes, of which four are there."""

    def __reduce__(self):
        scalar, (kind, content) = np.float64(0.5).__reduce__()
        return scalar, (kind, content[:4])


class Said:
    """A kind of number, or a number, with what numpy itself would never say of it."""

    def __init__(self, *state, content=None):
        self.state, self.content = state, content

    def __reduce__(self):
        if self.content is None:
            return np.dtype, ("i4", False, True), self.state
        return np.float64(0.5).__reduce__()[0], (np.dtype("i4"), self.content)


REFUSED = [
    FromMemory(), Cut(), Said(3, "!", None, None, None, -1, -1, 0), Said(3, "<", ("i4", (9,)), None, None, -1, -1, 0),
    Said(content=bytes(8)), np.zeros(2), np.zeros(2, object), np.zeros(1, "i4,f8")[0], np.datetime64("2020-01-01"),
    np.str_("x"), np.longdouble(1),
]  # fmt: skip


@pytest.mark.parametrize("thing", REFUSED, ids=lambda thing: type(thing).__name__)
def test_a_pickle_may_not_make_anything_of_memory_but_plain_numbers(thing):
    with pytest.raises(safe_pickle.UnsafePickle):
        repr(safe_pickle.load_pickle(pickle.dumps(thing)))


@pytest.mark.parametrize("kind", ["<i4", ">f8", "i1", "?", "f4"])
def test_plain_numbers_of_numpy_come_through_a_pickle(kind):
    number = np.arange(6).astype(kind)[3]
    for protocol in (3, 4, 5):
        back = safe_pickle.load_pickle(pickle.dumps([number, -1], protocol))
        assert back == [number, -1] and type(back[0]) is type(number)


def test_every_flipped_bit_of_a_cache_is_noticed(fresh):
    pieces = [some_piece(k) for k in range(3)]
    path = fresh / "few.npz"
    cache.save_pieces(path, pieces, {"report": ""})
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    places = [*range(400), *rng.integers(0, len(whole), 300).tolist()]
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(changed)
        found = cache.read_pieces(path)
        assert found is None or found[0] == pieces, place


def test_a_zip_that_lies_about_its_sizes_is_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST", 1000)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.mid", bytes(5000))
    with archives.Files(tmp_path / "bomb.zip") as files:
        with pytest.raises(archives.ArchiveError, match="larger than any"):
            files.read("a.mid")


def test_of_a_file_no_more_is_unpacked_than_a_file_may_have(tmp_path, monkeypatch):
    """Five gigabytes of zeros are five megabytes in a zip: they are not made first and counted then."""
    asked = []

    class Endless(io.BytesIO):
        def read(self, size=-1):
            asked.append(size)
            return bytes(archives.LARGEST + 1)

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("a.mid", b"MThd")
    monkeypatch.setattr(archives, "LARGEST", 1000)
    monkeypatch.setattr(archives.Files, "_opened", lambda *_: Endless())
    with archives.Files(tmp_path / "a.zip") as files, pytest.raises(archives.ArchiveError):
        files.read("a.mid")
    assert asked == [1001]


def test_one_strange_zip_among_the_data_harms_no_other(fresh):
    with zipfile.ZipFile(fresh / "data" / "a.zip", "w") as file:
        file.writestr("x.mid", b"x")
    content = bytearray((fresh / "data" / "a.zip").read_bytes())
    content[content.index(b"PK\x01\x02") + 6] = 200  # the version of zip that is needed
    (fresh / "data" / "a.zip").write_bytes(content)
    with pytest.raises(archives.ArchiveError):
        archives.Files(fresh / "data" / "a.zip")
    with pytest.raises(corpora.CorpusUnavailable):
        corpora.load("js_fakes")
