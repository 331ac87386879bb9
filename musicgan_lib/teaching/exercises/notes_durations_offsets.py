"""Judges of the exercises of *A bag of notes is not a tune*."""

import numpy as np

from musicgan_lib.notes import Piece
from musicgan_lib.representations import triples

from ..exercise import checker
from .asking import check


@checker("notes-durations-offsets-1")
def judge_chord_rows(chord_rows):
    what = "an array with a row for each pitch: pitch, duration, offset"
    first = "only the first row has the offset: the others begin together with it"

    def rows(pitches, offsets, duration=0.75):
        return np.column_stack([pitches, np.full(len(pitches), duration), offsets])

    up, start = [60, 64, 67, 72], [1.5, 0, 0, 0]
    wanted = rows(up, start)
    check(
        chord_rows,
        ([67, 60, 72, 64], 0.75, 1.5),
        wanted,
        "pitches from the lowest up, one duration, the offset in the first row",
        {
            f"{first}: this gives it to all": rows(up, [1.5] * 4),
            f"{first}: this gives it to the last": rows(up, start[::-1]),
            f"{first}: it does not move with the pitch that was given first": rows(
                up, [0, 0, 1.5, 0]
            ),
            f"{first}: these come one after another": rows(up, [1.5, 0.75, 0.75, 0.75]),
            "the rows go from the lowest pitch up: this keeps the order given": rows(
                [67, 60, 72, 64], start
            ),
            "the rows go from the lowest pitch up: this goes down": rows(up[::-1], start),
            "a row is pitch, duration, offset, in this order": wanted[:, [0, 2, 1]],
            "durations and offsets have fractions: these are cut": wanted.astype(int),
            "a row for each pitch, a column for each field: turn the axes": wanted.T,
            "every tone of the chord has its duration": wanted * [[1, 1, 1]]
            + [[0, 0, 0]]
            - np.outer([0, 1, 1, 1], [0, 0.75, 0]),
        },
        what,
    )
    for pitches in ([60], [72, 48, 55, 64, 67]):
        chord = triples.encode(Piece([(1.5, 2.0, p) for p in pitches], dynamics=False))
        check(chord_rows, (pitches, 2.0, 1.5), chord, "the rows of triples.encode", {}, what)


@checker("notes-durations-offsets-2")
def judge_onsets(onsets):
    what = "one onset for each row"
    rows = np.array([[60, 1, 0.5], [64, 2, 0], [67, 1.5, 0.25], [72, 1, 3]])
    wanted = np.array([0.5, 0.5, 0.75, 3.75])
    check(
        onsets,
        (rows,),
        wanted,
        "an onset is the sum of the offsets up to its row",
        {
            "an onset is the sum of all offsets up to its row: these are the offsets": rows[:, 2],
            "an onset comes of the offsets: durations do not move it": [0, 1, 3, 4.5],
            "the first onset is the first offset, its own row's included": [0, 0.5, 0.5, 0.75],
            "the first onset is the first offset, it is not taken off": wanted - 0.5,
            "onsets have fractions: these are cut": [0, 0, 0, 3],
        },
        what,
    )
    rows = np.array([[60, 1, 1], [64, 2, 2], [67, 1, -1], [72, 1, 0.5], [60, 1, -9]])
    count = "a negative offset counts as 0"
    check(
        onsets,
        (rows,),
        [1, 3, 3, 3.5, 3.5],
        count,
        {
            f"{count}: here it moves the onset back": [1, 3, 2, 2.5, -6.5],
            f"{count}: cut the offsets before you add them up, not the sum after": [
                1,
                3,
                2,
                2.5,
                0,
            ],
            f"{count}: this takes the minus off": [1, 3, 4, 4.5, 13.5],
            f"{count}: later onsets still lose what it took back": [1, 3, 3, 3, 3],
            f"{count}: this only sorts what moved back": [-6.5, 1, 2, 2.5, 3],
            f"{count}: {what}, this leaves the row out": [1, 3, 3.5],
        },
        what,
    )
