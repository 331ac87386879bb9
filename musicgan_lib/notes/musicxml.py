"""A ``Piece`` as a MusicXML file."""

import re
from pathlib import Path

import numpy as np

from ..files import write_whole
from .metre import Metre
from .piece import Piece
from .score_writing import ScoreWriter
from .voices import NEAR

#: A tone whose velocity stands in its id.
_VELOCITY = re.compile(rb'<note([^>]*) id="velocity-(\d+)-\d+-\d+"([^>]*)>')


def write_musicxml(piece: Piece, path) -> tuple[str, ...]:
    """Write the piece as a score (MusicXML) that notation programs open, whole or not at all.

    A score knows note values, not milliseconds: onsets and ends go to the nearest 64th or triplet
    32nd. Returns what was lost, one sentence each. Raises ValueError for a piece of more than
    10,000 bars. Source: ours.
    """
    from music21.musicxml.m21ToXml import GeneralObjectExporter

    notes, beside = piece.notes.copy(), piece.annotations.copy()
    ends = _snap(notes["onset"] + notes["duration"])
    notes["onset"] = _snap(notes["onset"])
    notes["duration"] = np.where(
        notes["duration"] > 0, np.maximum(ends - notes["onset"], 1 / 16), 0
    )
    moved = np.abs(notes["onset"] - piece.notes["onset"]).max(initial=0)
    moved = max(moved, np.abs(notes["duration"] - piece.notes["duration"]).max(initial=0))
    beside["onset"] = _snap(beside["onset"])
    metre, shifted = _snap_metre(piece.metre)
    writer = ScoreWriter(piece.replace(notes=notes, annotations=beside, metre=metre))
    score = writer.score()
    _name_velocities(score)
    written = _VELOCITY.sub(_write_velocity, GeneralObjectExporter(score).parse())
    write_whole(Path(path), written)
    said = [f"times move by up to {moved:.2g} quarters, to note values"] if moved > NEAR else []
    if shifted:
        said.append(f"{shifted} changes of metre move to the nearest 64th")
    return (*said, *(f"{n} {what}" for what, n in writer.lost.items() if n))


def _name_velocities(score) -> None:
    """Give each tone of a chord its velocity as an id: music21 writes none for a chord, but keeps ids."""
    for chord in score.recurse().getElementsByClass("Chord"):
        for k, tone in enumerate(chord.notes if "ChordSymbol" not in chord.classes else ()):
            tone.id = f"velocity-{tone.volume.velocity}-{id(chord)}-{k}"


def _write_velocity(found) -> bytes:
    """The attribute that MusicXML has for it, in hundredths of a velocity of 90."""
    return b'<note%b dynamics="%.2f"%b>' % (found[1], int(found[2]) / 0.9, found[3])


def _snap_metre(metre) -> tuple[tuple[Metre, ...], int]:
    """Changes of metre on the grid of 64ths, so that a bar which one cuts has a signature; how many moved or went."""
    at = {round(m.onset * 16) / 16: m for m in metre}  # the last of several at one place
    kept = tuple(m._replace(onset=onset) for onset, m in at.items())
    return kept, len(metre) - sum(abs(m.onset - at[m.onset].onset) < NEAR for m in kept)


def _snap(times):
    """Times at the nearest 1/16 or 1/12 of a quarter."""
    grids = [np.rint(times * n) / n for n in (16, 12)]
    return np.where(np.abs(grids[0] - times) <= np.abs(grids[1] - times), *grids)
