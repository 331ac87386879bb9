"""Readers of music under fire: MIDI files, tunes in ABC, and what networks may write in each representation."""

import json
import struct
import warnings
from pathlib import Path

import numpy as np
from fuzz_inputs import mutate
from raw_midi import walk

from musicgan_lib.notes import MidiError, Piece, Track, read_midi, write_midi


class Midi:
    """``read_midi`` against the walk of the tests, which shares no code with it: the same notes, to the tick."""

    def __init__(self, folder: Path):
        self.path = folder / "thrown.mid"
        self.seeds = [self._write(folder, i) for i in range(8)]

    def _write(self, folder, i) -> bytes:
        rng = np.random.default_rng(i)
        tracks = (Track("keys", 3), Track("kit", 0, True), Track("bass", 33))
        rows = [
            (
                float(at),
                float(rng.integers(1, 9)) / 4,
                int(rng.integers(30, 90)),
                int(v),
                int(v) % 3,
            )
            for at, v in zip(np.sort(rng.integers(0, 64, 4 + 3 * i)) / 4, rng.integers(1, 127, 30))
        ]
        beside = [(1.0, "pedal", "", 0, 127.0), (2.0, "pedal", "", 0, 0.0), (0.0, "lyric", "la", 1)]
        piece = Piece(rows, tracks, ((0, 3, 4),), ((0, 90), (4, 111)), annotations=beside[: i % 4])
        write_midi(piece, folder / "seed.mid")
        return (folder / "seed.mid").read_bytes()

    def make(self, rng) -> bytes:
        data = rng.choice(self.seeds)
        if rng.random() < 0.25:
            return mutate(data, rng)
        return self._within(data, rng)

    def _within(self, data: bytes, rng) -> bytes:
        """One track changed and its length said rightly, so that its events are read."""
        starts = [i for i in range(len(data)) if data[i : i + 4] == b"MTrk"]
        at = rng.choice(starts)
        stop = min((s for s in starts if s > at), default=len(data))
        body = mutate(data[at + 8 : stop], rng)
        return data[: at + 4] + struct.pack(">I", len(body)) + body + data[stop:]

    def check(self, data: bytes) -> str:
        self.path.write_bytes(data)
        try:
            with warnings.catch_warnings(action="ignore"):
                piece = read_midi(self.path)
        except MidiError as error:
            assert str(self.path) in str(error) and "byte" in str(error), f"no place in {error}"
            return "refused"
        truth = walk(data)
        if truth.trouble == ["running on a system status"]:
            return "no standard"  # no document says what this means; parsers differ
        rest = [said for said in piece.losses if "after the last track" in said]
        if rest and truth.trouble:  # it is told that the rest, which is cut off, is left out
            truth.notes = [note for note in truth.notes if note[4] < truth.declared]
            truth.trouble.clear()
        assert not truth.trouble, f"read, though {truth.trouble[0]}"
        notes = piece.notes
        ticks = np.rint([notes["onset"] * truth.division, notes["duration"] * truth.division])
        found = zip(
            *ticks.astype(int).tolist(), notes["pitch"].tolist(), notes["velocity"].tolist()
        )
        assert sorted(found) == sorted(note[:4] for note in truth.notes), (
            "other notes than the bytes say"
        )
        assert (
            piece.length * truth.division
            >= max((n[0] + n[1] for n in truth.notes), default=0) - 0.5
        )
        return "read"


TUNES = (
    'X:1\nT:one\nM:6/8\nL:1/8\nQ:3/8=100\nK:G\nP:A\nd|"G"GAB c2d|:"D7"e>f g2 (3abc|1 A3-A2:|2 [Ac]3 z3||\n',
    "X:2\nT:two\nM:C|\nL:1/4\nP:A(AB)2\nK:Dmix exp ^f\nP:A\n|:D/2E/2 F =G _A|^c'2 C,2:|\nP:B\n[K:Am]{gf}a2 b|w:la\n",
    "X:3\nM:3/4\nL:1/8\nK:F#m\n%%text\nV:1\nabc def|M:2/4\n~g2 .a>b|[M:4/4][L:1/16]u(a4 b4) !f!c8:|\n",
)


class Abc:
    """Tunes in ABC: read to a Piece that is as long as it says, or refused."""

    def __init__(self, folder: Path):
        self.words = [
            *"|:[](){}<>-/'\",^_=~.%!&*0123456789abczXMLKPQVw\n",
            "M:",
            "K:",
            "|:",
            ":|",
            "[1",
            "(3",
            "9999",
        ]

    def make(self, rng) -> bytes:
        text = rng.choice(TUNES)
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(text) + 1)
            kind = rng.randrange(4)
            cut = text[at : at + rng.randint(1, 12)] if kind else ""
            if kind == 1:
                text = text[:at] + text[at + len(cut) :]
            elif kind == 2:
                there = rng.randrange(len(text) + 1)
                text = text[:there] + cut + text[there:]
            else:
                text = (
                    text[:at]
                    + rng.choice(self.words) * rng.choice((1, 1, 2, 9))
                    + text[at + len(cut) :]
                )
        return text.encode("utf-8")

    def check(self, data: bytes) -> str:
        from musicgan_lib.corpora import abc
        from musicgan_lib.corpora.nottingham import read_tune

        for tune in abc.split_tunes(data.decode()):
            try:
                played = abc.play(tune)
                piece = read_tune(tune)
            except ValueError as error:
                assert len(str(error)) > 8, "refused without a sentence"
                return "refused"
            melody = piece.notes[piece.notes["track"] == 0]
            assert len(melody) == len(played.melody), "notes lost on the way"
            ends = [onset + length for onset, length, _ in played.melody]
            assert max(ends, default=0) <= played.length + 1e-6, "a note outlasts its tune"
        return "read"


class Decoded:
    """What a network may write: numbers of any size as each representation, decoded to a Piece or refused."""

    def __init__(self, folder: Path):
        from musicgan_lib.representations.midi_tokens import KINDS, MidiTokens

        self.tokens = {kind: MidiTokens(kind) for kind in KINDS}
        self.plain = (
            "grid",
            "melody_events",
            "note_chain",
            "note_matrix",
            "performance",
            "quadruplets",
            "triples",
            "words",
        )

    def make(self, rng) -> bytes:
        name = rng.choice([*self.plain, *self.tokens])
        wild = rng.random() < 0.3
        shape = self._shape(name, rng)
        numbers = [self._number(name, rng, wild) for _ in range(shape[0] * max(shape[1], 1))]
        return json.dumps([name, shape, numbers]).encode()

    def _shape(self, name, rng) -> tuple[int, int]:
        columns = {
            "grid": 4,
            "note_chain": 3,
            "note_matrix": 48,
            "quadruplets": 4,
            "triples": 3,
            "words": 2,
        }
        if name in self.tokens:
            sizes = self.tokens[name].sizes
            return rng.randrange(40), len(sizes) if len(sizes) > 1 else 0
        return rng.randrange(40), columns.get(name, 0)

    def _number(self, name, rng, wild):
        if wild and rng.random() < 0.1:
            return rng.choice((-1, -2, 10**6, 2**40, 1e300, -1e300, 0.5))
        if name in ("quadruplets", "triples"):
            return rng.choice((0.0, 1.0, rng.gauss(0, 1), 100 * rng.random()))
        most = {
            "grid": 128,
            "note_matrix": 2,
            "melody_events": 38,
            "performance": 388,
            "words": 200,
            "note_chain": 60,
        }
        return rng.randrange(most[name] if name in most else max(self.tokens[name].sizes))

    def check(self, data: bytes) -> str:
        from importlib import import_module

        name, (rows, columns), numbers = json.loads(data)
        array = np.array(numbers).reshape((rows, columns) if columns else rows)
        decode = self.tokens[name].decode if name in self.tokens else None
        decode = decode or import_module(f"musicgan_lib.representations.{name}").decode
        try:
            with warnings.catch_warnings(action="ignore"):
                piece = decode(array)
        except ValueError as error:
            assert len(str(error)) > 12, "refused without a sentence"
            return "refused"
        notes = piece.notes
        assert np.isfinite(notes["onset"]).all() and (notes["onset"] >= 0).all(), (
            "a note before the beginning"
        )
        assert (
            (notes["duration"] >= 0).all()
            and (notes["pitch"] <= 127).all()
            and (notes["pitch"] >= 0).all()
        )
        again = Piece(
            notes.tolist(), piece.tracks, piece.metre, piece.tempo
        )  # what a Piece refuses is refused here
        assert len(again) == len(piece)
        return "read"


TARGETS = {"midi": Midi, "abc": Abc, "decoded": Decoded}
