"""The one type that every room of the library speaks: :class:`Piece`, the notes of one piece.

Reading and writing files is here too; the parsers are imported only when a file is touched.
"""

from .annotations import ANNOTATION
from .conversion import to_pretty_midi
from .metre import Metre, Tempo
from .midi_bytes import MidiError
from .midi_files import read_midi
from .midi_writing import write_midi
from .musicxml import write_musicxml
from .pedal import apply_pedal
from .piece import NOTE, Piece, Track
from .score_reading import from_music21
from .score_writing import to_music21
from .sound import Sound, read_sound

__all__ = [
    "ANNOTATION",
    "NOTE",
    "Metre",
    "MidiError",
    "Piece",
    "Sound",
    "Tempo",
    "Track",
    "apply_pedal",
    "from_music21",
    "read_midi",
    "read_sound",
    "to_music21",
    "to_pretty_midi",
    "write_midi",
    "write_musicxml",
]
