"""Bach's chorales from music21's own corpus: four voices, no dynamics, pickups and fermatas kept."""

import json
import re
from importlib import resources, util
from pathlib import Path

from ..notes import Metre, Piece, Tempo, Track
from .chorale_scores import Part, read_score
from .progress import follow
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
    names = follow((name for _, name in named), len(named), "chorales")
    pieces = [parse_chorale(name) for name in names]
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


def find_scores() -> Path:
    """The folder of music21's files of Bach, without importing music21, which takes longer than reading them."""
    return Path(util.find_spec("music21").origin).parent / "corpus" / "bach"


def parse_chorale(name: str) -> Piece:
    """One chorale of music21's corpus, by its file name there; ``.mxl`` is left out of it."""
    file = name if name.endswith((".krn", ".xml")) else f"{name}.mxl"
    voices = _choose_voices(read_score(find_scores() / file))
    rows = [
        (float(onset), float(duration), pitch, 80, track)
        for track, part in enumerate(voices)
        for onset, duration, pitch in part.notes
    ]
    fermatas = [
        (float(onset), "fermata", "", track)
        for track, part in enumerate(voices)
        for onset in part.fermatas
    ]
    return Piece(
        rows,
        tuple(Track(v, 52) for v in VOICES),
        _metre_of(voices[0]),
        (Tempo(0.0, PACE),),
        title=re.sub(r"(-sc)?(\.krn|\.xml)?$", "", name).upper().replace("BWV", "BWV "),
        composer="J. S. Bach",
        dynamics=False,
        source="chorales",
        losses=("no tempo is stated; 80 quarters a minute is ours", "text is left out"),
        annotations=fermatas,
    )


def _choose_voices(parts: list[Part]) -> list[Part]:
    """The four singers: by name where parts are named so, else the last four (instruments stand above them)."""
    named = {}
    for part in parts:
        for voice in VOICES:
            starts = (voice.lower(), voice[0].lower() + ".")
            if part.name.strip().lower().startswith(starts):
                named.setdefault(voice, part)
    if len(named) == 4:
        return [named[v] for v in VOICES]
    if len(parts) < 4:
        raise ValueError(f"{len(parts)} voices where four were expected")
    return parts[-4:]


def _metre_of(part: Part) -> tuple[Metre, ...]:
    """The part's time signatures; a short first bar is a pickup."""
    signatures = {float(onset): signature for onset, signature in part.signatures.items()}
    first = signatures.setdefault(0.0, (4, 4))
    pickup = float(part.bars[1]) if len(part.bars) > 1 else 0.0
    eighths = pickup * 2
    if 0 < pickup < Metre(0, *first).bar_length and eighths == int(eighths):
        quarters = pickup == int(pickup)
        signatures[0.0] = (int(pickup), 4) if quarters else (int(eighths), 8)
        signatures.setdefault(pickup, first)
    return tuple(Metre(onset, *signatures[onset]) for onset in sorted(signatures))
