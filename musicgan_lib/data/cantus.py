"""Made music for counterpoint: one cantus firmus, and how voices above it are written down and played."""

import hashlib
from dataclasses import dataclass

import numpy as np

from .tokens import TokenData

#: Corpora of this kind
CANTUS = ("cantus",)
#: D F E D G F A G F E D, the Dorian melody of Fux's *Gradus ad Parnassum* (1725), as white keys: 35 is C4
DORIAN = (36, 38, 37, 36, 39, 38, 40, 39, 38, 37, 36)
WHITE = (0, 2, 4, 5, 7, 9, 11)  # semitones above C
KEYBOARD = 75  # white keys of MIDI
NOTE_LASTS, PACE = 2.0, 96.0  # quarters of a note, quarters a minute


@dataclass
class CantusData(TokenData):
    """A token is a white key: 7 an octave, 35 is C4. The one piece is the cantus, and nothing is learnt from it.

    Music made over it is ``(T, V)``: the cantus first, then the voices above it from below.
    """

    def decode(self, tokens) -> "Piece":  # noqa: F821 - imported where it is used
        """A note of each voice in each row, ``(T, V)`` or one voice ``(T,)``; what is no white key is silent."""
        from ..notes import Piece, Tempo, Track

        tokens = np.asarray(tokens, np.int64)
        rows = tokens.reshape(len(tokens), -1)[:, ::-1]  # the highest voice is the first track
        known = (rows >= 0) & (rows < KEYBOARD)
        notes = [
            (NOTE_LASTS * t, NOTE_LASTS, int(to_pitch(rows[t, v])), 80, int(v))
            for t, v in np.argwhere(known)
        ]
        above = [Track("voice"), Track("alto"), Track("tenor")][: max(rows.shape[1] - 1, 0)]
        if rows.shape[1] == 4:
            above[0] = Track("soprano")
        return Piece(
            notes,
            (*above, Track("cantus")),
            tempo=(Tempo(0.0, PACE),),
            dynamics=False,
            source="generated",
        )


def to_pitch(keys) -> np.ndarray:
    """MIDI numbers of white keys: 35 is 60, middle C."""
    keys = np.asarray(keys)
    return 12 * (keys // 7) + np.array(WHITE)[keys % 7]


def make_cantus(corpus: str = "cantus") -> CantusData:
    """The cantus, known by its notes. ValueError for another corpus."""
    if corpus not in CANTUS:
        raise ValueError(f"no cantus {corpus!r}; there is {', '.join(CANTUS)}")
    line = np.array(DORIAN, np.int64)
    symbols = [[float(p)] for p in to_pitch(np.arange(KEYBOARD))]
    return CantusData(
        corpus,
        "keys",
        (KEYBOARD,),
        [symbols],
        {"train": [line], "valid": [], "test": []},
        hashlib.sha256(line.astype("<i8").tobytes()).hexdigest()[:16],
        split_by="none: nothing is learnt",
        report=f"One Dorian cantus of {len(line)} notes.",
    )
