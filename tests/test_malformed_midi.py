"""Broken files: a right Piece with its loss said, or a MidiError that names file, place and reason."""

import json
import os
import random
import struct
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from raw_midi import walk

from musicgan_lib.notes import MidiError, Piece, Track, read_midi, write_midi

EOT = b"\0\xff\x2f\0"
NOTES = b"\0\x90\x3c\x50\x83\x60\x80\x3c\0" + b"\0\x90\x3e\x50\x83\x60\x80\x3e\0"  # two quarters


def header(tracks=1, kind=0, division=480, size=6) -> bytes:
    return struct.pack(">4sIHHH", b"MThd", size, kind, tracks, division) + bytes(size - 6)


def chunk(body=NOTES + EOT, name=b"MTrk", size=None) -> bytes:
    return name + struct.pack(">I", len(body) if size is None else size) + body


def far(n: int) -> bytes:
    """n silent events, each the longest time apart that four bytes can say: 2^28 - 1 ticks."""
    return b"\xff\xff\xff\x7f\xb0\x07\x40" * n


TWO = [60, 62]
RIFF = b"RIFF" + struct.pack("<I", 12 + 36 + 4) + b"RMIDdata" + struct.pack("<I", 36 + 4)
#: name → bytes, pitches it must give, and a word of what must be said (None: nothing to say)
READABLE = {
    "whole": (header() + chunk(), TWO, None),
    "no end of track": (header() + chunk(NOTES), TWO, None),
    "longer header": (header(size=10) + chunk(), TWO, None),
    "RIFF": (RIFF + header() + chunk(), TWO, "RIFF"),
    "promises 3, holds 2": (header(3, 1) + chunk() * 2, TWO * 2, "promises 3"),
    "promises 1, holds 2": (header(1, 1) + chunk() * 2, TWO * 2, "holds 2"),
    "promises 0, holds 1": (header(0) + chunk(), TWO, "holds 1"),
    "format 2 with one piece": (header(1, 2) + chunk(), TWO, None),
    "alien chunk first": (header() + chunk(b"abc", b"XFIH") + chunk(), TWO, "not tracks"),
    "alien chunk between": (
        header(2, 1) + chunk() + chunk(b"abc", b"XFIH") + chunk(),
        TWO * 2,
        "not tracks",
    ),
    "trailing zeros": (header() + chunk() + bytes(20), TWO, "after the last track"),
    "trailing words": (header() + chunk() + b"made with love", TWO, "after the last track"),
    "no tracks": (header(0), [], None),
    "no tracks, and bytes like a controller": (
        header(0) + b"\0\xb0\x40\x7f",
        [],
        "after the last track",
    ),
    "no notes": (header() + chunk(EOT), [], None),
    "velocity 176": (
        header() + chunk(b"\0\x90\x40\xb0\x10\x80\x40\0" + NOTES + EOT),
        [*TWO, 64],
        "above 127",
    ),
    "program 208": (header() + chunk(b"\0\xc0\xd0" + NOTES + EOT), TWO, "above 127"),
    "no length": (
        header() + chunk(b"\0\x90\x40\x50\0\x80\x40\0" + NOTES + EOT),
        [*TWO, 64],
        "length",
    ),
    "never ended": (header() + chunk(b"\0\x90\x41\x50" + NOTES + EOT), TWO, None),
    "metre 0/4": (
        header() + chunk(b"\0\xff\x58\4\0\2\x18\x08" + NOTES + EOT),
        TWO,
        "time signature",
    ),
    "tempo 0": (header() + chunk(b"\0\xff\x51\3\0\0\0" + NOTES + EOT), TWO, "tempi"),
    "title in no known letters": (
        header() + chunk(b"\0\xff\x03\4\xff\xfe\x80\x81" + NOTES + EOT),
        TWO,
        None,
    ),
    "active sensing": (header() + chunk(b"\0\xfe" + NOTES + EOT), TWO, None),
    "escape": (header() + chunk(b"\0\xf7\3\1\2\3" + NOTES + EOT), TWO, None),
    "system message": (header() + chunk(b"\0\xf0\3\1\2\xf7" + NOTES + EOT), TWO, None),
    "tick 2^31 - 2^28": (header() + chunk(far(7) + NOTES + EOT), TWO, None),
}
#: name → bytes, words that the error must hold
REFUSED = {
    "empty": (b"", ["byte 0", "empty"]),
    "not MIDI": (b"not a midi file", ["byte 0", "MThd"]),
    "RIFF without MIDI": (b"RIFF\x40\0\0\0WAVEfmt " + bytes(60), ["byte 0", "RIFF"]),
    "cut in the header": (header()[:11], ["byte 11", "cut off"]),
    "cut before the tracks": (header(3, 1), ["byte 14", "3 tracks"]),
    "cut in a track": ((header() + chunk())[:-5], ["byte 39", "lacks 5"]),
    "cut in the second": ((header(2, 1) + chunk() * 2)[:-9], ["track 2", "lacks 9"]),
    "a byte too many before the first track": (
        header(0) + b"\xe0" + chunk(),
        ["byte 14", "header ends"],
    ),
    "track too short": (header() + chunk(size=8), ["byte"]),
    "event over the end": (header() + chunk(NOTES + b"\0\x90\x40"), ["byte 40", "ends within"]),
    "text over the end": (
        header() + chunk(NOTES + b"\0\xff\x01\x7fabc"),
        ["byte 40", "ends within"],
    ),
    "SMPTE": (header(division=0xE728) + chunk(), ["byte 12", "SMPTE"]),
    "0 ticks": (header(division=0) + chunk(), ["byte 12", "0 ticks"]),
    "format 7": (header(kind=7) + chunk(), ["byte 8", "format 7"]),
    "two pieces": (header(2, 2) + chunk() * 2, ["byte 8", "format 2"]),
    "status f4": (header() + chunk(b"\0\xf4\0" + NOTES + EOT), ["byte 23", "0xf4"]),
    "no status": (header() + chunk(b"\0\x3c\x50" + NOTES + EOT), ["byte 23", "status"]),
    "five-byte time": (
        header() + chunk(b"\x81\x81\x81\x81\1\x90\x3c\x50" + EOT),
        ["byte 22", "four"],
    ),
    "tick 2^31": (header() + chunk(far(8) + NOTES + EOT), ["tick", "32 bits"]),
    "tick 2^32": (header() + chunk(far(16) + NOTES + EOT), ["tick", "32 bits"]),
}


@pytest.mark.parametrize("name", READABLE)
@pytest.mark.filterwarnings("ignore:.*above 127:UserWarning")
def test_odd_but_readable(name, tmp_path):
    data, pitches, said = READABLE[name]
    piece = read_midi(write(tmp_path, data))
    assert sorted(piece.notes["pitch"].tolist()) == sorted(pitches)
    assert_walk_agrees(data, piece.notes.tolist())
    assert (said in " ".join(piece.losses)) if said else piece.losses == ()
    assert piece.metre[0] == (0.0, 4, 4) and piece.tempo[0].bpm == 120


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_place_and_reason(name, tmp_path):
    data, words = REFUSED[name]
    with pytest.raises(MidiError) as caught:
        read_midi(write(tmp_path, data))
    message = str(caught.value)
    assert "broken.mid: " in message and all(word in message for word in words), message


def test_clipping_warns(tmp_path):
    with pytest.warns(UserWarning, match="broken.mid: 1 data bytes above 127"):
        read_midi(write(tmp_path, READABLE["velocity 176"][0]))


def test_mutated_files(tmp_path):
    """Some hundred seeded byte flips, cuts and insertions: never a crash, a hang, or a wrong note."""
    good = tmp_path / "good.mid"
    rows = [(i / 4, 1 / 4 + i % 3, 48 + i * 5 % 36, 40 + i, i % 2) for i in range(60)]
    drums = Track("kit", 0, True)
    write_midi(Piece(rows, (Track("keys", 3), drums), ((0, 3, 4),), ((0, 90), (4, 111))), good)
    rng = random.Random(0)
    paths = []
    for i in range(500):
        paths.append(tmp_path / f"{i}.mid")
        paths[-1].write_bytes(mutate(good.read_bytes(), rng))
    outcomes = read_apart(paths)
    for found in outcomes:
        check_outcome(found)
    kinds = Counter("error" if "error" in f else "piece" for f in outcomes)
    assert kinds["error"] > 50 and kinds["piece"] > 50, kinds


@pytest.mark.data
def test_files_found_in_the_wild():
    paths = sorted(Path(os.environ["MUSICGAN_DATA"], "malformed_midi").glob("*.mid"))
    if not paths:
        pytest.skip("MUSICGAN_DATA holds no malformed_midi folder")
    outcomes = read_apart(paths)
    for found in outcomes:
        check_outcome(found)
    for found in outcomes:
        if "data-byte-127" in found["path"] and "error" not in found:
            assert found["warned"] and "above 127" in found["losses"][-1]
    # The formats that count no quarters, and hold no one piece, are never guessed at.
    refused = [Path(f["path"]).name for f in outcomes if "error" in f]
    for kind in ("smpte", "type-2", "empty-0-byte", "not-a-midi"):
        asked = [p.name for p in paths if kind in p.name]
        assert set(asked) <= set(refused)


def write(folder, data) -> Path:
    path = folder / "broken.mid"
    path.write_bytes(data)
    return path


def mutate(data: bytes, rng) -> bytes:
    out = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(out))
        kind = rng.random()
        if kind < 0.7:
            out[at] = rng.randrange(256)
        elif kind < 0.8:
            del out[at : at + rng.randint(1, 3)]
        elif kind < 0.9:
            out[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 3)))
        else:
            del out[at:]
    return bytes(out)


def read_apart(paths) -> list[dict]:
    """What a child process makes of the files; fails by name where one kills it."""
    run = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("midi_worker.py"))],
        input="".join(f"{p}\n" for p in paths),
        capture_output=True,
        text=True,
        timeout=300,
    )
    outcomes = [json.loads(line) for line in run.stdout.splitlines()]
    done = len(outcomes)
    assert run.returncode == 0 and done == len(paths), (
        f"{paths[min(done, len(paths) - 1)]} ended the reader ({run.returncode}): {run.stderr[-500:]}"
    )
    assert max(found["mb"] for found in outcomes) < 500
    return outcomes


def check_outcome(found) -> None:
    path = Path(found["path"])
    if "error" in found:
        assert str(path) in found["error"] and "byte" in found["error"], found["error"]
        assert len(found["error"]) > len(str(path)) + 15
    else:
        assert_walk_agrees(path.read_bytes(), found["notes"], path.name)


def assert_walk_agrees(data, notes, name="") -> None:
    """The same notes, to the tick, as the byte-by-byte walk finds; and the walk has no trouble."""
    truth = walk(data)
    if truth.trouble == ["running on a system status"]:
        return  # no standard says what this means; parsers differ
    assert not truth.trouble, (name, truth.trouble)
    ticks = Counter(
        (round(row[0] * truth.division), round(row[1] * truth.division), *row[2:4]) for row in notes
    )
    expected = Counter(note[:4] for note in truth.notes)
    assert ticks == expected, (name, ticks - expected, expected - ticks)


ESCAPE = "10f703903c40 00903e4060803e40 00ff2f00"  # three bytes for the synthesiser, then D


@pytest.mark.parametrize(
    "name, track",
    [
        ("a Cyrillic lyric before it", "00903c4060803c40 00ff0505ec20f02061" + ESCAPE),
        ("a message without its end before it", "00903c4060803c40 00f0020102" + ESCAPE),
    ],
)
def test_an_escape_is_stepped_over_whatever_stands_before_it(name, track, tmp_path):
    file = tmp_path / "escape.mid"
    file.write_bytes(header(division=96) + chunk(bytes.fromhex(track)))
    piece = read_midi(file)
    assert piece.notes["pitch"].tolist() == [60, 62]
    assert piece.length * 96 == pytest.approx(208)


@pytest.mark.parametrize(
    "name, track",
    [
        ("running status", "00903c40 60f00201f7 103c00 103e40 103e00 00ff2f00"),
        ("running status, longer", "00903c40 60f0040102 03f7 103c00 103e40 103e00 00ff2f00"),
        ("a data byte", "00903c4060803c40 10f8 104040 00903e4060803e40 00ff2f00"),
    ],
)
def test_data_bytes_after_a_system_message_are_refused(name, track, tmp_path):
    file = tmp_path / "system.mid"
    file.write_bytes(header(division=96) + chunk(bytes.fromhex(track)))
    with pytest.raises(MidiError, match="byte .*data byte"):
        read_midi(file)


def test_a_file_may_be_too_large_or_hold_too_many_tracks(tmp_path):
    file = tmp_path / "large.mid"
    file.write_bytes(header() + chunk() + bytes(2**23))
    with pytest.raises(MidiError, match="at most"):
        read_midi(file)
    file.write_bytes(header(1, 1) + chunk() * 33_000)
    with pytest.raises(MidiError, match="33000 tracks"):
        read_midi(file)
    played = b"".join(bytes([0, 0x90 | k, 60, 64, 9, 0x80 | k, 60, 0]) for k in range(16))
    file.write_bytes(header(2_100, 1) + chunk(played + EOT) * 2_100)
    with pytest.raises(MidiError, match="33600 instruments, at most"):
        read_midi(file)


@pytest.mark.parametrize("size", [5, 7, 100, 2**32 - 1])
def test_a_header_that_is_longer_than_its_file_or_too_short_is_refused(size, tmp_path):
    """Without a track there is nothing else that could be missed."""
    (tmp_path / "h.mid").write_bytes(b"MThd" + size.to_bytes(4, "big") + header(0, 1)[8:])
    with pytest.raises(MidiError, match=f"byte 4: the header claims {size} bytes"):
        read_midi(tmp_path / "h.mid")
