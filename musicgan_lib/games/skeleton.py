"""A chord for each beat below a melody: the cheapest that a search finds among those that keep every rule.

What it costs is asked of whoever knows harmony (a network, a table of counts, nobody); rules are hard: a chord that
breaks one is not there. numpy is all it takes.
"""

from functools import lru_cache
from itertools import product
from typing import NamedTuple, Protocol

import numpy as np

from ..data.harmony import HARMONIES, KINDS, RANGES, Melody, members, spell
from ..data.harmony_features import MEMORY, NO_BASS, START

#: Nats that taste costs: a semitone that alto or tenor move, one of the bass, a chord without its fifth, a voice that
#: goes beyond where its upper or lower neighbour was, a seventh that does not fall by step or stay
MOVE, BASS_MOVE, NO_FIFTH, OVERLAP, SEVENTH = 0.1, 0.03, 0.5, 0.7, 1.0
LEADING, OCTAVE, FIFTH = 11, 12, 7  # semitones
WIDTH = 24  # pasts that are kept


class NoWay(ValueError):
    """A search that kept too few pasts: no chord follows any of them within the rules."""


class Harmonist(Protocol):
    """Who says what a harmony costs."""

    def tell(self, t: int, history: np.ndarray, bass: np.ndarray) -> np.ndarray:
        """Log-probabilities ``(n, HARMONIES, 4)`` of harmony and bass member at beat ``t``, for n pasts.

        ``history (n, 3)``: the harmonies before, the last one last, ``START`` where there was none; ``bass (n,)``: the
        member that the bass sang last, ``NO_BASS`` for none.
        """


class Chords(NamedTuple):
    """Chords that may stand under one note: ``pitches (m, 3)`` of alto, tenor, bass; ``harmony``, ``bass``, ``(m,)``.

    ``taste (m,)`` is what each costs by itself; ``seventh (m, 3) bool`` where a voice sings it.
    """

    pitches: np.ndarray
    harmony: np.ndarray
    bass: np.ndarray
    taste: np.ndarray
    seventh: np.ndarray


class Found(NamedTuple):
    """``voices (4, T)``, -1 where the melody rests, ``harmony (T,)`` (-1 there, too), and what it all ``cost``."""

    voices: np.ndarray
    harmony: np.ndarray
    cost: float


@lru_cache(maxsize=4096)
def list_chords(soprano: int, eighth: int, tonic: int) -> Chords:
    """Every chord below a soprano note, and the ``eighth`` that follows it, that keeps the rules of a single chord.

    The harmony holds the first note; each voice is in its range, below its neighbour, and the upper three an octave
    apart at most; root, third and seventh sound, and in a diminished chord all three; the leading tone and the
    seventh sound once.
    """
    rows, lowest, highest = [], min(soprano, eighth), max(soprano, eighth)
    for harmony in np.flatnonzero(spell(np.arange(HARMONIES))[:, (soprano - tonic) % 12]).tolist():
        own = [(m + tonic) % 12 for m in members(harmony)]
        diminished = harmony % len(KINDS) == list(KINDS).index("d")
        needed = set(own if diminished else own[:2] + own[3:])
        once = {(tonic + LEADING) % 12, *own[3:]}
        tones = [[p for p in range(low, high + 1) if p % 12 in own] for low, high in RANGES[1:]]
        for alto, tenor in product(tones[0], tones[1]):
            if not (
                lowest >= alto >= tenor and highest - alto <= OCTAVE and alto - tenor <= OCTAVE
            ):
                continue
            for bass in tones[2]:
                sung = [p % 12 for p in (soprano, alto, tenor, bass)]
                if bass <= tenor and needed <= set(sung) and all(sung.count(p) < 2 for p in once):
                    taste = 0.0 if len(own) < 3 or own[2] in sung else NO_FIFTH
                    seventh = [bool(own[3:]) and p % 12 == own[-1] for p in (alto, tenor, bass)]
                    rows.append((alto, tenor, bass, harmony, own.index(bass % 12), taste, *seventh))
    table = np.array(rows, float).reshape(-1, 9)
    whole = table[:, :5].astype(np.int64)
    return Chords(whole[:, :3], whole[:, 3], whole[:, 4], table[:, 5], table[:, 6:] > 0)


def price_moves(before, leaves, seventh, after, free: bool = False) -> np.ndarray:
    """What taste costs from each of n chords to each of m, ``(n, m)``; infinite where a rule forbids it.

    ``before (n, 4)``, ``after (m, 4)``: pitches from the soprano down; ``leaves (n,)``: the soprano on the second
    eighth; ``seventh (n, 3)``: who sings one before. Forbidden are leaps of more than an octave below the soprano, and
    parallel fifths, octaves and unisons, from beat to beat and from the eighth to the beat; nothing is where ``free``.
    """
    step = after[None] - before[:, None]  # (n, m, 4)
    price = MOVE * np.abs(step[..., 1:3]).sum(-1) + BASS_MOVE * np.abs(step[..., 3])
    beyond = (after[None, :, 1:] > before[:, None, :-1]) | (
        after[None, :, :-1] < before[:, None, 1:]
    )
    price += OVERLAP * beyond.any(-1)
    falls = (step[..., 1:] <= 0) & (step[..., 1:] >= -2)
    price += SEVENTH * (seventh[:, None] & ~falls).any(-1)
    if free:
        return price
    forbidden = (np.abs(step[..., 1:]) > OCTAVE).any(-1)
    eighths = np.column_stack([leaves, before[:, 1:]])
    for start in (before, eighths):
        forbidden |= find_parallels(start, after)
    return np.where(forbidden, np.inf, price)


def find_parallels(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Where two voices go together from a fifth, octave or unison into one of its kind, from n chords to m."""
    found = np.zeros((len(before), len(after)), bool)
    for high in range(3):
        for low in range(high + 1, 4):
            first = (before[:, high] - before[:, low]) % OCTAVE
            then = (after[:, high] - after[:, low]) % OCTAVE
            up, down = (after[None, :, v] - before[:, None, v] for v in (high, low))
            perfect = (first == 0) | (first == FIFTH)
            found |= (up * down > 0) & perfect[:, None] & (first[:, None] == then[None])
    return found


def find_skeleton(
    melody: Melody, harmonist: Harmonist, width: int = WIDTH, free: bool = False
) -> Found:
    """The chords below a melody that cost least, by beam search over whole pasts.

    Pasts that sing the same chord and remember the same harmonies are one, and the cheaper of them is kept: nothing
    that comes can tell them apart. So with a beam that is never full, what is found is the optimum.

    Parameters
    ----------
    melody : what is sung; where it rests on the beat, all voices rest.
    width : how many pasts are kept at each beat.
    free : whether chords may follow each other as they like: what the rules of moving cost is seen by leaving them out.

    ValueError, with the beat, where no chord follows within the rules.
    """
    if width < 1:
        raise ValueError(f"width is {width}: at least one past has to be kept, 24 are usual")
    state, trail = None, []
    for t, (note, eighth) in enumerate(zip(melody.pitch.tolist(), melody.eighth.tolist())):
        if note < 0:
            trail.append(None)
            continue
        eighth = eighth if eighth >= 0 else note
        chords = list_chords(note, eighth, melody.tonic)
        if not len(
            chords.harmony
        ):  # the melody leaps too far within the beat: its first note decides
            chords = list_chords(note, note, melody.tonic)
        if not len(chords.harmony):
            raise ValueError(
                f"no chord keeps the rules below pitch {note} (beat {t + 1}): "
                f"choose notes from {RANGES[0][0]} to {RANGES[0][1]}, or transpose the melody"
            )
        state, came, chosen = _extend(state, t, (note, eighth), chords, harmonist, width, free)
        if not len(chosen):
            raise NoWay(
                f"no chord below pitch {note} (beat {t + 1}) follows any of the {width} ways kept so far within the "
                f"rules: keep more (a width of {4 * width}), or change this note or the one before"
            )
        trail.append((came, chosen, chords))
    return _read_back(melody.pitch, trail, state)


class _State(NamedTuple):
    """The pasts that are kept: their last chord ``(n, 4)``, what its soprano leaves, and what they remember."""

    chord: np.ndarray
    leaves: np.ndarray
    seventh: np.ndarray
    history: np.ndarray
    bass: np.ndarray
    cost: np.ndarray


def _extend(state, t, notes, chords: Chords, harmonist, width, free):
    """The pasts after one more beat, from which each came, and which chord each chose."""
    after = np.column_stack([np.full(len(chords.harmony), notes[0]), chords.pitches])
    if state is None:
        history, bass = np.full((1, MEMORY), START), np.array([NO_BASS])
        cost = np.zeros((1, len(after)))
    else:
        history, bass = state.history, state.bass
        cost = state.cost[:, None] + price_moves(
            state.chord, state.leaves, state.seventh, after, free
        )
    told = harmonist.tell(t, history, bass)
    cost = cost + chords.taste - told[:, chords.harmony, chords.bass]
    order = np.argsort(cost, axis=None, kind="stable")
    order = order[: np.isfinite(cost).sum()]
    came, chosen = np.divmod(order, len(after))
    memory = np.column_stack([history[came, 1:], chords.harmony[chosen]])
    _, first = np.unique(np.column_stack([chosen, memory]), axis=0, return_index=True)
    kept = np.sort(first)[:width]  # in the order of their cost
    came, chosen = came[kept], chosen[kept]
    state = _State(
        after[chosen],
        np.full(len(chosen), notes[1]),
        chords.seventh[chosen],
        memory[kept],
        chords.bass[chosen],
        cost.flat[order[kept]],
    )
    return state, came, chosen


def _read_back(pitch, trail, state) -> Found:
    voices, harmony = np.full((4, len(pitch)), -1), np.full(len(pitch), -1)
    if state is None:
        raise ValueError("the melody has no note: give it one at least")
    at, cost = 0, float(state.cost[0])
    for t in reversed(range(len(pitch))):
        if trail[t] is not None:
            came, chosen, chords = trail[t]
            voices[:, t] = pitch[t], *chords.pitches[chosen[at]]
            harmony[t] = chords.harmony[chosen[at]]
            at = came[at]
    return Found(voices, harmony, cost)
