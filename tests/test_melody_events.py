"""Melodies as 38 events: what a sixteenth can say comes back, and what is moved or left out is told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicgan_lib.notes import Metre, Piece, Track
from musicgan_lib.representations import melody_events as events

H, O = events.HOLD, events.OFF  # noqa: E741 - the two signs of the table below


def test_a_bar_by_hand():
    piece = Piece([(0, 1, 60), (1, 0.5, 62), (2, 0.25, 64), (2.25, 1.75, 65)])
    bar = [12, H, H, H, 14, H, O, H, 16, 17, H, H, H, H, H, H]
    assert events.encode(piece).tolist() == bar
    assert events.round_trip(piece).exact and events.losses(piece) == ()


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 9), st.integers(48, 83)),
        min_size=1,
        max_size=40,
    )
)
def test_a_line_on_the_sixteenths_in_range_comes_back(line):
    notes, now = [], 0
    for rest, length, pitch in line:
        notes.append(((now + rest) / 4, length / 4, pitch))
        now += rest + length
    piece = Piece(notes)
    assert events.round_trip(piece).exact and events.losses(piece) == ()


@given(st.lists(st.integers(0, events.SIZE - 1), min_size=1, max_size=64))
def test_any_row_of_events_is_a_melody(row):
    made = events.decode(row)
    if len(made):
        back = events.decode(events.encode(made))
        assert back == made


def test_what_has_no_event_is_moved_or_left_out_and_told():
    notes = [
        (0, 1, 60),
        (0, 1, 64),
        (1, 1 / 3, 62),
        (4 / 3, 1 / 3, 64),
        (5 / 3, 1 / 3, 65),
        (2, 1, 90),
        (2.5, 1, 20),
    ]
    piece = Piece(notes)
    made, told = events.read(piece)
    assert made.tolist()[:12] == [4, H, H, H, 2, 4, H, 5, 30, H, 8, H]
    for said in (
        "2 of 7 notes began off",
        "1 of 7 notes began together",
        "1 of 7 notes were cut",
        "6 of 7 notes were moved by octaves",
    ):
        assert said in " ".join(told), said


def test_a_melody_out_of_range_moves_as_a_whole():
    low = Piece([(k, 1, 36 + k) for k in range(4)])
    assert events.encode(low)[::4].tolist() == [0, 1, 2, 3]
    assert "4 of 4 notes were moved by octaves" in events.losses(low)[0]


def test_a_pickup_stands_before_the_first_bar_line():
    piece = Piece([(0, 1, 60), (1, 4, 62)], metre=(Metre(0.0, 1, 4), Metre(1.0, 4, 4)))
    made = events.encode(piece)
    assert made.tolist()[:17] == [H] * 12 + [12, H, H, H, 14]
    assert events.round_trip(piece).exact


def test_what_has_no_melody_is_refused():
    with pytest.raises(ValueError, match="bars of 3/4"):
        events.encode(Piece([(0, 1, 60)], metre=(Metre(0.0, 3, 4),)))
    with pytest.raises(ValueError, match="no note on track 1"):
        events.encode(Piece([(0, 1, 60)], (Track(), Track())), 1)
    with pytest.raises(ValueError, match="no melody on track 0"):
        events.encode(Piece([(0, 1, 60)], (Track("kit", 0, True),)))
    with pytest.raises(ValueError, match="10,000 bars"):
        events.encode(Piece([(1e6, 1, 60)]))
    with pytest.raises(ValueError, match="0 to 37"):
        events.decode([38])


def test_keys_move_notes_alone():
    from musicgan_lib.data.melody_events import _shift

    assert _shift(np.array([0, H, 5, O]), 3).tolist() == [3, H, 8, O]
    assert _shift(np.array([0, H]), -1) is None
