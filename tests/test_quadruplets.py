"""Quadruplets: what comes back is what went in, and each published slip breaks that."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musicgan_lib.notes import Piece, Track
from musicgan_lib.representations import quadruplets
from musicgan_lib.representations.windows import windows

TICK = 1 / quadruplets.TICKS
LAYOUTS = [
    dict(tones_per_cell=k, scale=scale, shared_time=shared)
    for k, shared in ((1, False), (3, False), (3, True))
    for scale in quadruplets.SCALES
]


@st.composite
def pieces(draw, on_grid=False):
    """Up to 30 notes, chords among them; times are whole ticks or anything."""
    time = (
        st.integers(0, 20 * 384).map(lambda t: t * TICK)
        if on_grid
        else st.floats(0, 20, allow_subnormal=False)
    )
    onsets = draw(st.lists(time, min_size=1, max_size=12))
    note = st.tuples(
        st.sampled_from(onsets),
        time.map(lambda t: t + TICK),
        st.integers(0, 127),
        st.integers(1, 127),
        st.integers(0, 1),
    )
    notes = draw(st.lists(note, min_size=0, max_size=30))
    dynamics = draw(st.booleans())
    return Piece(notes, tracks=(Track(), Track()), dynamics=dynamics)


def sorted_notes(piece):
    """(onset in ticks, pitch, duration in ticks, velocity), sorted."""
    n = piece.notes
    ticks = [np.round(n[f] / TICK).astype(int) for f in ("onset", "duration")]
    velocity = n["velocity"] if piece.dynamics else np.zeros(len(n), int)
    return sorted(zip(ticks[0], n["pitch"].astype(int), np.maximum(ticks[1], 1), velocity))


@settings(max_examples=60, deadline=None)
@given(piece=pieces(on_grid=True), layout=st.sampled_from(LAYOUTS))
def test_music_on_ticks_comes_back_exactly(piece, layout):
    back = quadruplets.decode(quadruplets.encode(piece, **layout), scale=layout["scale"])
    assert sorted_notes(back) == sorted_notes(piece)
    assert back.dynamics == piece.dynamics


@settings(max_examples=40, deadline=None)
@given(piece=pieces(), layout=st.sampled_from(LAYOUTS))
def test_any_music_comes_back_within_half_a_tick_and_never_drifts(piece, layout):
    back = quadruplets.decode(quadruplets.encode(piece, **layout), scale=layout["scale"])
    assert sorted_notes(back) == sorted_notes(piece)
    assert len(back) == len(piece)
    wanted, got = np.sort(piece.notes["onset"]), np.sort(back.notes["onset"])
    assert np.abs(wanted - got).max(initial=0) <= TICK / 2 + 1e-9


def test_rounding_errors_do_not_add_up():
    piece = Piece([(i / 7, 1 / 7, 60) for i in range(400)])
    back = quadruplets.decode(quadruplets.encode(piece))
    assert np.abs(back.notes["onset"] - piece.notes["onset"]).max() <= TICK / 2 + 1e-9


@settings(max_examples=40, deadline=None)
@given(piece=pieces(on_grid=True), layout=st.sampled_from(LAYOUTS))
def test_encoding_what_was_decoded_gives_the_same_array(piece, layout):
    array = quadruplets.encode(piece, **layout)
    again = quadruplets.encode(quadruplets.decode(array, scale=layout["scale"]), **layout)
    np.testing.assert_array_equal(again, array)
    assert array.dtype == np.float32


def test_one_quadruplet_by_hand():
    piece = Piece([(1, 0.5, 69, 100), (2, 1, 81, 64)])
    wanted = [[192, 440, 100, 384], [384, 880, 64, 384]]
    np.testing.assert_array_equal(quadruplets.encode(piece), wanted)
    quiet = quadruplets.encode(piece.replace(dynamics=False))
    np.testing.assert_array_equal(quiet, np.delete(wanted, 2, axis=1))


def test_four_tones_of_a_chord_fill_one_cell_and_open_another():
    chord = [(1, 1, p, 90) for p in (69, 57, 81, 45)]
    cells = quadruplets.encode(Piece([*chord, (2, 1, 69, 90)]), tones_per_cell=3)
    assert cells.shape == (3, 12)
    assert cells[:, [1, 5, 9]].tolist() == [[110, 220, 440], [880, 0, 0], [440, 0, 0]]
    assert cells[:, [3, 7, 11]].tolist() == [[384, 0, 0], [0, 0, 0], [384, 0, 0]]
    shared = quadruplets.encode(Piece(chord), tones_per_cell=3, shared_time=True)
    assert shared[0].tolist() == [384, 384, 110, 90, 384, 220, 90, 384, 440, 90]
    assert quadruplets.encode(Piece(chord, dynamics=False), 3, shared_time=True).shape == (2, 7)


def test_every_pitch_survives_float32_and_the_published_truncation_sinks_most():
    pitches = np.arange(128)
    array = quadruplets.encode(Piece([(i, 1, p) for i, p in enumerate(pitches)]))
    np.testing.assert_array_equal(quadruplets.decode(array).notes["pitch"], pitches)
    sunk = pitches - quadruplets.decode(array, as_published=True).notes["pitch"]
    assert set(sunk) == {0, 1}
    assert sunk.sum() > 64, "float32 alone puts most frequencies just below their pitch"


@pytest.mark.parametrize("as_published, wanted", [(False, 0.0), (True, -0.5)])
def test_the_published_truncation_is_half_a_semitone_flat_on_average(as_published, wanted):
    rng = np.random.default_rng(0)
    exact = rng.uniform(40, 90, 4000)
    array = np.stack([np.full(4000, 384)] * 4, 1).astype(float)
    array[:, 1] = quadruplets.frequency_of_pitch(exact)
    array[:, 2] = 80
    got = quadruplets.decode(array, as_published=as_published).notes["pitch"]
    assert np.mean(got - exact) == pytest.approx(wanted, abs=0.03)


def test_frequency_and_pitch_are_inverse_and_a4_is_440():
    assert quadruplets.frequency_of_pitch(69) == 440
    pitches = np.linspace(-5, 140, 60).reshape(3, 20)
    back = quadruplets.pitch_of_frequency(quadruplets.frequency_of_pitch(pitches))
    np.testing.assert_allclose(back, pitches, atol=1e-9)


def test_normalised_fields_by_hand():
    got = quadruplets.normalise([[384, 880, 64, 96], [0, 0, 0, 0]])
    np.testing.assert_allclose(got, [[np.log2(5), 21 / 12, 2, 1], [0, 0, 0, 0]], atol=1e-12)
    np.testing.assert_allclose(quadruplets.denormalise(got)[0], [384, 880, 64, 96], atol=1e-9)


def test_a_network_that_says_almost_zero_makes_a_chord_only_on_a_grid():
    array = quadruplets.encode(Piece([(0, 1, 60), (0, 1, 64), (1, 1, 60)]))
    array[:, 3] += [5, 7, -6]
    assert np.unique(quadruplets.decode(array).notes["onset"]).size == 3
    assert quadruplets.decode(array, grid=24).notes["onset"].tolist() == [0, 0, 1]


def test_silent_tones_are_dropped_and_their_time_passes():
    array = [[384, 440, 80, 0], [384, 440, 0.4, 384], [0.2, 440, 80, 384], [384, -1, 80, 384]]
    back = quadruplets.decode([*array, [384, 440, 200, 384]])
    assert back.notes["onset"].tolist() == [0, 4]
    assert back.notes["velocity"].tolist() == [80, 127]
    three = np.zeros((1, 12))
    assert len(quadruplets.decode(three)) == 0


def test_wild_numbers_land_inside_midi():
    rows = [[1e4, f, 80, t] for f, t in ((1e-3, -5), (1e6, 3), (3.0, 0), (2e4, 1))]
    back = quadruplets.decode(rows)
    assert back.notes["pitch"].min() >= 0 and back.notes["pitch"].max() <= 127
    exact = np.round(quadruplets.pitch_of_frequency([1e-3, 1e6, 3.0, 2e4])).astype(int)
    assert sorted(back.notes["pitch"] % 12) == sorted(exact % 12)


def test_notes_without_sound_are_lost_and_a_very_short_note_is_not():
    piece = Piece([(0, 0, 60, 80), (0, 1, 62, 0), (1, 1e-4, 64, 80)])
    back = quadruplets.decode(quadruplets.encode(piece))
    assert [tuple(n) for n in back.notes[["onset", "duration", "pitch"]]] == [(1, TICK, 64)]
    assert len(quadruplets.encode(piece.replace(dynamics=False))) == 2
    assert quadruplets.encode(Piece([]), tones_per_cell=3).shape == (0, 12)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: quadruplets.encode(Piece([]), tones_per_cell=2), "1 or 3"),
        (lambda: quadruplets.encode(Piece([]), scale="log"), "normalised"),
        (lambda: quadruplets.encode(Piece([]), shared_time=True), "nothing to share"),
        (lambda: quadruplets.decode(np.zeros((2, 5))), "shape"),
        (lambda: quadruplets.decode(np.full((2, 4), np.nan)), "not finite"),
        (lambda: quadruplets.decode(np.full((2, 4), 1e4), scale="normalised"), "not finite"),
        (lambda: quadruplets.decode(np.zeros((2, 4)), grid=0), "grid"),
    ],
)
def test_refusals_say_why(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_windows_cover_every_row_and_pad_with_silence():
    piece = Piece([(i, 1, 60 + i) for i in range(10)])
    array = quadruplets.encode(piece)
    batch = windows(array, 4)
    assert batch.shape == (3, 4, 4)
    np.testing.assert_array_equal(batch.reshape(12, 4)[:10], array)
    assert not batch.reshape(12, 4)[10:].any()
    assert quadruplets.decode(batch.reshape(12, 4)) == quadruplets.decode(array)
    assert windows(array, 4, step=1).shape == (7, 4, 4)
    assert windows(array, 4, step=5)[1, 0, 1] == array[5, 1]
    assert windows(array[:0], 4).shape == (0, 4, 4)
    with pytest.raises(ValueError, match="1 or more"):
        windows(array, 0)


def test_the_round_trip_reports_what_is_lost():
    piece = Piece([(0, 1 / 7, 60, 90), (0.5, 1, 64, 90, 1)], tracks=(Track("a"), Track("b")))
    trip = quadruplets.round_trip(piece)
    assert (trip.kept, trip.lost, trip.added) == (2, 0, 0)
    assert 0 < trip.max_duration_error <= TICK / 2
    assert trip.max_onset_error == 0
