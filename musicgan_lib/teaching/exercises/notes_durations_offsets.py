"""Judges of the exercises of *A bag of notes is not a tune*."""

import numpy as np

from musicgan_lib.notes import Piece
from musicgan_lib.representations import triples

from ..exercise import checker


@checker("notes-durations-offsets-1")
def judge_chord_rows(chord_rows):
    for pitches in ([67, 60, 64], [60], [72, 48, 55, 64]):
        got = np.asarray(chord_rows(list(pitches), 2.0, 1.5), float)
        assert got.shape == (len(pitches), 3), f"a row for each pitch, not shape {got.shape}"
        assert got[:, 0].tolist() == sorted(pitches), "pitches go from the lowest up"
        assert (got[:, 1] == 2).all(), "every tone of the chord has its duration"
        assert got[0, 2] == 1.5, "the first row says how long after the note before"
        assert (got[1:, 2] == 0).all(), "the later rows of a chord have offset 0"
        chord = Piece([(1.5, 2.0, p) for p in pitches], dynamics=False)
        assert np.array_equal(got, triples.encode(chord)), "it must agree with triples.encode"


@checker("notes-durations-offsets-2")
def judge_onsets(onsets):
    rows = np.array([[60, 1, 0.5], [64, 2, 0], [67, 1, 0], [72, 1, 3]])
    got = np.asarray(onsets(rows), float)
    assert got.shape == (4,), f"one onset a row, not shape {got.shape}"
    assert got[0] == 0.5, "the first onset is the first offset"
    assert got[0] == got[1] == got[2], "offset 0 means together"
    assert got.tolist() == [0.5, 0.5, 0.5, 3.5], "an onset is the sum of the offsets up to its row"
    rows[3, 2] = -1
    assert np.asarray(onsets(rows)).tolist() == [0.5] * 4, "a negative offset counts as 0"
    longer = rows.copy()
    longer[:, 1] = 9
    assert np.array_equal(onsets(longer), onsets(rows)), "durations do not move onsets"
