"""A number for every set of pitch classes: the chord that it spells, or a number that means nothing."""

import numpy as np

#: Kinds of triads, in semitones above the root
TRIADS = {"M": (0, 4, 7), "m": (0, 3, 7), "d": (0, 3, 6), "a": (0, 4, 8)}
#: Triads on twelve roots, then what is none, then silence
OTHER, REST = 12 * len(TRIADS), 12 * len(TRIADS) + 1
LABELS = REST + 1
SETS = 2**12
KINDS = ("silver", "hash")
#: What is taken for a triad besides it: with a seventh, or without its fifth
_SPELT = (
    *((kind, steps) for kind, steps in TRIADS.items()),
    ("M", (0, 4, 7, 10)),
    ("M", (0, 4, 7, 11)),
    ("m", (0, 3, 7, 10)),
    ("d", (0, 3, 6, 10)),
    ("d", (0, 3, 6, 9)),
    ("M", (0, 4)),
    ("m", (0, 3)),
    ("M", (0, 4, 10)),
)


def make_labels(kind: str) -> np.ndarray:
    """The label of each set, ``(4096,) int64``: bit p of its number says whether pitch class p sounds.

    ``"silver"``: ``4 * root + kind`` of a triad, with or without a seventh, or without its fifth; of two triads that a
    set may spell the first in the order of ``TRIADS`` is taken, and of its roots the lowest number. ``"hash"``: a
    number below ``LABELS`` drawn once for each set, so that it says which sets are alike to nobody; silence stays
    silence. ValueError for another kind.
    """
    if kind not in KINDS:
        raise ValueError(f"no labels {kind!r}; choose {', '.join(KINDS)}")
    if kind == "hash":
        labels = np.random.default_rng(0).integers(REST, size=SETS)
    else:
        labels = np.full(SETS, OTHER)
        for name, steps in reversed(_SPELT):
            for root in reversed(range(12)):
                labels[number_set(root + np.array(steps))] = 4 * root + list(TRIADS).index(name)
    labels[0] = REST
    return labels.astype(np.int64)


def number_set(pitches) -> int:
    """The number of the set of pitch classes that pitches spell."""
    return int(sum(1 << int(p) for p in np.unique(np.asarray(pitches) % 12)))
