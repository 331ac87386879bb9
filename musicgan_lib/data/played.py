"""A pianist by rules: a score that states no dynamics is played with swells, leans, rubato and the pedal.

Rules of this kind come from listening to players (Friberg, Bresin and Sundberg, 2006: phrases swell and slow down at
their ends, the melody is louder and a little early); the numbers are ours. What it plays is no recording of anybody,
and may be heard wherever its score may.
"""

import numpy as np

#: Quarters a minute in the middle of a phrase; a phrase that no fermata ends has so many quarters.
PACE, PHRASE = 76.0, 8.0
#: Seconds: how far the melody leads, and how unevenly fingers fall
LEAD, UNEVEN = 0.02, 0.008


def play_by_rules(piece, rng: np.random.Generator) -> "Piece":  # noqa: F821 - imported where it is used
    """The piece as it is played: onsets in seconds at 60 quarters a minute, velocities, and a pedal each quarter.

    Track 0 is the melody. Two voices that strike one key together are one note, the longer. Phrases end where fermatas
    stand; where there are none, every eight quarters.
    """
    from ..notes import Piece, Track

    ends = _find_phrases(piece)
    grid = np.arange(0, piece.length + 1.01, 0.25)
    arch = _arch(grid, ends)
    slow = 1.12 - 0.22 * arch + 0.25 * _near(grid, ends)  # longer at both ends of a phrase
    clock = np.concatenate([[0.0], np.cumsum(60 / PACE * 0.25 * slow[:-1])])
    notes = _share_keys(piece.notes)
    start = np.interp(notes["onset"], grid, clock)
    stop = np.interp(notes["onset"] + notes["duration"], grid, clock)
    leads = notes["track"] == 0
    shaken = rng.normal(0, UNEVEN, len(notes)).clip(-2 * UNEVEN, 2 * UNEVEN)
    touch = np.where(leads, 0.96, 0.85)  # the melody is bound, the others less
    begin = np.maximum(start + LEAD * ~leads + shaken, 0)
    on_beat = np.isclose(notes["onset"] % 2, 0)
    loud = 44 + 26 * np.interp(notes["onset"], grid, arch) + 16 * leads + 5 * on_beat
    loud = (loud + rng.normal(0, 2.5, len(notes))).round().clip(1, 127)
    rows = np.stack([begin, (stop - start) * touch, notes["pitch"], loud], 1)
    beats = np.interp(np.arange(0, piece.length, 1.0), grid, clock)
    pedal = [(at + 0.06, "pedal", "", 0, 127.0) for at in beats]
    pedal += [(at, "pedal", "", 0, 0.0) for at in [*beats[1:], clock[-1]]]
    return Piece(
        rows,
        (Track("piano", 0),),
        tempo=((0.0, 60.0),),
        title=piece.title,
        source=piece.source,
        publishable=piece.publishable,
        annotations=pedal,
    )


def _share_keys(notes) -> np.ndarray:
    """Without the shorter of two notes that begin together on one key."""
    order = np.lexsort((notes["track"], -notes["duration"], notes["pitch"], notes["onset"]))
    notes = notes[order]
    again = (np.diff(notes["onset"]) == 0) & (np.diff(notes["pitch"]) == 0)
    return notes[np.append(True, ~again)[: len(notes)]]


def _find_phrases(piece) -> np.ndarray:
    """The quarters at which phrases end, the end of the piece among them."""
    held = np.unique(piece.annotated("fermata")["onset"]) + 1
    ends = held if len(held) else np.arange(PHRASE, piece.length, PHRASE)
    return np.append(ends[ends < piece.length - 1], max(piece.length, 1.0))


def _arch(at, ends) -> np.ndarray:
    """0 at both ends of a phrase, 1 in its middle."""
    begins = np.concatenate([[0.0], ends[:-1]])
    k = np.minimum(np.searchsorted(ends, at, side="right"), len(ends) - 1)
    share = ((at - begins[k]) / (ends[k] - begins[k])).clip(0, 1)
    return np.sin(np.pi * share)


def _near(at, ends) -> np.ndarray:
    """1 in the last quarter of a phrase, else 0."""
    k = np.minimum(np.searchsorted(ends, at, side="right"), len(ends) - 1)
    return (ends[k] - at <= 1).astype(float)
