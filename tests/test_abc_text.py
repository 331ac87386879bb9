"""What the letters of ABC say: notes, keys, metres, lengths and tempi of a tune."""

from fractions import Fraction

import numpy as np
import pytest

from musicgan_lib.corpora import abc
from musicgan_lib.corpora.abc_text import read_key, read_metre, read_tempo
from musicgan_lib.corpora.nottingham import read_tune

HEADER = "X:1\nT:a\nM:4/4\nL:1/8\nQ:1/4=120\nK:C\n"


# --- notes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body, rows",
    [
        (
            "c2 d/ e// f3/2 g|",
            [(0, 1, 72), (1, 0.25, 74), (1.25, 0.125, 76), (1.375, 0.75, 77), (2.125, 0.5, 79)],
        ),
        ("C, c' B,,|", [(0, 0.5, 48), (0.5, 0.5, 84), (1, 0.5, 47)]),
        ("c>d e<f|", [(0, 0.75, 72), (0.75, 0.25, 74), (1, 0.25, 76), (1.25, 0.75, 77)]),
        ("c>>d|", [(0, 0.875, 72), (0.875, 0.125, 74)]),
        ("(3c>de f|", [(0, 0.5, 72), (0.5, 1 / 6, 74), (2 / 3, 1 / 3, 76), (1, 0.5, 77)]),
        ("(4cdef|", [(0, 0.375, 72), (0.375, 0.375, 74), (0.75, 0.375, 76), (1.125, 0.375, 77)]),
        ("{g}c4|", [(0, 0, 79), (0, 2, 72)]),
        ("c2-|c2 c|", [(0, 2, 72), (2, 0.5, 72)]),
        ("c2- d2 c|", [(0, 1, 72), (1, 1, 74), (2, 0.5, 72)]),  # a tie to another tone is none
        ("[ce]2-[ce]2|", [(0, 2, 72), (0, 2, 76)]),
        ("[c-e]2[cf]2|", [(0, 2, 72), (0, 1, 76), (1, 1, 77)]),
        (
            "^c2-|c2 c|",
            [(0, 2, 73), (2, 0.5, 72)],
        ),  # a tie carries its accidental over the bar line, no further
        ("^c C c'|c|", [(0, 0.5, 73), (0.5, 0.5, 61), (1, 0.5, 85), (1.5, 0.5, 72)]),
        (
            "[K:D]f =f f|f|[K:F]b|",
            [(0, 0.5, 78), (0.5, 0.5, 77), (1, 0.5, 77), (1.5, 0.5, 78), (2, 0.5, 82)],
        ),
        ("^c2 [P:A] c2|", [(0, 1, 73), (1, 1, 73)]),  # a part begins inside the bar
        ("__B ^^c|", [(0, 0.5, 69), (0.5, 0.5, 74)]),
        (".c2 ~d2 Te2 Hf2 !trill!g2|", [(i, 1, p) for i, p in enumerate((72, 74, 76, 77, 79))]),
        ("[K:D]f2[K:clef=bass]f2|", [(0, 1, 78), (1, 1, 78)]),
        ("c4 & e4|d4|", [(0, 2, 72), (2, 2, 74)]),
    ],
)
def test_notes_are_read_as_written(body, rows):
    assert np.allclose(abc.play(HEADER + body + "\n").melody, rows)


def test_a_hornpipe_is_written_even():
    tune = HEADER.replace("K:C", "R:Hornpipe\nK:C")
    assert read_tune(tune + "cdef gabc'|\n").notes["onset"].tolist() == [i / 2 for i in range(8)]


def test_the_first_of_several_voices_is_read_and_told():
    header = HEADER.replace("K:C", "V:1\nV:2\nK:C")
    for head in (HEADER, header):
        piece = read_tune(head + "V:1\n|:G2|c8|\nV:2\n|:E2|z8|\nV:1\nd6:|\nV:2\nf6:|\n")
        assert piece.metre == ((0, 1, 4), (1, 4, 4)) and piece.notes["onset"].tolist() == [
            0,
            1,
            5,
            8,
            9,
            13,
        ]
        assert piece.losses == ("it has several voices: the first is read",)


def test_a_part_that_follows_the_second_voice_begins_in_the_first():
    tune = HEADER.replace("K:C", "P:BA\nK:C")
    tune += "P:A\nV:1\nc8|\nV:2\ne8|\nP:B\n[V:1]d8|\n[V:2]f8|\n"
    assert [pitch for _, _, pitch in abc.play(tune).melody] == [74, 72]


def test_lines_that_look_like_fields_are_music_and_lines_that_go_on_are_none():
    assert len(abc.play(HEADER + "|:c8|\nd8|\nE:|\n").melody) == 6
    assert len(abc.play(HEADER + "c8|\nw:la la\n+:la bad egg\nd8|\n").melody) == 2


@pytest.mark.parametrize(
    "key, bent",
    [
        ("C", ""),
        ("G", "F^"),
        ("D", "F^C^"),
        ("F", "B_"),
        ("Bb", "B_E_"),
        ("Am", ""),
        ("Ador", "F^"),
        ("A Dorian", "F^"),
        ("Dmix", "F^"),
        ("F#m", "F^C^G^"),
        ("Gmin", "B_E_"),
        ("EM", "F^C^G^D^"),
        ("none", ""),
        ("", ""),
        ("Hp", "F^C^"),
        ("HP", ""),
        ("D exp _b ^f", "B_F^"),
        ("D =c", "F^"),
        ("C clef=bass", ""),
        ("Cphr", "B_E_A_D_"),
        ("Flyd", ""),
    ],
)
def test_a_key_bends_its_letters(key, bent):
    signs = "".join(f"{k}{'^' if v > 0 else '_'}" for k, v in read_key(key).items() if v)
    assert sorted(signs[i : i + 2] for i in range(0, len(signs), 2)) == sorted(
        bent[i : i + 2] for i in range(0, len(bent), 2)
    )


# --- metre and tempo ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, metre",
    [
        ("4/4", (4, 4)),
        ("C", (4, 4)),
        ("C|", (2, 2)),
        ("6/8", (6, 8)),
        ("2+3/8", (5, 8)),
        ("(2+3)/8", (5, 8)),
        ("2/4+3/8", (7, 8)),
        ("2 + 2 + 3 / 8", (7, 8)),
        ("none", None),
        ("", None),
        ("free", None),
        ("4/3", None),
        ("0/4", None),
        ("4", None),
    ],
)
def test_a_metre(text, metre):
    assert read_metre(text) == metre


@pytest.mark.parametrize(
    "metre, unit",
    [("C", 8), ("C|", 8), ("2/4", 16), ("3/4", 8), ("2+3/8", 16), ("none", 8), (None, 8)],
)
def test_a_tune_without_a_length_unit_has_the_one_of_its_metre(metre, unit):
    field = "" if metre is None else f"M:{metre}\n"
    assert read_tune(f"X:1\nT:a\n{field}K:C\nc|d|\n").notes["duration"][0] == 4 / unit


def test_a_tune_in_common_time_reads_like_one_in_four_quarters():
    body = '|:G2|"C"c4 e4|"G7"g6:|\n'
    same, other = (read_tune(HEADER.replace("4/4", metre) + body) for metre in ("4/4", "C"))
    assert (same.notes == other.notes).all() and same.metre == other.metre
    assert read_tune(HEADER.replace("4/4", "C|") + body).metre == ((0, 1, 4), (1, 2, 2))
    assert read_tune(HEADER.replace("4/4", "2+3/8") + "c|c2d3|e2f2|\n").metre == (
        (0, 1, 8),
        (0.5, 5, 8),
    )


@pytest.mark.parametrize("field", ["M:none\n", "M:\n", "", "M:free\n"])
def test_without_a_metre_bars_are_as_long_as_they_are_written_and_it_is_told(field):
    piece = read_tune(HEADER.replace("M:4/4\n", field) + "G2|c8|d6|e8|f8|\n")
    assert piece.bars().tolist() == [0, 1, 5, 8, 12, 16]
    assert "bars are as long as they are written" in piece.losses[0]
    again = read_tune(HEADER.replace("M:4/4\n", field) + '|:G2|"C"c4 e4|"G7"g6:|c8|d8|\n')
    assert again.bars().tolist() == [0, 1, 5, 9, 13, 16, 20, 24]


@pytest.mark.parametrize(
    "text, bpm",
    [
        ("1/4=120", 120),
        ("3/8=90", 135),
        ("120", 60),
        ("C=100", 50),
        ("C3=60", 90),
        ('"Lively" 1/2=60', 120),
        ("1/4 1/8=80", 120),
        ("Slow", None),
        ("0", None),
        ("1/43/8=90", None),
    ],
)
def test_a_tempo(text, bpm):
    assert read_tempo(text, Fraction(1, 8)) == bpm


def test_a_tempo_inside_the_tune_holds_from_there_each_time():
    piece = read_tune(HEADER + "|:c8|[Q:1/4=60]d8|[Q:1/4=120]e8:|\n")
    assert piece.tempo == ((0, 120), (4, 60), (8, 120), (16, 60), (20, 120))


# --- the text -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, why",
    [
        ("X:1\nT:a\nnothing\n", "no line K:"),
        ("", "no line K:"),
        (HEADER, "no note"),
        (HEADER + "z8|z8|\n", "no note"),
    ],
)
def test_a_text_without_a_tune_is_refused_with_a_sentence(text, why):
    with pytest.raises(ValueError, match=why):
        read_tune(text)


def test_lines_end_in_any_way_comments_and_unknown_signs_are_passed_over_and_an_empty_line_ends_the_tune():
    plain = read_tune(HEADER + 'G2|"C"c4 e4|\n')
    odd = read_tune((HEADER + 'G2|% one\n%two\n"C"c4\\\n@#` e4|*\n\nd8|\n').replace("\n", "\r\n"))
    assert (plain.notes == odd.notes).all() and plain.metre == odd.metre


def test_lyrics_that_are_left_out_are_told():
    assert read_tune(HEADER + "c8|\nw:la\n").losses == ("lyrics are left out",)


def test_a_title_is_the_tunes_own_unless_another_is_given():
    assert (
        read_tune(HEADER + "c8|\n").title == "a" and read_tune(HEADER + "c8|\n", "b").title == "b"
    )


@pytest.mark.parametrize(
    "key, pitches",
    [("C treble-8", (60, 62)), ("C clef=treble+8", (84, 86)), ("C bass", (72, 74)), ("C octave=-1", (60, 62)),
     ("C transpose=-2", (70, 72)), ("C clef=bass-8 octave=1 transpose=3", (75, 77)), ("none", (72, 74))],
)  # fmt: skip
def test_a_clef_an_octave_and_a_transposition_move_what_sounds(key, pitches):
    tune = HEADER.replace("K:C", f"K:{key}") + "c4 d4|\n"
    assert tuple(pitch for _, _, pitch in abc.play(tune).melody) == pitches
    voice = key.removeprefix("C ").removeprefix("none")
    for tune in (f"V:1 {voice}\nK:C\nV:1\nc4 d4|\n", f"V:1\nK:C\nV:1 {voice}\nc4 d4|\n"):
        tune = HEADER.replace("K:C\n", tune)
        assert tuple(pitch for _, _, pitch in abc.play(tune).melody) == pitches


def test_a_transposition_holds_for_its_voice_from_where_it_stands():
    tune = HEADER + "c2 [K:C treble-8] c2 [K:treble] c2 [K:C octave=1] c2|\n"
    assert [p for _, _, p in abc.play(tune).melody] == [72, 60, 72, 84]
    two = HEADER + "V:1\nc8|\nV:2 transpose=5\nc8|\nV:1\nc8|\n"
    assert [p for _, _, p in abc.play(two).melody] == [72, 72]
    told = HEADER.replace("K:C", "K:C transpose=-2") + '"C"c8|\n'
    assert abc.play(told).losses == ("the voice is transposed, but not the symbols over it",)


@pytest.mark.parametrize("clef", ["bass", "alto", "treble-8", "clef=tenor", "perc"])
def test_a_clef_inside_a_tune_leaves_its_key(clef):
    tune = HEADER.replace("K:C", "K:D") + f"f4 [K:{clef}] f4|\n"
    assert {p % 12 for _, _, p in abc.play(tune).melody} == {6}


@pytest.mark.parametrize(
    "body",
    [
        "c8|d8&&\\\n(e8|f8)|",
        "c8|d8|&& e8|f8|",
        "(&c8|d8& e8|f8&)|",
        "c8&\\\ne8|d8|",
        "c8&\ne8|d8|",
        "c8&e8&f8|d8|",
    ],
)
def test_a_voice_laid_over_bars_is_left_out_and_told(body):
    played = abc.play(HEADER + body + "\n")
    assert [(at, pitch) for at, _, pitch in played.melody] == [(0, 72), (4, 74)]
    assert played.losses == ("it has several voices: the first is read",)


def test_marks_of_every_spelling_and_redefined_signs():
    def fermatas(body, head=HEADER):
        return [at for at, kind, _ in abc.play(head + body).marks if kind == "fermata"]

    assert fermatas("+fermata+c2 !fermata!d2 He2 !invertedfermata!f2|\n") == [0, 1, 2, 3]
    head = HEADER.replace("K:C", "U:H=!trill!\nU: W = !fermata!\nK:C")
    assert fermatas("Hc4 Wd4|\n", head) == [2]
    assert fermatas("Hc4|[U:H=!trill!]Hd4|\n") == [0]


def test_a_symbol_in_a_bracket_may_hold_a_plus():
    piece = read_tune(HEADER + '["C+"ceg]4 ["D7"df]4|\n')
    assert piece.annotated("chord")["text"].tolist() == ["C+", "D7"]
    assert piece.notes["onset"][piece.notes["track"] == 0].tolist() == [0, 0, 0, 2, 2]


@pytest.mark.parametrize(
    "head, body, told",
    [("m:~G2={A}G{F}G\n", "~G8|", "macros are left out"), ("", 'c8|\ns:"C" *|', "symbol lines are left out"),
     ("", "c8|!D.C.!d8|", "it is played on where it says 'D.C.'"),
     ("", 'c8|"^D.S. al Fine"d8|', "it is played on where it says '^D.S. al Fine'"),
     ("", "c8|\nP:D.S.\nd8|", "it is played on where it says 'D.S.'"),
     ("", "c8|!dacapo!d8|", "it is played on where it says 'dacapo'")],
)  # fmt: skip
def test_what_is_not_followed_is_told(head, body, told):
    assert abc.play(HEADER.replace("K:C", f"{head}K:C") + body + "\n").losses == (told,)


def test_a_file_has_a_header_and_perhaps_a_mark_of_its_encoding():
    tunes = "X:1\nT:a\nK:C\nc4|\n\nX:2\nT:b\nL:1/8\nK:C\nc6|\n"
    for before in ("", "\ufeff", "\ufeff".encode().decode("latin1")):
        first, second = abc.split_tunes(f"{before}%abc-2.1\nM:3/4\nL:1/4\nT:no title\n\n{tunes}")
        assert [abc.title_of(first), abc.title_of(second)] == ["a", "b"]
        assert abc.play(first).metre == ((0, 3, 4),) and abc.play(first).length == 4
        assert abc.play(second).length == 3  # its own fields go before those of the file
        assert len(abc.split_tunes(before + tunes)) == 2


def test_an_empty_title_is_none_and_a_comment_belongs_to_no_title():
    assert abc.title_of("X:1\nT:\nM:4/4\nK:C\nc|", "none") == "none"
    assert abc.title_of("X:1\nT:\nT: two \nK:C") == "two"
    assert abc.title_of("X:1\nT:one % or so\nK:C") == "one"


@pytest.mark.parametrize(
    "head, body, why",
    [("", "c999999999999|", "quarters long"), ("", "Z99999999|c8|", "quarters long"),
     ("P:A9999999\n", "P:A\nc8|", "plays more than 10,000"),
     ("P:((((A9)99)99)99)99\n", "P:A\nc8|", "plays more than 10,000"),
     ("", "|:c8|[1-99999999 d8:|", "more than 100 times")],
)  # fmt: skip
def test_slips_of_the_pen_cost_no_memory(head, body, why):
    with pytest.raises(ValueError, match=why):
        read_tune(HEADER.replace("K:C", f"{head}K:C") + body + "\n")


def test_a_tempo_of_no_note_value_is_none():
    assert abc.play(HEADER.replace("Q:1/4=120", "Q:1/0=100") + "c8|\n").tempo == ((0, 120),)
