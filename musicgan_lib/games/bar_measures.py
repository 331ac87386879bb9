"""What painted bars are worth: do they sound the chords that were asked for, and keep to the bar before?"""

import numpy as np

from ..data import bars as music
from ..data import harmony
from ..metrics import bars as measures


def measure_bars(made, bars, before, known) -> dict:
    """Flat numbers of bars that were painted after held-out ones.

    Parameters
    ----------
    made : three arrays ``(n, 16)``, painted in the same places: twice, with other noise, and once after the bars of
        :func:`swap_before`, with the noise of the first
    bars, before : the real ones, ``(n, 22)`` and ``(n, 16)``, as ``BarData.contexts`` has them
    known : training bars, ``(m, 22)``

    ``chord_rate`` is the share of the time that the chord asked for sounds, ``chord_gain`` that less the share with
    the chords of another bar, moved into the same key. ``bar_overlap`` is the share of time that a bar and the one
    before it spend on the same tones, ``bar_gain`` that less the overlap with another, moved into the same key.
    A bar is like the one before because it heard it, or because their chords are alike. ``heard_gain`` tells: the
    overlap with a swapped bar that was heard, less that of the same chords' bar that did not hear it.
    ``step_in``: semitones from the last note before to the first of the bar, and ``step_in_swapped`` the same after a
    swapped bar that was heard.
    ``notes`` a bar; ``unlike``, the share of sixteenths that other noise changes; ``known``, the share of bars that
    stand in training music, in any key. ``real_`` before a name is the number of the real bars.
    """
    found = describe(made[0], bars, before)
    found |= {
        f"real_{name}": value
        for name, value in describe(bars[:, music.PITCHES], bars, before).items()
    }
    swapped = swap_before(bars, before)
    tones, sounds = measures.count_tones(swapped), swapped[:, 0] >= 0
    heard, unheard = (
        measures.compare_bars(measures.count_tones(made[k]), tones)[sounds] for k in (2, 0)
    )
    found["heard_gain"] = heard.mean() - unheard.mean()
    found["step_in_swapped"] = np.abs(made[2][:, 0] - swapped[:, -1])[sounds].mean()
    found["unlike"] = np.mean(made[0] != made[1])
    seen = {shape(bar) for bar in known[:, music.PITCHES]}
    found["known"] = np.mean([shape(bar) in seen for bar in made[0]])
    found["real_known"] = np.mean([shape(bar) in seen for bar in bars[:, music.PITCHES]])
    found["different"] = len({bar.tobytes() for bar in made[0]}) / len(made[0])
    return {name: float(value) for name, value in found.items()}


def describe(pitches, bars, before) -> dict:
    """The numbers of :func:`measure_bars` that one set of bars has."""
    other = np.roll(np.arange(len(bars)), len(bars) // 2)  # of another piece
    apart = (bars[:, music.TONIC] - bars[other, music.TONIC])[:, None]
    asked = bars[:, music.HARMONIES]
    wrong = music.move_harmony(asked[other], apart)
    true, shuffled = (
        measures.rate_chord_tones(pitches, harmony.spell(h)).mean() for h in (asked, wrong)
    )
    both = (before[:, 0] >= 0) & (before[other, 0] >= 0)
    own = measures.count_tones(pitches)
    true_before = measures.count_tones(before)
    wrong_before = measures.count_tones(
        np.where(before[other] >= 0, before[other] + apart + 12, -1)
    )
    overlap, by_chance = (
        measures.compare_bars(own, b)[both].mean() for b in (true_before, wrong_before)
    )
    return {
        "chord_rate": true,
        "chord_gain": true - shuffled,
        "bar_overlap": overlap,
        "bar_gain": overlap - by_chance,
        "step_in": np.abs(pitches[:, 0] - before[:, -1])[before[:, 0] >= 0].mean(),
        "notes": measures.count_notes(pitches).mean(),
    }


def swap_before(bars, before) -> np.ndarray:
    """For each bar the one before another, moved into its key, ``(n, 16)``; in the octave that fits the picture."""
    other = np.roll(np.arange(len(bars)), len(bars) // 2)
    apart = (bars[:, music.TONIC] - bars[other, music.TONIC] + 6) % 12 - 6
    moved = before[other] + apart[:, None]
    moved = moved + 12 * (moved.min(1) < music.LOW)[:, None]
    moved = moved - 12 * (moved.max(1) >= music.LOW + music.ROWS)[:, None]
    return np.where(before[other] < 0, -1, moved)


def shape(bar) -> bytes:
    """A bar as it is in every key: steps from its first note."""
    return (np.asarray(bar) - bar[0]).tobytes()
