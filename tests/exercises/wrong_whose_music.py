"""Answers that look right and are not, and unusual ones that are."""

import numpy as np


def moves_counted_as_notes(pitches, corpus):
    def moves(row):
        return [b - a for a, b in zip(row, row[1:])]

    mine, longest = moves(pitches), 0
    for row in map(moves, corpus):
        for i in range(len(mine)):
            for j in range(len(row)):
                n = 0
                while i + n < len(mine) and j + n < len(row) and mine[i + n] == row[j + n]:
                    n += 1
                longest = max(longest, n)
    return longest


WRONG = {"whose-music-1": moves_counted_as_notes}


def longest(x, rows):
    def stands(stretch):
        n = len(stretch)
        return any(list(y[i : i + n]) == stretch for y in rows for i in range(len(y) - n + 1))

    best = 0
    for a in range(len(x)):
        while a + best < len(x) and stands(list(x[a : a + best + 1])):
            best += 1
    return best


def steps(pitches):
    return [b - a for a, b in zip(pitches, pitches[1:])]


def in_its_own_key(pitches, corpus):
    return longest(pitches, corpus)


def counts_moves(pitches, corpus):
    return longest(steps(pitches), [steps(row) for row in corpus])


def octaves_folded(pitches, corpus):
    moves = [[s % 12 for s in steps(row)] for row in [pitches, *corpus]]
    return longest(moves[0], moves[1:]) + bool(pitches and any(corpus))


def mirrors_count(pitches, corpus):
    moves = [[abs(s) for s in steps(row)] for row in [pitches, *corpus]]
    return longest(moves[0], moves[1:]) + bool(pitches and any(corpus))


def one_long_row(pitches, corpus):
    row = [x for piece in corpus for x in piece]
    return longest(steps(pitches), [steps(row)]) + bool(pitches and row)


def only_up_and_down(pitches, corpus):
    moves = [[np.sign(s) for s in steps(row)] for row in [pitches, *corpus]]
    return longest(moves[0], moves[1:]) + bool(pitches and any(corpus))


def at_least_one(pitches, corpus):
    return longest(steps(pitches), [steps(row) for row in corpus]) + 1


def from_the_beginning(pitches, corpus):
    best = int(bool(pitches and any(corpus)))
    for row in corpus:
        for i in range(len(row)):
            n = 0
            while (
                n < len(pitches)
                and i + n < len(row)
                and row[i + n] - row[i] == pitches[n] - pitches[0]
            ):
                n += 1
            best = max(best, n)
    return best


def with_gaps(pitches, corpus):
    best = int(bool(pitches and any(corpus)))
    for row in corpus:
        for move in range(-60, 61):
            moved, n = iter(p + move for p in pitches), 0
            kept = next(moved, None)
            for x in row:
                if kept is not None and x == kept:
                    n, kept = n + 1, next(moved, None)
            best = max(best, n)
    return best


def an_octave_at_most(pitches, corpus):
    return max(longest([p + move for p in pitches], corpus) for move in range(-11, 12))


NAMED = {
    "whose-music-1": [
        (in_its_own_key, "up or down"),
        (counts_moves, "notes are"),
        (octaves_folded, "octave is"),
        (mirrors_count, "upside down"),
        (one_long_row, "two rows"),
        (only_up_and_down, "as a whole"),
        (at_least_one, "no note"),
        (from_the_beginning, "begin"),
        (with_gaps, "no gaps"),
        (an_octave_at_most, "more than an octave"),
    ]
}


def by_all_moves(pitches, corpus):
    pitches = list(pitches)
    moves = {y - x for x in pitches for row in corpus for y in row}
    return max((longest([p + m for p in pitches], corpus) for m in moves), default=0)


def by_a_table(pitches, corpus):
    best = 0
    for row in corpus:
        before = {}
        for i, p in enumerate(pitches):
            now = {}
            for j, x in enumerate(row):
                kept = i and j and p - pitches[i - 1] == x - row[j - 1]
                now[j] = before[j - 1] + 1 if kept else 1
                best = max(best, now[j])
            before = now
    return np.int64(best)


RIGHT = {"whose-music-1": [by_all_moves, by_a_table]}
