"""Does music keep its form? Chords against the form they should follow, a melody against the scale of its chord."""

import numpy as np


def share_in_form(chords, form, first: int = 0) -> float:
    """The share of steps whose chord is that of the form; 1 is best.

    Parameters
    ----------
    chords : ``(n, T)`` numbers of chords, one a step, of music that began with the form.
    form : ``(F,)`` the chord of each step of one turn of the form, which begins again after its end.
    first : steps at the beginning that were given, and are not counted.

    ValueError where no step is left to count.
    """
    chords, form = np.asarray(chords), np.asarray(form)
    if not chords[:, first:].size:
        raise ValueError(
            f"{chords.shape[1]} steps, and the first {first} of them were given: none is left"
        )
    wanted = form[np.arange(chords.shape[1]) % len(form)]
    return float((chords == wanted)[:, first:].mean())


def share_in_scale(chords, notes, scales) -> float:
    """The share of notes that belong to the scale of the chord they begin over; NaN where none begins.

    ``chords (n, T)``; ``notes (n, T)``: a number below ``scales.shape[1]`` where a note begins, any other where none
    does; ``scales (K, P) bool``: whether note p belongs to the scale of chord k.
    """
    chords, notes, scales = map(np.asarray, (chords, notes, scales))
    begins = (notes >= 0) & (notes < scales.shape[1]) & (chords < len(scales))
    return float(scales[chords[begins], notes[begins]].mean()) if begins.any() else float("nan")
