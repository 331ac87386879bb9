"""Notes as four streams of whole numbers, one behind the other: gap, duration, pitch and level of each note."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from ..files import cache_folder, hold_work
from .tokens import SPLITS, TokenData
from .words import TUNES_SHARED

NONE = -1.0  # what a number stands for that a stream does not use


@dataclass
class NoteData(TokenData):
    """The notes of a corpus, by split: four tokens a note (:mod:`representations.time_values`).

    Each stream counts its own values from 0, so that the alphabet is as large as the largest of them needs;
    ``symbols[0][k]`` has what number k stands for in each of the four. Likelihoods are printed in nats a note.
    """

    @property
    def stride(self) -> int:
        """A window begins with a note."""
        return len(self.symbols[0][0])

    def symbols_per_word(self, tokens) -> float:
        """Four tokens are a note."""
        return float(self.stride)

    def to_rows(self, tokens) -> np.ndarray:
        """Values of notes, ``(4 N,) -> (N, 4)``; a number that a stream does not use counts as its last one."""
        known = np.array(self.symbols[0])
        last = (known != NONE).sum(0) - 1
        numbers = np.minimum(np.reshape(tokens, (-1, self.stride)), last)
        return np.take_along_axis(known, numbers, 0)

    def decode(self, tokens) -> "Piece":  # noqa: F821 - imported where it is used
        """The piece that tokens spell; what is left of a last note is left out."""
        from ..representations import time_values

        whole = len(tokens) // self.stride * self.stride
        return time_values.decode(self.to_rows(np.asarray(tokens)[:whole]))


@hold_work
def encode_time_values(corpus: str, scheme: str | None = None) -> NoteData:
    """The notes of a corpus in four streams; from the cache where they were encoded before.

    The values of a stream are those of all splits. Of the chorales the default split is ``"tune_disjoint"``.
    CorpusUnavailable where the music is not here.
    """
    from .. import corpora
    from ..representations import time_values

    scheme = scheme or ("tune_disjoint" if corpus in TUNES_SHARED else None)
    parts = {s: corpora.load(corpus, s, scheme=scheme) for s in SPLITS}
    data_hash = "-".join([parts["train"].data_hash, *([scheme] if scheme else [])])
    read = hashlib.sha256(corpora.loading.reader_versions().encode())
    for source in (__file__, time_values.__file__):
        read.update(Path(source).read_bytes())
    key = Path(str(corpus)).name, data_hash, read.hexdigest()[:8]
    kept = cache_folder() / "time_values" / f"{'-'.join(key)}.npz"
    try:
        return NoteData.load(kept)
    except (OSError, EOFError, ValueError, BadZipFile):  # none yet, or broken: encode
        pass
    rows = {s: [time_values.encode(p) for p in part if len(p)] for s, part in parts.items()}
    data = number_rows(str(corpus), rows, data_hash)
    data.split_by = "tune" if scheme == "tune_disjoint" else "piece"
    data.report = parts["train"].report
    data.save(kept)
    return data


def number_rows(name: str, rows: dict, data_hash: str) -> NoteData:
    """Rows ``(N, 4)`` of each split as tokens: each stream's values from the smallest up."""
    every = np.concatenate([piece for part in rows.values() for piece in part])
    values = [np.unique(stream) for stream in every.T]
    known = np.full((max(map(len, values)), len(values)), NONE)
    for stream, found in enumerate(values):
        known[: len(found), stream] = found
    pieces = {
        split: [
            np.stack([np.searchsorted(v, piece[:, i]) for i, v in enumerate(values)], 1).ravel()
            for piece in part
        ]
        for split, part in rows.items()
    }
    return NoteData(name, "time_values", (len(known),), [known.tolist()], pieces, data_hash)
