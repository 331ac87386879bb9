"""Eight traditional tunes, entered for this book: music that is here on every machine.

Each has a melody (track 0) and block chords (track 1). Text is the format: a melody is pitches
with durations in quarter lengths (``C5:1.5``; ``R`` rests), bars are closed by ``|``, and chords are
names with durations, barred the same way.
"""

import re

from ..notes import Metre, Piece, Tempo, Track

_CHORD = {"": (0, 4, 7), "m": (0, 3, 7), "7": (0, 4, 7, 10)}
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

#: title, people it is sung by, metre, quarters a minute, pickup in quarters, split, melody, chords.
TUNES = (
    (
        "Twinkle, twinkle", "traditional, France", (4, 4), 100, 0, "train",
        "C4:1 C4:1 G4:1 G4:1 | A4:1 A4:1 G4:2 | F4:1 F4:1 E4:1 E4:1 | D4:1 D4:1 C4:2 |"
        "G4:1 G4:1 F4:1 F4:1 | E4:1 E4:1 D4:2 | G4:1 G4:1 F4:1 F4:1 | E4:1 E4:1 D4:2 |"
        "C4:1 C4:1 G4:1 G4:1 | A4:1 A4:1 G4:2 | F4:1 F4:1 E4:1 E4:1 | D4:1 D4:1 C4:2",
        "C:4 | F:2 C:2 | F:2 C:2 | G:2 C:2 | C:2 F:2 | C:2 G:2 | C:2 F:2 | C:2 G:2 |"
        "C:4 | F:2 C:2 | F:2 C:2 | G:2 C:2",
    ),
    (
        "Frère Jacques", "traditional, France", (4, 4), 108, 0, "train",
        "F4:1 G4:1 A4:1 F4:1 | F4:1 G4:1 A4:1 F4:1 | A4:1 Bb4:1 C5:2 | A4:1 Bb4:1 C5:2 |"
        "C5:.5 D5:.5 C5:.5 Bb4:.5 A4:1 F4:1 | C5:.5 D5:.5 C5:.5 Bb4:.5 A4:1 F4:1 |"
        "F4:1 C4:1 F4:2 | F4:1 C4:1 F4:2",
        "F:4 | F:4 | F:4 | F:4 | F:4 | F:4 | F:1 C:1 F:2 | F:1 C:1 F:2",
    ),
    (
        "Greensleeves", "traditional, England", (6, 8), 66, 0.5, "train",
        "A4:.5 | C5:1 D5:.5 E5:.75 F5:.25 E5:.5 | D5:1 B4:.5 G4:.75 A4:.25 B4:.5 |"
        "C5:1 A4:.5 A4:.75 G#4:.25 A4:.5 | B4:1 G#4:.5 E4:1 A4:.5 |"
        "C5:1 D5:.5 E5:.75 F5:.25 E5:.5 | D5:1 B4:.5 G4:.75 A4:.25 B4:.5 |"
        "C5:.75 B4:.25 A4:.5 G#4:.75 F#4:.25 G#4:.5 | A4:3 |"
        "G5:1.5 G5:.75 F#5:.25 E5:.5 | D5:1 B4:.5 G4:.75 A4:.25 B4:.5 |"
        "C5:1 A4:.5 A4:.75 G#4:.25 A4:.5 | B4:1 G#4:.5 E4:1.5 |"
        "G5:1.5 G5:.75 F#5:.25 E5:.5 | D5:1 B4:.5 G4:.75 A4:.25 B4:.5 |"
        "C5:.75 B4:.25 A4:.5 G#4:.75 F#4:.25 G#4:.5 | A4:3",
        "R:.5 | Am:3 | G:3 | Am:3 | E:3 | Am:3 | G:3 | Am:1.5 E:1.5 | Am:3 |"
        "C:3 | G:3 | Am:3 | E:3 | C:3 | G:3 | Am:1.5 E:1.5 | Am:3",
    ),
    (
        "Scarborough Fair", "traditional, England", (3, 4), 112, 0, "train",
        "D4:2 D4:1 | A4:2 A4:1 | E4:1.5 F4:.5 E4:1 | D4:3 | R:1 A4:1 C5:1 | D5:2 C5:1 |"
        "A4:1 B4:1 G4:1 | A4:3 | R:2 D5:1 | D5:2 C5:1 | A4:2 A4:1 | G4:1 F4:1 E4:1 | C4:3 |"
        "D4:2 A4:1 | G4:2 F4:1 | E4:1 D4:1 C4:1 | D4:3",
        "Dm:3 | Dm:3 | C:3 | Dm:3 | Dm:3 | Dm:3 | Am:2 G:1 | Am:3 | Dm:3 | Dm:3 | F:3 | C:3 | C:3 |"
        "Dm:3 | C:3 | C:3 | Dm:3",
    ),
    (
        "The Irish Washerwoman", "traditional, Ireland", (6, 8), 150, 0.5, "train",
        "D5:.25 C5:.25 | B4:.5 G4:.5 G4:.5 D4:.5 G4:.5 G4:.5 | B4:.5 G4:.5 B4:.5 D5:.5 C5:.5 B4:.5 |"
        "C5:.5 A4:.5 A4:.5 E4:.5 A4:.5 A4:.5 | C5:.5 A4:.5 C5:.5 E5:.5 D5:.5 C5:.5 |"
        "B4:.5 G4:.5 G4:.5 D4:.5 G4:.5 G4:.5 | B4:.5 G4:.5 B4:.5 D5:.5 C5:.5 B4:.5 |"
        "C5:.5 B4:.5 C5:.5 A4:.5 D5:.5 C5:.5 | B4:.5 G4:.5 G4:.5 G4:1 D5:.5 |"
        "G5:.5 D5:.5 G5:.5 G5:.5 D5:.5 G5:.5 | G5:.5 D5:.5 G5:.5 B5:.5 A5:.5 G5:.5 |"
        "F#5:.5 D5:.5 F#5:.5 F#5:.5 D5:.5 F#5:.5 | F#5:.5 D5:.5 F#5:.5 A5:.5 G5:.5 F#5:.5 |"
        "E5:.5 G5:.5 G5:.5 D5:.5 G5:.5 G5:.5 | C5:.5 G5:.5 G5:.5 B4:.5 G5:.5 G5:.5 |"
        "C5:.5 B4:.5 C5:.5 A4:.5 D5:.5 C5:.5 | B4:.5 G4:.5 G4:.5 G4:1",
        "R:.5 | G:3 | G:3 | Am:3 | Am:1.5 D7:1.5 | G:3 | G:3 | C:1.5 D7:1.5 | G:3 |"
        "G:3 | G:3 | D:3 | D:3 | C:1.5 G:1.5 | C:1.5 G:1.5 | C:1.5 D7:1.5 | G:2.5",
    ),
    (
        "Auld Lang Syne", "traditional, Scotland", (4, 4), 92, 1, "valid",
        "C4:1 | F4:1.5 F4:.5 F4:1 A4:1 | G4:1.5 F4:.5 G4:1 A4:1 | F4:1.5 F4:.5 A4:1 C5:1 | D5:3 D5:1 |"
        "C5:1.5 A4:.5 A4:1 F4:1 | G4:1.5 F4:.5 G4:1 A4:1 | F4:1.5 D4:.5 D4:1 C4:1 | F4:3 D5:1 |"
        "C5:1.5 A4:.5 A4:1 F4:1 | G4:1.5 F4:.5 G4:1 D5:1 | C5:1.5 A4:.5 A4:1 C5:1 | D5:3 D5:1 |"
        "C5:1.5 A4:.5 A4:1 F4:1 | G4:1.5 F4:.5 G4:1 A4:1 | F4:1.5 D4:.5 D4:1 C4:1 | F4:3",
        "R:1 | F:4 | C:4 | F:4 | Bb:4 | F:4 | C:4 | Bb:2 C:2 | F:4 |"
        "F:4 | C:4 | F:4 | Bb:4 | F:4 | C:4 | Bb:2 C:2 | F:3",
    ),
    (
        "Amazing Grace", "traditional, United States", (3, 4), 84, 1, "test",
        "D4:1 | G4:2 B4:.5 G4:.5 | B4:2 A4:1 | G4:2 E4:1 | D4:2 D4:1 | G4:2 B4:.5 G4:.5 | B4:2 A4:1 |"
        "D5:3 | R:2 B4:1 | D5:1.5 B4:.5 D5:.5 B4:.5 | G4:2 D4:1 | E4:1.5 G4:.5 G4:.5 E4:.5 | D4:2 D4:1 |"
        "G4:2 B4:.5 G4:.5 | B4:2 A4:1 | G4:3",
        "R:1 | G:3 | G:3 | C:3 | G:3 | G:3 | Em:3 | D:3 | D:3 | G:3 | G:3 | C:3 | G:3 | Em:3 | D:3 | G:3",
    ),
    (
        "Sakura", "traditional, Japan", (4, 4), 80, 0, "train",
        "A4:1 A4:1 B4:2 | A4:1 A4:1 B4:2 | A4:1 B4:1 C5:1 B4:1 | A4:1 B4:.5 A4:.5 F4:2 |"
        "E4:1 C4:1 E4:1 F4:1 | E4:1 E4:.5 C4:.5 B3:2 | A4:1 B4:1 C5:1 B4:1 | A4:1 B4:.5 A4:.5 F4:2 |"
        "E4:1 C4:1 E4:1 F4:1 | E4:1 E4:.5 C4:.5 B3:2 | A4:1 A4:1 B4:2 | A4:1 A4:1 B4:2 |"
        "E4:1 F4:1 B4:.5 A4:.5 F4:1 | E4:4",
        "Am:4 | Am:4 | Am:4 | Dm:4 | Am:4 | Em:4 | Am:4 | Dm:4 | Am:4 | Em:4 | Am:4 | Am:4 | Dm:4 | Em:4",
    ),
)  # fmt: skip


def load_tunes() -> list[tuple[Piece, str]]:
    """The eight tunes with the split of each."""
    return [(_build(*row), row[5]) for row in TUNES]


def _build(title, people, metre, bpm, pickup, _, melody, chords) -> Piece:
    bar = Metre(0.0, *metre).bar_length
    notes = [
        (on, length, _pitch(name), 80, 0) for on, length, name in _read(title, melody, bar, pickup)
    ]
    for on, length, name in _read(title, chords, bar, pickup):
        notes += [(on, length, pitch, 64, 1) for pitch in _chord(name)]
    whole = Metre(pickup, *metre)
    short = (Metre(0.0, int(pickup * metre[1] / 4), metre[1]), whole) if pickup else (whole,)
    return Piece(
        notes, (Track("melody", 73), Track("chords", 0)), short, (Tempo(0.0, bpm),),
        title=title, composer=people, dynamics=False, source="tunes",
    )  # fmt: skip


def _read(title, text, bar, pickup):
    """(onset, duration, name) of each sounding token; ValueError where a bar does not add up."""
    bars, now = text.split("|"), 0.0
    for number, line in enumerate(bars):
        start, expected = now, pickup if pickup and number == 0 else bar
        for token in line.split():
            name, length = token.split(":")
            if name != "R":
                yield now, float(length), name
            now += float(length)
        short_end = number == len(bars) - 1 and abs(now - start - (bar - pickup)) < 1e-9
        if abs(now - start - expected) > 1e-9 and not short_end and number != len(bars) - 1:
            raise ValueError(
                f"{title}: bar {number} lasts {now - start:g} quarters, not {expected:g}"
            )


def _pitch(name: str) -> int:
    step, accidental, octave = re.fullmatch(r"([A-G])([#b]?)(\d)", name).groups()
    return 12 * (int(octave) + 1) + _STEPS[step] + {"#": 1, "b": -1, "": 0}[accidental]


def _chord(name: str) -> list[int]:
    """A chord's tones in the octave below middle C, root lowest."""
    step, accidental, kind = re.fullmatch(r"([A-G])([#b]?)(m|7|)", name).groups()
    root = 48 + _STEPS[step] + {"#": 1, "b": -1, "": 0}[accidental]
    return [root + interval for interval in _CHORD[kind]]
