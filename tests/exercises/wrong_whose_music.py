"""Answers that look right and are not."""


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
