"""Melodies from music21's folk collections: thousands of tunes, no chords."""

import re
import warnings
from pathlib import Path

from ..notes import Piece, Track
from .nottingham import quiet
from .splits import split_by_content

#: Folder in music21's corpus -> what it is. Essen is left out: its licence allows no commercial use.
COLLECTIONS = {
    "ryansMammoth": "Ryan's Mammoth Collection, 1883",
    "oneills1850": "O'Neill's Music of Ireland, 1903",
}


def load_folk(limit=400) -> tuple[list[Piece], dict, str]:
    """The first ``limit`` melodies of each collection, in the order of their files."""
    from music21 import corpus
    from symusic import Score

    from .midi_folder import piece_from_score

    root, pieces, failed = Path(corpus.__file__).parent, [], 0
    for folder, title in COLLECTIONS.items():
        taken = 0
        for path in sorted((root / folder).glob("*.abc")):
            for tune in re.split(r"\n(?=X:)", path.read_text("latin1")):
                if taken == limit or not re.search(r"^X:", tune, re.M):
                    continue
                name = re.search(r"^T:\s*(.+?)\s*$", tune, re.M)
                try:
                    with quiet(), warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        piece = piece_from_score(
                            Score.from_abc(tune), name.group(1) if name else path.stem
                        )
                except (RuntimeError, ValueError):
                    failed += 1
                    continue
                taken += 1
                pieces.append(_as_melody(piece).replace(composer=title))
    return (
        pieces,
        {"content": split_by_content(pieces)},
        f"{len(pieces)} melodies read, {failed} tunes failed.",
    )


def _as_melody(piece: Piece) -> Piece:
    """The first sounding track alone."""
    sounding = sorted(set(piece.notes["track"].tolist()))[:1]
    return piece.select(*sounding).replace(tracks=(Track("melody", 73),), dynamics=False)
