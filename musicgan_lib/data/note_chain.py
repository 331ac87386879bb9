"""Notes as three choices each, of any corpus: one alphabet for all of them."""

from dataclasses import dataclass

import numpy as np

from .tokens import SPLITS, TokenData
from .words import TUNES_SHARED

#: Of ``representations.note_chain``, for whoever has no music library
FACTORS = ("dT", "T", "P")


@dataclass
class NoteChainData(TokenData):
    """One piece an array ``(N,) int64``, a number a note: three fields, packed by ``np.ravel_multi_index``."""

    def split_fields(self, tokens) -> np.ndarray:
        """The three fields of each token, ``(…, 3)``."""
        return np.stack(np.unravel_index(np.asarray(tokens, np.int64), self.sizes), -1)

    def decode(self, tokens) -> "Piece":  # noqa: F821 - imported where it is used
        """The piece that notes spell."""
        from ..representations import note_chain

        return note_chain.decode(self.split_fields(tokens))


def encode_note_chain(corpus) -> NoteChainData:
    """All notes of a corpus. CorpusUnavailable where the music is not here."""
    from .. import corpora
    from ..representations import note_chain

    scheme = "tune_disjoint" if corpus in TUNES_SHARED else None
    pieces, data_hash = {}, ""
    for split in SPLITS:
        part = corpora.load(corpus, split, scheme=scheme)
        data_hash = part.data_hash + ("-tune" if scheme else "")
        rows = [note_chain.encode(piece) for piece in part]
        pieces[split] = [np.ravel_multi_index(tuple(r.T), note_chain.SIZES) for r in rows]
    tables = (note_chain.WAITS, note_chain.DURATIONS, range(note_chain.PITCHES))
    return NoteChainData(
        str(corpus),
        "note_chain",
        note_chain.SIZES,
        [[[float(x)] for x in table] for table in tables],
        pieces,
        data_hash,
        split_by="tune" if scheme else "piece",
    )
