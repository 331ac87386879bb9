"""One voice filled in from the other three: a task for any model of chorales, and tables of counts that do it.

A *filler* is a function ``fill(heard, which) -> line``. ``heard`` is a :class:`~musicgan_lib.data.heard.Heard` of four
voices whose row ``which`` is hidden; the line is ``(T,)`` cells of the grid: pitches, ``HOLD``, ``REST``. What sounds
is compared, so that a filler need not know holds. Read the pieces with :func:`~musicgan_lib.data.heard.read_heard`.
"""

import numpy as np

from ..data.harmony import A_BEAT, sounds
from ..data.heard import HOLD, REST, Heard, hide
from ..metrics.text import BackOffCounts, join

VOICES = ("soprano", "alto", "tenor", "bass")
#: Steps from a neighbour to the voice that is filled in, down and up; number 0 is a rest.
REACH = 48
#: Instead of a step, where a voice rests.
ABSENT = 99


def measure_fill(fill, pieces, which: int) -> np.ndarray:
    """Of each piece the share of sixteenths in which the filled voice sounds what the composer wrote, ``(n,)``.

    Higher is better, 1 is the composer; where he rests, a rest is right. ValueError as :func:`measure_lines`.
    """
    return measure_lines([fill(hide(piece, which), which) for piece in pieces], pieces, which)


def measure_lines(lines, pieces, which: int) -> np.ndarray:
    """The same of lines that were filled in before, one a piece: pitches, ``HOLD`` and ``REST``, or -1 for silence.

    ValueError for a line of another length than its piece.
    """
    shares = []
    for line, piece in zip(lines, pieces, strict=True):
        true = piece.cells[which]
        if np.shape(line) != true.shape:
            raise ValueError(f"{len(true)} cells were asked for, and {np.shape(line)} came")
        ours, theirs = sounds(np.stack([line, true]))
        shares.append(np.mean(ours == theirs))
    return np.array(shares)


def compare(shares, others) -> tuple[float, float]:
    """Mean difference of two fillers on the same pieces, and its standard error, by pairs.

    ``(n,)`` shares each, of two pieces at least.
    """
    apart = np.asarray(shares) - np.asarray(others)
    return float(apart.mean()), float(apart.std(ddof=1) / len(apart) ** 0.5)


def copy_neighbour(heard: Heard, which: int) -> np.ndarray:
    """The floor: sing what the voice above sings, the soprano what the alto does, an octave away for the bass."""
    other = sounds(np.delete(heard.cells, which, 0))[max(which - 1, 0)]
    return np.where(other < 0, REST, other - 12 * (which == 3))


def find_neighbour(sounding, which: int) -> tuple[np.ndarray, np.ndarray]:
    """The other voices ``(3, T)``, and of these the one that steps are counted from, ``(T,)``.

    That is the voice above, of the soprano the alto. ``sounding (4, T)`` has pitches, and less than 0 where a voice
    rests; where the neighbour rests its last pitch counts, before its first middle C.
    """
    others = np.delete(sounding, which, 0)
    anchor = others[max(which - 1, 0)]
    at = np.maximum.accumulate(np.where(anchor < 0, 0, np.arange(len(anchor))))
    return others, np.where(anchor[at] < 0, 60, anchor[at])


def name_steps(line, anchor) -> np.ndarray:
    """Steps from the neighbour to a voice as numbers below ``2 * REACH + 2``, ``(T,)``: 0 is a rest."""
    return np.where(line < 0, 0, np.clip(line - anchor, -REACH, REACH) + REACH + 1)


def sing_steps(steps, anchor) -> np.ndarray:
    """Cells of the grid that numbers of steps name, ``(T,)``: pitches and ``REST``."""
    return np.where(steps == 0, REST, np.clip(anchor + steps - REACH - 1, 0, HOLD - 1))


class IntervalTable:
    """Counts how far a voice lies from its neighbour, given where the other voices lie, and fills in the likeliest.

    Contexts, vague to precise: none; the pitch classes of the known voices; their pitches, all as steps from the
    neighbour; and with ``around`` what those voices sing one beat before and one after.

    Parameters
    ----------
    pieces : the pieces to count.
    which : the voice, 0 the soprano.
    known : whether it hears the other voices at all; without, it always sings its commonest interval.

    Where a context was never met the shorter one decides (:class:`~musicgan_lib.metrics.text.BackOffCounts`).
    """

    def __init__(self, pieces, which: int, known: bool = True, around: bool = False):
        self.which, self.known, self.around = which, known, around
        contexts, symbols = [], []
        for grid in pieces:
            sounding = sounds(grid.cells)
            others, anchor = find_neighbour(sounding, which)
            contexts.append(self._name(others, anchor))
            symbols.append(name_steps(sounding[which], anchor))
        self.counts = BackOffCounts(2 * REACH + 2, strength=2.0)
        self.counts.fit_contexts(np.concatenate(contexts), np.concatenate(symbols))

    def __call__(self, heard: Heard, which: int) -> np.ndarray:
        """A filler of its own voice; ValueError for another one."""
        if which != self.which:
            raise ValueError(f"this table counted the {VOICES[self.which]}")
        others, anchor = find_neighbour(sounds(heard.cells), which)
        return self._choose(self._name(others, anchor), anchor)

    def _name(self, others, anchor) -> np.ndarray:
        """The context of every sixteenth, level by level, ``(T, K) uint64``."""
        far = _move(others, anchor, 0)
        name = np.zeros(others.shape[1], np.uint64)
        names = [name]
        levels = []
        if self.known:
            levels += [list(far % 12), list(far)]
        if self.around:
            levels += [list(_move(others, anchor, way)) for way in (A_BEAT, -A_BEAT)]
        for features in levels:
            for feature in features:
                name = join(name, np.asarray(feature).astype(np.int64) + 200)
            names.append(name)
        return np.stack(names, 1)

    def _choose(self, names, anchor) -> np.ndarray:
        every = np.arange(self.counts.n_symbols)
        p = self.counts.log_prob(np.repeat(names, len(every), 0), np.tile(every, len(names)))
        return sing_steps(p.reshape(len(names), -1).argmax(1), anchor)


def _move(others, anchor, steps: int) -> np.ndarray:
    """The known voices ``steps`` earlier, as steps from the neighbour now, ``(3, T)``."""
    at = np.clip(np.arange(others.shape[1]) - steps, 0, others.shape[1] - 1)
    return np.where(others[:, at] < 0, ABSENT, others[:, at] - anchor)
