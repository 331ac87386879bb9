"""Answers that look right and are not, and unusual ones that are."""

import math
from fractions import Fraction

import numpy as np


def join_as_if_equal(slopes, rows):
    return slopes.mean(0)


def scale_up_the_smallest(slopes):
    smallest = min(abs(s) for s in slopes if s)
    return 2.0 ** math.ceil(math.log2(2.0**-24 / smallest))


WRONG = {
    "gpu_training-1": join_as_if_equal,
    "gpu_training-2": scale_up_the_smallest,
}


def each_process_alike(slopes, rows):
    return np.mean(slopes, axis=0)


def sum_of_all_rows(slopes, rows):
    return (np.asarray(slopes) * np.asarray(rows)[:, None]).sum(0)


def divides_by_processes(slopes, rows):
    return (np.asarray(slopes) * np.asarray(rows)[:, None]).sum(0) / len(rows)


def the_wrong_axis(slopes, rows):
    return np.mean(slopes, axis=1)


def always_ten_rows(slopes, rows):
    return (np.asarray(slopes) * np.asarray(rows)[:, None]).sum(0) / 10


def the_fewer_the_heavier(slopes, rows):
    return np.average(slopes, axis=0, weights=1 / np.asarray(rows, float))


def weighs_in_place(slopes, rows):
    slopes *= np.asarray(rows)[:, None] / np.sum(rows)
    return slopes.sum(0)


def the_largest_share_alone(slopes, rows):
    return np.asarray(slopes)[int(np.argmax(rows))]


def no_absolute_value(slopes):
    return 2.0 ** np.floor(np.log2(65504 / np.max(slopes)))


def to_the_nearest(slopes):
    return 2.0 ** np.round(np.log2(65504 / np.max(np.abs(slopes))))


def by_the_smallest(slopes):
    there = np.abs(slopes)[np.asarray(slopes) != 0]
    return 2.0 ** np.floor(np.log2(65504 / there.min()))


def strictly_below(slopes):
    scale, top = 2.0**-60, np.max(np.abs(slopes))
    while top * scale * 2 < 65504:
        scale *= 2
    return scale


def never_below_one(slopes):
    scale, top = 1.0, np.max(np.abs(slopes))
    while top * scale * 2 <= 65504:
        scale *= 2
    return scale


def an_exponent(slopes):
    return np.floor(np.log2(65504 / np.max(np.abs(slopes))))


def any_number(slopes):
    return 65504 / np.max(np.abs(slopes))


def one_power_too_few(slopes):
    return 2.0 ** (np.floor(np.log2(65504 / np.max(np.abs(slopes)))) - 1)


def as_if_65536(slopes):
    return 2.0 ** np.floor(np.log2(65536 / np.max(np.abs(slopes))))


def a_mean_gradient(slopes):
    return 2.0 ** np.floor(np.log2(65504 / np.mean(np.abs(slopes))))


NAMED = {
    "gpu_training-1": [
        (each_process_alike, "of rows"),
        (sum_of_all_rows, "not of the sum"),
        (divides_by_processes, "rows in all"),
        (the_wrong_axis, "(P,)"),
        (always_ten_rows, "10 of"),
        (the_fewer_the_heavier, "more rows"),
        (weighs_in_place, "alone"),
        (the_largest_share_alone, "every process"),
    ],
    "gpu_training-2": [
        (no_absolute_value, "negative"),
        (to_the_nearest, "2^16 is not"),
        (by_the_smallest, "largest gradient decides"),
        (strictly_below, "exactly"),
        (never_below_one, "below 1"),
        (an_exponent, "exponent"),
        (any_number, "a power of two"),
        (one_power_too_few, "larger"),
        (as_if_65536, "2^16 is not"),
        (a_mean_gradient, "largest gradient decides"),
    ],
}


def row_by_row(slopes, rows):
    every = [slope for slope, n in zip(np.asarray(slopes), rows) for _ in range(n)]
    return np.mean(every, axis=0)


def in_lists(slopes, rows):
    return [sum(n * float(x) for n, x in zip(rows, column)) / sum(rows) for column in zip(*slopes)]


def by_doubling(slopes):
    top, scale = max(abs(float(x)) for x in slopes), 1.0
    while top * scale > 65504:
        scale /= 2
    while top * scale * 2 <= 65504:
        scale *= 2
    return scale


def by_fractions(slopes):
    room = Fraction(65504) / max(abs(Fraction(float(x))) for x in slopes)
    k = room.numerator.bit_length() - room.denominator.bit_length()
    return Fraction(2) ** (k if Fraction(2) ** k <= room else k - 1)


RIGHT = {"gpu_training-1": [row_by_row, in_lists], "gpu_training-2": [by_doubling, by_fractions]}
