"""Performances as 388 events: what sounds comes back within 10 ms, the pedal's notes too, and what does not is told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicgan_lib.data import performances
from musicgan_lib.data.encode import encode_tokens
from musicgan_lib.data.played import play_by_rules
from musicgan_lib.notes import Piece, Tempo, Track
from musicgan_lib.representations import performance

SCALE = Piece([(k, 1.0, 60 + k, 40 + 8 * k) for k in range(5)])
TIME = st.floats(0, 20, allow_nan=False)
NOTES = st.lists(
    st.tuples(TIME, st.floats(0, 6), st.integers(0, 127), st.integers(0, 127)),
    min_size=1,
    max_size=30,
)
PEDAL = st.lists(
    st.tuples(
        TIME, st.just("pedal"), st.just(""), st.just(0), st.sampled_from((0.0, 30.0, 64.0, 127.0))
    ),
    max_size=12,
)
TEMPI = st.lists(st.floats(30, 240), min_size=1, max_size=3)


@given(NOTES, PEDAL, TEMPI)
def test_what_sounds_comes_back_within_ten_milliseconds(notes, pedal, tempi):
    tempo = [Tempo(4.0 * i, bpm) for i, bpm in enumerate(tempi)]
    piece = Piece(notes, tempo=tuple(tempo), annotations=pedal)
    heard, back = (
        performance.sound(piece).notes,
        performance.decode(performance.encode(piece)).notes,
    )
    for note in back:  # nothing is made up
        mine = heard["pitch"] == note["pitch"]
        assert np.abs(heard["onset"][mine] - note["onset"]).min() <= 0.00501
        close = mine & (np.abs(heard["onset"] - note["onset"]) <= 0.00501)
        assert np.abs(heard["duration"][close] - note["duration"]).min() <= 0.01001
        assert np.abs(heard["velocity"][close] - note["velocity"].astype(int)).min() <= 2
    for note in heard:  # and nothing is lost but what is struck in the same hundredth
        mine = back["pitch"] == note["pitch"]
        assert np.abs(back["onset"][mine] - note["onset"]).min() <= 0.00501


@given(st.lists(st.integers(0, 387), max_size=80))
def test_any_row_of_events_is_music_and_writing_it_again_changes_nothing(events):
    piece = performance.decode(events)
    again = performance.encode(piece)
    assert np.array_equal(performance.encode(performance.decode(again)), again)


def test_three_notes_by_hand():
    piece = Piece([(0, 1.0, 60, 64), (1.0, 3.0, 64, 64), (1.0, 0.5, 67, 100)], tempo=((0.0, 60.0),))
    v64, v100 = 356 + 63 // 4, 356 + 99 // 4
    wanted = [v64, 60, 355, 188, 64, v100, 67, 305, 195, 355, 355, 305, 192]
    assert performance.encode(piece).tolist() == wanted
    quiet = performance.encode(piece, velocity=False)
    assert quiet.tolist() == [e for e in wanted if e < 356]
    assert performance.name_kinds([0, 127, 128, 255, 256, 355, 356, 387]).tolist() == [
        0,
        0,
        1,
        1,
        2,
        2,
        3,
        3,
    ]


def test_a_pedal_holds_what_fingers_leave():
    """Down from second 0.5 to 3: the key goes up at 1 and the string sounds to 3, or until it is struck again."""
    pedal = [(0.5, "pedal", "", 0, 127.0), (3.0, "pedal", "", 0, 0.0)]
    piece = Piece([(0, 1.0, 60, 80), (2.0, 0.5, 64, 80)], tempo=((0.0, 60.0),), annotations=pedal)
    held = performance.decode(performance.encode(piece)).notes
    assert held["duration"].tolist() == pytest.approx([3.0, 1.0])
    dry = performance.decode(performance.encode(piece, pedal=False)).notes
    assert dry["duration"].tolist() == pytest.approx([1.0, 0.5])
    assert "pedal's 2 moves are not written" in performance.losses(piece)[0]
    assert "pedal's 2 moves are forgotten" in performance.losses(piece, pedal=False)[0]


def test_what_is_lost_is_told():
    tracks = (Track("right"), Track("left"), Track("kit", 0, True))
    notes = [(0, 2, 60), (1, 2, 60), (0, 1, 60, 80, 1), (0, 1, 36, 80, 2)]
    told = " ".join(performance.losses(Piece(notes, tracks)))
    for said in (
        "1 notes of drums",
        "1 notes are struck together",
        "1 notes end earlier",
        "3 tracks are one",
    ):
        assert said in told, said
    assert performance.losses(SCALE) == ()
    assert not len(performance.encode(Piece([])))
    with pytest.raises(ValueError, match="10 hours"):
        performance.encode(Piece([(0, 1e6, 60)]))
    with pytest.raises(ValueError, match="0 to 387"):
        performance.decode([388])


def test_a_long_silence_is_whole_seconds_and_a_rest():
    events = performance.encode(Piece([(0, 1, 60), (7.5, 1, 62)], tempo=((0.0, 60.0),)))
    waits = events[(events >= 256) & (events < 356)] - 255
    assert waits.tolist() == [100] * 7 + [50, 100]


def test_the_pianist_by_rules_keeps_the_notes_and_leans_on_the_melody():
    score = Piece(
        [(k, 1.0, 60 + v * 7, 80, v) for k in range(16) for v in (0, 1)],
        (Track(), Track()),
        dynamics=False,
    )
    played = play_by_rules(score, np.random.default_rng(0))
    assert sorted(played.notes["pitch"]) == sorted(score.notes["pitch"]) and played.dynamics
    loud = [played.notes["velocity"][played.notes["pitch"] == p].mean() for p in (60, 67)]
    assert loud[0] > loud[1] + 8
    gaps = np.diff(np.sort(played.notes["onset"][played.notes["pitch"] == 60]))
    assert gaps[6:8].max() > 1.2 * gaps[3]  # slower where a phrase ends
    assert len(played.annotated("pedal")) == 2 * 16
    unison = Piece([(0, 1.0, 60), (0, 2.0, 60, 80, 1), (2, 1.0, 62)], (Track(), Track()))
    together = play_by_rules(unison, np.random.default_rng(0))
    assert together.notes["pitch"].tolist() == [60, 62]
    assert together.notes["duration"][0] > together.notes["duration"][1]


def test_shuffled_times_are_the_same_times():
    data = performances.PerformanceData(
        "dice",
        "performance",
        (388,),
        [[]],
        {"train": [np.array([60, 300, 61, 270, 188, 256, 189])], "valid": [], "test": []},
        "0",
    )
    (mixed,) = data.shuffle_times().pieces["train"]
    (plain,) = data.pieces["train"]
    waits = plain >= 256
    assert sorted(mixed) == sorted(plain) and (mixed[~waits] == plain[~waits]).all()
    assert (mixed[waits] != plain[waits]).any()


def test_forms_are_asked_for_by_name():
    data = encode_tokens("tunes", "performance.no_velocity")
    assert max(int(p.max()) for part in data.pieces.values() for p in part) < performances.VELOCITY
    assert not data.decode(data.pieces["test"][0]).dynamics
    assert "played by rules" in encode_tokens("tunes", "performance").report
    with pytest.raises(ValueError, match="no_pedal"):
        encode_tokens("tunes", "performance.loud")
    with pytest.raises(ValueError, match="one key"):
        encode_tokens("tunes", "performance", keys=6)
