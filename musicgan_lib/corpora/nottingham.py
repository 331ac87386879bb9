"""The Nottingham tunes: melody and chords, from the original ABC or from the 2012 MIDI edition."""

import re

from ..notes import Piece, Track
from . import abc
from .abc_chords import lay_chords
from .midi_folder import read_files
from .splits import split_by_content

TRACKS = (Track("melody", 73), Track("chords", 0))
_OFFICIAL = re.compile(r"/(train|valid|test)/[^/]+\.mid$")


def load_nottingham(files) -> tuple[list[Piece], dict, str]:
    """All tunes of an archive: 14 ABC files, or MIDI in train / valid / test folders."""
    names = [n for n in files.names if n.endswith(".abc") and "ABC_cleaned" not in n]
    if names:
        pieces, failed = _read_abc(files, names)
        splits = {"content": split_by_content(pieces)}
    else:
        midi = [n for n in files.names if _OFFICIAL.search(f"/{n}")]
        named, failed = read_files(files, midi)
        pieces = [_as_tune(piece) for _, piece in named]
        official = [_OFFICIAL.search(f"/{name}").group(1) for name, _ in named]
        splits = {"content": split_by_content(pieces), "icml2012": official}
    report = f"{len(pieces)} tunes, {len(failed)} failed" + (
        ": " + "; ".join(failed) if failed else ""
    )
    return pieces, splits, report


def _read_abc(files, names):
    pieces, failed = [], []
    for name in names:
        for tune in abc.split_tunes(files.read(name).decode("latin1")):
            title = abc.title_of(tune, name)
            try:
                pieces.append(read_tune(tune, title))
            except ValueError as reason:
                failed.append(f"{title}: {reason}")
    return pieces, failed


def read_tune(tune: str, title: str = "") -> Piece:
    """One tune in ABC: its melody on track 0, its chord symbols as chords that last on track 1.

    Repeats and parts are played in their order. Chord symbols and other texts over the notes are annotations, too.
    Raises ValueError for a text without a key or without notes.
    """
    played = abc.play(tune)
    chords, beside = lay_chords(played)
    rows = [(*row, 80, 0) for row in played.melody] + [(*row, 75, 1) for row in chords]
    return Piece(
        rows,
        TRACKS,
        played.metre,
        played.tempo,
        title=title or abc.title_of(tune),
        dynamics=False,
        losses=played.losses,
        annotations=beside,
    )


_read_tune = read_tune


def _as_tune(piece: Piece) -> Piece:
    """Melody on track 0, all chords on track 1; these files write velocities that mean nothing."""
    notes = piece.notes.copy()
    sounding = sorted(set(notes["track"].tolist()))
    notes["track"] = (notes["track"] != sounding[0]).astype("i2") if sounding else 0
    return piece.replace(notes=notes, tracks=TRACKS, dynamics=False)
