"""Melodies as 38 events a sixteenth, in bars of sixteen, of any corpus that has bars of four quarters."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from .tokens import SPLITS, TokenData
from .words import TUNES_SHARED

#: Of ``representations.melody_events``, for whoever has no music library
BAR, HOLD, EVENTS = 16, 36, 38
LOST = "lose something: notes off the sixteenths, at once with higher ones, or out of range"


@dataclass
class MelodyEventData(TokenData):
    """One melody a piece, ``(T,) int64``; a window begins at a bar line."""

    @classmethod
    def of_events(cls, name: str, pieces: dict, data_hash: str, **about) -> "MelodyEventData":
        """Melodies of the three splits that are events already; ``about`` is what else
        :class:`~musicgan_lib.data.tokens.TokenData` keeps.
        """
        names = [[float(k)] for k in range(EVENTS)]
        return cls(name, "melody_events", (EVENTS,), [names], pieces, data_hash, **about)

    @property
    def stride(self) -> int:
        """A window begins with a bar."""
        return BAR

    def symbols_per_note(self, tokens) -> float:
        """Events for each note that begins; where none begins they count as one note's."""
        tokens = np.asarray(tokens)
        return tokens.size / max(int((tokens < HOLD).sum()), 1)

    def decode(self, tokens) -> "Piece":  # noqa: F821 - imported where it is used
        """The melody that events spell."""
        from ..representations import melody_events

        return melody_events.decode(tokens)


def encode_melody_events(corpus, transpose=()) -> MelodyEventData:
    """The first tracks of a corpus as events; ``report`` says how many pieces are left out, and what was moved.

    ``transpose``: the semitones by which each training piece stands in ``other_keys``, too, where all its notes stay in
    range. ValueError where a split is left empty, CorpusUnavailable where the music is not here.
    """
    from .. import corpora
    from ..representations import melody_events as events

    scheme = "tune_disjoint" if corpus in TUNES_SHARED else None
    shifts = sorted({int(k) for k in transpose} - {0})
    pieces, others, told, data_hash = {}, [], Counter(), ""
    for split in SPLITS:
        part = corpora.load(corpus, split, scheme=scheme)
        data_hash, pieces[split] = part.data_hash + ("-tune" if scheme else ""), []
        for piece in part:
            try:
                made, lost = events.read(piece)
            except ValueError:
                told["are left out: no melody in bars of four quarters"] += 1
                continue
            told[LOST] += bool(lost)
            pieces[split].append(made)
            if shifts and split == "train":
                others.append([moved for k in shifts if (moved := _shift(made, k)) is not None])
    report = " ".join(f"{n} pieces {what}." for what, n in told.items() if n)
    if empty := [s for s in SPLITS if not pieces[s]]:
        raise ValueError(f"{corpus}: nothing is left in {', '.join(empty)}. {report}")
    return MelodyEventData.of_events(
        str(corpus),
        pieces,
        data_hash,
        other_keys=others,
        split_by="tune" if scheme else "piece",
        report=report,
    )


def _shift(events, semitones: int):
    """The same melody in another key; None where a note would leave the range."""
    notes = events < HOLD
    moved = np.where(notes, events + semitones, events)
    inside = (moved[notes] >= 0) & (moved[notes] < HOLD)
    return moved if inside.all() else None
