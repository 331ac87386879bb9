"""Judges of the exercises of *One word for each onset makes most words rare*."""

from ..exercise import checker


@checker("melody-chord-words-1")
def judge_midi_pitch(midi_pitch):
    assert midi_pitch(4, 0) == 60, "octave 4, class 0 is middle C, 60"
    assert midi_pitch(4, 9) == 69, "octave 4, class 9 is the A of 440 Hz, 69"
    assert midi_pitch(4, 11) == 71, "class 11 is the B at the top of its own octave"
    for pitch in range(12, 128):
        again = midi_pitch(pitch // 12 - 1, pitch % 12)
        assert again == pitch, f"pitch {pitch} comes back as {again}"


@checker("melody-chord-words-2")
def judge_chord_fields(chord_fields):
    for pitches in ([48, 52, 55], [55, 48, 52], [43, 60, 52, 70], [71, 48], [62]):
        classes, octaves = (list(part) for part in chord_fields(list(pitches)))
        assert classes == sorted(p % 12 for p in pitches), "classes rise, and none is missing"
        assert len(octaves) == len(classes), "each class has its octave"
        again = sorted(12 * (o + 1) + c for c, o in zip(classes, octaves))
        assert again == sorted(pitches), f"{sorted(pitches)} comes back as {again}"
