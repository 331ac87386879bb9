"""Judges of the exercises of *A MIDI file counts ticks; only its tempo map makes them seconds*."""

import numpy as np

from musicgan_lib.notes import Piece

from ..exercise import checker
from .asking import check


@checker("midi-as-data-1")
def judge_quarters_of(quarters_of):
    moments = "an array, as many moments as there are seconds"
    check(
        quarters_of,
        (np.array([0.0, 1.5, 3.0]), [(0, 120)]),
        [0, 3, 6],
        "at 120 a minute, a second is two quarters",
        {
            "times tempo / 60, not divided by it: this turns quarters into seconds": [0, 0.75, 1.5],
            "a minute has 60 seconds": [0, 180, 360],
            "the last tempo has no end: its tempo holds for all that comes later": [0, 0, 0],
        },
        moments,
    )
    part = "a moment may be a fraction of a quarter"
    check(
        quarters_of,
        (np.array([0.3]), [(0, 100)]),
        [0.5],
        part,
        {f"{part}: this cuts it off": [0], f"{part}: this rounds it": [1]},
        moments,
    )
    check(
        quarters_of,
        (np.array([1.0, 3.0, 5.0]), [(0, 120), (4, 60)]),
        [2, 5, 7],
        "each tempo holds from its own onset until the next one",
        {
            "the tempo changes: this keeps the first one": [2, 6, 10],
            "a new tempo does not change what was heard before it": [2, 3, 5],
            "the onset of a tempo is in quarters, not in seconds": [2, 6, 9],
            "each tempo holds *until* the next: this takes the next one's": [2, 6, 5],
            "the tempo changes: this takes the mean of all": [1.5, 4.5, 7.5],
            "the last tempo has no end: this stops where it begins": [2, 4, 4],
        },
        moments,
    )
    tempo = [(0, 60), (4, 120), (6, 30)]
    check(
        quarters_of,
        (np.array([4.0, 4.5, 7.0]), tempo),
        [4, 5, 7],
        "a tempo map may change more than once",
        {"a third tempo comes after the second": [4, 5, 10]},
        moments,
    )
    at = np.linspace(0, 20, 301)
    heard = Piece([(0, 20, 60)], tempo=tempo).seconds(at)
    check(quarters_of, (heard, tempo), at, "it must undo Piece.seconds in every span", {}, moments)


@checker("midi-as-data-2")
def judge_pair_notes(pair_notes):
    what = "a list of (start, end, pitch, velocity)"

    def ask(events, wanted, rule, slips=None):
        check(pair_notes, (events,), wanted, rule, slips, what)

    ask(
        [(0, 60, 90), (10, 60, 0), (10, 62, 80), (25, 62, 0)],
        [(0, 10, 60, 90), (10, 25, 62, 80)],
        "two notes in turn",
        {
            "the second number is the end of a note, not its length": [
                (0, 10, 60, 90),
                (10, 15, 62, 80),
            ],
            "a note has the velocity of its note-on": [(0, 10, 60, 0), (10, 25, 62, 0)],
            "the order is start, end, pitch, velocity": [(0, 10, 90, 60), (10, 25, 80, 62)],
        },
    )
    ask(
        [(0, 60, 70), (2, 64, 70), (5, 64, 0), (9, 60, 0)],
        [(0, 9, 60, 70), (2, 5, 64, 70)],
        "each pitch for itself",
        {
            "notes are sorted by their start, not by their end": [(2, 5, 64, 70), (0, 9, 60, 70)],
            "a note-off ends a note of its own pitch": [(0, 5, 60, 70), (2, 9, 64, 70)],
        },
    )
    once = "two notes of one pitch may sound at once"
    ask(
        [(0, 60, 50), (4, 60, 99), (6, 60, 0), (12, 60, 0)],
        [(0, 6, 60, 50), (4, 12, 60, 99)],
        "the first struck ends first",
        {
            "the first struck ends first: here the last one does": [
                (0, 12, 60, 50),
                (4, 6, 60, 99),
            ],
            f"{once}: this forgets the first": [(4, 6, 60, 99)],
            f"{once}: striking the key again ends nothing": [(0, 4, 60, 50), (4, 6, 60, 99)],
            "a note-off ends one note, not all of its pitch": [(0, 6, 60, 50), (4, 6, 60, 99)],
        },
    )
    ask(
        [(0, 60, 50), (4, 62, 50), (8, 62, 0)],
        [(4, 8, 62, 50)],
        "a note-on that is never ended is no note",
        {"what is never ended is no note": [(0, 8, 60, 50), (4, 8, 62, 50)]},
    )
    for stray in ([(3, 61, 0)], [(1, 61, 70), (2, 61, 0), (3, 61, 0)]):
        paired = [(1, 2, 61, 70)] * (len(stray) > 1)
        rule = "a note-off with nothing to end is ignored"
        try:
            ask([*stray, (4, 62, 50), (8, 62, 0)], [*paired, (4, 8, 62, 50)], rule)
        except AssertionError as error:
            told = str(error)
            raise AssertionError(told if told.startswith(rule) else f"{rule}: {told}") from error
