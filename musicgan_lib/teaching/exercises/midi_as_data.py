"""Judges of the exercises of *A MIDI file counts ticks; only its tempo map makes them seconds*."""

import numpy as np

from musicgan_lib.notes import Piece

from ..exercise import checker


@checker("midi-as-data-1")
def judge_quarters_of(quarters_of):
    constant = np.asarray(quarters_of(np.array([0.0, 1.5, 3.0]), [(0, 120)]))
    assert constant.shape == (3,), f"three moments in, three out, not {constant.shape}"
    assert np.allclose(constant, [0, 3, 6]), "at 120 a minute, a second is two quarters"
    tempo = [(0, 60), (4, 120), (6, 30)]
    assert np.allclose(quarters_of(np.array([4.0]), tempo), 4), (
        "at the moment of a change nothing jumps"
    )
    assert np.allclose(quarters_of(np.array([4.5, 5.0, 7.0]), tempo), [5, 6, 7]), (
        "after a tempo change the new tempo holds"
    )
    at = np.linspace(0, 20, 301)
    heard = Piece([(0, 20, 60)], tempo=tempo).seconds(at)
    assert np.allclose(quarters_of(heard, tempo), at), "it must undo Piece.seconds in every span"


@checker("midi-as-data-2")
def judge_pair_notes(pair_notes):
    simple = [(0, 60, 90), (10, 60, 0), (10, 62, 80), (20, 62, 0)]
    assert list(pair_notes(simple)) == [(0, 10, 60, 90), (10, 20, 62, 80)], "two notes in turn"
    chord = [(0, 64, 70), (0, 60, 70), (5, 64, 0), (9, 60, 0)]
    assert list(pair_notes(chord)) == [(0, 5, 64, 70), (0, 9, 60, 70)], "each pitch for itself"
    overlap = [(0, 60, 50), (4, 60, 99), (6, 60, 0), (12, 60, 0)]
    assert list(pair_notes(overlap)) == [(0, 6, 60, 50), (4, 12, 60, 99)], (
        "first struck, first ended"
    )
    hung = [(0, 60, 50), (4, 62, 50), (8, 62, 0)]
    assert list(pair_notes(hung)) == [(4, 8, 62, 50)], "a note-on that is never ended is no note"
    for stray in ([(3, 61, 0)], [(1, 61, 70), (2, 61, 0), (3, 61, 0)]):
        rule, paired = (
            "a note-off with nothing to end is ignored",
            [(1, 2, 61, 70)] * (len(stray) > 1),
        )
        try:
            got = list(pair_notes([*stray, (4, 62, 50), (8, 62, 0)]))
        except Exception as error:
            raise AssertionError(f"{rule}; yours stops with {type(error).__name__}") from error
        assert got == [*paired, (4, 8, 62, 50)], rule
