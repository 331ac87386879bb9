"""Voices on a grid as tokens: one after the other for a model that reads in order, or all voices over time."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from ..files import cache_folder, hold_work
from .rolls import ON_GRID, tell
from .tokens import SPLITS, TokenData
from .windows import WindowCutter
from .words import TUNES_SHARED


@dataclass
class GridData(TokenData):
    """The cells of a corpus of voices, by split, as :mod:`representations.grid` has them.

    A piece is ``(T * V,) int64``: the voices of the first sixteenth from the highest down, then those of the second.
    :meth:`to_voices` shows the same numbers as ``(V, T)``. Token k is the pitch ``lowest + k``, so that neighbours are
    a semitone apart; the last two tokens hold and rest. ``beside`` has, as flat, ``2 + V`` numbers a sixteenth:
    its position in the bar, the number of its chord in ``chords`` (0 is none), and 1 in each voice under a fermata.
    """

    voices: int = 4
    chords: list[str] = field(default_factory=lambda: [""])

    _ABOUT = (*TokenData._ABOUT, "voices", "chords")

    @property
    def lowest(self) -> int:
        """The pitch of token 0."""
        return int(self.symbols[0][0][0])

    @property
    def hold(self) -> int:
        """The token that holds a note."""
        return self.sizes[0] - 2

    @property
    def rest(self) -> int:
        """The token of a silent sixteenth."""
        return self.sizes[0] - 1

    @property
    def stride(self) -> int:
        """A window begins with the first voice."""
        return self.voices

    def windows(self, split: str, length: int, step: int | None = None) -> np.ndarray:
        """As :meth:`TokenData.windows`, ``(n, length) int64``; ValueError for a length that parts a sixteenth."""
        self._check_whole(length, step)
        return super().windows(split, length, step)

    def conditions(self, split: str, length: int, step: int | None = None) -> np.ndarray:
        """What stands beside the same windows, ``(n, length / V, 2 + V) int64``: position, chord, fermatas."""
        self._check_whole(length, step)
        cutter = WindowCutter(
            self.pieces[split], length, stride=self.stride, beside=self.beside[split]
        )
        cut = cutter.cut_beside(*cutter.every(step))
        return cut.reshape(-1, length // self.stride, 2 + self.voices)

    def to_voices(self, tokens) -> np.ndarray:
        """Tokens in order as voices over time, ``(…, T * V) -> (…, V, T)``; ValueError for part of a sixteenth."""
        tokens = np.asarray(tokens)
        self._check_whole(tokens.shape[-1])
        return np.moveaxis(tokens.reshape(*tokens.shape[:-1], -1, self.voices), -1, -2)

    def to_tokens(self, voices) -> np.ndarray:
        """Voices over time as tokens in order, ``(…, V, T) -> (…, T * V)``: the inverse of :meth:`to_voices`."""
        voices = np.moveaxis(np.asarray(voices), -2, -1)
        return voices.reshape(*voices.shape[:-2], -1)

    def symbols_per_note(self, tokens) -> float:
        """Cells for each note that begins: nats a cell times this are nats a note.

        What papers on chorales call nats a note are nats a cell, a voice in a sixteenth, and so are likelihoods
        printed. Where no note begins the cells count as one note's.
        """
        begins = np.asarray(tokens) < self.hold
        return begins.size / max(int(begins.sum()), 1)

    def decode(self, tokens, beside=None) -> "Piece":  # noqa: F821 - imported where it is used
        """The piece that ``(T * V,)`` tokens spell, in 4/4 unless there is ``beside``, ``(T, 2 + V)`` or as flat."""
        from ..representations import grid

        known = np.array(self.symbols[0]).astype(np.int64)[:, 0]
        cells = known[self.to_voices(np.asarray(tokens, np.int64))]
        if beside is None:
            return grid.decode(cells)
        position, chord, *fermata = np.reshape(beside, (-1, self.voices + 2)).T
        return grid.decode(
            grid.Grid(cells, position, np.array(fermata), np.array(self.chords)[chord])
        )

    def _check_whole(self, *lengths: int | None) -> None:
        for length in lengths:
            if length is not None and (length < 1 or length % self.stride):
                raise ValueError(
                    f"{length} tokens are no whole sixteenths of {self.voices} voices: take a multiple of {self.stride}"
                )


class OfGrid:
    """What is cut out of a corpus of voices, ``grid``: it has that corpus's name, hash, split and report."""

    grid: GridData

    @property
    def name(self) -> str:
        return self.grid.name

    @property
    def data_hash(self) -> str:
        return self.grid.data_hash

    @property
    def split_by(self) -> str:
        return self.grid.split_by

    @property
    def report(self) -> str:
        return self.grid.report


@hold_work
def encode_grid(
    corpus, transpose=(), scheme: str | None = None, voices: int = 4, one_key: bool = False
) -> GridData:
    """The voices of a corpus on the grid; from the cache where they were encoded before.

    Parameters
    ----------
    corpus : a name or a path that ``corpora.load`` knows. Of the chorales all pieces fit.
    transpose : the semitones, such as ``range(-3, 4)``, by which each training piece stands in ``other_keys`` besides
        its own key; a shift that would leave MIDI's range is left out for that piece.
    scheme : the splits. Of the chorales the default is ``"tune_disjoint"``; ``"canonical"`` is the one that papers
        since Boulanger-Lewandowski et al. (2012) use, in which tunes of training come back in the test.
    voices : how many tracks a piece has.
    one_key : all pieces in C or a (``representations.words.to_one_key``).

    Pieces with 95 % of their onsets on the grid are read, the rest of their notes moved to the nearest sixteenth
    (``grid.snap``); ``report`` counts those, and what was left out and why. Pitches are numbered from the lowest to the
    highest of all splits and keys; nothing else is learnt from a test piece. ValueError where a split is left empty,
    CorpusUnavailable where the music is not here.
    """
    from .. import corpora
    from ..representations import grid
    from ..representations.words import to_one_key

    scheme = scheme or ("tune_disjoint" if corpus in TUNES_SHARED else None)
    shifts = sorted({int(k) for k in transpose} - {0})
    parts = {s: corpora.load(corpus, s, scheme=scheme) for s in SPLITS}
    data_hash = "-".join([parts["train"].data_hash, *([scheme] if scheme else [])])
    read = hashlib.sha256(corpora.loading.reader_versions().encode())
    for source in (__file__, grid.__file__):
        read.update(Path(source).read_bytes())
    read.update(f"{shifts}{' one key' * one_key}".encode())
    key = (Path(str(corpus)).name, voices, data_hash, read.hexdigest()[:8])
    kept = cache_folder() / "grid" / f"{'-'.join(map(str, key))}.npz"
    try:
        return GridData.load(kept)
    except (OSError, EOFError, ValueError, BadZipFile):  # none yet, or broken: encode
        pass
    if one_key:
        parts = {s: [to_one_key(p) for p in part] for s, part in parts.items()}
    told = Counter()
    pieces = {s: [p for p in part if _fits(p, voices, told)] for s, part in parts.items()}
    moved = told.pop("moved", 0)
    report = f"{tell(told)} Some notes of {moved} pieces were moved onto the grid."
    if empty := [s for s in SPLITS if not pieces[s]]:
        raise ValueError(f"{corpus}: nothing is left in {', '.join(empty)}. {report}")
    grids = {s: [grid.encode(grid.snap(p), voices) for p in part] for s, part in pieces.items()}
    for i, piece in enumerate(pieces["train"] if shifts else ()):
        moves = [k for k in shifts if _stays(piece, k)]
        grids[f"key {i}"] = [grid.encode(grid.snap(piece.transpose(k)), voices) for k in moves]
    data = _number(str(corpus), voices, grids, data_hash)
    data.split_by = "tune" if scheme == "tune_disjoint" else "piece"
    data.report = report
    data.save(kept)
    return data


def _fits(piece, voices: int, told: Counter) -> bool:
    """Whether a piece can be read, counting why not."""
    from ..representations import grid

    steps = piece.notes["onset"] * grid.STEPS
    on = np.abs(steps - np.rint(steps)) < 1e-3
    if not len(piece) or on.mean() < ON_GRID:
        told["off the grid" if len(piece) else "without notes"] += 1
        return False
    snapped = grid.snap(piece)
    try:
        grid.encode(snapped, voices)
    except ValueError:
        told[f"that are not {voices} single lines in bars of sixteenths"] += 1
        return False
    told["moved"] += not np.array_equal(snapped.notes, piece.notes)
    return True


def _stays(piece, semitones: int) -> bool:
    pitches = piece.notes["pitch"]
    return 0 <= pitches.min() + semitones and pitches.max() + semitones <= 127


def _number(name: str, voices: int, grids: dict, data_hash: str) -> GridData:
    """Pitches from the lowest to the highest, hold and rest; chords by name."""
    from ..representations.grid import HOLD, REST

    every = [g for part in grids.values() for g in part]
    pitches = np.concatenate([g.cells[g.cells < HOLD] for g in every])
    lowest, highest = int(pitches.min()), int(pitches.max())
    symbols = [*range(lowest, highest + 1), HOLD, REST]
    numbers = np.full(REST + 1, -1)
    numbers[symbols] = np.arange(len(symbols))
    chords = sorted({str(c) for g in every for c in np.unique(g.chord)} | {""})
    tokens, beside = {}, {}
    for part, arrays in grids.items():
        tokens[part] = [numbers[g.cells].T.ravel() for g in arrays]
        rows = [(g.position, np.searchsorted(chords, g.chord), *g.fermata) for g in arrays]
        beside[part] = [np.stack(r, -1).astype(np.int64).ravel() for r in rows]
    return GridData(
        name,
        "grid",
        (len(symbols),),
        [[[float(s)] for s in symbols]],
        {s: tokens.pop(s) for s in SPLITS},
        data_hash,
        list(tokens.values()),
        beside=beside,
        voices=voices,
        chords=chords,
    )
