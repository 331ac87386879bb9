"""What the networks of HARMONET hear: numbers for each beat of a melody, for what was harmonised, for each voice."""

import numpy as np

from .harmony import HARMONIES, SILENT, Melody

MEMORY = 3  # harmonies that are remembered
START = HARMONIES  # what is remembered before the first beat
NO_BASS = 4  # what the bass sang before the first beat
#: What may be sung on the second eighth of a beat: semitones from the note of the beat, 0 for nothing new
ORNAMENTS = tuple(range(-5, 6))
FARTHEST = 12  # semitones to the next beat's note; a wider leap counts as one of these
_NOTES, _PLACES = 3 * (SILENT + 1), 3
#: How many numbers a beat is heard as, and how many a voice that may be ornamented
HEARD = _NOTES + _PLACES + 7
ORNAMENT_HEARD = 3 + (2 * FARTHEST + 1) + 12 + 2 + _PLACES + 1


def look_around(melody: Melody) -> np.ndarray:
    """What a network hears of the melody at each beat, ``(T, 49) float32``.

    One-hot: the degrees of the beat before, this one and the next; the place in the bar; whether the mode is minor; how
    many beats are left in the line (0, 1, 2, more) and whether one has just ended or begins the piece.
    """
    degree = np.concatenate([[SILENT], melody.degree, [SILENT]])
    around = np.stack([degree[:-2], degree[1:-1], degree[2:]], 1)  # (T, 3)
    notes = np.eye(SILENT + 1)[around].reshape(len(around), _NOTES)
    place = np.eye(_PLACES)[np.minimum(melody.place, _PLACES - 1)]
    left, count = np.zeros(len(around), np.int64), 3
    for t in reversed(range(len(around))):
        count = 0 if melody.ends[t] else min(count + 1, 3)
        left[t] = count
    begins = np.concatenate([[1], melody.ends[:-1]])
    line = np.column_stack([np.eye(4)[left], begins, melody.ends, np.full(len(left), melody.minor)])
    return np.concatenate([notes, place, line], 1).astype(np.float32)


def list_pasts(harmony: np.ndarray, bass: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What stands before each beat: three harmonies ``(T, 3)``, ``START`` at first, and a bass member ``(T,)``."""
    padded = np.concatenate([[START] * MEMORY, harmony])
    history = np.stack([padded[k : k + len(harmony)] for k in range(MEMORY)], 1)
    return history, np.concatenate([[NO_BASS], bass[:-1]])


def describe_ornaments(voices, melody: Melody) -> np.ndarray:
    """What the ornament network hears of alto, tenor and bass at each beat but the last, ``(3, T - 1, 46) float32``.

    One-hot: the voice; how far its next note is; its degree; and whether the melody moves within the beat, the mode is
    minor, the place in the bar, and whether a line ends. ``voices (4, T)``.
    """
    lower = np.asarray(voices)[1:]
    now, after = lower[:, :-1], lower[:, 1:]
    step = np.clip(after - now, -FARTHEST, FARTHEST) + FARTHEST
    degree = (now - melody.tonic) % 12
    minor = np.full(now.shape[1], melody.minor)
    place = np.eye(_PLACES)[np.minimum(melody.place[:-1], _PLACES - 1)]
    beside = np.column_stack([melody.moves[:-1], minor, place, melody.ends[:-1]])
    rows = [
        np.concatenate(
            [
                np.eye(3)[np.full(now.shape[1], v)],
                np.eye(2 * FARTHEST + 1)[step[v]],
                np.eye(12)[degree[v]],
                beside,
            ],
            1,
        )
        for v in range(3)
    ]
    return np.stack(rows).astype(np.float32)


def list_ornaments(voices, eighths) -> np.ndarray:
    """Which of ``ORNAMENTS`` alto, tenor and bass sing at each beat but the last, ``(3, T - 1)``; a leap is none.

    -1 where a voice rests before, on or after the eighth, so that there is nothing to learn.
    """
    lower, moved = np.asarray(voices)[1:], np.asarray(eighths)[1:]
    change = moved[:, :-1] - lower[:, :-1]
    number = np.where(np.abs(change) <= ORNAMENTS[-1], change, 0) + ORNAMENTS[-1]
    silent = (lower[:, :-1] < 0) | (moved[:, :-1] < 0) | (lower[:, 1:] < 0)
    return np.where(silent, -1, number)
