"""The rules of first species on arrays of white keys: what may sound together, and what may follow what.

Rules of this kind are in every book of counterpoint; which ones, and in which words, is ours.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

#: The rules of two voices, by the name that switches each off.
TWO = {
    "consonance": "every interval with the cantus is a unison, third, fifth, sixth or octave, or so many octaves more",
    "frame": "the first interval is a unison, fifth or octave, the last a unison or octave",
    "above": "the voice stays above the cantus, and meets it in the first and the last note at most",
    "parallels": "two fifths, octaves or unisons do not follow each other",
    "hidden": "no fifth, octave or unison is reached from another interval by both voices moving the same way",
    "melody": "a voice moves by a fifth or an octave at most, by no sixth or seventh, and by no tritone",
    "repeats": "no note is repeated",
    "leaps": "after a fourth or more the voice turns back, by a second or a third",
    "cadence": "the last note is reached by a step",
}
#: The rules of four voices.
FOUR = {
    "consonance": "every voice is consonant with the bass, and no two upper voices are a second or seventh apart",
    "complete": "a chord has three different notes; the first and last are triads on the bass, complete or not",
    "order": "each voice is above the one below it",
    "parallels": "no two voices move in fifths, octaves or unisons",
    "hidden": "soprano and bass reach no fifth or octave from another interval by moving the same way",
    "melody": "an upper voice stays, or moves by a fifth at most, and by no tritone",
    "together": "the four voices do not all move the same way",
    "cadence": "the soprano ends on the bass's note, and reaches it by a step",
}
#: Semitones above C of the seven white keys.
SEMITONES = np.array([0, 2, 4, 5, 7, 9, 11])
F, B = 3, 6
UNISON, THIRD, FOURTH, FIFTH, SIXTH = 0, 2, 3, 4, 5  # in steps; an octave is 7


def to_midi(keys) -> np.ndarray:
    """MIDI numbers of white keys: 35 is 60, middle C."""
    keys = np.asarray(keys)
    return 12 * (keys // 7) + SEMITONES[keys % 7]


def check_rules(without, voices: int) -> frozenset:
    """The rules that are asked; ValueError for the name of none."""
    known = TWO if voices == 2 else FOUR
    without = (without,) if isinstance(without, str) else tuple(without)
    for name in without:
        if name not in known and name != "all":
            raise ValueError(
                f"no rule {name!r} of {voices} voices; there are {', '.join(known)}, and 'all'"
            )
    return frozenset() if "all" in without else frozenset(known) - frozenset(without)


def is_tritone(one, other) -> np.ndarray:
    """Whether two white keys are B and F, a fourth or fifth apart, octaves more or not."""
    low, high = np.minimum(one, other) % 7, np.maximum(one, other) % 7
    return ((low == F) & (high == B)) | ((low == B) & (high == F))


def is_consonant(one, other) -> np.ndarray:
    """Whether two white keys are a unison, third, fifth, sixth or octave apart, or so many octaves more."""
    steps = np.abs(other - one) % 7
    return np.isin(steps, (UNISON, THIRD, FIFTH, SIXTH)) & ~is_tritone(one, other)


def find_perfect(one, other) -> np.ndarray:
    """1 for a unison or octave, 2 for a fifth, whichever voice is higher; 0 for any other interval."""
    steps = np.abs(other - one) % 7
    fifth = (steps == FIFTH) & ~is_tritone(one, other)
    return np.where(steps == UNISON, 1, np.where(fifth, 2, 0))


def moves_alike(one_before, one, other_before, other) -> np.ndarray:
    """Whether two voices move the same way, up or down."""
    return np.sign(one - one_before) * np.sign(other - other_before) > 0


def sings(before, now, steps) -> np.ndarray:
    """Whether a voice moves by one of these numbers of steps, and by no tritone."""
    return np.isin(np.abs(now - before), steps) & ~is_tritone(before, now)


@dataclass(frozen=True)
class TwoVoices:
    """The rules of :data:`TWO` that are asked; each method says what is allowed, as arrays of bool."""

    asked: frozenset

    def sounds(self, low, high, first: bool, last: bool) -> np.ndarray:
        """Whether a note may sound with the cantus, in the first place, the last, or between."""
        ok = np.ones(np.broadcast_shapes(np.shape(low), np.shape(high)), bool)
        if "consonance" in self.asked:
            ok &= is_consonant(low, high)
        if "above" in self.asked:
            ok &= high >= low if first or last else high > low
        if "frame" in self.asked and (first or last):
            perfect = find_perfect(low, high)
            ok &= perfect == 1 if last else perfect > 0
        return ok

    def moves(self, low_before, low, before, now) -> np.ndarray:
        """Whether a note may follow another, while the cantus moves from ``low_before`` to ``low``."""
        ok = np.ones(np.broadcast_shapes(before.shape, now.shape), bool)
        perfect = find_perfect(low, now)
        same = perfect == find_perfect(low_before, before)
        if "parallels" in self.asked:
            ok &= ~((perfect > 0) & same & (low != low_before) & (now != before))
        if "hidden" in self.asked:
            ok &= ~((perfect > 0) & ~same & moves_alike(low_before, low, before, now))
        if "melody" in self.asked:
            ok &= sings(before, now, (0, 1, 2, 3, 4, 7))
        if "repeats" in self.asked:
            ok &= before != now
        return ok

    def turns(self, earlier, before, now) -> np.ndarray:
        """Whether a note may follow two others."""
        if "leaps" not in self.asked:
            return np.ones(np.broadcast_shapes(earlier.shape, now.shape), bool)
        leap, after = before - earlier, now - before
        back = (np.sign(leap) * np.sign(after) < 0) & (np.abs(after) <= THIRD)
        return (np.abs(leap) < FOURTH) | back

    def closes(self, before, now) -> np.ndarray:
        """Whether the last note may follow the one before it."""
        return (np.abs(now - before) == 1) | ("cadence" not in self.asked)


@dataclass(frozen=True)
class FourVoices:
    """The rules of :data:`FOUR` that are asked, on chords ``(…, 4)``: bass, tenor, alto, soprano."""

    asked: frozenset

    def sounds(self, chords, outer: bool) -> np.ndarray:
        """Which chords may sound, ``(S, 4) -> (S,)``; ``outer``: in the first place or the last."""
        bass, upper = chords[:, :1], chords[:, 1:]
        ok = np.ones(len(chords), bool)
        if "consonance" in self.asked:
            ok &= is_consonant(bass, upper).all(1)
            for a, b in combinations(range(1, 4), 2):
                ok &= ~np.isin(np.abs(chords[:, a] - chords[:, b]) % 7, (1, 6))
        if "complete" in self.asked:
            notes = np.sort(chords % 7, 1)
            many = 1 + (np.diff(notes, axis=1) > 0).sum(1)
            triad = np.isin((upper - bass) % 7, (UNISON, THIRD, FIFTH)).all(1)
            ok &= triad if outer else many >= 3
        if "order" in self.asked:
            ok &= (np.diff(chords, axis=1) > 0).all(1)
        return ok

    def moves(self, old, new) -> np.ndarray:
        """Which chord may follow which, ``(S, 1, 4), (1, S', 4) -> (S, S')``."""
        ok = np.ones((len(old), new.shape[1]), bool)
        if "parallels" in self.asked:
            for a, b in combinations(range(4), 2):
                kind = find_perfect(new[..., a], new[..., b])
                same = (kind > 0) & (kind == find_perfect(old[..., a], old[..., b]))
                ok &= ~(same & (old[..., a] != new[..., a]) & (old[..., b] != new[..., b]))
        if "hidden" in self.asked:
            outer = old[..., 0], new[..., 0], old[..., 3], new[..., 3]
            perfect = find_perfect(outer[1], outer[3])
            other = perfect != find_perfect(outer[0], outer[2])
            ok &= ~((perfect > 0) & other & moves_alike(*outer))
        if "melody" in self.asked:
            ok &= sings(old[..., 1:], new[..., 1:], (0, 1, 2, 3, 4)).all(-1)
        if "together" in self.asked:
            ok &= np.abs(np.sign(new - old).sum(-1)) < 4
        return ok

    def closes(self, old, new) -> np.ndarray:
        """Whether the last chord may follow the one before it."""
        ok = (np.abs(new[..., 3] - old[..., 3]) == 1) & ((new[..., 3] - new[..., 0]) % 7 == 0)
        return ok | ("cadence" not in self.asked)
