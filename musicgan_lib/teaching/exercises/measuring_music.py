"""Judges of the exercises of *The better score can be the worse music*."""

import numpy as np

from musicgan_lib.notes import Piece

from ..exercise import checker

MAJOR = np.array([0, 2, 4, 5, 7, 9, 11])


@checker("measuring-music-1")
def judge_share_in_major(share_in_major):
    for root in range(12):
        scale = 60 + root + MAJOR
        assert share_in_major(scale, root) == 1, f"the major scale on {root} is all in itself"
        assert share_in_major(scale - 24, root) == 1, "an octave down nothing changes"
    assert share_in_major([60, 61, 62, 63], 0) == 0.5, "C and D are in C major, their sharps not"
    assert np.isclose(share_in_major(60 + MAJOR, 7), 6 / 7), "G major has all but F of C major"


@checker("measuring-music-2")
def judge_share_of_notes_together(share_of_notes_together):
    triads = Piece([(i, 1, p) for i in range(10) for p in (60, 64, 67)])
    assert share_of_notes_together(triads) == 1, "every note of a triad starts with another"
    melody = Piece([(i, 1, 60) for i in range(5)])
    assert share_of_notes_together(melody) == 0, "a melody alone has no notes together"
    one_and_three = Piece([(0, 1, 60), (1, 1, 60), (1, 1, 64), (1, 1, 67)])
    assert share_of_notes_together(one_and_three) == 0.75, "count notes, not onset times"
    held = Piece([(0, 4, 60), (1, 1, 64)])
    assert share_of_notes_together(held) == 0, "a held note does not start again"
