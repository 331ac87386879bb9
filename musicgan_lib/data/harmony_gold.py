"""Silver labels beside gold ones: how often the rule says of a beat what a musician wrote beneath it."""

from typing import NamedTuple

import numpy as np

from .harmony import KINDS, read_chorale, sounds

#: What a musician's kind of chord is called here; an augmented triad is none of ours
_WRITTEN = {"M": "M", "m": "m", "d": "d", "7": "7", "M7": "M", "m7": "m", "h7": "d", "d7": "d"}

#: As triads alone, and an order of them
_TRIAD = {k: "M" if v == "7" else v for k, v in _WRITTEN.items()} | {"a": "a"}
TRIADS = "Mmda"


class Agreement(NamedTuple):
    """Of one chorale: how many ``beats`` were compared, on how many the ``roots`` agree, and on how many roots and
    ``kinds``.
    """

    name: str
    beats: int
    roots: int
    kinds: int


def compare_with_gold() -> list[Agreement]:
    """Every chorale that has numerals by hand and a score with as many bars.

    A beat's gold harmony is the numeral in force when it begins. Some analyses stand in another key than the score:
    they are moved by the semitones that make most roots agree.
    """
    from ..corpora.chorale_numerals import load_numerals
    from ..corpora.chorales import parse_chorale
    from ..representations import grid

    found = []
    for name, numerals in load_numerals().items():
        piece = parse_chorale(name)
        moments = place_numerals(piece, numerals)
        if moments is None:
            continue
        laid = grid.encode(grid.snap(piece))
        chorale = read_chorale(laid.cells, laid.position, laid.fermata)
        last = np.searchsorted(moments, chorale.steps / grid.STEPS + 1e-6, side="right") - 1
        said = [numerals[k] for k in last[last >= 0]]
        silver = chorale.harmony[last >= 0]
        roots = (silver // len(KINDS) + chorale.melody.tonic) % 12
        apart = (roots - np.array([n.root for n in said])) % 12
        same = apart == np.bincount(apart, minlength=12).argmax()
        kinds = np.array([list(KINDS)[k % len(KINDS)] for k in silver])
        alike = kinds == np.array([_WRITTEN.get(n.kind, "") for n in said])
        found.append(Agreement(piece.title, len(same), int(same.sum()), int((same & alike).sum())))
    return found


def compare_sets_with_gold(labels) -> list[Agreement]:
    """The same of labels of sets of pitch classes, at the moments where a numeral begins.

    ``labels (4096,)`` of :func:`~musicgan_lib.models.chord_labels.make_labels`: ``4 * root + kind`` of a triad. What
    sounds at that moment is named alone; a label of no triad agrees with nobody.
    """
    from ..corpora.chorale_numerals import load_numerals
    from ..corpora.chorales import parse_chorale
    from ..representations import grid

    found = []
    for name, numerals in load_numerals().items():
        piece = parse_chorale(name)
        moments = place_numerals(piece, numerals)
        if moments is None:
            continue
        sounding = sounds(grid.encode(grid.snap(piece)).cells)
        steps = np.clip(np.rint(moments * grid.STEPS).astype(int), 0, sounding.shape[1] - 1)
        sets = [sum(1 << p for p in {int(p) % 12 for p in sounding[:, t] if p >= 0}) for t in steps]
        root, kind = np.divmod(np.asarray(labels)[sets], 4)
        apart = (root - np.array([n.root for n in numerals])) % 12
        same = (root < 12) & (apart == np.bincount(apart[root < 12], minlength=12).argmax())
        alike = np.array(list(TRIADS))[kind] == np.array([_TRIAD.get(n.kind, "") for n in numerals])
        found.append(Agreement(piece.title, len(same), int(same.sum()), int((same & alike).sum())))
    return found


def place_numerals(piece, numerals) -> np.ndarray | None:
    """When each numeral begins, in quarters of the piece, ``(n,)``; None where score and analysis differ in bars."""
    bars = piece.bars()
    whole = piece.metre[-1].bar_length
    pickup = int(bars[1] - bars[0] < whole)
    if len(bars) - 1 - pickup != max(n.bar for n in numerals):
        return None
    starts = [bars[n.bar - 1 + pickup] if n.bar else bars[1] - whole for n in numerals]
    return np.array(starts) + [n.beat - 1 for n in numerals]
