"""Palestrina's masses from music21's own corpus: the movements for four voices, note values halved."""

import re
from importlib import util
from pathlib import Path

from ..notes import Metre, Piece, Tempo, Track
from .chorale_scores import Part, read_score
from .chorales import VOICES
from .progress import follow
from .splits import split_of

#: No tempo is written. This one is ours, in the quarters that halved minims are.
PACE = 80.0
_SHARES = (("train", 0.8), ("valid", 0.1), ("test", 0.1))


def load_palestrina() -> tuple[list[Piece], dict, str]:
    """All movements of four voices, their split by mass, and a report."""
    files = sorted(find_scores().glob("*.krn"))
    of_four = [file for file in files if count_voices(file) == len(VOICES)]
    pieces, masses = [], []
    for file in follow(of_four, len(of_four), "movements"):
        mass = re.search(r"^!!!OPR:\s*(.+?)\s*$", file.read_text("latin1"), re.M)
        masses.append(mass[1] if mass else file.stem)
        pieces.append(read_movement(file, masses[-1]))
    report = (
        f"{len(pieces)} of {len(files)} files have four voices and are read; a mass is in one split. Note values are "
        "halved, so that the beat, a minim, is a quarter."
    )
    return pieces, {"by_mass": [split_of(mass, _SHARES) for mass in masses]}, report


def find_scores() -> Path:
    """The folder of music21's files, without importing music21."""
    return Path(util.find_spec("music21").origin).parent / "corpus" / "palestrina"


def count_voices(file: Path) -> int:
    """The spines of notes that a file announces; 0 for one that announces none."""
    with file.open(encoding="latin1") as lines:
        first = next((line for line in lines if line.startswith("**")), "")
    return first.split().count("**kern")


def read_movement(file: Path, mass: str) -> Piece:
    """One movement, the highest voice first. ValueError for a file that is no score."""
    parts = read_score(file)
    rows = [
        (float(onset / 2), float(duration / 2), pitch, 80, track)
        for track, part in enumerate(parts)
        for onset, duration, pitch in part.notes
    ]
    return Piece(
        rows,
        tuple(Track(v, 52) for v in VOICES),
        _metre_of(parts[0]),
        (Tempo(0.0, PACE),),
        title=f"{mass}: {file.stem}",
        composer="G. P. da Palestrina",
        dynamics=False,
        source="palestrina",
        losses=("no tempo is stated; 80 quarters a minute is ours", "note values are halved"),
    )


def _metre_of(part: Part) -> tuple[Metre, ...]:
    """The signatures of a part with their beats halved: 4/2 becomes 4/4."""
    signatures = {float(at / 2): metre for at, metre in part.signatures.items()}
    signatures.setdefault(0.0, (4, 2))
    return tuple(Metre(at, number, unit * 2) for at, (number, unit) in sorted(signatures.items()))
