"""Phrases that return in a melody: fragments of whole bars, which are alike, and where the theme stands. numpy alone.

A melody is events as :mod:`~musicgan_lib.data.melody_events` has them, 16 a bar. A *fragment* is some whole bars of it,
named by its first bar. The *theme* is the fragment that returns most often; its *regions* are where it stands.
"""

import numpy as np

from .melody_events import BAR, HOLD

#: A fragment with fewer notes is no theme
NOTES = 4
#: The share of sixteenths in which a fragment sounds like the theme for it to be the theme again
ALIKE = 0.85
#: Semitones by which a varied note is moved
MOVES = (-2, -1, 1, 2)
#: The most semitones by which a varied phrase is moved as a whole
FAR = 5


def cut_fragments(piece, bars: int) -> np.ndarray:
    """All fragments of so many bars, one from each bar line, ``(n, bars * 16) int64``.

    ValueError for a theme that is longer than the piece.
    """
    whole = len(piece) // BAR
    if bars > whole:
        raise ValueError(f"a theme of {bars} bars is longer than the piece, which has {whole}")
    return np.stack([piece[BAR * i : BAR * (i + bars)] for i in range(whole - bars + 1)])


def count_notes(fragments) -> np.ndarray:
    """How many notes begin in each fragment ``(..., T)``."""
    return (np.asarray(fragments) < HOLD).sum(-1)


def find_sounding(events) -> np.ndarray:
    """The pitch that sounds in each sixteenth of ``(..., T)`` events, -1 where none does."""
    events = np.asarray(events)
    sounding, now = np.empty_like(events), np.full(events.shape[:-1], -1)
    for t in range(events.shape[-1]):
        event = events[..., t]
        now = np.where(event < HOLD, event, np.where(event == HOLD, now, -1))
        sounding[..., t] = now
    return sounding


def measure_agreement(fragments, theme) -> np.ndarray:
    """The share of sixteenths in which fragments ``(n, T)`` sound what the theme ``(T,)`` sounds, the theme moved as a
    whole by up to :data:`FAR` semitones, by whatever fits best.
    """
    heard, wanted = find_sounding(fragments), find_sounding(theme)
    moved = [np.where(wanted < 0, -1, wanted + shift) for shift in range(-FAR, FAR + 1)]
    return np.max([(heard == line).mean(-1) for line in moved], 0)


def vary(fragment, rng) -> np.ndarray:
    """The same phrase, varied by two of these: one note is moved a little, one is left out, a long one is sung twice,
    or the whole phrase begins from another pitch.
    """
    made = np.array(fragment)
    for kind in rng.permutation(4)[:2]:
        notes = np.flatnonzero(made < HOLD)
        held = np.flatnonzero((made == HOLD) & (find_sounding(made) >= 0))
        if kind == 0 and len(notes):
            at = rng.choice(notes)
            made[at] = np.clip(made[at] + rng.choice(MOVES), 0, HOLD - 1)
        elif kind == 1 and len(notes) > NOTES:
            made[rng.choice(notes[1:])] = HOLD
        elif kind == 2 and len(held):
            at = rng.choice(held)
            made[at] = find_sounding(made)[at]
        elif kind == 3 and len(notes):
            made = move(made, FAR, rng)
    return made


def move(events, far: int, rng) -> np.ndarray:
    """Events in another key, up to so many semitones away; where a note would leave the range, less far.

    What is no note stays as it is.
    """
    events = np.asarray(events)
    notes = events < HOLD
    pitches = events[notes]
    low, high = -int(pitches.min(initial=0)), HOLD - 1 - int(pitches.max(initial=0))
    shift = int(np.clip(rng.integers(-far, far + 1), low, high))
    return np.where(notes, events + shift, events)


def list_same(piece, bars: int, named=None) -> tuple[np.ndarray, np.ndarray]:
    """Which fragments are phrases, ``(n,) bool``, and which two are the same one, ``(n, n) bool``.

    ``named`` has a number a bar that says which phrase begins there, -1 where none does; where nobody says so, two
    fragments are the same that are equal to the last event.
    """
    fragments = cut_fragments(piece, bars)
    may = count_notes(fragments) >= NOTES
    if named is None:
        return may, (fragments[:, None] == fragments[None]).all(-1)
    names = np.asarray(named)[: len(fragments)]
    return may & (names >= 0), names[:, None] == names[None]


def count_pairs(close, same, may, bars: int) -> np.ndarray:
    """Of pairs of phrases that do not overlap: found and right, found and wrong, missed, ``(3,)``."""
    n = len(close)
    pairs = np.triu(np.ones((n, n), bool), bars) & may[:, None] & may[None]
    return np.array(
        [(pairs & a & b).sum() for a, b in ((close, same), (close, ~same), (~close, same))]
    )


def score_pairs(counts) -> float:
    """F1 of :func:`count_pairs`, the harmonic mean of precision and recall; 0 where nothing is right."""
    right, wrong, missed = counts
    return float(2 * right / max(2 * right + wrong + missed, 1))


def choose_theme(close, may, bars: int) -> list[int]:
    """The regions of the theme: first bars of the fragment that returns most often without overlap, the earliest of
    those that do so equally often. Empty where none returns.
    """
    best: list[int] = []
    for i in np.flatnonzero(may):
        found: list[int] = [int(i)]
        for j in np.flatnonzero(close[i] & may).tolist():
            if j >= found[-1] + bars:
                found.append(j)
        if len(found) > max(len(best), 1):
            best = found
    return best


def share_of_theme(events, theme) -> float:
    """The share of a melody's bars in which the theme stands, or something that sounds like it to :data:`ALIKE`."""
    bars = len(theme) // BAR
    alike = measure_agreement(cut_fragments(events, bars), theme) >= ALIKE
    covered, free = 0, 0
    for i in np.flatnonzero(alike).tolist():
        if i >= free:
            covered, free = covered + bars, i + bars
    return covered / (len(events) // BAR)
