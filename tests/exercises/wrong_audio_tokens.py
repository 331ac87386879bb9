"""Answers that look right and are not, and odd ones that are right."""

import numpy as np


def nearest(number, book):
    return min(range(len(book)), key=lambda k: (abs(number - book[k]), k))


def names_the_number(number, books):
    return [nearest(number, book) for book in books]


def returns_rows(number, books):
    found = []
    for book in books:
        found.append(book[nearest(number, book)])
        number -= found[-1]
    return found


def wrong_sign(number, books):
    found = []
    for book in books:
        found.append(nearest(number, book))
        number = book[found[-1]] - number
    return found


def last_of_ties(number, books):
    found = []
    for book in books:
        k = min(range(len(book)), key=lambda k: (abs(number - book[k]), -k))
        found.append(k)
        number -= book[k]
    return found


def first_book_only(number, books):
    return [nearest(number, book) for book in books[:1]]


def never_above(number, books):
    found = []
    for book in books:
        below = [k for k in range(len(book)) if book[k] <= number] or [0]
        k = max(below, key=lambda k: book[k])
        found.append(k)
        number -= book[k]
    return found


def by_arrays(number, books):
    found = []
    for book in books:
        k = int(np.argmin(np.abs(np.array(book) - number)))
        found.append(k)
        number = number - book[k]
    return np.array(found, int)


def by_recursion(number, books):
    if not books:
        return ()
    k = nearest(number, books[0])
    return (k, *by_recursion(number - books[0][k], books[1:]))


def down_columns(alike):
    return find(list(zip(*alike)))


def find(alike):
    right = sum(all(row[i] > x for j, x in enumerate(row) if j != i) for i, row in enumerate(alike))
    return right / len(alike)


def ties_count(alike):
    return sum(row[i] >= max(row) for i, row in enumerate(alike)) / len(alike)


def counts(alike):
    return sum(all(row[i] > x for j, x in enumerate(row) if j != i) for i, row in enumerate(alike))


def smallest(alike):
    return sum(row[i] == min(row) for i, row in enumerate(alike)) / len(alike)


def no_others(alike):
    right = [row[i] > max(x for j, x in enumerate(row) if j != i) for i, row in enumerate(alike)]
    return sum(right) / len(alike)


def above_zero(alike):
    right = [row[i] > max([0, *row[:i], *row[i + 1 :]]) for i, row in enumerate(alike)]
    return sum(right) / len(alike)


def share_by_numpy(alike):
    alike = np.array(alike, float)
    own = alike.diagonal()[:, None]
    return np.mean((alike >= own).sum(1) == 1)


def share_by_sorting(alike):
    found = 0
    for i, row in enumerate(alike):
        order = sorted(row, reverse=True)
        found += order[0] == row[i] and (len(order) == 1 or order[1] < order[0])
    return found / len(alike)


WRONG = {"audio-tokens-1": names_the_number, "audio-tokens-2": down_columns}
NAMED = {
    "audio-tokens-1": [
        (names_the_number, "what is left over"),
        (returns_rows, "not what stands there"),
        (wrong_sign, "the sign of the rest"),
        (last_of_ties, "equally near"),
        (first_book_only, "asked once"),
        (never_above, "above the number"),
    ],
    "audio-tokens-2": [
        (down_columns, "not down each column"),
        (ties_count, "a tie is not found"),
        (counts, "a share was asked"),
        (smallest, "largest number"),
        (no_others, "stops with ValueError"),
        (above_zero, "below 0"),
    ],
}
RIGHT = {
    "audio-tokens-1": [by_arrays, by_recursion],
    "audio-tokens-2": [share_by_numpy, share_by_sorting],
}
