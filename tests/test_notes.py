"""Piece to files and to other libraries, and back."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musicgan_lib.corpora import cache
from musicgan_lib.notes import (
    Metre,
    MidiError,
    Piece,
    Tempo,
    Track,
    from_music21,
    read_midi,
    to_music21,
    to_pretty_midi,
    write_midi,
    write_musicxml,
)

TUNE = Piece(
    [
        (0, 1, 60, 70),
        (1, 0.5, 62),
        (1.5, 1 / 3, 64),
        (2, 4, 65),
        (0, 2, 40, 90, 1),
        (2, 4, 43, 90, 1),
    ],
    (Track("tune", 40), Track("bass", 32)),
    ((0, 1, 4), (1, 4, 4)),
    ((0, 72), (3, 90)),
    title="Five notes",
    composer="trad.",
)


def in_order(piece) -> np.ndarray:
    notes = piece.notes.copy()
    notes["onset"], notes["duration"] = notes["onset"].round(6), notes["duration"].round(6)
    return np.sort(notes, order=["onset", "track", "pitch", "duration", "velocity"])


def assert_same(a, b, atol=1e-6) -> None:
    assert len(a) == len(b)
    for field in a.notes.dtype.names:
        np.testing.assert_allclose(in_order(a)[field], in_order(b)[field], atol=atol, err_msg=field)
    assert (a.tracks, a.metre) == (b.tracks, b.metre)
    assert [t.onset for t in a.tempo] == pytest.approx([t.onset for t in b.tempo])
    # a file holds whole microseconds a quarter, so that is what must agree
    assert [round(60e6 / t.bpm) for t in a.tempo] == [round(60e6 / t.bpm) for t in b.tempo]


def times(step, most):
    return st.integers(0, most).map(lambda n: n / step)


@st.composite
def pieces(draw):
    """Pieces that MIDI can hold: every track has notes, and no two of one pitch overlap."""
    step = draw(st.sampled_from([4, 12, 480, 7, 64]))
    n_tracks = draw(st.integers(1, 4))
    rows = []
    for track in range(n_tracks):
        for pitch in draw(st.sets(st.integers(0, 127), min_size=1, max_size=6)):
            at = 0.0
            for _ in range(draw(st.integers(1, 3))):
                at += draw(times(step, 5 * step))
                length = draw(times(step, 3 * step))
                rows.append((at, length, pitch, draw(st.integers(1, 127)), track))
                at += length
    names = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8)
    tracks = [
        Track(draw(names), draw(st.integers(0, 127)), draw(st.booleans())) for _ in range(n_tracks)
    ]
    metre = ((0, draw(st.integers(1, 12)), draw(st.sampled_from([2, 4, 8]))), (3.5, 5, 4))
    tempo = ((0, draw(st.floats(4, 900))), (2.5, 111))
    return Piece(rows, tuple(tracks), metre, tempo)


@settings(max_examples=60, deadline=None)
@given(pieces())
def test_midi_round_trip(tmp_path_factory, piece):
    path = tmp_path_factory.mktemp("midi") / "piece.mid"
    assert write_midi(piece, path) == ()
    again = read_midi(path)
    assert_same(piece, again)
    assert again.content_hash() == piece.content_hash() and again.title == "piece"


def test_overlapping_notes_of_one_pitch(tmp_path):
    overlapping = Piece([(0, 2, 60, 50), (1, 2, 60, 90), (0, 1, 72, 10), (0, 3, 72, 20)])
    assert write_midi(overlapping, tmp_path / "a.mid") == ()
    assert_same(overlapping, read_midi(tmp_path / "a.mid"))
    nested = Piece([(0, 4, 60, 50), (1, 1, 60, 90)])
    assert "swap ends" in write_midi(nested, tmp_path / "b.mid")[0]
    again = read_midi(tmp_path / "b.mid")
    assert again.notes[["onset", "duration"]].tolist() == [(0, 2), (1, 3)]


def test_what_midi_cannot_hold_is_said_or_refused(tmp_path):
    path = tmp_path / "a.mid"
    odd = Piece([(0.123456789, 1, 60, 0)], (Track("a"), Track("rest")), tempo=((0, 1),))
    said = " ".join(write_midi(odd, path))
    for word in ("nearest tick", "velocity 0", "'rest'", "tempo 1"):
        assert word in said
    assert abs(read_midi(path).notes["onset"][0] - 0.123456789) < 1 / 27720
    before = path.read_bytes()
    for bad in (Piece([], metre=((0, 3, 6),)), Piece([(1e8, 1, 60)])):
        with pytest.raises(MidiError):
            write_midi(bad, path)
    with pytest.raises(OSError):
        write_midi(TUNE, tmp_path / "no such folder" / "a.mid")
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["a.mid"]


def test_resolution_follows_the_notes(tmp_path):
    from symusic import Score

    for step, expected in ((4, 480), (3, 480), (1024, 1024), (7, 10080), (11, 27720)):
        write_midi(Piece([(1 / step, 1 / step, 60)]), tmp_path / "a.mid")
        assert Score(str(tmp_path / "a.mid")).ticks_per_quarter == expected


def test_empty_piece_and_many_tracks(tmp_path):
    path = tmp_path / "a.mid"
    write_midi(Piece([], metre=((0, 3, 4),), tempo=((0, 88),)), path)
    empty = read_midi(path)
    assert len(empty) == 0 and empty.metre == (Metre(0, 3, 4),) and empty.tempo == (Tempo(0, 88),)
    many = Piece([(0, 1, 60, 80, i) for i in range(20)], tuple(Track(str(i), 5) for i in range(20)))
    write_midi(many, path)
    assert_same(many, read_midi(path))


def test_dynamics_and_repeated_events(tmp_path):
    write_midi(Piece([(0, 1, 60, 64), (1, 1, 62, 64)]), tmp_path / "a.mid")
    assert not read_midi(tmp_path / "a.mid").dynamics
    again = Piece(
        TUNE.notes, TUNE.tracks, ((0, 3, 4), (3, 3, 4), (6, 3, 8), (7, 3, 8)), ((0, 90), (1, 90))
    )
    write_midi(again, tmp_path / "a.mid")
    piece = read_midi(tmp_path / "a.mid")
    assert piece.dynamics and piece.metre == (Metre(0, 3, 4), Metre(6, 3, 8), Metre(7, 3, 8))
    assert piece.tempo == (Tempo(0, 90),)


def test_a_read_only_array_is_shared_and_any_other_copied():
    assert Piece(TUNE.notes, TUNE.tracks).notes is TUNE.notes
    mine = TUNE.notes.copy()
    piece = Piece(mine, TUNE.tracks)
    mine["pitch"] = 0
    assert piece == TUNE.replace(metre=piece.metre, tempo=piece.tempo)


def test_to_pretty_midi_in_seconds():
    midi = to_pretty_midi(TUNE)
    tune = midi.instruments[0]
    # 72 a minute for three quarters, then 90: 2.5 s, then the last three in 2 s.
    assert [n.start for n in tune.notes] == pytest.approx([0, 1 / 1.2, 1.5 / 1.2, 2 / 1.2])
    assert tune.notes[-1].end == pytest.approx(2.5 + 2)
    assert [n.velocity for n in tune.notes] == [70, 80, 80, 80]
    assert [(i.name, i.program, i.is_drum) for i in midi.instruments] == [
        tuple(t) for t in TUNE.tracks
    ]
    assert midi.get_tempo_changes()[1] == pytest.approx([72, 90], rel=1e-5)
    assert [(s.numerator, s.denominator) for s in midi.time_signature_changes] == [(1, 4), (4, 4)]


def test_music21_round_trip():
    kit = Piece(
        [(3, 0.25, 36, 99), (4, 0, 38, 50)], (Track("kit", 0, True),), TUNE.metre, TUNE.tempo
    )
    chords = Piece(
        [(0, 1, 60), (0, 1, 64), (1, 3, 50, 9), (2, 1, 70), (3, 6, 70)], metre=((0, 3, 4),)
    )
    for piece in (TUNE, kit, chords):
        assert_same(piece, from_music21(to_music21(piece)))
    score = to_music21(TUNE)
    bars = list(score.parts[0].getElementsByClass("Measure"))
    assert [b.number for b in bars] == [0, 1, 2]
    assert bars[0].paddingLeft == 3 and bars[0].timeSignature.ratioString == "4/4"
    assert from_music21(score).title == "Five notes" and from_music21(score).composer == "trad."


def test_from_music21_as_written():
    """A pickup, a bar split by a repeat sign, a tie, a chord symbol; no velocity anywhere."""
    import music21

    part = music21.converter.parse("tinyNotation: 4/4 c4 d4 e4 f4~ f4 g4 a4 b4 c'4 r4 r2")
    bars = list(part.getElementsByClass("Measure"))
    assert len(bars) == 3
    pickup = music21.stream.Part()
    lengths = (1, 4, 3, 1, 4)
    at = 0
    for i, length in enumerate(lengths):
        bar = music21.stream.Measure(number=i)
        if i == 0:
            bar.timeSignature = music21.meter.TimeSignature("4/4")
        bar.insert(0, music21.note.Note(60 + i, quarterLength=length))
        pickup.insert(at, bar)
        at += length
    piece = from_music21(pickup)
    assert piece.metre == (Metre(0, 1, 4), Metre(1, 4, 4)) and not piece.dynamics
    assert piece.bars().tolist() == [0, 1, 5, 9, 13]
    tied = from_music21(part)
    assert tied.notes["duration"].tolist() == [1, 1, 1, 2, 1, 1, 1, 1]
    chorded = copy.deepcopy(part)
    chorded.insert(0, music21.harmony.ChordSymbol("Am"))
    named = from_music21(chorded)
    assert len(named) == len(tied) and named.losses == ()
    assert named.annotated("chord")["text"].tolist() == ["Am"]


def test_musicxml_is_read_back(tmp_path):
    import music21

    path = tmp_path / "tune.musicxml"
    assert write_musicxml(TUNE, path) == ()
    assert_same(TUNE, from_music21(music21.converter.parse(path)))
    sloppy = Piece([(0.013, 0.98, 60), (1.02, 0.51, 62)])
    assert "note values" in write_musicxml(sloppy, path)[0]
    read = from_music21(music21.converter.parse(path))
    assert read.notes["onset"].tolist() == [0, 1]


def test_from_music21_ties_only_the_tone_that_is_tied():
    from music21 import chord, stream, tie

    first, second = (chord.Chord(["C4", "E4"], quarterLength=1) for _ in range(2))
    first.notes[0].tie, second.notes[0].tie = tie.Tie("start"), tie.Tie("stop")
    read = from_music21(stream.Part([first, second])).notes
    rows = read[["onset", "duration", "pitch"]].tolist()
    assert rows == [(0, 2, 60), (0, 1, 64), (1, 1, 64)]


def test_from_music21_reads_a_clarinet_as_it_sounds(tmp_path):
    import music21

    clarinet = music21.stream.Part([music21.instrument.Clarinet(), music21.note.Note("D5")])
    flute = music21.stream.Part([music21.instrument.Flute(), music21.note.Note("E5")])
    written = music21.stream.Score([clarinet, flute])
    assert from_music21(written.toSoundingPitch()).notes["pitch"].tolist() == [74, 76]
    written.atSoundingPitch = False
    assert from_music21(written).notes["pitch"].tolist() == [72, 76]
    assert clarinet.recurse().notes[0].pitch.midi == 74  # the score itself is left as it was
    written.write("musicxml", tmp_path / "a.musicxml")
    read = from_music21(music21.converter.parse(tmp_path / "a.musicxml"))
    assert read.notes["pitch"].tolist() == [72, 76]


@pytest.mark.parametrize(
    "row, words",
    [
        ((0, 1, 60.7), "pitch is 60.7"),
        ((0, 1, 40000), "pitch is 40000"),
        ((0, 1, 10**25), "pitch is 1e.25"),
        ((0, 1, float("nan")), "pitch is nan"),
        ((0, 1, float("-inf")), "pitch is -inf"),
        ((0, 1, 128), "pitch is 128"),
        ((0, 1, 60, 80.5), "velocity is 80.5"),
        ((0, 1, 60, 80, -1), "track is -1"),
        ((0, 1, 60, 80, 1), "track is 1, but there are 1"),
        ((0, 1, 60, 80, 0, 0), "tuple of length 6"),
    ],
)
def test_a_note_that_is_none_is_refused_by_what_is_wrong(row, words):
    for n in (1, 5):
        with pytest.raises(ValueError, match=words):
            Piece([row] * n)


def test_the_wrong_track_is_the_one_that_is_named():
    with pytest.raises(ValueError, match="track is -1"):
        Piece([(0, 1, 60), (0, 1, 60, 80, -1)])


def test_whole_numbers_may_be_floats():
    assert Piece(np.array([[0, 1, 60.0, 70.0]])).notes.tolist() == [(0, 1, 60, 70, 0)]
    assert len(Piece(np.zeros((0, 3)))) == 0


def test_every_onset_has_its_bar():
    piece = Piece([(0, 1, 60), (3.9999999999999996, 0, 62)])
    assert piece.bar_of(piece.notes["onset"]).tolist() == [0, 0]
    waltz = Piece([(0, 1, 60), (1, 3, 62), (7, 3, 64)], metre=((0, 1, 4), (1, 3, 4)))
    assert waltz.bar_of([0, 0.5, 1 - 1e-9, 1, 3.5, 4, 9.5]).tolist() == [0, 0, 1, 1, 1, 2, 3]
    assert Piece([]).bar_of([]).tolist() == []


def test_a_piece_says_which_file_it_was_read_from(tmp_path):
    write_midi(Piece([(0, 1, 60)]), tmp_path / "song.mid")
    piece = read_midi(tmp_path / "song.mid")
    assert (piece.source, piece.title) == ("song.mid", "song")


def test_annotations_are_sorted_kept_and_cut_with_the_notes(tmp_path):
    beside = [
        (4, "fermata", "", 1),
        (0, "chord", "C7"),
        (0, "pedal", "", 0, 127),
        (2, "lyric", "la", 0),
    ]
    piece = Piece([(0, 2, 60), (4, 4, 67, 80, 1)], (Track(), Track()), annotations=beside)
    assert [a[1] for a in piece.annotations.tolist()] == ["chord", "pedal", "lyric", "fermata"]
    assert piece.annotated("chord")["text"].tolist() == ["C7"]
    assert piece.window(2, 6).annotations["onset"].tolist() == [0, 2]
    assert piece.select(1).annotations["track"].tolist() == [-1, 0]
    cache.save_pieces(tmp_path / "x.npz", [piece, Piece([]), piece], {})
    again, _ = cache.read_pieces(tmp_path / "x.npz")
    assert again[0] == piece and len(again[1].annotations) == 0 and again[2] == piece
    assert piece != piece.replace(annotations=())
    for bad in [(0, "colour", "red"), (-1, "chord", "C"), (0, "lyric", "la", 2), (0, "chord", 7)]:
        with pytest.raises(ValueError):
            Piece([], annotations=[bad])
    with pytest.raises(KeyError, match="fermata"):
        piece.annotated("colour")
