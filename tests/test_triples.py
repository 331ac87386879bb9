"""Triples: chords and pitches come back; the published reader and writer lose them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musicgan_lib.notes import Piece, Track
from musicgan_lib.representations import triples
from musicgan_lib.representations.windows import windows


@st.composite
def pieces(draw):
    """Up to 30 notes on up to 12 onsets, so that chords are common."""
    # float32 cannot tell onsets apart that are closer than a hair, so none are
    time = st.floats(0, 20).map(lambda t: round(t, 3))
    onsets = draw(st.lists(time, min_size=1, max_size=12))
    note = st.tuples(
        st.sampled_from(onsets),
        st.floats(0.01, 8),
        st.integers(0, 127),
        st.just(80),
        st.integers(0, 1),
    )
    return Piece(draw(st.lists(note, max_size=30)), tracks=(Track(), Track()), dynamics=False)


def in_order(piece):
    n = piece.notes
    return n[np.lexsort((n["pitch"], n["onset"]))]


@settings(max_examples=80, deadline=None)
@given(piece=pieces())
def test_every_note_comes_back_where_it_was(piece):
    array = triples.encode(piece)
    assert array.shape == (len(piece), 3) and array.dtype == np.float32
    n = in_order(piece)
    offset = array[:, 2].astype(float)
    onset, pitch = np.cumsum(offset), array[:, 0]
    np.testing.assert_array_equal(pitch, n["pitch"])
    np.testing.assert_allclose(onset, n["onset"], atol=1e-5)
    back = triples.decode(array)
    assert len(back) == len(piece)
    np.testing.assert_allclose(np.sort(back.notes["onset"]), n["onset"], atol=1e-5)
    np.testing.assert_allclose(
        np.sort(back.notes["duration"]), np.sort(n["duration"]), rtol=1e-6, atol=1e-6
    )


@settings(max_examples=40, deadline=None)
@given(piece=pieces())
def test_chords_stay_chords(piece):
    n = in_order(piece)
    back = in_order(triples.decode(triples.encode(piece)))
    same = np.diff(n["onset"]) == 0
    np.testing.assert_array_equal(np.diff(back["onset"])[same], 0)
    np.testing.assert_array_equal(back["pitch"], n["pitch"])


CHORD = Piece([(0, 1, 60), (0, 1, 64), (0, 1, 67), (2, 1, 72)], dynamics=False)


def test_a_chord_by_hand():
    wanted = [[60, 1, 0], [64, 1, 0], [67, 1, 0], [72, 1, 2]]
    np.testing.assert_array_equal(triples.encode(CHORD), wanted)


def test_the_published_writer_ignores_the_offsets():
    array = triples.encode(CHORD)
    assert triples.decode(array).notes["onset"].tolist() == [0, 0, 0, 2]
    assert triples.decode(array, as_published=True).notes["onset"].tolist() == [0, 1, 2, 3]
    moved = array.copy()
    moved[:, 2] = 17
    assert triples.decode(moved, as_published=True) == triples.decode(array, as_published=True)
    assert triples.decode(moved) != triples.decode(array)


def test_the_published_writer_cuts_the_fraction_of_a_pitch():
    array = triples.encode(CHORD)
    array[:, 0] -= 0.01
    assert triples.decode(array).notes["pitch"].tolist() == [60, 64, 67, 72]
    assert triples.decode(array, as_published=True).notes["pitch"].tolist() == [59, 63, 66, 71]


def test_the_published_reader_stops_at_a_chord_and_reads_one_track():
    piece = Piece(
        [
            (0, 1, 60, 80, 0),
            (0, 4, 48, 80, 1),
            (1, 1, 62, 80, 0),
            (2, 1, 64, 80, 0),
            (2, 1, 67, 80, 0),
        ],
        tracks=(Track(), Track()),
    )
    assert triples.encode(piece, as_published=True)[:, 0].tolist() == [60, 62]
    assert len(triples.encode(piece)) == 5
    assert len(triples.encode(CHORD, as_published=True)) == 0
    melody = Piece([(i, 1, 60) for i in range(3)])
    assert len(triples.encode(melody, as_published=True)) == 3


def test_what_a_network_may_say():
    rows = [[59.6, 1, 0.5], [64, -1, 1], [200, 1, -3], [60, 1, 1]]
    back = triples.decode(rows, bpm=90)
    assert back.notes["onset"].tolist() == [0.5, 1.5, 2.5]
    assert back.notes["pitch"].tolist() == [60, 127, 60]
    assert back.tempo[0].bpm == 90 and back.dynamics is False
    assert len(triples.decode(np.zeros((0, 3)))) == 0
    with pytest.raises(ValueError, match="shape"):
        triples.decode(np.zeros((3, 4)))
    with pytest.raises(ValueError, match="not finite"):
        triples.decode([[60, np.inf, 0]])


def test_zero_rows_of_a_window_decode_to_nothing():
    array = triples.encode(CHORD)
    padded = windows(array, 6)[0]
    assert triples.decode(padded) == triples.decode(array)


def test_the_round_trip_reports_what_is_lost():
    trip = triples.round_trip(CHORD)
    assert (trip.kept, trip.lost, trip.added) == (4, 0, 0)
    assert trip.max_onset_error == 0
