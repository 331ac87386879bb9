"""Scores: what a Piece says is what stands in the bars, and what is read back."""

import os
import random
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musicgan_lib.notes import Piece, Track, from_music21, read_midi, to_music21, write_musicxml
from musicgan_lib.notes.musicxml import _snap
from musicgan_lib.notes.score_writing import MOST_BARS

#: Notes held over a bar line into a bar with others, at every depth that was once read wrongly.
HELD = [
    [(0, 6, 60), (4, 1, 67)],
    [(0, 12, 48), (4, 4, 60), (8, 4, 62)],
    [(0, 9, 48), (0, 3, 60), (3, 3, 62), (6, 3, 64)],
    [
        (0, 6, 60, 20),
        (1, 5, 60, 90),
        (2, 9, 60, 50),
    ],  # three of one pitch, two of them end together
    [(3, 2, 60, 10), (3, 2, 60, 100), (3, 5, 64)],  # twice the same note
    [(3.5, 5, 60), (3.5, 5, 64), (4, 0, 67), (8, 0.25, 67)],
    [(0, 4, 60, 1), (1, 4, 60, 2), (3, 4, 60, 3), (4, 8, 60, 4)],
]


def rows(piece) -> list:
    return sorted((round(o, 4), round(d, 4), *rest) for o, d, *rest in piece.notes.tolist())


def bar_lines(score) -> list[float]:
    return [float(bar.offset) for bar in score.parts[0].getElementsByClass("Measure")]


def through_file(piece, folder) -> Piece:
    import music21

    path = folder / "piece.musicxml"
    said = write_musicxml(piece, path)
    assert said == (), said
    with warnings.catch_warnings(action="ignore"):
        return from_music21(music21.converter.parse(path, forceSource=True))


@pytest.mark.parametrize("notes", HELD)
def test_a_note_held_over_a_bar_line_stays_where_it_is(notes, tmp_path):
    piece = Piece(notes)
    score = to_music21(piece)
    assert bar_lines(score) == piece.bars()[:-1].tolist()
    for part in score.parts:
        for bar in part.getElementsByClass("Measure"):
            assert bar.highestTime == 4
    assert rows(from_music21(score)) == rows(piece)
    again = through_file(piece, tmp_path)
    assert rows(again) == rows(piece) and again.bars().tolist() == piece.bars().tolist()


@st.composite
def pieces(draw):
    """Small pieces of every trouble: overlaps, held notes, changes of metre anywhere, pickups, grace notes."""
    step = draw(st.sampled_from([1, 2, 4, 3, 12]))
    moment = st.integers(0, 10 * step).map(lambda n: n / step)
    length = st.integers(0, 7 * step).map(lambda n: n / step)
    n_tracks = draw(st.integers(1, 2))
    note = st.tuples(
        moment, length, st.integers(0, 127), st.integers(1, 127), st.integers(0, n_tracks - 1)
    )
    notes = draw(st.lists(note, min_size=1, max_size=9))
    # one pitch more often than chance would have it
    pitches = draw(st.sampled_from([None, [60], [60, 64]]))
    if pitches:
        notes = [(o, d, pitches[p % len(pitches)], v, t) for o, d, p, v, t in notes]
    signs = [(1, 4), (2, 4), (3, 4), (4, 4), (3, 8), (6, 8), (5, 4), (2, 2)]
    at = draw(st.sets(st.integers(1, 20).map(lambda n: n / 2), max_size=3))
    metre = [(0, *draw(st.sampled_from(signs)))]
    metre += [(onset, *draw(st.sampled_from(signs))) for onset in sorted(at)]
    end = max(o + d for o, d, *_ in notes)
    metre = metre[:1] + [m for m in metre[1:] if m[0] < end]
    return Piece(notes, (Track("a", 0), Track("b", 40))[:n_tracks], tuple(metre))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pieces())
def test_any_small_piece_comes_back_from_a_score(piece):
    score = to_music21(piece)
    assert bar_lines(score) == pytest.approx(piece.bars()[:-1].tolist())
    for part in score.parts:
        lengths = [float(bar.highestTime) for bar in part.getElementsByClass("Measure")]
        np.testing.assert_allclose(lengths, np.diff(piece.bars()), atol=1e-6)
    again = from_music21(score)
    assert rows(again) == rows(piece) and again.tracks == piece.tracks
    assert again.bars().tolist() == pytest.approx(piece.bars().tolist())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pieces())
def test_any_small_piece_comes_back_from_musicxml(tmp_path_factory, piece):
    again = through_file(piece, tmp_path_factory.mktemp("xml"))
    assert rows(again) == rows(piece) and again.tracks == piece.tracks
    assert again.bars().tolist() == pytest.approx(piece.bars().tolist())


def test_the_metre_may_change_inside_a_bar(tmp_path):
    notes = [(0, 4, 60), (4, 2, 62), (6, 3, 64), (9, 3, 65)]
    piece = Piece(notes, metre=((0, 4, 4), (6, 3, 4)))
    score = to_music21(piece)
    assert bar_lines(score) == [0, 4, 6, 9]
    signs = [s.ratioString for s in score.recurse().getElementsByClass("TimeSignature")]
    assert signs == ["4/4", "2/4", "3/4"]
    assert through_file(piece, tmp_path).bars().tolist() == [0, 4, 6, 9, 12]
    # a change of the same metre, to begin a bar early, and a first bar that is cut, not a pickup
    early = Piece([(0, 5, 60), (5, 4, 62)], metre=((0, 4, 4), (5, 4, 4)))
    assert through_file(early, tmp_path).bars().tolist() == early.bars().tolist() == [0, 4, 5, 9]
    cut = Piece([(0, 1, 60), (1, 3, 62)], metre=((0, 4, 4), (1, 3, 4)))
    assert through_file(cut, tmp_path).bars().tolist() == cut.bars().tolist() == [0, 1, 4]


@pytest.mark.parametrize(
    "metre", [((0, 1, 4), (1, 4, 4)), ((0, 3, 8), (1.5, 6, 8)), ((0, 2, 4), (2, 3, 4))]
)
def test_a_pickup_is_bar_0_of_the_metre_that_follows(metre, tmp_path):
    start = metre[1][0]
    piece = Piece([(0, start, 60), (start, 1, 62), (start + 1, 9, 64)], metre=metre)
    bars = list(to_music21(piece).parts[0].getElementsByClass("Measure"))
    assert [bar.number for bar in bars[:3]] == [0, 1, 2]
    assert bars[0].timeSignature.ratioString == f"{metre[1][1]}/{metre[1][2]}"
    assert bars[0].paddingLeft == piece.metre[1].bar_length - start
    again = through_file(piece, tmp_path)
    assert again.metre == piece.metre and rows(again) == rows(piece)


def test_every_pitch_of_midi_is_written_in_its_octave(tmp_path):
    low = Piece([(i, 1, pitch) for i, pitch in enumerate([*range(13), 126, 127])])
    chord = Piece([(0, 1, 0), (0, 1, 11), (0, 1, 12)])
    for piece in (low, chord):
        assert rows(from_music21(to_music21(piece))) == rows(piece)
        assert rows(through_file(piece, tmp_path)) == rows(piece)


@pytest.mark.parametrize(
    "name", ["Marimba", "Timpani", "Vibraphone", "Xylophone", "Glockenspiel", "SteelDrum"]
)
def test_percussion_with_pitches_is_no_drum_kit(name, tmp_path):
    import music21

    sound = getattr(music21.instrument, name)()
    part = music21.stream.Part([sound, music21.note.Note("C4")])
    assert not from_music21(part).tracks[0].is_drum
    part.write("musicxml", tmp_path / "a.musicxml")
    assert not from_music21(music21.converter.parse(tmp_path / "a.musicxml")).tracks[0].is_drum


def test_a_drum_kit_is_one(tmp_path):
    import music21

    for sound in (music21.instrument.Percussion(), music21.instrument.SnareDrum()):
        assert from_music21(music21.stream.Part([sound, music21.note.Note("C4")])).tracks[0].is_drum
    kit = Piece([(0, 1, 36), (0, 1, 42)], (Track("kit", 0, True),))
    assert through_file(kit, tmp_path).tracks == kit.tracks


def test_the_tones_of_a_chord_keep_their_velocities(tmp_path):
    piece = Piece([(0, 6, 60, 1), (0, 6, 64, 64), (0, 6, 67, 127), (1, 1, 48, 33)])
    assert rows(through_file(piece, tmp_path)) == rows(piece)


def test_names_that_xml_cannot_hold_do_not_break_the_file(tmp_path):
    import music21

    piece = Piece([(0, 1, 60)], (Track("a\x00\x0bb"),), title="x\ud800y", composer="<&>")
    said = write_musicxml(piece, tmp_path / "a.musicxml")
    assert said == ("2 texts lose characters that XML cannot hold",)
    again = from_music21(music21.converter.parse(tmp_path / "a.musicxml"))
    assert (again.tracks[0].name, again.title, again.composer) == ("ab", "xy", "<&>")


def test_a_score_of_hours_of_silence_is_refused_with_a_way_out(tmp_path):
    for piece in (Piece([(0, 1, 60), (1e9, 1, 60)]), Piece([(MOST_BARS * 4 + 1, 1, 60)])):
        with pytest.raises(ValueError, match="Piece.window"):
            to_music21(piece)
        with pytest.raises(ValueError, match="Piece.window"):
            write_musicxml(piece, tmp_path / "a.musicxml")
    assert list(tmp_path.iterdir()) == []


def test_changes_behind_the_last_bar_are_told(tmp_path):
    piece = Piece([(0, 1, 60)], metre=((0, 4, 4), (8, 3, 4)), tempo=((0, 90), (5, 80), (6, 70)))
    assert write_musicxml(piece, tmp_path / "a.musicxml") == (
        "1 changes of metre behind the last bar are left out",
        "2 changes of tempo behind the last bar are left out",
    )


def test_a_piece_without_notes_is_one_empty_bar(tmp_path):
    piece = Piece([], metre=((0, 3, 4),))
    assert bar_lines(to_music21(piece)) == [0]
    assert len(through_file(piece, tmp_path)) == 0


def test_a_note_without_length_on_the_last_bar_line_has_a_bar():
    piece = Piece([(0, 4, 60), (4, 0, 62)])
    assert piece.bars().tolist() == [0, 4, 8] and piece.bar_of([4]).tolist() == [1]


def real_files():
    """A few files of each kind: pop songs of many tracks, piano music, chorales."""
    kinds = {"lakh_clean_midi_25.zip": 24, "ganmusic_classical.zip": 40, "js_fakes.zip": 16}
    for archive, quarters in kinds.items():
        path = Path(os.environ["MUSICGAN_DATA"], archive)
        if not path.exists():
            continue
        with zipfile.ZipFile(path) as file:
            names = sorted(n for n in file.namelist() if n.endswith(".mid"))
            for name in random.Random(1).sample(names, 3):
                yield name, file.read(name), quarters


@pytest.mark.data
@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("ignore:.*above 127:UserWarning")
def test_no_note_of_real_files_changes_place(tmp_path):
    import music21

    total = 0
    for name, data, quarters in real_files():
        (tmp_path / "a.mid").write_bytes(data)
        piece = read_midi(tmp_path / "a.mid").window(0, quarters).replace(annotations=())
        # what a score can hold is what is on its grid
        ends = _snap(piece.notes["onset"] + piece.notes["duration"])
        notes = piece.notes.copy()
        notes["onset"] = _snap(notes["onset"])
        notes["duration"] = np.maximum(ends - notes["onset"], 1 / 16)
        piece = piece.replace(notes=notes)
        write_musicxml(piece, tmp_path / "a.musicxml")
        again = from_music21(music21.converter.parse(tmp_path / "a.musicxml", forceSource=True))
        assert rows(again) == rows(piece), name
        assert again.bars().tolist() == pytest.approx(piece.bars().tolist()), name
        total += len(piece)
    assert total > 500 or not total


def test_what_of_a_score_is_heard_and_not_read_is_told():
    from music21 import bar, dynamics, expressions, note, repeat, stream

    part = stream.Part([stream.Measure([note.Note(60, quarterLength=4)]) for _ in range(3)])
    first, second, last = part.getElementsByClass("Measure")
    assert from_music21(part).losses == ()
    first.leftBarline, second.rightBarline = bar.Repeat("start"), bar.Repeat("end")
    first.insert(0, dynamics.Dynamic("p"))
    last.insert(0, repeat.DaCapo())
    part.insert(0, expressions.PedalMark(first.notes.first(), second.notes.first()))
    last.notes.first().pitch.microtone = 50
    assert from_music21(stream.Score([part])).losses == (
        "1 tones between two keys are read as one of them",
        "1 repeats are read once",
        "1 jumps (D.C., D.S.) are not followed",
        "1 dynamics are left out",
        "1 pedal marks are left out",
    )
