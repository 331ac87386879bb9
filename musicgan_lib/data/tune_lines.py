"""The beginnings of tunes as lists of notes: what an interpolation of melodies reads."""

from dataclasses import dataclass

import numpy as np

#: Corpora that are read so
TUNES = ("tunes",)
LENGTH = 24.0  # quarters of each tune


@dataclass
class TuneLines:
    """One tune a piece, ``(N, 3) float64``: onset and duration in quarters, pitch as MIDI counts.

    No split is kept apart, for nothing is learnt.
    """

    name: str
    pieces: dict[str, list[np.ndarray]]
    titles: list[str]
    data_hash: str
    split_by: str = "none: nothing is learnt"
    report: str = ""

    def decode(self, rows) -> "Piece":  # noqa: F821 - imported where it is used
        """The melody that rows spell, each pitch at its nearest key; rows without duration are left out."""
        from ..notes import Piece, Tempo, Track

        rows = np.asarray(rows, float)
        notes = [
            (onset, duration, int(np.floor(pitch + 0.5)), 80, 0)
            for onset, duration, pitch in rows[rows[:, 1] > 0].tolist()
        ]
        return Piece(
            notes,
            (Track("melody", 73),),
            tempo=(Tempo(0.0, 100.0),),
            dynamics=False,
            source="generated",
        )


def encode_tune_lines(corpus: str = "tunes") -> TuneLines:
    """The melodies of a corpus of single tunes, their first :data:`LENGTH` quarters. ValueError for another corpus."""
    from .. import corpora

    if corpus not in TUNES:
        raise ValueError(f"no single melodies of {corpus!r}; there are {', '.join(TUNES)}")
    lines, titles, read = [], [], []
    for split in ("train", "valid", "test"):
        part = corpora.load(corpus, split)
        read.append(part.data_hash)
        for piece in part:
            notes = piece.notes[(piece.notes["track"] == 0) & (piece.notes["onset"] < LENGTH)]
            rows = np.stack([notes[k].astype(float) for k in ("onset", "duration", "pitch")], 1)
            rows[:, 1] = np.minimum(rows[:, 1], LENGTH - rows[:, 0])
            lines.append(rows)
            titles.append(piece.title)
    return TuneLines(
        corpus,
        {"train": lines, "valid": [], "test": []},
        titles,
        read[0],
        report=f"The first {LENGTH:g} quarters of {len(lines)} melodies.",
    )
