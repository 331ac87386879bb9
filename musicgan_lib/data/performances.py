"""Performances as 388 events: encoded once where the music is, then read with numpy alone."""

import hashlib
from dataclasses import dataclass, replace
from zipfile import BadZipFile

import numpy as np

from ..files import cache_folder, hold_work
from ..reach import list_reached
from .played import play_by_rules
from .tokens import SPLITS, TokenData
from .words import TUNES_SHARED

#: What may be taken away: name -> what ``representations.performance.encode`` is told
FORMS = {
    "performance": {},
    "performance.no_velocity": {"velocity": False},
    "performance.no_pedal": {"pedal": False},
}
#: The kinds of event, and where each begins; ``representations.performance`` has the same.
KINDS, STARTS = ("on", "off", "shift", "velocity"), (0, 128, 256, 356)
SHIFT, VELOCITY = 256, 356


@dataclass
class PerformanceData(TokenData):
    """One performance a piece, ``(N,) int64``."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of event, in the order of :meth:`kind_of`."""
        return KINDS

    def kind_of(self, tokens) -> np.ndarray:
        """The kind of each event, an index into :attr:`kinds`, of the same shape."""
        return np.searchsorted(STARTS, np.asarray(tokens), side="right") - 1

    def symbols_per_note(self, tokens) -> float:
        """Events for each key that goes down; where none does they count as one note's."""
        tokens = np.asarray(tokens)
        return tokens.size / max(int((tokens < STARTS[1]).sum()), 1)

    def decode(self, tokens) -> "Piece":  # noqa: F821 - imported where it is used
        """The performance that events spell."""
        from ..representations import performance

        return performance.decode(tokens, velocity=self.form != "performance.no_velocity")

    def shuffle_times(self) -> "PerformanceData":
        """The same performances, their time shifts in an order of their own: a control. Test music stays."""
        rng, mixed = np.random.default_rng(0), []
        for piece in self.pieces["train"]:
            waits = (piece >= SHIFT) & (piece < VELOCITY)
            piece = piece.copy()
            piece[waits] = rng.permutation(piece[waits])
            mixed.append(piece)
        return replace(self, pieces=self.pieces | {"train": mixed})


@hold_work
def encode_performances(corpus, form: str = "performance") -> PerformanceData:
    """The performances of a corpus; from the cache where they were encoded before.

    A piece that states no dynamics is a score: the pianist of :mod:`musicgan_lib.data.played` plays it. ``form`` is one
    of :data:`FORMS`. Split by piece, and by tune where one tune has several pieces. ValueError for another form,
    CorpusUnavailable where the music is not here.
    """
    if form not in FORMS:
        raise ValueError(f"no performance is written as {form!r}; there are {', '.join(FORMS)}")
    from .. import corpora
    from ..representations import performance

    scheme = "tune_disjoint" if corpus in TUNES_SHARED else None
    parts = {s: corpora.load(corpus, s, scheme=scheme) for s in SPLITS}
    data_hash = parts["train"].data_hash + ("-tune" if scheme else "")
    seen = hashlib.sha256(corpora.loading.reader_versions().encode())
    for source in list_reached([__name__, performance.__name__], ("notes", "corpora")):
        seen.update(source.read_bytes())
    made_by = seen.hexdigest()[:8]
    kept = cache_folder() / "performances" / f"{corpus}-{form}-{data_hash}-{made_by}.npz"
    try:
        return PerformanceData.load(kept)
    except (OSError, EOFError, ValueError, BadZipFile):  # none yet, or broken: encode
        pass
    rng, pieces, played = np.random.default_rng(2018), {}, 0
    for split, part in parts.items():
        pieces[split] = []
        for piece in part:
            played += not piece.dynamics
            piece = piece if piece.dynamics else play_by_rules(piece, rng)
            pieces[split].append(performance.encode(piece, **FORMS[form]))
    data = PerformanceData(
        str(corpus),
        form,
        (performance.SIZE,),
        [[[float(k)] for k in range(performance.SIZE)]],
        pieces,
        data_hash,
        split_by="tune" if scheme else "piece",
        report=f"{played} scores without dynamics are played by rules." if played else "",
    )
    data.save(kept)
    return data
