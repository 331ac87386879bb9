"""Scores: what a Piece says is what stands in the bars, and what is read back."""

import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musicgan_lib.notes import Piece, Track, from_music21, to_music21, write_musicxml

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
