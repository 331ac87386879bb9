"""Where four voices come to rest: how often they do so under a fermata, and elsewhere."""

import numpy as np

#: A cadence rests at least so many sixteenths.
REST_FOR = 4
_TRIADS = ((0, 4, 7), (0, 3, 7))


def find_rests(pitches, begins) -> np.ndarray:
    """At which sixteenths four voices come to rest on a triad in root position, ``(T,) bool``.

    ``pitches (V, T)`` is what sounds, -1 for silence, the bass last; ``begins (V, T)`` where a note begins. There the
    bass begins a note, and for a quarter no other note begins in any voice; what sounds is a major or a minor triad,
    or its root and third, and the bass sings the root.
    """
    pitches, begins = np.asarray(pitches), np.asarray(begins, bool)
    steps, found = pitches.shape[1], np.zeros(pitches.shape[1], bool)
    moves = begins.any(0)
    for t in np.flatnonzero(begins[-1, : max(steps - REST_FOR + 1, 0)]):
        now = pitches[:, t]
        if moves[t + 1 : t + REST_FOR].any() or (now < 0).any():
            continue
        above = set(((now - now[-1]) % 12).tolist())
        found[t] = any({0, triad[1]} <= above <= set(triad) for triad in _TRIADS)
    return found


def share_resting(rests, at) -> tuple[int, int]:
    """At how many of the sixteenths ``at (T,) bool`` voices come to rest, and how many these are."""
    at = np.asarray(at, bool)
    return int((np.asarray(rests)[at]).sum()), int(at.sum())


def begin_marks(marks) -> np.ndarray:
    """Where a run of ones begins, ``(T,) -> (T,) bool``."""
    marks = np.asarray(marks) > 0
    return marks & ~np.append(False, marks[:-1])
