"""Answers that look right and are not, and unusual ones that are."""

import math

import numpy as np


def cut_pitch(frequency):
    return (69 + 12 * np.log2(np.asarray(frequency, float) / 440)).astype(int)


def rounded_differences(onsets):
    return np.round(np.diff(np.asarray(onsets, float), prepend=0) * 384).astype(int)


WRONG = {
    "continuous-quadruplets-1": cut_pitch,
    "continuous-quadruplets-2": rounded_differences,
}


def fraction_cut(frequency):
    return np.floor(69 + 12 * np.log2(np.asarray(frequency) / 440)).astype(int)


def one_up(frequency):
    return np.ceil(69 + 12 * np.log2(np.asarray(frequency) / 440)).astype(int)


def not_whole(frequency):
    return 69 + 12 * np.log2(np.asarray(frequency) / 440)


def natural_logarithm(frequency):
    return np.rint(69 + 12 * np.log(np.asarray(frequency) / 440)).astype(int)


def c_is_the_fork(frequency):
    return np.rint(60 + 12 * np.log2(np.asarray(frequency) / 440)).astype(int)


def nearest_in_hertz(frequency):
    keys = 440 * 2 ** ((np.arange(128) - 69) / 12)
    return np.abs(np.asarray(frequency)[..., None] - keys).argmin(-1)


def only_a_piano(frequency):
    return np.clip(np.rint(69 + 12 * np.log2(np.asarray(frequency) / 440)), 21, 108).astype(int)


def octave_is_ten(frequency):
    return np.rint(69 + 12 * np.log10(np.asarray(frequency) / 440)).astype(int)


def only_one_at_a_time(frequency):
    return int(np.rint(69 + 12 * np.log2(np.asarray(frequency).ravel()[0] / 440)))


def each_difference_rounded(onsets):
    return np.rint(384 * np.diff(onsets, prepend=0.0)).astype(int)


def first_is_zero(onsets):
    ticks = np.rint(384 * np.asarray(onsets)).astype(int)
    return np.diff(ticks, prepend=ticks[:1])


def first_is_dropped(onsets):
    return np.diff(np.rint(384 * np.asarray(onsets)).astype(int))


def cut_positions(onsets):
    return np.diff((384 * np.asarray(onsets)).astype(int), prepend=0)


def in_quarters(onsets):
    return np.diff(np.asarray(onsets, float), prepend=0.0)


def not_rounded(onsets):
    return 384 * np.diff(np.asarray(onsets, float), prepend=0.0)


def forty_eight(onsets):
    return np.diff(np.rint(96 * np.asarray(onsets)).astype(int), prepend=0)


def positions(onsets):
    return np.rint(384 * np.asarray(onsets)).astype(int)


def no_chords(onsets):
    return np.maximum(np.diff(np.rint(384 * np.asarray(onsets)).astype(int), prepend=0), 1)


def until_the_next(onsets):
    ticks = np.rint(384 * np.asarray(onsets)).astype(int)
    return np.diff(ticks, append=ticks[-1:])


def error_carried_the_wrong_way(onsets):
    out, carry, before = [], 0.0, 0.0
    for o in onsets:
        exact = 384 * (o - before) - carry
        out.append(round(exact))
        carry, before = exact - out[-1], o
    return np.array(out, int)


NAMED = {
    "continuous-quadruplets-1": [
        (fraction_cut, "cut"),
        (one_up, "nearest"),
        (not_whole, "whole"),
        (natural_logarithm, "octave"),
        (c_is_the_fork, "key 69"),
        (nearest_in_hertz, "not in Hz"),
        (only_a_piano, "0 to 127"),
        (octave_is_ten, "octave"),
        (only_one_at_a_time, "array"),
    ],
    "continuous-quadruplets-2": [
        (each_difference_rounded, "half a tick"),
        (first_is_zero, "first"),
        (first_is_dropped, "one time for each"),
        (cut_positions, "half a tick"),
        (in_quarters, "ticks"),
        (not_rounded, "whole"),
        (forty_eight, "384"),
        (positions, "since"),
        (no_chords, "chord"),
        (until_the_next, "previous"),
        (error_carried_the_wrong_way, "half a tick"),
    ],
}


def whole_as_floats(frequency):
    return np.round(
        69.0 + 12.0 * (np.log(np.asarray(frequency, float)) - np.log(440.0)) / np.log(2.0)
    )


def list_of_ints(frequency):
    return [round(69 + 12 * math.log2(f / 440)) for f in frequency]


def searched(frequency):
    borders = 440 * 2 ** ((np.arange(0, 140) - 69.5) / 12)  # between the keys
    return np.searchsorted(borders, np.asarray(frequency)) - 1


def what_is_owed(onsets):
    out, written = [], 0
    for onset in onsets:
        out.append(round(384 * float(onset)) - written)
        written += out[-1]
    return out


def halves_up(onsets):
    return np.diff(np.floor(384 * np.asarray(onsets, float) + 0.5), prepend=0.0)


def carried_error(onsets):
    out, carry, before = [], 0.0, 0.0
    for onset in onsets:
        exact = 384 * (float(onset) - before) + carry
        out.append(round(exact))
        carry, before = exact - out[-1], float(onset)
    return tuple(out)


RIGHT = {
    "continuous-quadruplets-1": [whole_as_floats, list_of_ints, searched],
    "continuous-quadruplets-2": [what_is_owed, halves_up, carried_error],
}
