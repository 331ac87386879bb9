"""Tunes in ABC: bars as written, parts and repeats as played, a chord at the note that its symbol stands over."""

import numpy as np
import pytest

from musicgan_lib.corpora import abc, abc_chords, folk
from musicgan_lib.corpora.abc_chords import voice_chord
from musicgan_lib.corpora.abc_text import read_order
from musicgan_lib.corpora.nottingham import read_tune

HEADER = "X:1\nT:a\nM:4/4\nL:1/8\nQ:1/4=120\nK:C\n"
SIX_EIGHT = HEADER.replace("4/4", "6/8")


def onsets(piece, track=0):
    return sorted(set(piece.notes["onset"][piece.notes["track"] == track].tolist()))


def melody(tune):
    return [pitch for _, _, pitch in abc.play(tune).melody]


def chords(piece):
    """(onset, duration, lowest pitch class) of each chord that is struck."""
    rows = piece.notes[piece.notes["track"] == 1]
    return [
        (
            at,
            rows["duration"][rows["onset"] == at][0],
            rows["pitch"][rows["onset"] == at].min() % 12,
        )
        for at in np.unique(rows["onset"]).tolist()
    ]


# --- the first bar ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before",
    ["", "|:", "[|", "|", "||:", "% a line\n", "%%MIDI program 1\n", "[K:C]", "[K:C] |:", "P:A\n", "P:A\n|:",
     "[P:A]", "V:1\n", "V:1\n|:", "[V:1]", "|:\\\n", "[M:4/4]", "N:a note\n|:", '|:"^slow"', "|: !segno!", "y"],
)  # fmt: skip
def test_a_pickup_is_the_first_bar_of_music_whatever_stands_before_it(before):
    piece = read_tune(HEADER + before + 'G2|"C"c4 e4|"G7"g6:|\n')
    assert piece.metre == ((0, 1, 4), (1, 4, 4))
    assert piece.bars().tolist() == [0, 1, 5, 9, 13, 17]
    assert chords(piece) == [(1, 4, 0), (5, 4, 7), (9, 4, 0), (13, 3, 7)]
    assert piece.losses == ()


@pytest.mark.parametrize(
    "first, length",
    [("z2", 1), ("z G", 1), ("G z", 1), ("x2", 1), ("{d}G2", 1), ("{de}G2", 1), ("(3GAB", 1), ("(3zAB", 1),
     ("F>G", 1), ("F<G", 1), ("F > G", 1), ("z>G", 1), ("[GB]2", 1), ("[G2B2]", 1), ("+GB+ G", 1), ("G-G", 1),
     ("G/A/B", 1), ("G//A//B/ c", 1), ("(GA)", 1), (".G~A", 1), ("HG2", 1), ("TG2", 1), ("!trill!G2", 1),
     ("uGvA", 1), ("(3:2:2G2A", 1), ("[L:1/4]G", 1), ("[L:1/16]G4", 1), ("(3G/A/B/", 0.5), ("G3", 1.5),
     ("(5GABcd", 1), ("G>>A", 1), ('"C"G2', 1), ('"^up"G2', 1), ("{g}z G", 1), ("(2GA", 1.5), ("G7", 3.5)],
)  # fmt: skip
def test_everything_that_takes_time_counts_in_a_pickup(first, length):
    later = "[L:1/8]" if "L:" in first else ""
    bars = read_tune(f"{HEADER}|:{first}|{later}c8|d8|e8:|\n").bars()
    assert bars[:4].tolist() == [0, length, length + 4, length + 8]


@pytest.mark.parametrize(
    "first", ["c4 z4", "z4 c4", "z8", "z6 c2", "z2 c4 z2", "x4 c4", "Z", "Z1", "c4 z2 (3zzz"]
)
def test_a_first_bar_that_rests_fill_is_no_pickup(first):
    piece = read_tune(f"{HEADER}{first}|g8|c8|\n")
    assert piece.metre == ((0, 4, 4),) and piece.bars().tolist() == [0, 4, 8, 12]


def test_rests_of_whole_bars_are_as_many_bars():
    assert onsets(read_tune(HEADER + "Z2|c8|Z|d8|\n")) == [8, 16]


# --- parts and repeats --------------------------------------------------------------------------

PARTS = """X:1
T:a
P:AABA
M:6/8
L:1/8
Q:3/8=120
K:C
P:A
g|"C"c3 e3|"G"g5||
P:B
g|"F"a3 f3|"C"e5||
"""


def test_the_order_of_parts_repeats_music_not_the_pickup():
    piece = read_tune(PARTS)
    assert piece.metre == ((0, 1, 8), (0.5, 6, 8))
    assert piece.bars().tolist() == [0, *np.arange(0.5, 25, 3)]
    assert melody(PARTS) == [79, 72, 76, 79] * 2 + [79, 81, 77, 76] + [79, 72, 76, 79]
    assert [root for _, _, root in chords(piece)] == [0, 7, 0, 7, 5, 0, 0, 7]
    assert piece.tempo == ((0, 180),)


@pytest.mark.parametrize(
    "text, order",
    [
        ("AABA", "AABA"),
        ("A2B", "AAB"),
        ("A.B A", "ABA"),
        ("(AB)2A", "ABABA"),
        ("A(AB)3", "AABABAB"),
        ("A((AB)2C)2", "AABABCABABC"),
        ('"AAB"', "AAB"),
        ("AABA last time", None),
        ("/f2AABA/fP", None),
        ("A(AB", None),
        ("", None),
    ],
)
def test_an_order_of_parts(text, order):
    assert read_order(text) == (order and list(order))


def test_an_order_in_words_is_told_and_the_tune_played_as_written():
    tune = PARTS.replace("P:AABA", "P:AABA last time")
    assert melody(tune) == [79, 72, 76, 79, 79, 81, 77, 76]
    assert read_tune(tune).losses == ("the order of parts is in words: 'AABA last time'",)


def test_a_part_without_music_is_passed_over_and_no_part_at_all_plays_everything():
    assert melody(PARTS.replace("P:AABA", "P:ACB")) == [79, 72, 76, 79, 79, 81, 77, 76]
    assert melody(PARTS.replace("P:AABA", "P:XY")) == [79, 72, 76, 79, 79, 81, 77, 76]


@pytest.mark.parametrize("words", ["D.S.", "Fine", "segno", "To A", "3", "*", "dc"])
def test_words_on_a_line_for_parts_begin_none(words):
    tune = PARTS.replace("c3 e3|", f"c3 \\\nP:{words}\ne3|")
    assert melody(tune) == melody(PARTS) and read_tune(tune).metre == read_tune(PARTS).metre


@pytest.mark.parametrize(
    "body, letters",
    [
        ("c8|d8|", "cd"),
        ("|:c8:|", "cc"),
        ("|:c8:|:d8:|", "ccdd"),
        ("|:c8::d8:|", "ccdd"),
        ("c8:|d8:|", "ccdd"),
        ("c8|d8:|e8:|", "cdcdee"),
        ("|:c8||d8:|", "cdcd"),
        ("|:c8|1d8:|2e8|]", "cdce"),
        ("|:c8|[1d8:|[2e8:|", "cdce"),
        ("|:c8 [1d8:|[2 e8||f8|]", "cdcef"),
        ("|:c8|1d8:|2e8||f8:|", "cdceff"),
        ("|:c8|1d8:|2e8|f8|g8:|", "cdcefgfg"),
        ("|:c8|[1d8:|[2e8:|[3f8|]", "cdcecf"),
        ("|:c8|[1,3d8:|[2,4e8:|", "cdcecdce"),
        ("|:c8|[1-3d8:|[4e8:|", "cdcdcdce"),
        ("|:c8|1d8|2e8|]", "cdce"),
        ("|:c8|1d8:|", "cdc"),
        ("|:c8|1d8:|e8|]", "cdce"),
        ("|:c8:|]", "cc"),
        ("|::c8::|", "ccc"),
        ("|::c8::|:::d8:::|", "cccdddd"),
        ("|::c8|[1,2d8::|[3e8|]", "cdcdce"),
        ("|:c8\n|\n:|d8|", "ccd"),
        ("P:A\nc8:|\nP:B\nd8:|", "ccdd"),
        ("P:A\nc8||\nP:B\nd8:|", "cdd"),
        ("f|\\\nP:A\nc7:|\nP:B\nd8:|", "fcfcdd"),
        ("c8:||:d8:|", "ccdd"),
        ("c8 :: d8 :|", "ccdd"),
    ],
)
def test_repeats_and_endings_are_played(body, letters):
    pitches = {72: "c", 74: "d", 76: "e", 77: "f", 79: "g"}
    assert "".join(pitches[p] for p in melody(HEADER + body + "\n")) == letters


@pytest.mark.parametrize(
    "body, bars",
    [
        (
            "G2|c8|d6:|:e2|f8|g6:|",
            [0, 1, 5, 9, 13, 17, 21, 25, 29, 33],
        ),  # a pickup before each section
        ("c8|d6||e2|f8|g6|]", [0, 4, 8, 12, 16]),  # ... after a double bar
        (
            "P:A\nG2|c8|d6|\nP:B\ne2|f8|g6|",
            [0, 1, 5, 9, 13, 17],
        ),  # ... in a new part after a plain bar line
        ("c4|:d4|e8|f4:|", [0, 4, 8, 12, 16, 20]),  # the repeat begins inside the first bar
        ("G2|:c8|[1d6 e2:|[2d6:|", [0, 1, 5, 9, 13, 17]),
        ("G2|:c8|d6[1e2:|[2f2|g8|]", [0, 1, 5, 9, 13, 17, 21]),  # an ending begins inside a bar
        (
            "|:G2|c8|[1d6:|[2d8|e8|]",
            [0, 1, 5, 9, 13, 17, 21],
        ),  # the pickup completes the first ending
        ("c8|d4 [P:A] e4|f8|", [0, 4, 8, 12]),  # a part inside a bar
        ("c8|d6|e8|f8|", [0, 4, 7, 11, 15]),  # a short bar is short
        ("c8|d8e2|f8|g8|", [0, 4, 9, 13, 17]),  # a long one long
        ("c8|d8e8|f8|", [0, 4, 8, 12, 16]),  # two bars in one are two
        ("c8|d8|e6|", [0, 4, 8, 12]),  # the last may be short
        ("G2|", [0, 4]),  # so may the only one
        ("c8|[M:3/4]d6|e6|[M:2/4]f4|[M:C]g8|", [0, 4, 7, 10, 12, 16]),
        ("c8|\nM:6/8\nd6|e6|", [0, 4, 7, 10]),
    ],
)
def test_bar_lines_stand_where_they_are_written(body, bars):
    assert read_tune(HEADER + body + "\n").bars().tolist() == bars


# --- chord symbols ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header, body, wanted",
    [
        (HEADER, '"C"c3"G"d "F"e4|', [(0, 1.5, 0), (1.5, 0.5, 7), (2, 2, 5)]),
        (SIX_EIGHT, '"C"cd"G"e "F"f2"G"g|', [(0, 1, 0), (1, 0.5, 7), (1.5, 1, 5), (2.5, 0.5, 7)]),
        (SIX_EIGHT, 'g|"C"cde "F"fga|"G"g3 g2|', [(0.5, 1.5, 0), (2, 1.5, 5), (3.5, 2.5, 7)]),
        (
            HEADER,
            '"C"c4 "G"z4|c8|',
            [(0, 2, 0), (2, 2, 7), (4, 4, 7)],
        ),  # over a rest, and held over a bar line
        (HEADER, '"C"c8-|"G"c4 c4|', [(0, 4, 0), (4, 4, 7)]),  # over a tied note
        (HEADER, 'c4-"G"c4|', [(2, 2, 7)]),
        (
            HEADER,
            '"C"c4 "C"c4|"C"c8|',
            [(0, 4, 0), (4, 4, 0)],
        ),  # the same within a bar is one chord
        (HEADER, '"C"c4 "N.C."c4|d8|"G"e8|', [(0, 2, 0), (8, 4, 7)]),
        (HEADER, '"F"{d}c4 {d}"G"c4|', [(0, 2, 5), (2, 2, 7)]),
        (HEADER, '"C"(3cd"F"e "G"f2 z4|', [(0, 2 / 3, 0), (2 / 3, 1 / 3, 5), (1, 3, 7)]),
        (HEADER, '"C"c>"G"d "F"e6|', [(0, 0.75, 0), (0.75, 0.25, 7), (1, 3, 5)]),
        (HEADER, '["C"ce]4 ["G"dg]4|', [(0, 2, 0), (2, 2, 7)]),
        (HEADER, '"C"c8 "G"|d8|', [(0, 4, 0), (4, 4, 7)]),  # before a bar line, after the last note
        (HEADER, '"C""G"c8|', [(0, 4, 7)]),  # of two over one note the last
        (HEADER, '"^slow""C"c8|"_f"d8|"a tempo"e8|', [(0, 4, 0), (4, 4, 0), (8, 4, 9)]),
        (HEADER, '|:"C"c4 "G"d4:|', [(0, 2, 0), (2, 2, 7), (4, 2, 0), (6, 2, 7)]),
        (HEADER, '|:"C"c8|1"F"d8:|2"G"e8|]', [(0, 4, 0), (4, 4, 5), (8, 4, 0), (12, 4, 7)]),
        (HEADER, '"C"c6||"G"d2|"F"e8|]', [(0, 3, 0), (3, 1, 7), (4, 4, 5)]),
        (HEADER, '"C"c6||d2|"F"e8|]', [(0, 4, 0), (4, 4, 5)]),
    ],
)
def test_a_chord_begins_at_the_note_that_its_symbol_stands_over(header, body, wanted):
    assert np.allclose(chords(read_tune(header + body + "\n")), wanted)


def test_texts_over_the_notes_are_annotations_as_written_each_time_they_are_played():
    piece = read_tune(HEADER + '|:"C"c4 "^slow"d4|" G7 "He4 "3"f4:|\n')
    beside = [(a, kind, text) for a, kind, _, _, text in piece.annotations.tolist()]
    once = [
        (0, "chord", "C"),
        (2, "marker", "^slow"),
        (4, "chord", " G7 "),
        (4, "fermata", "fermata"),
        (6, "marker", "3"),
    ]
    assert beside == once + [(at + 8, kind, text) for at, kind, text in once]
    assert set(piece.annotations["track"][piece.annotations["kind"] == "fermata"]) == {0}


@pytest.mark.parametrize(
    "symbol, classes",
    [
        ("C", {0, 4, 7}),
        ("Am", {9, 0, 4}),
        ("G7", {7, 11, 2, 5}),
        ("F#m", {6, 9, 1}),
        ("Bb", {10, 2, 5}),
        ("D/f+", {2, 6, 9}),
        ("D/F#", {2, 6, 9}),
        ("(A7)", {9, 1, 4, 7}),
        (" Em", {4, 7, 11}),
        ("C/dim", {0, 3, 6}),
        ("Cdim", {0, 3, 6}),
        ("C°", {0, 3, 6}),
        ("/@<.5D7", {2, 6, 9, 0}),
        ("(F+7)", {6, 10, 1, 4}),
        ("C+", {0, 4, 8}),
        ("Cmaj", {0, 4, 7}),
        ("Cmin", {0, 3, 7}),
        ("CMaj7", {0, 4, 7, 11}),
        ("CM7", {0, 4, 7, 11}),
        ("Cadd9", {0, 4, 7}),
        ("E7#9", {4, 8, 11, 2}),
        ("a", {9}),
        ("c+", {1}),
        ("f#", {6}),
        ("Dm G7", {2, 5, 9}),
        ("", set()),
        (" ", set()),
        ("3", set()),
        ("^G", set()),
        ("<D", set()),
        ("D.C.", set()),
        ("Fine", set()),
        ("D MINOR", set()),
        ("Coda", set()),
        ("DC", set()),
    ],
)
def test_what_a_chord_symbol_sounds_like(symbol, classes):
    assert {pitch % 12 for pitch in voice_chord(symbol)} == classes


@pytest.mark.parametrize("text", ["G" + "9" * 4000, "G" + "9" * 4000 + ":", "G" + "m7" * 2000])
def test_a_long_text_over_a_note_is_no_chord_and_is_soon_told(text, monkeypatch):
    asked = []
    monkeypatch.setattr(abc_chords, "_strike", lambda symbol: asked.append(symbol) or ())
    voice_chord.cache_clear()
    assert voice_chord(text) == () and len(asked) == 1
    voice_chord.cache_clear()


def test_another_chord_in_parentheses_is_not_played():
    assert voice_chord("G(Em)") == voice_chord("G") and voice_chord("(A7)") == voice_chord("A7")


def test_the_parser_that_voices_chords_says_nothing(capfd):
    voice_chord.cache_clear()
    assert voice_chord("G") == (55, 59, 62) and voice_chord("Gquux") == ()
    assert capfd.readouterr() == ("", "")


# --- the other reader of ABC --------------------------------------------------------------------


def test_folk_tunes_keep_their_pickups_and_their_times():
    piece = folk.read_melody(HEADER + '|:"4"G2|c3-c/d/ e>f (3gag|{a}g2 .f2 Te2:|\n', "b")
    assert piece.metre == ((0, 1, 4), (1, 4, 4)) and len(piece.tracks) == 1 and piece.title == "b"
    times = np.concatenate([piece.notes["onset"], piece.notes["duration"]])
    assert np.allclose(12 * times, np.rint(12 * times)) and piece.notes["onset"][0] == 0
    assert piece.annotations["kind"].tolist() == ["marker"] * 2


@pytest.mark.parametrize("name", ["ryansMammoth", "oneills1850"])
def test_a_collection_of_folk_tunes_lies_on_its_grid(name, monkeypatch):
    monkeypatch.setattr(folk, "COLLECTIONS", {name: folk.COLLECTIONS[name]})
    pieces, _, report = folk.load_folk(limit=60)
    assert len(pieces) == 60 and report.startswith("60 melodies read, 0")
    assert sum(p.metre[0].bar_length < p.metre[-1].bar_length for p in pieces) > 20
    times = np.concatenate([p.notes[f] for p in pieces for f in ("onset", "duration")])
    assert (
        np.mean(np.abs(48 * times - np.rint(48 * times)) < 1e-6) > 0.995
    )  # quintuplets are the rest
    assert np.mean([p.notes["onset"][0] == 0 for p in pieces]) > 0.95
