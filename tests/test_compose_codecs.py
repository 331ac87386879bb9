"""What the page makes of notes and tokens is what the library makes of them; and what it refuses of files and text."""

import struct

import numpy as np
import pytest
import torch

from musicgan_lib import corpora, systems
from musicgan_lib.data.grid import encode_grid
from musicgan_lib.data.tone_tokens import quantise, tone_tokens
from musicgan_lib.data.words import encode_words
from musicgan_lib.experiments import page_codecs, page_models
from musicgan_lib.listening.scripts import SYNTH, read_script, wrap
from musicgan_lib.notes import Metre, Piece, Tempo, Track
from musicgan_lib.notes.midi_writing import encode_midi
from musicgan_lib.representations import grid, note_matrix, quadruplets, words

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]
FILES = ("sound.js", "compose/opening.js", "compose/codecs.js", "compose/voices.js")
SHOWN = "window.codecs = {CODECS, readOpening, writeOpening, readMidi, cutOpening};"
Q = 480
ENCODE = "([codec, notes]) => codecs.CODECS[codec.kind](codec).encode(notes)"
DECODE = """([codec, tokens, shift]) => {
  const reader = codecs.CODECS[codec.kind](codec).reader(shift);
  return [...tokens.flatMap(token => reader.take(token)), ...reader.end()];
}"""


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.add_script_tag(content=wrap(read_script(*FILES) + "\n" + SHOWN, SYNTH=SYNTH))
    yield page
    context.close()


def as_ticks(piece: Piece) -> list[dict]:
    """A piece's notes as the page has them."""
    return [
        {
            "tick": round(n["onset"] * Q),
            "ticks": round(n["duration"] * Q),
            "pitch": int(n["pitch"]),
        }
        for n in piece.notes
    ]


def told(notes, *more) -> list[tuple]:
    return sorted(tuple(int(n[k]) for k in ("tick", "ticks", "pitch", *more)) for n in notes)


def spelled(piece: Piece, track=False) -> list[tuple]:
    rows = [(n["tick"], n["ticks"], n["pitch"]) for n in as_ticks(piece)]
    tracks = piece.notes["track"].tolist()
    return sorted((*r, t) for r, t in zip(rows, tracks)) if track else sorted(rows)


def codec_of(name: str) -> dict:
    return page_models.find(name).codec


def data_of(name: str):
    """The corpus of a recorded generator, and its settings."""
    system = systems.find(name.split("/")[0])
    config = system.configure(name.split("/")[1], "cpu", "chorales")
    return system.game.encode(config, "chorales"), config


# --- words


@pytest.mark.parametrize("name", ["bjare2020/nll", "bjare2020/repaired_nll"])
def test_words_are_read_as_the_library_reads_them(page, name):
    data, _ = data_of(name)
    for tokens in data.windows("test", 32)[::7]:
        fields = np.stack(np.unravel_index(tokens, data.sizes), -1).tolist()
        found = page.evaluate(DECODE, [codec_of(name), fields, 0])
        assert told(found) == spelled(data.decode(tokens)) != []


@pytest.mark.parametrize("form", ["published", "factored", "interleaved"])
def test_words_with_chords_are_read_as_the_library_reads_them(page, form):
    data = encode_words("tunes", form)
    codec = {"kind": "words", "symbols": data.symbols, "factored": form == "factored"}
    tokens = data.pieces["train"][0][:60]
    fields = np.stack(np.unravel_index(tokens, data.sizes), -1).tolist()
    found = page.evaluate(DECODE, [codec, fields, 0])
    assert told(found, "track") == spelled(data.decode(tokens), track=True)
    assert {n["track"] for n in found} == {0, 1}


@pytest.mark.parametrize("name", ["bjare2020/nll", "bjare2020/repaired_nll"])
def test_a_melody_becomes_the_words_that_the_library_makes_of_it(page, name):
    data, _ = data_of(name)
    for piece in corpora.load("chorales", "test", scheme="tune_disjoint")[:20]:
        soprano = piece.select(0)
        reply = page.evaluate(ENCODE, [codec_of(name), as_ticks(soprano)])
        assert reply["said"] == []
        found = page.evaluate(DECODE, [codec_of(name), reply["tokens"], 0])
        assert told(found) == spelled(words.decode(words.encode(soprano)))


def test_a_melody_of_the_reader_goes_to_the_nearest_words(page):
    codec = codec_of("bjare2020/nll")
    rows = [(0, 1.03, 67), (0, 1, 60), (1.5, 1, 95), (3, 7, 1), (10, 0.02, 67)]
    given = as_ticks(Piece(rows))[::-1]  # in any order
    reply = page.evaluate(ENCODE, [codec, given])
    found = page.evaluate(DECODE, [codec, reply["tokens"], 0])
    first, second, third = sorted(found, key=lambda n: n["tick"])
    assert (first["pitch"], first["ticks"]) == (67, Q)  # the higher of two
    assert second["pitch"] == 83 - 12 and third["pitch"] in (61, 73)  # moved by octaves
    assert "2 notes of the opening moved by octaves" in reply["said"][0]


# --- tones


@pytest.mark.parametrize("name", ["mogren2016/density", "mogren2016/repaired"])
def test_tones_are_read_as_the_library_reads_them(page, name):
    data, config = data_of(name)
    tokens = tone_tokens(data)
    for window in tokens.windows("test", config.length)[::9]:
        fields = np.stack(np.unravel_index(window, tokens.sizes), -1).tolist()
        for shift in (0, 5, -3):
            found = page.evaluate(DECODE, [codec_of(name), fields, shift])
            wanted = spelled(tokens.decode(window).transpose(-shift))
            assert told(found) == wanted != []


def test_notes_become_the_symbols_that_the_library_makes_of_them(page):
    codec = codec_of("mogren2016/density")
    rng = np.random.default_rng(3)
    for piece in corpora.load("chorales", "test", scheme="tune_disjoint")[:12]:
        onset = piece.notes["onset"] + rng.uniform(0, 0.4, len(piece))  # off the grid of times
        rows = [(round(o * Q) / Q, n["duration"], n["pitch"]) for o, n in zip(onset, piece.notes)]
        loose = Piece(rows, dynamics=False)
        at_home = words.to_one_key(loose)
        reply = page.evaluate(ENCODE, [codec, as_ticks(loose)])
        assert reply["shift"] == at_home.notes["pitch"][0] - loose.notes["pitch"][0]
        fields = quantise(quadruplets.encode(at_home, scale="normalised"))
        assert len(reply["tokens"]) == len(fields)
        assert np.mean(np.array(reply["tokens"]) == fields) > 0.995  # of ties either may be


def test_loudness_and_keys_beyond_a_piano(page):
    codec = codec_of("mogren2016/density") | {"intensity": True, "one_key": False}
    reply = page.evaluate(ENCODE, [codec, as_ticks(Piece([(0, 1, 3), (1, 1, 127)]))])
    found = page.evaluate(DECODE, [codec, reply["tokens"], 0])
    assert [n["loud"] for n in found] == [80, 80]
    assert [n["pitch"] % 12 for n in found] == [3, 7] and found[0]["pitch"] >= 21
    quiet = page.evaluate(DECODE, [codec, [[0, 40, 5, 0]], 0])
    assert quiet[0]["loud"] == 1


# --- rolls


def test_rolls_are_read_as_the_library_reads_them(page):
    data, _ = data_of("anokhin2018/likelihood")
    codec = codec_of("anokhin2018/likelihood")
    for rows in data.pieces["test"][:8]:
        steps = rows[:64, :, :2].astype(int)
        found = page.evaluate(DECODE, [codec, steps.reshape(len(steps), -1).tolist(), 0])
        assert told(found) == spelled(data.decode(steps))


def test_notes_become_the_roll_that_the_library_makes_of_them(page):
    codec = codec_of("anokhin2018/likelihood")
    rng = np.random.default_rng(5)
    for piece in corpora.load("chorales", "test", scheme="tune_disjoint")[:8]:
        start = piece.metre[0].onset
        loose = piece.window(start, start + 13)
        moved = loose.notes["onset"] + np.round(rng.uniform(0, 0.1, len(loose)), 3)
        loose = Piece(list(zip(moved, loose.notes["duration"], loose.notes["pitch"])))
        reply = page.evaluate(ENCODE, [codec, as_ticks(loose)])
        wanted = note_matrix.encode(loose)[..., :2]
        steps = np.array(reply["tokens"]).reshape(-1, 48, 2)
        assert len(steps) % 16 == 0 and 0 <= len(steps) - len(wanted) < 16
        assert (steps[: len(wanted)] == wanted).all() and not steps[len(wanted) :].any()


def test_notes_outside_its_keys_are_left_out_and_said(page):
    codec = codec_of("anokhin2018/likelihood")
    reply = page.evaluate(ENCODE, [codec, as_ticks(Piece([(0, 1, 60), (0, 1, 20), (0, 1, 90)]))])
    assert np.sum(reply["tokens"]) == 4
    assert reply["said"] == ["2 notes of the opening left out: outside the model's 48 keys."]


def test_volume_travels_with_a_roll(page):
    codec = codec_of("anokhin2018/likelihood") | {"channels": 3}
    reply = page.evaluate(ENCODE, [codec, as_ticks(Piece([(0, 1, 60)]))])
    found = page.evaluate(DECODE, [codec, reply["tokens"], 0])
    assert [(n["tick"], n["ticks"], n["pitch"], n["loud"]) for n in found] == [(0, Q, 60, 80)]


# --- voices on a grid


def grid_codec(data) -> dict:
    return page_codecs.tell_grid(data, None)["codec"]


def test_voices_are_read_as_the_library_reads_them(page):
    data = encode_grid("chorales")
    for tokens in data.pieces["test"][:6]:
        found = page.evaluate(DECODE, [grid_codec(data), tokens[:400, None].tolist(), 0])
        wanted = grid.decode(
            np.array(data.symbols[0])[:, 0].astype(int)[data.to_voices(tokens[:400])]
        )
        assert told(found, "track") == spelled(wanted, track=True) != []


def test_symbols_that_hold_nothing_are_silence(page):
    data = encode_grid("chorales")
    cells = [data.hold, data.rest, 3, data.rest] + [data.hold] * 4 + [5, 4, data.hold, data.hold]
    found = page.evaluate(DECODE, [grid_codec(data), [[c] for c in cells], 0])
    wanted = data.decode(np.array(cells))
    assert told(found, "track") == spelled(wanted, track=True) and len(wanted) == 3


def test_notes_become_the_voices_that_the_library_makes_of_them(page):
    """Where no voices cross or meet; and each is heard as it was given."""
    data, same = encode_grid("chorales"), 0
    for piece in corpora.load("chorales", "test", scheme="tune_disjoint"):
        if piece.metre[0][1:] != (4, 4) or len(piece.metre) > 1:
            continue
        cut = piece.window(0, 8)
        reply = page.evaluate(ENCODE, [grid_codec(data), as_ticks(cut)])
        found = page.evaluate(DECODE, [grid_codec(data), reply["tokens"], 0])
        assert reply["said"] == [] and len(reply["tokens"]) == 8 * 4 * 4
        cells = grid.encode(grid.snap(cut)).cells
        wanted = np.where(
            cells == grid.HOLD,
            data.hold,
            np.where(cells == grid.REST, data.rest, cells - data.lowest),
        )
        same += reply["tokens"] == data.to_tokens(wanted)[:, None].tolist()
        assert {n[0::2] for n in told(found)} >= {n[0::2] for n in spelled(cut)}
    assert same >= 3


# --- the text of an opening


def test_text_says_what_it_says(page):
    found = page.evaluate(
        "t => codecs.readOpening(t)", "C4 d#4:0.5 r:1/3 E4+G4+Bb4:2 @0 c3:4 @1.5 B-1"
    )
    wanted = [
        (0, 480, 60),
        (480, 240, 63),
        (880, 960, 64),
        (880, 960, 67),
        (880, 960, 70),
        (0, 1920, 48),
    ]
    assert told(found) == sorted([*wanted, (720, 480, 11)])


def test_any_notes_are_text_and_back(page):
    rng = np.random.default_rng(0)
    for _ in range(30):
        count = rng.integers(1, 40)
        grid = int(rng.choice([1, 30, 40, 60, 240]))
        notes = [
            {"tick": int(t) * grid, "ticks": int(d) * grid, "pitch": int(p)}
            for t, d, p in zip(
                rng.integers(0, 4800 // grid, count),
                rng.integers(1, 2000 // grid + 1, count),
                rng.integers(0, 128, count),
            )
        ]
        text = page.evaluate("n => codecs.writeOpening(n)", notes)
        again = page.evaluate("t => codecs.readOpening(t)", text)
        assert sorted(set(told(again))) == sorted(set(told(notes))), text


def test_the_library_writes_the_same_text(page):
    piece = corpora.load("chorales", "test", scheme="tune_disjoint")[3]
    piece = piece.window(piece.metre[0].onset, piece.metre[0].onset + 8)
    piece = Piece([*piece.notes.tolist(), (8, 1 / 3, 60), (8 + 1 / 3, 2 / 3, 62)], piece.tracks)
    text = page_models.write_opening(piece)
    found = page.evaluate("t => codecs.readOpening(t)", text)
    assert told(found) == sorted(set(spelled(piece)))  # two voices on one note are one


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("H4", "is no note"),
        ("C4:x", "is no length"),
        ("C4:0", "has no length"),
        ("C4:1:2", "two lengths"),
        ("G#9:1", "outside MIDI"),
        ("C4:1/0", "is no length"),
        ("<img src=x onerror=alert(1)>", "is no note"),
        ("C4:999", "at most 32 quarters"),
        (" ".join(["C4:0.01"] * 301), "at most 300 notes"),
        ("@99 C4", "at most 32 quarters"),
        ("C4++E4", "is no note"),
    ],
)
def test_other_text_is_refused_with_a_reason(page, text, why):
    with pytest.raises(Exception, match=why):
        page.evaluate("t => codecs.readOpening(t)", text)


# --- MIDI files


def read(page, data: bytes) -> list[dict]:
    return page.evaluate("b => codecs.readMidi(new Uint8Array(b))", list(data))


def test_a_file_is_read_as_the_library_reads_it(page):
    for piece in corpora.load("chorales", "test", scheme="tune_disjoint")[:10]:
        found = read(page, encode_midi(piece)[0])
        # notes that overlap on one key of one channel are the library's own matter: chorales have none
        assert told(found) == spelled(piece)


def test_drums_are_left_out_and_tempo_and_metre_change_nothing(page):
    rows = [(0, 1, 60, 80, 0), (0, 1, 36, 80, 1), (3.25, 0.5, 64, 80, 0)]
    tracks = (Track("a", 0), Track("drums", 0, True))
    piece = Piece(rows, tracks, (Metre(0, 3, 8),), (Tempo(0, 77), Tempo(1, 200)))
    assert told(read(page, encode_midi(piece)[0])) == [(0, 480, 60), (1560, 240, 64)]


def midi(track: bytes, division=480, tracks=1, size=None) -> bytes:
    head = b"MThd" + struct.pack(">IHHH", 6, 1, tracks, division)
    return head + b"MTrk" + struct.pack(">I", len(track) if size is None else size) + track


NOTE = bytes([0, 0x90, 60, 80, 0x60, 60, 0])  # with running status
END = bytes([0, 0xFF, 0x2F, 0])


def test_running_status_long_events_and_other_chunks(page):
    meta = bytes([0, 0xFF, 3, 3]) + b"<i>" + bytes([0, 0xF0, 2, 1, 0xF7, 0, 0xC0, 5, 0, 0xE0, 1, 2])
    other = b"XFIH" + struct.pack(">I", 3) + b"abc"
    data = midi(meta + NOTE + END, tracks=2)
    data = data[:14] + other + data[14:]
    assert told(read(page, data)) == [(0, 96, 60)]


def test_a_note_that_is_struck_again_or_never_let_go_ends(page):
    track = bytes([0, 0x90, 60, 80, 0x60, 60, 80, 0x60, 62, 1, 0x60, 0xB0, 1, 1])
    assert told(read(page, midi(track))) == [(0, 96, 60), (96, 192, 60), (192, 96, 62)]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "ends in the middle"),
        (b"RIFF" + bytes(20), "no MIDI file"),
        (b"MThd" + struct.pack(">IHHH", 2**31, 1, 1, 480), "header .* is broken"),
        (midi(NOTE + END, division=0), "not beats"),
        (midi(NOTE + END, division=0xE728), "not beats"),
        (midi(NOTE, size=2**31), "ends in the middle"),
        (midi(bytes([0, 60, 80])), "where a command belongs"),
        (midi(bytes([0x81, 0x82, 0x83, 0x84, 0x85])), "does not end"),
        (midi(bytes([0, 0x90, 200, 80])), "beyond 127"),
        (midi(bytes([0, 0xFF, 3, 0xFF, 0xFF, 0xFF, 0x7F])), "longer than its track"),
        (midi(bytes([0xFF, 0xFF, 0xFF, 0x7F, 0x90, 60, 0] * 9)), "lasts for ever"),
        (midi(END), "has no notes"),
        (midi(bytes([0, 0x90, 60, 80]), tracks=0), "has no notes"),
        (bytes(2**20 + 1), "larger than a megabyte"),
    ],
)
def test_a_hostile_file_is_refused_with_a_reason(page, data, why):
    with pytest.raises(Exception, match=why):
        read(page, data)


FUZZ = """files => files.map(data => {
  try {
    const {notes} = codecs.cutOpening(codecs.readMidi(Uint8Array.from(atob(data), c => c.charCodeAt(0))));
    const whole = notes.every(n => [n.tick, n.ticks, n.pitch].every(Number.isInteger));
    const fits = notes.every(
      n => n.tick >= 0 && n.ticks > 0 && n.pitch >= 0 && n.pitch < 128 && n.tick + n.ticks <= 32 * 480);
    return whole && fits && notes.length > 0 && notes.length <= 300
      && codecs.readOpening(codecs.writeOpening(notes)).length > 0;
  } catch (reason) {
    return reason.message;
  }
})"""


def test_broken_files_give_whole_notes_or_a_sentence(page):
    import base64

    rng = np.random.default_rng(1)
    piece = corpora.load("chorales", "test", scheme="tune_disjoint")[0]
    whole = np.frombuffer(encode_midi(piece)[0], np.uint8)
    files = []
    for _ in range(400):
        broken = whole.copy()
        for _ in range(int(rng.integers(1, 4))):
            broken[rng.integers(len(broken))] = rng.integers(256)
        end = rng.integers(len(broken)) if rng.integers(4) == 0 else len(broken)
        files.append(broken[:end].tobytes())
    replies = page.evaluate(FUZZ, [base64.b64encode(f).decode() for f in files])
    assert replies.count(True) > 20
    assert {type(r) for r in replies} == {bool, str} and False not in replies
    assert not [r for r in replies if isinstance(r, str) and "MIDI file" not in r], replies


def test_a_long_file_gives_its_first_bars(page):
    rows = [(5 + i, 1, 60 + i % 12) for i in range(100)]
    found = read(page, encode_midi(Piece(rows))[0])
    cut = page.evaluate("n => codecs.cutOpening(n)", found)
    assert cut["cut"] and len(cut["notes"]) == 31
    assert cut["notes"][0]["tick"] == Q  # the bar in which it begins, from its start


def test_seeds_of_torch_are_left_alone():
    """Nothing here draws from the global generators."""
    before = torch.random.get_rng_state()
    page_models.find("bjare2020/nll")
    page_models.from_run(page_models.RECORDED[0])
    assert torch.equal(before, torch.random.get_rng_state())
