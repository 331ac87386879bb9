"""Rules of thumb for melodies as numbers: what RL Tuner and ORGAN paid their generators for.

Every rule takes a melody, a ``Piece`` or its pitches in order ``(N,)`` as MIDI numbers, and returns a number
from 0 (broken everywhere) to 1 (kept everywhere). A rule that has nothing to judge, such as moves in a melody of
one note, is kept. None of them is a measure of beauty; the chapter on rewards shows what each pays for by mistake.
"""

import numpy as np

from ..notes import Piece

#: Semitones of the major scale above its tonic.
MAJOR = (0, 2, 4, 5, 7, 9, 11)
#: How often in a row one pitch may sound.
MOST_IN_A_ROW = 4


def pitches_of(melody) -> np.ndarray:
    """The pitches of a melody in the order of their onsets, ``(N,) int64``.

    Of a ``Piece`` the notes of all tracks count; select one first. ValueError for an array that is not flat.
    """
    if isinstance(melody, Piece):
        melody = melody.notes["pitch"][np.argsort(melody.notes["onset"], kind="stable")]
    pitches = np.asarray(melody, dtype=np.int64)
    if pitches.ndim != 1:
        raise ValueError(f"a melody is one row of pitches, not an array of shape {pitches.shape}")
    return pitches


def in_key(melody, tonic: int = 0) -> float:
    """The share of notes that belong to the major scale on ``tonic`` (a pitch class, 0 is C).

    Source: the key rule of RL Tuner (Jaques et al. 2017), there as a fine a note.
    """
    return _share(np.isin((pitches_of(melody) - tonic) % 12, MAJOR))


def ends_on_tonic(melody, tonic: int = 0) -> float:
    """1 if the last note is the tonic, in any octave, else 0. Source: RL Tuner (Jaques et al. 2017)."""
    return _share((pitches_of(melody)[-1:] - tonic) % 12 == 0)


def moves_by_step(melody) -> float:
    """The share of moves from note to note of one or two semitones, up or down.

    A repeated note is no step. Source: the ratio of steps of ORGAN (Guimaraes et al. 2017).
    """
    moves = np.abs(np.diff(pitches_of(melody)))
    return _share((moves == 1) | (moves == 2))


def varies_pitch(melody, most: int = MOST_IN_A_ROW) -> float:
    """The share of notes that do not make a run of one pitch longer than ``most``.

    Source: the repetition rule of RL Tuner (Jaques et al. 2017), whose limit is four in a row.
    """
    pitches, run, kept = pitches_of(melody), 0, []
    for i, pitch in enumerate(pitches):
        run = run + 1 if i and pitch == pitches[i - 1] else 1
        kept.append(run <= most)
    return _share(np.array(kept, bool))


def has_one_peak(melody) -> float:
    """1 if the highest pitch sounds exactly once, else 0. Source: RL Tuner (Jaques et al. 2017)."""
    pitches = pitches_of(melody)
    return float(len(pitches) == 0 or (pitches == pitches.max()).sum() == 1)


#: The rules of :func:`theory_reward`, each counting the same.
RULES = {
    "in_key": in_key,
    "ends_on_tonic": ends_on_tonic,
    "moves_by_step": moves_by_step,
    "varies_pitch": varies_pitch,
}


def theory_reward(melody, tonic: int = 0) -> float:
    """How well a melody keeps four rules: in key, ends on the tonic, by step, no pitch five times in a row.

    Their mean, 0..1, higher is better. Real melodies do not reach 1: they leap, and they are in other keys.
    Source: rules of RL Tuner and ORGAN; the choice and the equal weights are ours.
    """
    pitches = pitches_of(melody)
    values = [
        rule(pitches, tonic) if name in ("in_key", "ends_on_tonic") else rule(pitches)
        for name, rule in RULES.items()
    ]
    return float(np.mean(values))


def _share(kept: np.ndarray) -> float:
    return float(kept.mean()) if len(kept) else 1.0
