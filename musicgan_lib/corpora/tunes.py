"""Eight traditional tunes, entered for this book: music that is here on every machine.

Each has a melody (track 0) and block chords (track 1). Text is the format: a melody is pitches
with durations in quarter lengths (``C5:1.5``; ``R`` rests), bars are closed by ``|``, and chords are
names with durations, barred the same way. The tunes are ``tunes.json`` beside this file: title, people it is
sung by, metre, quarters a minute, pickup in quarters, split, melody, chords.
"""

import json
import re
from importlib import resources

from ..notes import Metre, Piece, Tempo, Track

_CHORD = {"": (0, 4, 7), "m": (0, 3, 7), "7": (0, 4, 7, 10)}
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def load_tunes() -> list[tuple[Piece, str]]:
    """The eight tunes with the split of each."""
    rows = json.loads(resources.files(__package__).joinpath("tunes.json").read_text("utf-8"))
    return [(_build(**row), split) for row in rows for split in [row.pop("split")]]


def _build(title, people, metre, bpm, pickup, melody, chords) -> Piece:
    melody, chords = " ".join(melody), " ".join(chords)
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
