"""Judges of the exercises of *Measuring music: the better score can be the worse music*."""

import numpy as np

from musicgan_lib.notes import Piece, Track

from ..exercise import checker
from .asking import call, check, to_numbers

MAJOR = np.array([0, 2, 4, 5, 7, 9, 11])


@checker("measuring-music-1")
def judge_share_in_major(share_in_major):
    def share(pitches, root):
        found = call(share_in_major, np.array(pitches), root)
        return to_numbers(found, "one share", ()).item()

    twice = share([60, 60, 60, 61], 0)
    assert twice != 3, "divide by the number of notes: a share, not a count"
    assert twice != 0.5, "count every note, also one whose pitch came before"
    assert twice != 0, "an octave up nothing changes: take the pitches modulo 12"
    assert twice == 0.75, "of C C C C sharp, three of four notes are in C major"
    assert share([61], 1) == 1, "D flat is in D flat major: count the steps from the root"
    assert share([64], 0) == 1 and share([63], 0) == 0, "major has the third E, not E flat"
    assert share([65], 0) == 1 and share([66], 0) == 0, "major has the fourth F, not F sharp"
    assert share([66], 7) == 1, (
        "F sharp is in G major, though it lies below G: take the modulo after you subtract the root"
    )
    for root in range(12):
        assert share(60 + root + MAJOR, root) == 1, f"the major scale on {root} is all in itself"
    assert share([60, 61, 62, 63], 0) == 0.5, "C and D are in C major, their sharps are not"
    assert np.isclose(share(60 + MAJOR, 7), 6 / 7), "G major has all of C major but F"


@checker("measuring-music-2")
def judge_share_of_notes_together(share_of_notes_together):
    triads = Piece([(i, 1, p) for i in range(10) for p in (60, 64, 67)])
    check(
        share_of_notes_together,
        (triads,),
        1,
        "every note of a triad starts with another",
        {
            "count the notes that start there, not the onset time once": 1 / 3,
            "count all notes of a chord, its first and its last, too": 2 / 3,
            "three or more notes that start together are together, too": 0,
            "a share: divide by the number of notes": 30,
        },
        "one share",
    )
    melody = Piece([(i, 1, 60) for i in range(5)])
    assert call(share_of_notes_together, melody) == 0, "a melody alone has no notes together"
    one_and_three = Piece([(0, 1, 60), (1, 1, 60), (1, 1, 64), (1, 1, 67)])
    assert call(share_of_notes_together, one_and_three) == 0.75, "count notes, not onset times"
    held = Piece([(0, 4, 60), (1, 1, 64)])
    assert call(share_of_notes_together, held) == 0, "a held note does not start again"
    two = Piece([(0, 1, 60), (0, 1, 64), (1, 1, 60), (2, 1, 60)])
    assert call(share_of_notes_together, two) == 0.5, "two notes that start together are together"
    late = Piece([(0, 1, 60), (0.25, 1, 64), (0.5, 1, 67)])
    assert call(share_of_notes_together, late) == 0, (
        "a sixteenth apart is not together: do not round"
    )
    duet = Piece([(0, 1, 60, 80, 0), (0, 1, 72, 80, 1)], tracks=(Track(), Track()))
    assert call(share_of_notes_together, duet) == 1, "notes of two tracks start together, too"
