"""A file that ends the parser, and one that takes for ever, are named; the others are read all the same."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from musicgan_lib.corpora import midi_folder
from musicgan_lib.corpora.apart import FILE, Reader
from musicgan_lib.corpora.archives import Files
from musicgan_lib.notes import Piece, read_midi, write_midi

#: A reader whose parser goes wrong in the way that {odd} says, on files that hold the word KILL.
ODD = """
import os, time
from musicgan_lib.corpora import apart
apart.LONGEST_S = 1
read = apart.read_midi
apart.read_midi = lambda path: {odd} if b"KILL" in path.read_bytes() else read(path)
apart.serve()
"""


@pytest.fixture
def songs(tmp_path):
    """Six files, of which the third is deadly and the fifth is no MIDI."""
    folder = tmp_path / "songs"
    folder.mkdir()
    for i in range(6):
        write_midi(Piece([(j, 1.0, 60 + i + j, 80, 0) for j in range(4)]), folder / f"{i}.mid")
    with open(folder / "2.mid", "ab") as file:
        file.write(b"KILL")
    (folder / "4.mid").write_bytes(b"no music")
    return folder


@pytest.mark.parametrize("odd", ["os.abort()", "os._exit(0)", "time.sleep(99)"])
def test_a_file_that_ends_the_parser_is_named_and_the_rest_is_read(songs, monkeypatch, odd):
    reader = Reader(ODD.format(odd=odd))
    monkeypatch.setattr(midi_folder, "READER", reader)
    with Files(songs) as files:
        done, failed = midi_folder.read_files(files, files.names)
    reader.close()
    assert [name[-5] for name, _ in done] == ["0", "1", "3", "5"]
    assert len(failed) == 2 and "2.mid: the parser did not survive it" in failed[0]
    assert "4.mid: byte 0" in failed[1]


def test_what_is_read_apart_is_what_is_read_here(songs, tmp_path):
    names = ("0.mid", "1.mid", "5.mid")
    reader = Reader()
    apart = reader.read([(songs / name).read_bytes() for name in names])
    reader.close()
    for name, piece in zip(names, apart, strict=True):
        (tmp_path / FILE).write_bytes((songs / name).read_bytes())
        here = read_midi(tmp_path / FILE)
        assert piece == here and piece.source == here.source
        assert piece.notes.tobytes() == here.notes.tobytes()


def test_threads_take_turns(songs):
    reader = Reader()
    contents = [(songs / f"{i}.mid").read_bytes() for i in (0, 1, 3, 5)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda i: reader.read([contents[i % 4]]), range(64)))
    reader.close()
    lowest = [[piece.notes["pitch"].min() for piece in pieces] for pieces in found]
    assert lowest == [[60 + (0, 1, 3, 5)[i % 4]] for i in range(64)]


def test_a_reader_that_does_not_begin_is_no_fault_of_a_file(songs):
    with pytest.raises(RuntimeError, match="could not begin"):
        Reader("raise SystemExit(1)").read([(songs / "0.mid").read_bytes()])


def test_a_full_disk_is_no_fault_of_a_file(songs):
    full = "def full(*_):\n    raise OSError('no space left')\napart.cache.save_pieces = full\napart.serve()"
    reader = Reader(f"from musicgan_lib.corpora import apart\n{full}")
    with pytest.raises(OSError, match="no space left"):
        reader.read([(songs / "0.mid").read_bytes()])
    reader.close()


def test_a_copy_of_this_process_starts_a_reader_of_its_own(songs, monkeypatch):
    """After a fork two would read one another's answers."""
    contents, reader = [(songs / "0.mid").read_bytes()], Reader()
    assert isinstance(reader.read(contents)[0], Piece)
    ours = reader._process
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: 0)
        assert isinstance(reader.read(contents)[0], Piece)
        assert reader._process is not ours and ours.poll() is None
        reader.close()
    reader._process, reader._owner = ours, os.getpid()
    assert isinstance(reader.read(contents)[0], Piece) and reader._process is ours
    reader.close()


def test_a_reader_that_is_gone_before_it_is_asked_is_one_that_did_not_survive(songs, monkeypatch):
    def broken(_):
        raise BrokenPipeError(32, "Broken pipe")

    reader = Reader()
    monkeypatch.setattr(Reader, "_start", broken)
    assert "did not survive" in reader.read([(songs / "0.mid").read_bytes()])[0]
