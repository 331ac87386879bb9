"""Judges of the exercises of *One word for each onset makes most words rare*."""

from ..exercise import checker
from .asking import call, check, expect, list_given, to_list, to_numbers


@checker("melody-chord-words-1")
def judge_midi_pitch(midi_pitch):
    check(
        midi_pitch,
        (4, 0),
        60,
        "octave 4, class 0 is middle C, 60",
        {
            "octave 4 begins at middle C, 60, an octave higher than this": 48,
            "octave 4 begins at middle C, 60, an octave lower than this": 72,
            "class 0 is C; a table that begins at C sharp was the published slip": 61,
            "the octave is given first, then the class": 16,
        },
        "one MIDI number",
    )
    check(
        midi_pitch,
        (5, 9),
        81,
        "octave 5, class 9 is the A an octave above 440 Hz, 81",
        {
            "the octave has to enter, too": 69,
            "an octave is 12 semitones, not 10": 79,
            "an octave is 12 semitones; its seven white keys are not all": 76,
            "classes go up from C: this goes down": 63,
        },
        "one MIDI number",
    )
    check(
        midi_pitch,
        (3, 2),
        50,
        "octave 3 lies below middle C",
        {"octaves below 4 lie below middle C: this goes up": 74},
    )
    check(midi_pitch, (4, 11), 71, "class 11 is the B at the top of its own octave")
    for pitch in range(128):
        parts = pitch // 12 - 1, pitch % 12
        check(midi_pitch, parts, pitch, "every MIDI number has its octave and class")


@checker("melody-chord-words-2")
def judge_chord_fields(chord_fields):
    rule = "classes rise, and each octave belongs to the class at the same place"
    what = "two lists, the classes and their octaves"
    place = "each octave belongs to the class at the same place"

    def ask(pitches, slips):
        found = call(chord_fields, pitches)
        got = to_numbers([to_list(part, what) for part in to_list(found, what)], what)
        pairs = sorted((p % 12, p // 12 - 1) for p in pitches)
        assert got.shape != (len(pitches), 2) or len(pitches) == 2, (
            f"return {what}, not a list of pairs (given {pitches})"
        )
        expect(got, list(zip(*pairs)), rule, slips, what, list_given(chord_fields, (pitches,)))

    ask(
        [43, 60, 52, 70],
        {
            f"{place}: these octaves were sorted by themselves": [[0, 4, 7, 10], [2, 3, 4, 4]],
            f"{place}: these stand in the order in which the pitches were given": [
                [0, 4, 7, 10],
                [2, 4, 3, 4],
            ],
            f"{place}: these were moved by the inverse of the sorting, as published": [
                [0, 4, 7, 10],
                [3, 2, 4, 4],
            ],
            f"{place}: this repeats the octave of the bass": [[0, 4, 7, 10], [2, 2, 2, 2]],
            "the octave of middle C is 4, not 5": [[0, 4, 7, 10], [5, 4, 3, 5]],
            "the *classes* rise, not the pitches": [[7, 4, 0, 10], [2, 3, 4, 4]],
            "the classes rise: this leaves the order that was given": [[7, 0, 4, 10], [2, 4, 3, 4]],
            "the classes rise: this falls": [[10, 7, 4, 0], [4, 2, 3, 4]],
            "classes first, then octaves": [[4, 3, 2, 4], [0, 4, 7, 10]],
        },
    )
    for pitches in ([48, 52, 55], [55, 48, 52], [71, 48], [62], [0, 127]):
        ask(pitches, {})
