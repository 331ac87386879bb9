"""The one type that every room of the library speaks: :class:`Piece`, the notes of one piece.

Reading and writing files is here too; the parsers are imported only when a file is touched.
"""

from .annotations import ANNOTATION
from .conversion import from_music21, to_music21, to_pretty_midi, write_musicxml
from .metre import Metre, Tempo
from .midi_files import MidiError, read_midi, write_midi
from .piece import NOTE, Piece, Track

__all__ = [
    "ANNOTATION",
    "NOTE",
    "Metre",
    "MidiError",
    "Piece",
    "Tempo",
    "Track",
    "from_music21",
    "read_midi",
    "to_music21",
    "to_pretty_midi",
    "write_midi",
    "write_musicxml",
]
