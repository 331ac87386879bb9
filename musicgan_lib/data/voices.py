"""Four voices as tokens in other ways than the grid's: what sounds, without holds, or each note with a tie bit.

``voices.SBAT`` (and any other order of the letters) has, in each sixteenth, the pitch that sounds in each voice, or a
rest; a repeated note cannot be told from a held one. That is the alphabet of most papers on chorales. ``voices.tied``
has five tokens a sixteenth: whether a fermata stands there, then soprano, alto, tenor and bass, each a pitch that
begins, the same pitch that is tied over, or a rest (Liang 2016).
"""

import itertools
from dataclasses import fields, replace

import numpy as np

from .grid import GridData, encode_grid
from .heard import HOLD, REST

TIED = "tied"
FORMS = (*("".join(p) for p in itertools.permutations("SATB")), TIED)
#: What no fermata and a fermata stand for: nothing that is sung.
MARKS = (130, 131)


class VoiceData(GridData):
    """The cells of a corpus of four voices in one of ``FORMS``.

    As of :class:`~musicgan_lib.data.grid.GridData`, ``symbols[0][k]`` is the cell of the grid that token k stands for;
    of ``tied`` the pitch that is tied over stands for a hold, and the last two tokens are no fermata and a fermata.
    """

    @property
    def tied(self) -> bool:
        """Whether notes have tie bits, and sixteenths a mark."""
        return self.form.endswith(TIED)

    @property
    def order(self) -> tuple[int, ...]:
        """Which voice each token of a sixteenth belongs to, 0 the soprano."""
        letters = "SATB" if self.tied else self.form.rpartition(".")[2]
        return tuple("SATB".index(letter) for letter in letters)

    @property
    def stride(self) -> int:
        """Tokens a sixteenth: the voices, and before them the mark where there is one."""
        return self.voices + self.tied

    @property
    def pitches(self) -> int:
        """How many pitches there are; token k below it is the pitch ``lowest + k``."""
        return int((np.array(self.symbols[0])[:, 0] < HOLD).sum())

    @property
    def rest(self) -> int:
        """The token of a silent sixteenth."""
        return (1 + self.tied) * self.pitches

    def to_voices(self, tokens) -> np.ndarray:
        """As of the grid, ``(…, T * stride) -> (…, V, T)``, the soprano first; marks are left out."""
        tokens = np.asarray(tokens)
        self._check_whole(tokens.shape[-1])
        frames = tokens.reshape(*tokens.shape[:-1], -1, self.stride)[..., int(self.tied) :]
        return np.moveaxis(frames[..., np.argsort(self.order)], -1, -2)

    def to_tokens(self, voices, marks=None) -> np.ndarray:
        """The inverse; ``marks (…, T)`` are 1 under a fermata, by default nowhere."""
        frames = np.moveaxis(np.asarray(voices), -2, -1)[..., list(self.order)]
        if self.tied:
            marks = np.zeros(frames.shape[:-1], np.int64) if marks is None else np.asarray(marks)
            frames = np.concatenate([self.sizes[0] - 2 + marks[..., None], frames], -1)
        return frames.reshape(*frames.shape[:-2], -1)

    def sounding(self, tokens) -> np.ndarray:
        """The pitch that sounds in each cell, ``(…, T * stride) -> (…, V, T)``, -1 for silence."""
        voices = self.to_voices(tokens)
        return np.where(voices < self.rest, self.lowest + voices % self.pitches, -1)

    def symbols_per_word(self, tokens) -> float:
        """Tokens for each cell, a voice in a sixteenth: likelihoods are printed in nats a cell."""
        return self.stride / self.voices

    def symbols_per_note(self, tokens) -> float:
        """Tokens for each note that begins; where holds are not told a note begins where another pitch sounds."""
        voices = self.to_voices(tokens)
        begins = voices < self.pitches
        if not self.tied:
            begins[..., 1:] &= np.diff(voices) != 0
        return np.size(tokens) / max(int(begins.sum()), 1)

    def decode(self, tokens, beside=None) -> "Piece":  # noqa: F821 - imported where it is used
        """As of the grid; without holds the same pitch again is one long note. A mark is no music."""
        cells = np.where((s := self.sounding(tokens)) < 0, self._grid_rest, s - self.lowest)
        voices = self.to_voices(tokens)
        goes_on = voices >= self.pitches if self.tied else np.diff(voices, prepend=-1) == 0
        cells = np.where(goes_on & (s >= 0), self.pitches, cells)
        known = [[float(c)] for c in (*range(self.lowest, self.lowest + self.pitches), HOLD, REST)]
        plain = {"sizes": (len(known),), "symbols": [known]}
        grid = GridData(**self._about() | plain)
        return grid.decode(grid.to_tokens(cells), beside)

    @property
    def _grid_rest(self) -> int:
        return self.pitches + 1

    def _about(self) -> dict:
        return {name: getattr(self, name) for name in _names(self)}


def encode_voices(corpus, form: str = "SBAT", transpose=(), scheme: str | None = None) -> VoiceData:
    """The voices of a corpus in one of ``FORMS``; the other parameters are those of
    :func:`~musicgan_lib.data.grid.encode_grid`.

    ValueError for another form, and as it has them.
    """
    if form not in FORMS:
        raise ValueError(f"no tokens voices.{form}; there are voices.{TIED} and the orders of SATB")
    grid = encode_grid(corpus, transpose, scheme)
    pitches, low = grid.hold, grid.lowest
    notes = list(range(low, low + pitches))
    stands = [*notes, *[HOLD] * pitches, REST, *MARKS] if form == TIED else [*notes, REST]
    about = {name: getattr(grid, name) for name in _names(grid)}
    symbols = [[[float(s)] for s in stands]]
    plain = {"form": f"voices.{form}", "sizes": (len(stands),), "symbols": symbols}
    data = VoiceData(**about | plain)
    pieces = {
        split: [_spell(data, grid, *both) for both in zip(part, grid.beside[split])]
        for split, part in grid.pieces.items()
    }
    keys = [
        [_spell(data, grid, *both) for both in zip(part, grid.beside[f"key {i}"])]
        for i, part in enumerate(grid.other_keys)
    ]
    return replace(data, pieces=pieces, other_keys=keys)


def _spell(data: VoiceData, grid: GridData, tokens, beside) -> np.ndarray:
    """A piece of the grid in another form."""
    cells = grid.to_voices(tokens)
    at = np.maximum.accumulate(np.where(cells == grid.hold, 0, np.arange(cells.shape[1])), 1)
    held = np.take_along_axis(cells, at, 1)
    silent = held >= grid.hold
    if data.tied:
        held = held + data.pitches * (cells == grid.hold)
    marks = np.reshape(beside, (-1, 2 + grid.voices))[:, 2:].max(1)
    return data.to_tokens(np.where(silent, data.rest, held), marks if data.tied else None)


def _names(data) -> list[str]:
    return [field.name for field in fields(data)]
