"""What a stranger's folder, archive or file may hold, and what is said of it."""

import os
import tarfile
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest

from musicgan_lib import corpora
from musicgan_lib.corpora import archives
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


def pack(folder, archive):
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive, "w") as file:
            for path in sorted(folder.rglob("*.mid")):
                file.write(path, f"clean_midi/{path.name}")
    else:
        with tarfile.open(archive, "w:gz") as file:
            file.add(folder, "clean_midi")


# --- one file, and what is none ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x.mid", "X.MIDI", "söng ♪ 1.kar"])
def test_one_file_is_a_corpus_of_one_piece(tmp_path, name):
    corpus = corpora.load(midi(1, tmp_path, name))
    assert len(corpus) == 1 and corpus[0] == some_piece(1)
    assert corpus[0].title == Path(name).stem and corpus[0].source == name
    assert not corpus[0].publishable and set(corpus.source or []) == set()


@pytest.mark.parametrize("name, content, told", [
    ("x.mid", b"", "the file is empty"), ("x.mid", b"MThd", "x.mid holds no MIDI file that can be read"),
    ("x.abc", b"X:1\n", "from_music21"), ("x.musicxml", b"<x/>", "from_music21"), ("x.krn", b"4c", "from_music21"),
    ("x.mxl", b"", "from_music21"), ("x.txt", b"hello", "neither a zip nor a tar"), ("x", b"", "neither a zip"),
    ("x.zip", b"PK\x03\x04 and no more", "x.zip"), ("x.tar.gz", b"\x1f\x8b\x08 and no more", "x.tar.gz"),
])  # fmt: skip
def test_a_file_that_holds_no_music_gets_one_sentence(tmp_path, name, content, told):
    (tmp_path / name).write_bytes(content)
    with pytest.raises((corpora.CorpusUnavailable, archives.ArchiveError), match=told) as said:
        corpora.load(tmp_path / name)
    assert len(str(said.value).splitlines()) == 1 and "lost" not in str(said.value)


def test_a_folder_without_music_says_what_it_holds(tmp_path):
    with pytest.raises(corpora.CorpusUnavailable, match="0 of 0 files"):
        corpora.load(tmp_path)
    (tmp_path / "tune.abc").write_text("X:1")
    pack(midi(1, tmp_path / "made").parent, tmp_path / "inner.zip")
    (tmp_path / "made" / "1.mid").unlink()
    with pytest.raises(corpora.CorpusUnavailable, match=r"1 archives.*inner\.zip.*1 scores.*tune\.abc"):  # fmt: skip
        corpora.load(tmp_path)


@pytest.mark.parametrize("name", ["", "a\0b", "a" * 5000, "no/such"])
def test_a_name_of_nothing_is_refused_with_the_list(name):
    with pytest.raises(corpora.CorpusUnavailable, match="neither a corpus"):
        corpora.load(name)


def test_here_and_above_have_names(tmp_path, monkeypatch):
    midi(1, tmp_path / "own")
    (tmp_path / "own" / "below").mkdir()
    for place, path in ((tmp_path / "own", "."), (tmp_path / "own" / "below", "..")):
        monkeypatch.chdir(place)
        assert corpora.load(path)[0] == some_piece(1)


def test_what_a_mac_keeps_beside_a_file_is_no_music(tmp_path):
    with zipfile.ZipFile(tmp_path / "mac.zip", "w") as file:
        file.write(midi(1, tmp_path), "own/1.mid")
        file.writestr("__MACOSX/own/._1.mid", b"\0\5\x16\7")
    assert corpora.load(tmp_path / "mac.zip").report == "1 of 1 files read."


# --- links and closed folders ------------------------------------------------------------------------


def test_links_in_a_folder_are_followed_and_end(tmp_path):
    own, other = tmp_path / "own", tmp_path / "other"
    midi(1, own)
    for seed in (2, 3):
        midi(seed, other)
    os.symlink(other / "2.mid", own / "linked.mid")
    os.symlink(other, own / "folder")
    os.symlink(other, own / "again")
    os.symlink(own, own / "loop")
    os.symlink(tmp_path, other / "up")
    os.symlink("itself.mid", own / "itself.mid")
    os.symlink("nowhere.mid", own / "dead.mid")
    os.mkfifo(own / "pipe.mid")
    corpus = corpora.load(own)
    assert sorted(p.content_hash() for p in corpus) == hashes(1, 2, 2, 3)
    assert "4 of 6 files read" in corpus.report
    assert "dead.mid" in corpus.report and "itself.mid" in corpus.report
    with archives.Files(own) as files:
        assert files.stamp("own/dead.mid") == "gone"


def test_links_in_an_archive_are_not_followed_and_told(tmp_path):
    with tarfile.open(tmp_path / "own.tar", "w") as tar:
        tar.add(midi(1, tmp_path / "own"), "own/1.mid")
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
            link = tarfile.TarInfo(f"own/{kind.decode()}.mid")
            link.type, link.linkname = kind, "/etc/passwd"
            tar.addfile(link)
    corpus = corpora.load(tmp_path / "own.tar")
    assert len(corpus) == 1 and "2 links inside the archive are not followed" in corpus.report


def test_a_closed_folder_is_told(tmp_path, monkeypatch):
    midi(1, tmp_path / "own")
    midi(2, tmp_path / "own" / "closed")
    scan = os.scandir

    def scandir(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(archives.os, "scandir", scandir)
    corpus = corpora.load(tmp_path / "own")
    assert len(corpus) == 1
    assert "the folder closed could not be opened (Permission denied)" in corpus.report


def test_a_name_that_is_no_text_is_read(data):
    folder = data / "clean_midi"
    content = midi(1, folder).read_bytes()
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/bad\xff.mid")).write_bytes(content)
    except OSError:
        pytest.skip("this file system takes only names that are text")
    assert music() == hashes(1, 1) and music() == hashes(1, 1)


def zip_of(path, *members):
    with zipfile.ZipFile(path, "w") as file, warnings.catch_warnings(action="ignore"):
        for name, content in members:
            file.writestr(name, content)
    return path


def test_a_backslash_parts_folders_in_an_archive(tmp_path):
    content = midi(1, tmp_path).read_bytes()
    corpus = corpora.load(zip_of(tmp_path / "a.zip", ("folder\\song.mid", content)))
    assert [piece.title for piece in corpus] == ["song"]
    with pytest.raises(archives.ArchiveError, match="leads outside"):
        corpora.load(zip_of(tmp_path / "b.zip", ("..\\song.mid", content)))


def test_of_two_files_of_one_name_the_last_is_read_and_it_is_told(tmp_path):
    first, second = (midi(i, tmp_path).read_bytes() for i in (1, 2))
    corpus = corpora.load(zip_of(tmp_path / "a.zip", ("a.mid", first), ("a.mid", second)))
    assert list(corpus) == [some_piece(2)]
    assert "1 files have the name of a later one in the archive, which is read." in corpus.report


@pytest.mark.parametrize("limit", [-1, 1.5, "2"])
def test_a_limit_is_a_count(tmp_path, limit):
    with pytest.raises(ValueError, match="the limit is .*: it must be a whole number, 0 or more"):
        corpora.load(midi(1, tmp_path), limit=limit)


def test_a_midi_file_under_another_name_is_recognised(tmp_path):
    with pytest.raises(archives.ArchiveError, match=r"it is a MIDI file: .* ends in \.mid"):
        corpora.load(midi(1, tmp_path, "song.zip"))
