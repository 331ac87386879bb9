"""Answers that look right and are not, and unusual ones that are."""

import numpy as np


def table_from_c_sharp(octave, pitch_class):
    return 12 * (octave + 1) + (pitch_class + 1) % 12


def octaves_sorted_on_their_own(pitches):
    return sorted(p % 12 for p in pitches), sorted(p // 12 - 1 for p in pitches)


WRONG = {
    "melody-chord-words-1": table_from_c_sharp,
    "melody-chord-words-2": octaves_sorted_on_their_own,
}


def octave_four_is_48(octave, pitch_class):
    return 12 * octave + pitch_class


def octave_from_minus_two(octave, pitch_class):
    return 12 * (octave + 2) + pitch_class


def only_this_octave(octave, pitch_class):
    return 60 + pitch_class


def swapped(octave, pitch_class):
    return 12 * (pitch_class + 1) + octave


def class_zero_is_c_sharp(octave, pitch_class):
    return 12 * (octave + 1) + (pitch_class + 1) % 12


def class_wraps_up(octave, pitch_class):
    return 12 * (octave + 1) + pitch_class + 1


def ten_to_an_octave(octave, pitch_class):
    return 60 + 10 * (octave - 4) + pitch_class


def seven_to_an_octave(octave, pitch_class):
    return 60 + 7 * (octave - 4) + pitch_class


def never_below_middle_c(octave, pitch_class):
    return 60 + 12 * abs(octave - 4) + pitch_class


def classes_down(octave, pitch_class):
    return 12 * (octave + 1) - pitch_class


def octaves_sorted_alone(pitches):
    return sorted(p % 12 for p in pitches), sorted(p // 12 - 1 for p in pitches)


def from_the_bass_up(pitches):
    up = sorted(pitches)
    return [p % 12 for p in up], [p // 12 - 1 for p in up]


def octaves_in_the_given_order(pitches):
    return sorted(p % 12 for p in pitches), [p // 12 - 1 for p in pitches]


def c_is_five(pitches):
    up = sorted(pitches, key=lambda p: p % 12)
    return [p % 12 for p in up], [p // 12 for p in up]


def inverse_permutation(pitches):
    order = np.argsort([p % 12 for p in pitches])
    octaves = np.array([p // 12 - 1 for p in pitches])
    return sorted(p % 12 for p in pitches), octaves[np.argsort(order)].tolist()


def octaves_first(pitches):
    up = sorted(pitches, key=lambda p: p % 12)
    return [p // 12 - 1 for p in up], [p % 12 for p in up]


def falling(pitches):
    down = sorted(pitches, key=lambda p: -(p % 12))
    return [p % 12 for p in down], [p // 12 - 1 for p in down]


def one_octave_for_all(pitches):
    return sorted(p % 12 for p in pitches), [min(pitches) // 12 - 1] * len(pitches)


def pairs(pitches):
    return sorted((p % 12, p // 12 - 1) for p in pitches)


def sorts_what_it_was_given(pitches):
    pitches.sort(key=lambda p: p % 12)
    return [p % 12 for p in pitches], [p // 12 - 1 for p in pitches]


def as_given(pitches):
    return [p % 12 for p in pitches], [p // 12 - 1 for p in pitches]


NAMED = {
    "melody-chord-words-1": [
        (octave_four_is_48, "middle C"),
        (octave_from_minus_two, "middle C"),
        (only_this_octave, "octave"),
        (swapped, "first"),
        (class_zero_is_c_sharp, "class"),
        (class_wraps_up, "class 0 is C"),
        (ten_to_an_octave, "12 semitones"),
        (seven_to_an_octave, "12 semitones"),
        (never_below_middle_c, "below"),
        (classes_down, "classes go up"),
    ],
    "melody-chord-words-2": [
        (octaves_sorted_alone, "same place"),
        (from_the_bass_up, "the *classes* rise"),
        (octaves_in_the_given_order, "same place"),
        (c_is_five, "middle C"),
        (inverse_permutation, "same place"),
        (octaves_first, "classes first"),
        (falling, "classes rise"),
        (one_octave_for_all, "same place"),
        (pairs, "two lists"),
        (sorts_what_it_was_given, "alone"),
        (as_given, "classes rise"),
    ],
}


def a_float(octave, pitch_class):
    return 60.0 + 12.0 * (octave - 4) + float(pitch_class)


def counted_up(octave, pitch_class):
    names = [(o, c) for o in range(-1, 10) for c in range(12)]
    return names.index((octave, pitch_class))


def two_arrays(pitches):
    pitches = np.array(pitches)
    order = np.argsort(pitches % 12)
    return pitches[order] % 12, pitches[order] // 12 - 1


def zipped_tuples(pitches):
    return tuple(zip(*sorted((int(p) % 12, int(p) // 12 - 1) for p in pitches)))


def asked_class_by_class(pitches):
    classes = [c for c in range(12) if any(p % 12 == c for p in pitches)]
    return [classes, [next(p for p in pitches if p % 12 == c) // 12 - 1 for c in classes]]


RIGHT = {
    "melody-chord-words-1": [a_float, counted_up],
    "melody-chord-words-2": [two_arrays, zipped_tuples, asked_class_by_class],
}
