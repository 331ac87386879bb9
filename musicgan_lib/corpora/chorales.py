"""Bach's chorales from music21's own corpus: four voices, no dynamics, pickups kept."""

import json
import logging
import os
import re
from concurrent.futures import ProcessPoolExecutor
from importlib import resources

from ..notes import Metre, Piece, Tempo, Track
from .splits import cluster, melodic_fingerprint, share_tune, split_of

VOICES = ("Soprano", "Alto", "Tenor", "Bass")
#: A chorale states no tempo. This one is ours: the pace of a congregation.
PACE = 80.0


def read_split_list() -> dict:
    """The canonical 229 / 76 / 77 split as names of music21's files, and the places that none of them matches."""
    return json.loads(resources.files(__package__).joinpath("chorales.json").read_text())


def load_chorales() -> tuple[list[Piece], dict, str]:
    """All chorales, a split of each for both schemes, and a report."""
    listed = read_split_list()
    named = [(split, name) for split, names in listed["splits"].items() for name in names]
    logging.getLogger(__name__).info(
        "reading %d chorales once; later loads take a moment", len(named)
    )
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        pieces = list(pool.map(parse_chorale, [name for _, name in named], chunksize=16))
    unmatched = {split: len(places) for split, places in listed["unmatched"].items()}
    report = (
        f"{len(pieces)} chorales. The published split has 229 / 76 / 77 pieces; music21 has no convincing match for "
        + ", ".join(f"{n} of {split}" for split, n in unmatched.items())
        + ": they are left out."
    )
    splits = {"canonical": [split for split, _ in named], "tune_disjoint": split_by_tune(pieces)}
    return pieces, splits, report


def split_by_tune(pieces) -> list[str]:
    """A split in which no hymn tune is on two sides: Bach harmonised many of them more than once.

    Chorales whose sopranos share half of their melodic 6-grams are one tune, and go together to the
    split that the name of the first of them falls into (60 / 20 / 20).
    """
    groups = cluster([melodic_fingerprint(p) for p in pieces], share_tune)
    shares = (("train", 0.6), ("valid", 0.2), ("test", 0.2))
    return [split_of(pieces[g].title, shares) for g in groups]


def parse_chorale(name: str) -> Piece:
    """One chorale of music21's corpus, by its file name there."""
    import warnings

    from music21 import corpus

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the encodings, not about the notes
        score = corpus.parse(f"bach/{name}")
        parts = _choose_voices(score)
        rows = [row for track, part in enumerate(parts) for row in _notes_of(part, track)]
        metre = _metre_of(parts[0])
    return Piece(
        rows, tuple(Track(v, 52) for v in VOICES), metre, (Tempo(0.0, PACE),),
        title=re.sub(r"\.(krn|xml|mxl)$", "", name).upper().replace("BWV", "BWV "), composer="J. S. Bach", dynamics=False, source="chorales",
        losses=("no tempo is stated; 80 quarters a minute is ours", "fermatas and text are left out"),
    )  # fmt: skip


def _choose_voices(score):
    """The four singers: by name where parts are named so, else the last four (instruments stand above them)."""
    parts = list(score.parts)
    named = {}
    for part in parts:
        for voice in VOICES:
            if (
                (part.partName or "")
                .strip()
                .lower()
                .startswith((voice.lower(), voice[0].lower() + "."))
            ):
                named.setdefault(voice, part)
    if len(named) == 4:
        return [named[v] for v in VOICES]
    if len(parts) < 4:
        return _split_staves(parts)
    return parts[-4:]


def _split_staves(parts):
    """Voices written two to a staff become parts of their own."""
    voices = [v for part in parts for v in part.voicesToParts().parts]
    if len(voices) < 4:
        raise ValueError(f"{len(voices)} voices where four were expected")
    return voices[:4]


def _notes_of(part, track):
    """(onset, duration, pitch, velocity, track) of one voice, ties joined; the top tone where two are written."""
    for note in part.stripTies().flatten().notes:
        if note.duration.quarterLength > 0:
            pitch = max(p.midi for p in note.pitches)
            yield float(note.offset), float(note.duration.quarterLength), pitch, 80, track


def _metre_of(part) -> tuple[Metre, ...]:
    """The part's time signatures; a short first bar is a pickup."""
    signatures = {
        float(s.offset): (s.numerator, s.denominator)
        for s in part.flatten().getElementsByClass("TimeSignature")
    }
    first = signatures.setdefault(0.0, (4, 4))
    bars = list(part.getElementsByClass("Measure"))
    pickup = float(bars[1].offset) if len(bars) > 1 else 0.0
    eighths = pickup * 2
    if 0 < pickup < Metre(0, *first).bar_length and eighths == int(eighths):
        quarters = pickup == int(pickup)
        signatures[0.0] = (int(pickup), 4) if quarters else (int(eighths), 8)
        signatures.setdefault(pickup, first)
    return tuple(Metre(onset, *signatures[onset]) for onset in sorted(signatures))
