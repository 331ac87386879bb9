"""Answers that look right and are not, and odd ones that are right."""

import numpy as np


def without_the_newest(gaps, taps):
    return (taps - 1) * sum(gaps)


def multiplies(gaps, taps):
    return 1 + int(np.prod(gaps)) * (taps - 1)


def largest_alone(gaps, taps):
    return 1 + (taps - 1) * max(gaps, default=0)


def counts_taps(gaps, taps):
    return 1 + taps * sum(gaps)


def forgets_taps(gaps, taps):
    return 1 + sum(gaps)


def two_to_the_layers(gaps, taps):
    return 2 ** len(gaps)


def each_gap_once(gaps, taps):
    return 1 + (taps - 1) * sum(set(gaps))


def needs_a_layer(gaps, taps):
    return 1 + (taps - 1) * (sum(gaps) if gaps else 1)


def layer_by_layer(gaps, taps):
    heard = 1
    for gap in gaps:
        heard += gap * (taps - 1)
    return heard


def by_marking(gaps, taps):
    heard = {0}
    for gap in gaps:
        heard = {step + k * gap for step in heard for k in range(taps)}
    return np.int64(max(heard) + 1)


def by_product(vector, book):
    return int(np.argmax(np.dot(book, vector)))


def counts_from_one(vector, book):
    return 1 + int(np.argmin(((np.array(book) - vector) ** 2).sum(1)))


def without_squares(vector, book):
    return int(np.argmin(np.abs(np.array(book) - vector).sum(1)))


def signed(vector, book):
    return int(np.argmin((np.array(book) - vector).sum(1)))


def last_of_equals(vector, book):
    apart = ((np.array(book) - vector) ** 2).sum(1)
    return len(book) - 1 - int(np.argmin(apart[::-1]))


def first_number_alone(vector, book):
    return int(np.argmin(np.abs(np.array(book)[:, 0] - vector[0])))


def in_plain_python(vector, book):
    apart = [sum((a - b) ** 2 for a, b in zip(vector, entry)) for entry in book]
    return apart.index(min(apart))


def by_torch(vector, book):
    import torch

    rows = torch.tensor(book, dtype=torch.float64) - torch.tensor(vector, dtype=torch.float64)
    return min(range(len(book)), key=lambda k: rows[k].norm().item())


WRONG = {"sound-1": forgets_taps, "sound-2": by_product}
NAMED = {
    "sound-1": [
        (without_the_newest, "newest sample itself is missing"),
        (multiplies, "added, not multiplied"),
        (largest_alone, "largest gap alone"),
        (counts_taps, "newest sample counts"),
        (forgets_taps, "reaches further"),
        (two_to_the_layers, "taps"),
        (each_gap_once, "counts twice"),
        (needs_a_layer, "without a layer"),
    ],
    "sound-2": [
        (by_product, "largest product"),
        (counts_from_one, "counted from 0"),
        (without_squares, "squared before"),
        (signed, "below zero"),
        (last_of_equals, "the first is taken"),
        (first_number_alone, "all numbers"),
    ],
}
RIGHT = {"sound-1": [layer_by_layer, by_marking], "sound-2": [in_plain_python, by_torch]}
