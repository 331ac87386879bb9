"""Whether a tune has the form of one tune and the material of another: melody events, phrase by phrase.

A phrase *returns* where a later one is the same, event by event. All that is asked here is asked of notes: an event
below ``hold`` begins one, and a note comes back where the same event stands at the same step.
"""

import numpy as np


def find_returns(tunes, phrase: int) -> np.ndarray:
    """Which phrases of ``phrase`` steps are the first one again, ``(n, T) -> (n, T / phrase) bool``; the first is not.

    ValueError for a length that is no whole number of phrases.
    """
    parts = cut_phrases(tunes, phrase)
    again = (parts == parts[:, :1]).all(-1)
    again[:, 0] = False
    return again


def cut_phrases(tunes, phrase: int) -> np.ndarray:
    """``(n, T) -> (n, T / phrase, phrase)``."""
    tunes = np.asarray(tunes)
    if phrase < 1 or tunes.shape[1] % phrase:
        raise ValueError(f"{tunes.shape[1]} steps are no whole number of phrases of {phrase}")
    return tunes.reshape(len(tunes), -1, phrase)


def share_notes(wanted, made, hold: int) -> float:
    """Of the notes of ``wanted``, the share that ``made`` has at the same step; NaN where none is wanted.

    Arrays of one shape; 1 is best. Notes that ``made`` adds are not counted against it.
    """
    wanted, made = np.asarray(wanted), np.asarray(made)
    notes = wanted < hold
    return float((wanted == made)[notes].mean()) if notes.any() else float("nan")


def compare_bars(tunes, bar: int) -> np.ndarray:
    """The self-similarity of each tune: the share of steps at which two of its bars agree, ``(n, bars, bars)``."""
    bars = cut_phrases(tunes, bar)
    return (bars[:, :, None] == bars[:, None]).mean(-1)


def correlate_forms(one, other, bar: int) -> float:
    """How alike the self-similarities of tunes and tunes are: the mean correlation over all pairs of bars, -1 to 1.

    Tunes whose bars are all equally alike count as 0.
    """
    upper = np.triu_indices(np.asarray(one).shape[1] // bar, 1)
    first, second = (compare_bars(tunes, bar)[:, *upper] for tunes in (one, other))
    first, second = (x - x.mean(1, keepdims=True) for x in (first, second))
    scale = np.sqrt((first**2).sum(1) * (second**2).sum(1))
    found = np.where(scale > 0, (first * second).sum(1) / np.maximum(scale, 1e-12), 0.0)
    return float(found.mean())


def measure_borrowing(forms, material, made, phrase: int, bar: int, hold: int) -> dict:
    """Whether ``made`` has the form of ``forms``, with the first phrase of ``material`` in it: ``(n, T)`` each.

    ``returned``: of the notes of the material's first phrase, the share that stand where the form's first phrase
    returns; ``strayed``: that stand where any other phrase of the form is. ``form_won`` is ``returned - strayed``:
    nobody wins it by repeating one phrase throughout. ``begun``: the share of them in the first phrase itself.
    ``kept``: of the notes of the form's other phrases, the share that is still there. ``like_form`` and
    ``like_material``: how well the self-similarity agrees with that of the two donors, and ``like_each_other`` how well
    these agree.
    """
    returns, given = find_returns(forms, phrase), cut_phrases(forms, phrase)
    others = ~returns
    others[:, 0] = False
    written = cut_phrases(made, phrase)
    theme = np.broadcast_to(cut_phrases(material, phrase)[:, :1], given.shape)
    returned = share_notes(theme[returns], written[returns], hold)
    strayed = share_notes(theme[others], written[others], hold)
    return {
        "returned": returned,
        "strayed": strayed,
        "form_won": returned - strayed,
        "begun": share_notes(theme[:, 0], written[:, 0], hold),
        "kept": share_notes(given[others], written[others], hold),
        "like_form": correlate_forms(made, forms, bar),
        "like_material": correlate_forms(made, material, bar),
        "like_each_other": correlate_forms(forms, material, bar),
    }
