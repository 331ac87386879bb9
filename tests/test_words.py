"""Words: bijective on melody with chords, C is 0, chords keep their octaves, rare symbols have a policy."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicgan_lib import corpora
from musicgan_lib.corpora.archives import Files
from musicgan_lib.corpora.nottingham import load_nottingham
from musicgan_lib.notes import Piece, Track
from musicgan_lib.representations import words
from musicgan_lib.representations.vocabulary import FORMS, UnknownWord, Vocabulary, to_symbols

TRACKS = (Track("melody", 73), Track("chords", 0))
lengths = st.sampled_from([0.25, 1 / 3, 0.5, 2 / 3, 0.75, 1.0, 1.5, 2.0, 3.0])


@st.composite
def tunes(draw):
    """A single line with rests over block chords with rests."""
    rows, now = [], 0.0
    for length, rest, pitch in draw(
        st.lists(st.tuples(lengths, st.booleans(), st.integers(24, 108)), max_size=10)
    ):
        if not rest:
            rows.append((now, length, pitch, 80, 0))
        now += length
    now = 0.0
    chord = st.dictionaries(st.integers(0, 11), st.integers(2, 7), max_size=4)
    for length, tones in draw(st.lists(st.tuples(lengths, chord), max_size=5)):
        rows += [(now, length, 12 * octave + c, 80, 1) for c, octave in tones.items()]
        now += length
    return Piece(rows, TRACKS)


@given(tunes())
def test_a_tune_with_chords_comes_back(piece):
    trip = words.round_trip(piece)
    assert trip.lost == trip.added == 0 and trip.tracks_kept
    assert trip.max_onset_error < 1e-6 and trip.max_duration_error < 1e-6


@given(tunes(), st.sampled_from(FORMS))
def test_every_form_spells_the_same_words(piece, form):
    vocabulary = Vocabulary.build([piece], form)
    ids = vocabulary.encode(piece)
    assert ids.dtype == np.int64 and (len(ids) == 0 or ids.max() < len(vocabulary))
    assert vocabulary.decode(ids) == words.decode(words.encode(piece))


def test_fields_by_hand():
    piece = Piece(
        [(0, 1, 60, 80, 0), (1, 1, 71, 80, 0), (0, 2, 48, 80, 1), (0, 2, 55, 80, 1)], TRACKS
    )
    rows = words.encode(piece)
    assert rows[:, :3].tolist() == [[1, 4, 0], [1, 4, 11]], "C is pitch class 0, octave 4"
    assert rows[0, 3] == 2 and rows[0, 5] == 1 << 0 | 1 << 7
    assert rows[1, 3:].tolist() == [0, 0, 0], "nothing starts: a dummy, not a rest"


def test_every_pitch_is_itself_again():
    """The published table was a semitone off, and put B eleven semitones too low."""
    for pitch in range(12, 128):
        rows = words.encode(Piece([(0, 1, pitch)], (Track(),)))
        assert words.decode(rows).notes["pitch"].tolist() == [pitch]


def test_chord_octaves_stay_with_their_tones():
    piece = Piece([(0, 1, 72, 80, 0), *[(0, 1, p, 80, 1) for p in (43, 60, 52, 70)]], TRACKS)
    again = words.decode(words.encode(piece))
    assert sorted(again.notes["pitch"][again.notes["track"] == 1].tolist()) == [43, 52, 60, 70]


def test_a_rest_moves_the_clock_and_a_dummy_does_not():
    piece = Piece([(0, 1, 60, 80, 0), (3, 1, 62, 80, 0), (0, 4, 48, 80, 1)], TRACKS)
    assert words.encode(piece)[1, :3].tolist() == [2, words.REST, 0]
    assert words.decode(words.encode(piece)).notes["onset"].tolist() == [0, 0, 3]


def test_a_piece_of_four_voices_becomes_melody_and_chords():
    rows = [
        (0, 2, 72, 80, 0),
        (0, 1, 67, 80, 1),
        (1, 1, 65, 80, 1),
        (0, 2, 64, 80, 2),
        (0, 2, 48, 80, 3),
    ]
    piece = Piece(rows, tuple(Track(v) for v in "SATB"))
    encoded = words.encode(piece)
    assert len(encoded) == 1, "one melody onset, one word"
    chord = words.decode(encoded).notes
    assert sorted(chord["pitch"][chord["track"] == 1].tolist()) == [48, 64, 67]
    assert words.round_trip(piece).lost == 1


@pytest.mark.parametrize(
    "bad", [[[1, 4, 12, 0, 0, 0]], [[-1, 4, 0, 0, 0, 0]], [[np.nan] * 6], [[1, 12, 0, 0, 0, 0]]]
)
def test_what_is_no_word_is_refused(bad):
    with pytest.raises(ValueError):
        words.decode(bad)


def test_every_key_of_midi_comes_back():
    for pitch in range(128):
        piece = Piece([(0, 1, pitch, 80, 0), (0, 1, 127 - pitch, 80, 1)], TRACKS, dynamics=False)
        assert words.round_trip(piece).exact, pitch


def test_rare_words_share_a_symbol_that_has_no_sound():
    pieces = corpora.load("tunes")
    everything = Vocabulary.build(pieces)
    frequent = Vocabulary.build(pieces, min_count=5)
    assert len(frequent) < len(everything) and frequent.symbols[-1] == "?"
    assert sum(frequent.counts) == sum(everything.counts)
    assert all(n >= 5 for n in frequent.counts[:-1])
    with pytest.raises(UnknownWord):
        frequent.decode([len(frequent) - 1])
    with pytest.raises(UnknownWord):
        everything.decode([len(everything)])
    with pytest.raises(UnknownWord):
        everything.encode(Piece([(0, 7.25, 127)], (Track(),)))


def test_an_unknown_form_is_refused():
    with pytest.raises(ValueError, match="published, factored, interleaved"):
        Vocabulary.build([], "syllables")


def test_a_generator_that_breaks_the_grammar_still_decodes():
    vocabulary = Vocabulary.build(corpora.load("tunes"), "factored")
    rng = np.random.default_rng(0)
    for _ in range(50):
        vocabulary.decode(rng.integers(0, len(vocabulary), 60))


@given(tunes())
def test_chord_and_melody_apart_are_the_same_tune(piece):
    rows = words.encode(piece)
    halves = words.interleave(rows)
    assert (words.decode(halves).notes == words.decode(rows).notes).all()
    assert not (halves[:, 3] * halves[:, 0]).any()  # never both in a row
    assert (halves[:, 3] == 0).sum() == len(rows)  # each word ends once
    assert len(halves) == len(to_symbols(rows, "interleaved"))


@given(tunes())
def test_closed_chords_keep_their_tones_and_leave_the_melody(piece):
    rows = words.encode(piece)
    closed = words.close_chords(rows)
    kept = [0, 1, 2, 3, 5]
    assert (closed[:, kept] == rows[:, kept]).all()
    assert (words.close_chords(closed) == closed).all()
    chords = words.decode(closed).select(1).notes
    assert ((chords["pitch"] >= 48) & (chords["pitch"] < 60)).all()
    assert len(chords) == len(words.decode(rows).select(1).notes)


def test_one_key_undoes_a_transposition_and_knows_minor():
    scale = [60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60]
    major = Piece([(i, 1.0, p) for i, p in enumerate(scale)])
    minor = Piece([(i, 1.0, p) for i, p in enumerate([69, 71, 72, 74, 76, 77, 76, 72, 69, 64, 69])])
    for piece in (major, minor):
        for k in range(-6, 6):
            assert (words.to_one_key(piece.transpose(k)).notes == piece.notes).all()
    assert not len(words.to_one_key(Piece([])).notes)
    wide = Piece([(i, 1.0, p) for i, p in enumerate([0, 66, 127])])
    assert (words.to_one_key(wide).notes == wide.notes).all()


@pytest.mark.data
def test_nottingham_is_as_large_as_the_paper_says_and_unfiltered():
    with Files(Path(os.environ["MUSICGAN_DATA"]) / "nottingham_bl2012.zip") as files:
        pieces, _, _ = load_nottingham(files)  # the 2012 edition: at most one chord a bar
    published = Vocabulary.build(pieces)
    assert len(pieces) == 1037
    assert 185_000 < sum(published.counts) < 200_000
    assert 3000 < len(published) < 4000  # the authors' file has 3216
    assert len(Vocabulary.build(pieces, min_count=10)) < 0.35 * len(published)


@pytest.mark.data
def test_chords_that_change_within_a_bar_need_more_words():
    pieces = corpora.load("nottingham")  # from the ABC, with every change
    sizes = {form: len(Vocabulary.build(pieces, form)) for form in FORMS}
    assert len(pieces) == 1037
    assert 185_000 < sum(Vocabulary.build(pieces).counts) < 200_000
    assert 4000 < sizes["published"] < 6000
    assert sizes["interleaved"] < sizes["published"] / 4
