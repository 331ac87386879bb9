"""The harmony of each beat: what a musician would write beneath a chorale, read from its four voices by a rule.

A harmony is a root, counted in semitones above the tonic of the piece, and one of four kinds of chord. The labels are
*silver*: an algorithm wrote them. :mod:`musicgan_lib.corpora.chorale_numerals` has twenty chorales' by hand.
"""

from typing import NamedTuple

import numpy as np

#: Kinds of chord, and their members in semitones above the root; a seventh beside the dominant's is an ornament here.
KINDS = {"M": (0, 4, 7), "m": (0, 3, 7), "d": (0, 3, 6), "7": (0, 4, 7, 10)}
ROOTS, MEMBERS = 12, 4
#: How many harmonies there are: number ``4 * root + kind``.
HARMONIES = ROOTS * len(KINDS)
#: What the rule compares a beat with, beside the kinds: kind -> members, and the kind that is written
_SOUNDS = (
    *((k, v) for k, v in KINDS.items()),
    ("m", (0, 3, 7, 10)),
    ("M", (0, 4, 7, 11)),
    ("d", (0, 3, 6, 10)),
    ("d", (0, 3, 6, 9)),
)
SILENT = 12  # instead of a pitch class, where the melody rests
BEAT = 2  # positions up to this one begin a beat
A_BEAT, AN_EIGHTH = 4, 2  # sixteenths
#: What a chord tone that does not sound costs, and what a bass that is the root is worth, in sixteenths
_LACKS, _ROOT_BASS = 2.0, 1.5
#: Lowest and highest pitch of each singer in the chorales, soprano first
RANGES = ((57, 81), (53, 74), (48, 69), (36, 64))
NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_DEGREES = ("I", "bII", "II", "bIII", "III", "IV", "#IV", "V", "bVI", "VI", "bVII", "VII")


class Melody(NamedTuple):
    """One voice, beat by beat, ``(T,) int64`` each.

    ``pitch``: what sounds when the beat begins, ``eighth``: on its second eighth, -1 for silence; ``place``: 0 on the
    bar line, 1 on the half bar, 2 elsewhere; ``ends``: 1 where a line of the hymn ends. ``tonic`` is the pitch class of
    its key, ``minor`` its mode.
    """

    pitch: np.ndarray
    eighth: np.ndarray
    place: np.ndarray
    ends: np.ndarray
    tonic: int
    minor: bool

    @property
    def degree(self) -> np.ndarray:
        """Semitones above the tonic, 0 to 11, ``SILENT`` for silence."""
        return np.where(self.pitch < 0, SILENT, (self.pitch - self.tonic) % 12)

    @property
    def moves(self) -> np.ndarray:
        """Whether another pitch sounds on the second eighth of a beat."""
        return self.eighth != self.pitch


class Harmonised(NamedTuple):
    """A melody with what is sung below it: ``voices`` on the beat and ``eighths`` on the second eighth, ``(4, T)``.

    Both are pitches, -1 for silence. ``harmony (T,)``: numbers below ``HARMONIES``; ``bass (T,)``: which member of the
    chord the bass sings, 0 the root, 1 the third, 2 the fifth, 3 the seventh; where it sings none of them, the root is
    written. ``cells (4, N)`` are those of the grid, ``steps (T,)`` where in them each beat begins.
    """

    melody: Melody
    voices: np.ndarray
    eighths: np.ndarray
    harmony: np.ndarray
    bass: np.ndarray
    cells: np.ndarray
    steps: np.ndarray


def spell(harmony) -> np.ndarray:
    """Which of the twelve semitones above the tonic belong to a harmony, ``(..., 12) bool``."""
    return _TABLE[np.asarray(harmony)]


def members(harmony: int) -> list[int]:
    """Root, third, fifth and, of a chord that has one, seventh, in semitones above the tonic."""
    root, kind = divmod(int(harmony), len(KINDS))
    return [(root + step) % 12 for step in list(KINDS.values())[kind]]


def list_members() -> np.ndarray:
    """The four members of every harmony, ``(HARMONIES, 4) int64``, -1 where a chord has no seventh."""
    return np.array([(members(h) + [-1])[:MEMBERS] for h in range(HARMONIES)])


def number(root: int, kind: str) -> int:
    """The number of a harmony, from semitones above the tonic and a name of ``KINDS``."""
    return len(KINDS) * (root % 12) + list(KINDS).index(kind)


def name(harmony: int) -> str:
    """Such as ``V7`` or ``ii``: the degree, small where the third is minor."""
    root, kind = divmod(int(harmony), len(KINDS))
    kind, degree = list(KINDS)[kind], _DEGREES[root]
    if kind in ("m", "d"):
        degree = degree[: -len(degree.lstrip("b#"))] + degree.lstrip("b#").lower()
    return degree + {"M": "", "m": "", "d": "°", "7": "7"}[kind]


def label_beats(cells: np.ndarray, steps: np.ndarray, tonic: int) -> tuple[np.ndarray, np.ndarray]:
    """The silver harmony and bass of the beats that begin at ``steps (T,)`` of ``cells (V, N)`` of the grid.

    A beat's pitch classes count by the sixteenths that they sound. Of all chords the one wins whose members sound
    longest, less all that sounds beside them, less 2 for each member that does not sound; the chord on the bass note
    gets 1.5 more. A beat of silence takes the harmony before it.
    """
    sounding = sounds(cells)
    weights, lowest = np.zeros((len(steps), 12)), np.full(len(steps), -1)
    for k, step in enumerate(steps):
        now = sounding[:, step : step + A_BEAT]
        np.add.at(weights[k], (now[now >= 0] - tonic) % 12, 1.0)
        here = now[:, 0][now[:, 0] >= 0]
        lowest[k] = (here.min() - tonic) % 12 if len(here) else -1
    score = 2 * weights @ _PATTERNS.T - weights.sum(1)[:, None]
    score -= _LACKS * ((weights == 0) @ _PATTERNS.T)
    score += _ROOT_BASS * (_PATTERN_ROOTS == lowest[:, None])
    harmony = _PATTERN_NUMBERS[score.argmax(1)]
    for k in np.flatnonzero(weights.sum(1) == 0):
        harmony[k] = harmony[k - 1] if k else number(0, "M")
    bass = [m.index(b) if b in (m := members(h)) else 0 for h, b in zip(harmony, lowest.tolist())]
    return harmony, np.array(bass, np.int64)


def sounds(cells: np.ndarray) -> np.ndarray:
    """The pitch that sounds in each cell of the grid, ``(V, N)``, -1 for silence."""
    from ..representations.grid import HOLD

    at = np.where(cells == HOLD, 0, np.arange(cells.shape[1]))
    held = np.take_along_axis(cells, np.maximum.accumulate(at, 1), 1)
    return np.where(held >= HOLD, -1, held)


def find_key(cells: np.ndarray) -> tuple[int, bool]:
    """Tonic and mode of a whole chorale: the last bass note, and whether its minor or major third sounds longer."""
    sounding = sounds(cells)
    bass = sounding[-1][sounding[-1] >= 0]
    if not len(bass):
        raise ValueError("the bass never sounds, so no last bass note tells the key")
    tonic = int(bass[-1]) % 12
    return tonic, tells_minor(sounding, tonic)


def tells_minor(sounding: np.ndarray, tonic: int) -> bool:
    """Whether the minor third above a tonic sounds longer than the major one."""
    times = np.bincount((sounding[sounding >= 0] - tonic) % 12, minlength=12)
    return bool(times[3] > times[4])


def read_beats(cells, position, fermata) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Steps, places and ends of lines of the beats of a grid, ``(T,)`` each, by its first voice."""
    steps = np.flatnonzero(position <= BEAT)
    steps = steps[steps < cells.shape[1]]
    place, under = position[steps], np.asarray(fermata)[0]
    after = np.append(steps[1:], cells.shape[1])
    ends = np.array([under[a:b].any() for a, b in zip(steps, after)], bool)
    ends &= ~np.append(ends[1:], False)  # of a long note its last beat
    return steps, place, ends.astype(np.int64)


def read_chorale(cells, position, fermata) -> Harmonised:
    """A chorale on the grid, ``cells (4, N)``, as :class:`~musicgan_lib.representations.grid.Grid` has it."""
    tonic, minor = find_key(cells)
    melody, steps = read_melody(cells, position, fermata, tonic, minor)
    sounding = sounds(cells)
    eighths = sounding[:, np.minimum(steps + AN_EIGHTH, cells.shape[1] - 1)]
    labels = label_beats(cells, steps, tonic)
    return Harmonised(melody, sounding[:, steps], eighths, *labels, cells, steps)


def read_melody(cells, position, fermata, tonic: int, minor: bool) -> tuple[Melody, np.ndarray]:
    """The first voice of a grid beat by beat, and the steps at which the beats begin."""
    steps, place, ends = read_beats(cells, position, fermata)
    sounding = sounds(cells[:1])[0]
    eighth = sounding[np.minimum(steps + AN_EIGHTH, cells.shape[1] - 1)]
    return Melody(sounding[steps], eighth, place, ends, tonic, minor), steps


def read_split(data, split: str) -> list[Harmonised]:
    """All pieces of a split of :class:`~musicgan_lib.data.grid.GridData`, harmony by harmony."""
    known, read = np.array(data.symbols[0]).astype(np.int64)[:, 0], []
    for tokens, beside in zip(data.pieces[split], data.beside[split]):
        position, _, *fermata = np.reshape(beside, (-1, data.voices + 2)).T
        read.append(read_chorale(known[data.to_voices(tokens)], position, np.array(fermata)))
    return read


_TABLE = np.array([np.isin(np.arange(12), members(h)) for h in range(HARMONIES)])
_PATTERN_ROOTS = np.repeat(np.arange(ROOTS), len(_SOUNDS))
_PATTERNS = np.zeros((len(_PATTERN_ROOTS), 12))
for _k, _root in enumerate(_PATTERN_ROOTS):
    _PATTERNS[_k, [(_root + _step) % 12 for _step in _SOUNDS[_k % len(_SOUNDS)][1]]] = 1
_PATTERN_NUMBERS = np.array(
    [number(r, _SOUNDS[k % len(_SOUNDS)][0]) for k, r in enumerate(_PATTERN_ROOTS)]
)
