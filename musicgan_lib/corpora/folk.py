"""Melodies from music21's folk collections: thousands of tunes, no chords."""

from pathlib import Path

from ..notes import Piece, Track
from . import abc
from .splits import split_by_content

#: Folder in music21's corpus -> what it is. Essen is left out: its licence allows no commercial use.
COLLECTIONS = {
    "ryansMammoth": "Ryan's Mammoth Collection, 1883",
    "oneills1850": "O'Neill's Music of Ireland, 1903",
}


def load_folk(limit=400) -> tuple[list[Piece], dict, str]:
    """The first ``limit`` melodies of each collection, in the order of their files."""
    from music21 import corpus

    root, pieces, failed = Path(corpus.__file__).parent, [], 0
    for folder, collection in COLLECTIONS.items():
        taken = 0
        for path in sorted((root / folder).glob("*.abc")):
            for tune in abc.split_tunes(path.read_text("latin1")):
                if taken == limit:
                    break
                try:
                    piece = read_melody(tune, abc.title_of(tune, path.stem))
                except ValueError:
                    failed += 1
                    continue
                taken += 1
                pieces.append(piece.replace(composer=collection))
    return (
        pieces,
        {"content": split_by_content(pieces)},
        f"{len(pieces)} melodies read, {failed} tunes failed.",
    )


def read_melody(tune: str, title: str = "") -> Piece:
    """One tune in ABC: its melody; texts over the notes,
    which say more of bows and fingers than of chords, are markers.
    """
    played = abc.play(tune)
    beside = [
        (at, "marker" if kind == "text" else kind, said, 0) for at, kind, said in played.marks
    ]
    return Piece(
        played.melody,
        (Track("melody", 73),),
        played.metre,
        played.tempo,
        title=title,
        dynamics=False,
        losses=played.losses,
        annotations=beside,
    )
