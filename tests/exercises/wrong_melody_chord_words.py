"""Answers that look right and are not."""


def table_from_c_sharp(octave, pitch_class):
    return 12 * (octave + 1) + (pitch_class + 1) % 12


def octaves_sorted_on_their_own(pitches):
    return sorted(p % 12 for p in pitches), sorted(p // 12 - 1 for p in pitches)


WRONG = {
    "melody-chord-words-1": table_from_c_sharp,
    "melody-chord-words-2": octaves_sorted_on_their_own,
}
