"""Note matrices: exact on the grid, each published bug shown and mended, every loss counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicgan_lib.notes import Piece, Track
from musicgan_lib.representations import note_matrix
from musicgan_lib.representations.round_trip import compare

# Disjoint in each pitch: a note of 1..4 steps, then a gap of 0..3 steps.
line = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3), st.integers(1, 127)), max_size=8)


@st.composite
def pieces(draw):
    rows = []
    for pitch in draw(st.lists(st.integers(36, 83), max_size=4, unique=True)):
        now = draw(st.integers(0, 5))
        for length, gap, velocity in draw(line):
            rows.append((now / 4, length / 4, pitch, velocity))
            now += length + gap
    return Piece(rows)


@given(pieces())
def test_music_on_the_grid_comes_back_exactly(piece):
    again = note_matrix.decode(note_matrix.encode(piece))
    assert again == piece
    assert note_matrix.round_trip(piece).exact


def test_three_matrices_by_hand():
    piece = Piece([(0, 0.5, 60, 127), (0.5, 0.25, 60, 127), (0.25, 0.25, 62, 64)])
    matrix = note_matrix.encode(piece, 60, 62)
    assert matrix.shape == (3, 3, 3) and matrix.dtype == np.float32
    assert matrix[:, 0, 0].tolist() == [1, 1, 1]
    assert matrix[:, 0, 1].tolist() == [0, 0, 1]
    assert matrix[:, 2, 0].tolist() == [0, 1, 0] and matrix[:, 2, 1].sum() == 0
    assert matrix[1, 2, 2] == pytest.approx(64 / 127)


def test_repeated_notes_do_not_fuse_but_do_as_published():
    repeats = Piece([(i, 1, 60) for i in range(4)])
    assert len(note_matrix.decode(note_matrix.encode(repeats))) == 4
    published = note_matrix.encode(repeats, as_published=True)
    assert published[..., 1].sum() == 0
    assert len(note_matrix.decode(published)) == 1


def test_the_published_replay_sees_onsets_between_steps_alone():
    late = Piece([(0, 1.1, 60), (1.1, 1, 60)])
    assert note_matrix.encode(late, as_published=True)[..., 1].sum() == 1


def test_a_note_after_a_gap_is_not_a_replay():
    assert note_matrix.encode(Piece([(0, 1, 60), (2, 1, 60)]))[..., 1].sum() == 0


def test_what_is_lost_is_counted():
    piece = Piece([(0, 1, 35), (0, 1, 36), (0, 1, 83), (0, 1, 84)])
    assert note_matrix.round_trip(piece).lost == 2
    unison = Piece([(0, 2, 60, 80, 0), (0, 1, 60, 90, 1)], (Track("a"), Track("b")))
    trip = note_matrix.round_trip(unison)
    assert (trip.kept, trip.lost, trip.tracks_kept) == (1, 1, False)


@pytest.mark.parametrize("first_track", [(80, 90), (90, 80)])
def test_of_two_tracks_on_one_key_the_louder_is_heard(first_track):
    one, other = first_track
    both = Piece([(0, 2, 60, one, 0), (0, 1, 60, other, 1)], (Track("a"), Track("b")))
    volume = note_matrix.encode(both)[:, 24, 2] * 127
    assert volume.tolist() == pytest.approx([90] * 4 + [one] * 4)
    drums = Piece([(0, 1, 40, 80, 0)], (Track("kit", 0, True),))
    assert note_matrix.encode(drums)[..., 0].sum() == 0
    swung = Piece([(1 / 3, 1, 60)])
    assert note_matrix.round_trip(swung).max_onset_error == pytest.approx(1 / 12)


def test_a_short_note_still_lasts_one_step():
    assert note_matrix.encode(Piece([(0, 0.01, 60)]))[..., 0].sum() == 1


@pytest.mark.parametrize(
    "bad", [np.zeros((4, 48)), np.zeros((4, 48, 4)), np.full((2, 3, 3), np.nan)]
)
def test_what_is_no_matrix_is_refused(bad):
    with pytest.raises(ValueError):
        note_matrix.decode(bad)


def test_an_empty_piece_is_an_empty_matrix():
    matrix = note_matrix.encode(Piece([]))
    assert matrix.shape == (0, 48, 3) and len(note_matrix.decode(matrix)) == 0


def test_two_channels_are_enough_to_decode():
    piece = Piece([(0, 1, 60), (1, 1, 60)])
    assert len(note_matrix.decode(note_matrix.encode(piece)[..., :2])) == 2


def test_windows_are_shifted_by_one_step():
    matrix = note_matrix.encode(Piece([(i / 4, 1 / 4, 40 + i % 40) for i in range(64)]))
    x, y = note_matrix.windows(matrix, length=32, hop=8, pad_left=32)
    assert x.shape == y.shape == (8, 32, 48, 3)
    assert not x[0].any() and np.array_equal(y[:, :-1], x[:, 1:])
    assert np.array_equal(y[0, -1], matrix[0])


def test_compare_counts_what_changed():
    piece = Piece([(0, 1, 60), (1, 1, 62), (2, 1, 64)])
    changed = Piece([(0.125, 1, 60), (1, 0.5, 62), (2, 1, 65)], metre=((0, 3, 4),))
    trip = compare(piece, changed)
    assert (trip.kept, trip.lost, trip.added) == (2, 1, 1)
    assert trip.max_onset_error == 0.125 and trip.mean_onset_error == 0.0625
    assert trip.max_duration_error == 0.5 and not trip.metre_kept and trip.tempo_kept
    assert not trip.exact and "lost" in trip._repr_html_()
    assert compare(piece, piece).exact
    assert np.isnan(compare(piece.replace(dynamics=False), piece).velocity_error)
