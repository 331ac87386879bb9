"""What stands beside the notes: read, kept, written back, and told where a format has no place for it."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musicgan_lib.corpora import cache
from musicgan_lib.notes import (
    Piece,
    Track,
    apply_pedal,
    from_music21,
    read_midi,
    to_music21,
    to_pretty_midi,
    write_midi,
    write_musicxml,
)
from musicgan_lib.notes.annotations import transpose_chord

EOT = b"\0\xff\x2f\0"


def midi(*tracks: bytes, division=480) -> bytes:
    head = struct.pack(">4sIHHH", b"MThd", 6, 1, len(tracks), division)
    return head + b"".join(b"MTrk" + struct.pack(">I", len(t) + 4) + t + EOT for t in tracks)


def text(kind: int, content: str | bytes, before=b"\0") -> bytes:
    content = content.encode() if isinstance(content, str) else content
    return before + bytes([0xFF, kind, len(content)]) + content


def note(pitch: int, channel=0, ticks=b"\x83\x60") -> bytes:
    return bytes([0, 0x90 | channel, pitch, 80]) + ticks + bytes([0x80 | channel, pitch, 0])


def cc(number: int, value: int, before=b"\0", channel=0) -> bytes:
    return before + bytes([0xB0 | channel, number, value])


def read(folder, data: bytes) -> Piece:
    path = folder / "piece.mid"
    path.write_bytes(data)
    return read_midi(path)


def beside(piece) -> list:
    return [(o, kind, words, track, v) for o, kind, track, v, words in piece.annotations.tolist()]


# -- MIDI, read ---------------------------------------------------------------------------------------


def test_texts_lyrics_and_markers_are_kept(tmp_path):
    first = text(1, "made by hand") + text(6, "A") + note(60) + text(6, "B") + note(62)
    second = text(3, "voice") + text(5, "la") + note(72, 1) + text(5, b"r\xe9") + note(74, 1)
    piece = read(tmp_path, midi(first, second))
    assert beside(piece) == [
        (0, "lyric", "la", 1, 0),
        (0, "marker", "made by hand", -1, 0),
        (0, "marker", "A", -1, 0),
        (1, "lyric", "ré", 1, 0),
        (1, "marker", "B", -1, 0),
    ]
    assert [t.name for t in piece.tracks] == ["", "voice"] and piece.losses == ()


@pytest.mark.parametrize("words", [text(5, "La"), text(1, "La"), text(6, "La"), cc(64, 127)])
def test_what_stands_beside_the_notes_adds_no_track_and_moves_no_note(tmp_path, words):
    plain = midi(note(60) + note(62), note(48, 1), note(36, 9))
    for dressed in (
        midi(words + note(60) + note(62), note(48, 1), note(36, 9)),
        midi(note(60) + words + note(62), note(48, 1), note(36, 9)),
        midi(words, note(60) + note(62), note(48, 1), note(36, 9)),
        midi(note(60) + note(62), note(48, 1), note(36, 9), words),
    ):
        a, b = read(tmp_path, plain), read(tmp_path, dressed)
        assert (a.notes.tolist(), a.tracks, a.metre, a.tempo) == (
            b.notes.tolist(), b.tracks, b.metre, b.tempo,
        )  # fmt: skip


def test_a_lyric_of_a_chunk_with_several_tracks_is_of_the_whole_piece(tmp_path):
    piece = read(tmp_path, midi(text(5, "la") + note(60) + note(48, 1)))
    assert len(piece.tracks) == 2 and beside(piece) == [(0, "lyric", "la", -1, 0)]


def test_the_pedal_is_kept_on_the_tracks_that_it_holds(tmp_path):
    down, up = cc(64, 127), cc(64, 0)
    hands = midi(down + note(60) + up, note(48), note(50, 1))
    assert beside(read(tmp_path, hands)) == [
        (0, "pedal", "", 0, 127), (0, "pedal", "", 1, 127),
        (1, "pedal", "", 0, 0), (1, "pedal", "", 1, 0),
    ]  # fmt: skip
    apart = midi(
        note(60), down + b"\x60" + up[1:]
    )  # a chunk of the pedal alone, on the channel of another
    assert [row[3:] for row in beside(read(tmp_path, apart))] == [(0, 127), (0, 0)]
    nowhere = read(tmp_path, midi(note(60), cc(64, 127, channel=5)))
    assert beside(nowhere) == []
    assert nowhere.losses == ("1 pedal events of channels without notes are left out",)


def test_a_reset_of_all_controllers_that_would_lift_the_pedal_is_told(tmp_path):
    reset = cc(121, 0)
    body = reset + cc(64, 127) + note(60) + reset + note(62) + cc(64, 0) + reset
    piece = read(tmp_path, midi(body))
    assert [(at, value) for at, *_, value in beside(piece)] == [(0, 127), (2, 0)]
    assert piece.losses == ("1 resets of controllers would lift the pedal and are left out",)
    assert read(tmp_path, midi(reset + note(60))).losses == ()
    other = read(tmp_path, midi(cc(64, 127) + note(60) + cc(121, 0, channel=5)))
    assert [value for *_, value in beside(other)] == [127] and other.losses == ()


def test_a_pedal_lifted_and_put_down_again_at_one_tick_stays_in_order(tmp_path):
    """More events than the parser sorts in order, two at every tick."""
    body = cc(64, 127) + b"".join(
        note(60, ticks=b"\x60") + cc(64, 0) + cc(64, 127) for _ in range(40)
    )
    values = [v for *_, v in beside(read(tmp_path, midi(body)))]
    assert values == [127] + [0, 127] * 40
    running = cc(64, 127) + b"".join(
        note(60, ticks=b"\x60") + cc(64, 0) + b"\0\x40\x7f" for _ in range(9)
    )
    assert [v for *_, v in beside(read(tmp_path, midi(running)))] == [127] + [0, 127] * 9
    among = b"\0\xb0\x07\x40\x10\x0a\x40\x10\x40\x7f" + note(60)  # the pedal under running status
    assert [v for *_, v in beside(read(tmp_path, midi(among)))] == [127]


def test_what_is_left_out_is_told_where_it_would_be_heard(tmp_path):
    bends = b"\0\xe0\0\x40\0\xe0\x10\x40\0\xe0\0\x41\0\xe0\0\x40"  # rest, two bends, rest
    moving = cc(11, 100) + cc(11, 50) + cc(7, 100) + cc(7, 100) + cc(10, 64)
    piece = read(tmp_path, midi(b"\0\xff\x59\x02\x01\0" + bends + moving + note(60)))
    assert piece.losses == (
        "1 key signatures are left out",
        "2 pitch bends are left out",
        "2 events of controllers that move are left out (CC 11)",
    )
    assert read(tmp_path, midi(cc(7, 100) + cc(10, 3) + note(60))).losses == ()


# -- MIDI, written and read again ---------------------------------------------------------------------


@st.composite
def annotated(draw):
    step = draw(st.sampled_from([4, 3, 480]))
    moment = st.integers(0, 8 * step).map(lambda n: n / step)
    n = draw(st.integers(1, 3))
    notes = [(0, 1, 60 + i, 80, i) for i in range(n)]
    words = st.text(st.characters(codec="utf-8"), max_size=6)
    track = st.integers(-1, n - 1)
    rows = st.one_of(
        st.tuples(moment, st.just("lyric"), words, track),
        st.tuples(moment, st.just("chord"), words, track),
        st.tuples(moment, st.just("marker"), words, st.just(-1)),
        st.tuples(
            moment, st.just("pedal"), st.just(""), st.integers(0, n - 1),
            st.integers(0, 127),
        ),
    )  # fmt: skip
    given = draw(st.lists(rows, max_size=60))
    return Piece(notes, tuple(Track(f"t{i}", i) for i in range(n)), annotations=given)


@settings(max_examples=150, deadline=None)
@given(annotated())
def test_annotations_come_back_from_midi(tmp_path_factory, piece):
    path = tmp_path_factory.mktemp("midi") / "piece.mid"
    assert write_midi(piece, path) == ()
    again = read_midi(path)
    assert again == piece and again.losses == ()


def test_other_programs_read_what_is_written(tmp_path):
    import pretty_midi

    rows = [
        (0, "lyric", "la", 0), (0, "chord", "Am7"), (2, "marker", "B"),
        (1, "pedal", "", 0, 127), (3, "pedal", "", 0, 0),
    ]  # fmt: skip
    piece = Piece([(0, 4, 60)], annotations=rows)
    write_midi(piece, tmp_path / "a.mid")
    for heard in (pretty_midi.PrettyMIDI(str(tmp_path / "a.mid")), to_pretty_midi(piece)):
        pedal = [(c.number, c.value, c.time) for c in heard.instruments[0].control_changes]
        assert pedal == [(64, 127, 0.5), (64, 0, 1.5)]
        assert [(x.text, x.time) for x in heard.lyrics] == [("la", 0)]
    texts = [e.text for e in pretty_midi.PrettyMIDI(str(tmp_path / "a.mid")).text_events]
    assert "chord Am7" in texts


def test_what_midi_has_no_place_for_is_told(tmp_path):
    rows = [
        (0, "fermata", "", 0), (1, "fermata", "", 0), (0, "marker", "A", 0),
        (0, "pedal", "", -1, 90), (1, "pedal", "", 0, 0.5), (0, "lyric", "\ud800", 0),
    ]  # fmt: skip
    assert write_midi(Piece([(0, 4, 60)], annotations=rows), tmp_path / "a.mid") == (
        "2 fermatas are left out: MIDI has none",
        "1 pedal events of the whole piece are written on every track",
        "1 pedal values are rounded to whole numbers",
        "1 markers of one track become those of the whole piece",
        "1 texts have characters that cannot be written",
    )


# -- the pedal in the notes ----------------------------------------------------------------------------


def pedalled(notes, *moves, tracks=None) -> list:
    tracks = tracks or (Track(),)
    piece = Piece(notes, tracks, annotations=[(at, "pedal", "", t, v) for at, t, v in moves])
    made = apply_pedal(piece)
    assert len(made.annotations) == 0
    return [(o, d, p) for o, d, p, *_ in made.notes.tolist()]


def test_the_pedal_holds_until_it_goes_up_or_the_pitch_is_struck_again():
    down, up = (0, 0, 127), (4, 0, 0)
    assert pedalled([(0, 1, 60), (1, 1, 64)], down, up) == [(0, 4, 60), (1, 3, 64)]
    assert pedalled([(0, 1, 60), (2, 1, 60)], down, up) == [(0, 2, 60), (2, 2, 60)]
    assert pedalled([(0, 6, 60)], down, up) == [(0, 6, 60)]
    assert pedalled([(0, 1, 60)], (2, 0, 127), up) == [(0, 1, 60)]
    assert pedalled([(0, 1, 60)], (1, 0, 127), up) == [(0, 4, 60)]  # down as the note ends
    assert pedalled([(0, 1, 60)], down, (1, 0, 0)) == [(0, 1, 60)]  # up as it ends
    assert pedalled([(0, 1, 60)], down, (1, 0, 0), (1, 0, 127), up) == [
        (0, 4, 60)
    ]  # lifted and down
    assert pedalled([(0, 1, 60)], (0, 0, 63), up) == [(0, 1, 60)]
    assert pedalled([(0, 1, 60)], (0, 0, 64), up) == [(0, 4, 60)]
    assert pedalled([(0, 1, 60), (5, 1, 62)], down) == [(0, 6, 60), (5, 1, 62)]  # never lifted
    assert pedalled([(0, 0, 60), (2, 1, 60)], down, up) == [(0, 2, 60), (2, 2, 60)]
    assert pedalled([(0, 1, 60)]) == [(0, 1, 60)]


def test_the_pedal_of_a_track_holds_that_track_and_no_drum():
    notes = [(0, 1, 60), (0, 1, 48, 80, 1), (0, 1, 36, 80, 2)]
    tracks = (Track(), Track(), Track(is_drum=True))
    assert pedalled(notes, (0, 0, 127), (3, 0, 0), tracks=tracks) == [
        (0, 3, 60),
        (0, 1, 48),
        (0, 1, 36),
    ]
    assert pedalled(notes, (0, -1, 127), (3, -1, 0), tracks=tracks) == [
        (0, 3, 60), (0, 3, 48), (0, 1, 36),
    ]  # fmt: skip


def slow_pedal(notes, moves) -> list:
    """Event by event: what is held, and what ends it."""
    last = max([o + d for o, d, _ in notes] + [at for at, _ in moves])
    made = []
    for i, (onset, duration, pitch) in enumerate(notes):
        end = onset + duration
        state = [v >= 64 for at, v in moves if at <= end]
        if state and state[-1]:
            ups = [at for at, v in moves if at > end and v < 64]
            again = [
                o for j, (o, _, p) in enumerate(notes)
                if p == pitch and j != i and o >= end and o > onset
            ]  # fmt: skip
            end = max(end, min([*ups, *again, last]))
        made.append((onset, end - onset, pitch))
    return sorted(made)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 4), st.integers(60, 62)),
        min_size=1,
        max_size=8,
    ),
    st.lists(
        st.tuples(st.integers(0, 16), st.sampled_from([0, 63, 64, 127])), min_size=1, max_size=8
    ),
)
def test_the_pedal_by_hand(notes, moves):
    moves.sort(key=lambda move: move[0])
    made = pedalled(notes, *((at, 0, value) for at, value in moves))
    assert sorted(made) == slow_pedal(notes, moves)


# -- scores --------------------------------------------------------------------------------------------


def through_score(piece, folder):
    import music21

    said = write_musicxml(piece, folder / "a.musicxml")
    return from_music21(music21.converter.parse(folder / "a.musicxml", forceSource=True)), said


CHORDS = "C Am7 Bb7 Bbmaj7 F#m7b5 C/G Dsus4 Em7/B Cdim C+ Abm Ebm/Gb N.C. blah H7".split()


def test_chord_symbols_fermatas_lyrics_and_markers_come_back_from_a_score(tmp_path):
    notes = [(i, 1, 60 + i % 12, 80, i % 2) for i in range(16)]
    rows = [(i, "chord", name) for i, name in enumerate(CHORDS[:12])]
    rows += [(3, "fermata", "", 1), (15, "fermata", "", 1)]
    rows += [
        (0, "lyric", "Hal-", 0),
        (2, "lyric", "le-", 0),
        (4, "lyric", "lu", 0),
        (5, "lyric", "x", 1),
    ]
    rows += [(0, "marker", "Verse"), (9, "marker", "Chorus & <more>")]
    piece = Piece(notes, (Track("a", 0), Track("b", 40)), annotations=rows)
    assert beside(from_music21(to_music21(piece))) == beside(piece)
    again, said = through_score(piece, tmp_path)
    assert said == () and beside(again) == beside(piece)


def test_what_a_score_has_no_place_for_is_told(tmp_path):
    rows = [
        (0, "pedal", "", 0, 127), (1, "pedal", "", 0, 0),
        (0.5, "fermata", "", 0), (3, "fermata", "", 0), (0.5, "lyric", "la", 0),
        (0, "chord", "blah"), (0, "marker", "A", 0), (99, "marker", "late"),
        (0, "marker", "a\x01b"), (1, "marker", ""),
    ]  # fmt: skip
    again, said = through_score(Piece([(0, 2, 60)], annotations=rows), tmp_path)
    assert set(said) == {
        "2 pedal events are left out",
        "1 fermatas move to the beginning of their note",
        "1 fermatas stand where no note sounds, and are left out",
        "1 lyrics stand where no note begins, and are left out",
        "1 chord symbols that music21 does not know are written as text",
        "1 markers of one track become those of the whole piece",
        "1 markers behind the last bar are left out",
        "1 markers without a text are left out",
        "1 texts lose characters that XML cannot hold",
    }
    assert sorted(row[2] for row in beside(again) if row[1] == "marker") == ["A", "ab", "blah"]


def test_a_held_note_has_its_fermata_where_it_ends(tmp_path):
    piece = Piece([(2, 4, 60)], annotations=[(4, "fermata", "", 0)])
    again, said = through_score(piece, tmp_path)
    assert said == () and beside(again) == [(4, "fermata", "", 0, 0)] and len(again) == 1


def test_lyrics_of_the_whole_piece_go_to_who_sings_them(tmp_path):
    rows = [(0.5, "lyric", "la"), (1.5, "lyric", "lu")]
    piece = Piece(
        [(0, 2, 48), (0.5, 1, 60, 80, 1), (1.5, 1, 62, 80, 1)], (Track(), Track()), annotations=rows
    )
    again, said = through_score(piece, tmp_path)
    assert said == ("2 lyrics of the whole piece are written under one track",)
    assert [row[:4] for row in beside(again)] == [(0.5, "lyric", "la", 1), (1.5, "lyric", "lu", 1)]


# -- a Piece -------------------------------------------------------------------------------------------


def test_chord_symbols_are_transposed_with_the_notes():
    given = ["C", "Bm/A", "F#7", "Bb", "E♭m", "N.C.", "", "blah", "Cb", "Asus4/E"]
    right = ["Eb", "Dm/C", "A7", "Db", "F#m", "N.C.", "", "blah", "D", "Csus4/G"]
    assert [transpose_chord(chord, 3) for chord in given] == right
    assert [transpose_chord(chord, 12) for chord in given] == given
    piece = Piece([(0, 1, 60)], annotations=[(0, "chord", "Am"), (0, "lyric", "Am", 0)])
    assert piece.transpose(-2).annotations["text"].tolist() == ["Gm", "Am"]
    assert piece.annotations["text"].tolist() == ["Am", "Am"]


def test_one_long_text_costs_no_other_annotation(tmp_path):
    """A text is stored as long as it is, in memory and in the cache: a performance holds thousands of moves."""
    moves = [(i / 10, "pedal", "", 0, i % 128) for i in range(20_000)]
    piece = Piece([(0, 1, 60)], annotations=[*moves, (0, "marker", "x" * 100_000)])
    assert piece.annotations.itemsize < 100
    cache.save_pieces(tmp_path / "a.npz", [piece, Piece([]), piece.select(0)], {"of": "test"})
    again, about = cache.read_pieces(tmp_path / "a.npz")
    assert again[0] == piece and again[2] == piece and about == {"of": "test"}
    assert not again[0].annotations.flags.writeable
    assert (tmp_path / "a.npz").stat().st_size < 6e6


@pytest.mark.parametrize("value", [-1, 128, float("nan")])
def test_a_pedal_has_a_value_of_midi(value):
    with pytest.raises(ValueError, match="0..127"):
        Piece([], annotations=[(0, "pedal", "", 0, value)])


def test_equals_at_one_moment_stay_as_given():
    rows = [
        (1, "pedal", "", 0, 127),
        (1, "pedal", "", 0, 0),
        (0, "marker", "z"),
        (0, "marker", "a"),
    ]
    piece = Piece([(0, 1, 60)], annotations=rows)
    assert piece.annotations["text"].tolist() == ["z", "a", "", ""]
    assert piece.annotations["value"].tolist() == [0, 0, 127, 0]
    assert Piece(piece.notes, annotations=np.array(piece.annotations)) == piece
