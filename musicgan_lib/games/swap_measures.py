"""Whom swaps follow, on segments of test music: numbers of three games.

A swap has two donors, and ``follows`` is the smaller of two shares, so that nobody wins by following one of them alone.
Each share compares what the swap has more of the right donor than of the wrong one with what real music has: 1 is all,
0 is no more of the one than of the other.
"""

import numpy as np

from ..data import harmony
from ..data.segments import BEGIN, find_pitches, find_rhythm
from ..metrics import swaps


def measure_rhythm_swaps(data, cells, again, swapped) -> dict:
    """Of melodies ``(n, 1, T)``, as they are, as they come back, and with the rhythm half of the one n / 2 further on.

    Only pairs whose rhythms differ count below. ``rhythm_exact``: the share of donors whose rhythm comes back without
    a fault when nothing is swapped. ``swap_exact``: the share of swaps that have the donor's whole rhythm, and
    ``swap_kept`` the same among the donors whose rhythm comes back when nothing is swapped. ``swap_onsets`` and
    ``own_onsets``: how well beginnings agree with the donor's and with those of the segment that gave the pitches.
    ``swap_pitches``: the share of time on the pitch of the segment that gave them, ``other_pitches`` of the rhythm's
    donor; ``pitches`` where nothing is swapped; ``rule_pitches`` of a swap by rule (:func:`swap_by_rule`).
    ``follows`` is the smaller of ``rhythm_won`` and ``pitch_won``.
    """
    donor = np.roll(np.arange(len(cells)), len(cells) // 2)
    rhythm, back, made = (find_rhythm(x, data.hold) for x in (cells, again, swapped))
    differ = ~swaps.same_rhythm(rhythm, rhythm[donor])
    exact = swaps.same_rhythm(made, rhythm[donor])[differ]
    known = swaps.same_rhythm(back, rhythm)[donor][differ]
    begins, made_begins = rhythm == BEGIN, made == BEGIN
    ruled = swap_by_rule(cells, cells[donor], data.hold)
    tones, back_tones, made_tones, rule_tones = (
        find_pitches(x, data.lows, data.hold) for x in (cells, again, swapped, ruled)
    )
    found = {
        "pairs": differ.sum(),
        "rhythm_exact": known.mean(),
        "swap_exact": exact.mean(),
        "swap_kept": exact[known].mean() if known.any() else 0.0,
        "swap_onsets": swaps.match_onsets(made_begins, begins[donor])[differ].mean(),
        "own_onsets": swaps.match_onsets(made_begins, begins)[differ].mean(),
        "real_onsets": swaps.match_onsets(begins, begins[donor])[differ].mean(),
        "pitches": rate_pitches(back_tones, tones, differ),
        "swap_pitches": rate_pitches(made_tones, tones, differ),
        "other_pitches": rate_pitches(made_tones, tones[donor], differ),
        "rule_pitches": rate_pitches(rule_tones, tones, differ),
        "rule_other": rate_pitches(rule_tones, tones[donor], differ),
    }
    found["rhythm_won"] = share_won(
        found["swap_onsets"], found["own_onsets"], 1, found["real_onsets"]
    )
    pitches = ("swap_pitches", "other_pitches", "rule_pitches", "rule_other")
    found["pitch_won"] = share_won(*(found[name] for name in pitches))
    found["follows"] = min(found["rhythm_won"], found["pitch_won"])
    return {name: float(value) for name, value in found.items()}


def share_won(right, wrong, real_right, real_wrong) -> float:
    """What a swap has more of the right donor than of the wrong one, over what real music has."""
    return float((right - wrong) / max(real_right - real_wrong, 1e-9))


def mean_heard(values) -> float:
    """The mean of the numbers that there are; NaN where there is none, because nothing sounded."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def rate_pitches(one, other, rows) -> float:
    """The mean of :func:`~musicgan_lib.metrics.swaps.match_pitches` over some rows."""
    return mean_heard(swaps.match_pitches(one, other)[rows])


def swap_by_rule(cells, donors, hold: int) -> np.ndarray:
    """What nobody has to learn: the donor's rhythm, and each of its notes on the last pitch that ``cells`` have begun.

    ``(n, V, T)`` each. Before their first note it is the pitch of that one; cells without a note leave silence.
    """
    cells, donors = np.asarray(cells), np.asarray(donors)
    notes = cells < hold
    first = notes.argmax(-1)[..., None]
    last = np.maximum.accumulate(np.where(notes, np.arange(cells.shape[-1]), 0), -1)
    pitches = np.take_along_axis(cells, np.maximum(last, first), -1)
    pitches = np.where(notes.any(-1)[..., None], pitches, hold + 1)
    return np.where(find_rhythm(donors, hold) == BEGIN, pitches, donors)


def measure_texture_swaps(data, cells, again, swapped, chords) -> dict:
    """Of four voices, as they are, as they come back, and with the texture of the one n / 2 further on.

    ``chord_rate``: the share of time on notes of the own chords, ``other_rate`` on those of the texture's donor;
    ``swap_onsets``: how well beginnings agree with the donor's, ``own_onsets`` with the own. ``follows`` is the smaller
    of ``chord_won`` and ``rhythm_won``. ``real_`` before a name: of real segments, on their own chords and on the
    donor's; ``back_``: of those that come back.
    """
    donor = np.roll(np.arange(len(cells)), len(cells) // 2)
    members = harmony.spell(chords)
    begins, back, made = (find_rhythm(x, data.hold) == BEGIN for x in (cells, again, swapped))
    tones, back_tones, made_tones = (
        find_pitches(x, data.lows, data.hold) for x in (cells, again, swapped)
    )
    found = {
        "chord_rate": mean_heard(swaps.rate_chords(made_tones, members)),
        "other_rate": mean_heard(swaps.rate_chords(made_tones, members[donor])),
        "real_chord_rate": mean_heard(swaps.rate_chords(tones, members)),
        "real_other_rate": mean_heard(swaps.rate_chords(tones, members[donor])),
        "back_chord_rate": mean_heard(swaps.rate_chords(back_tones, members)),
        "real_onsets": swaps.match_onsets(begins, begins[donor]).mean(),
        "swap_onsets": swaps.match_onsets(made, begins[donor]).mean(),
        "own_onsets": swaps.match_onsets(made, begins).mean(),
        "back_onsets": swaps.match_onsets(back, begins).mean(),
    }
    rates = ("chord_rate", "other_rate", "real_chord_rate", "real_other_rate")
    found["chord_won"] = share_won(*(found[name] for name in rates))
    found["rhythm_won"] = share_won(
        found["swap_onsets"], found["own_onsets"], 1, found["real_onsets"]
    )
    found["follows"] = min(found["chord_won"], found["rhythm_won"])
    return {name: float(value) for name, value in found.items()}


def probe_parts(data, parts: dict, known, asked) -> dict:
    """R² of straight lines from each part to the chords, and to how many notes begin on each beat.

    ``known`` and ``asked``: points ``(n, latent)``, cells and chords, to learn from and held out.
    """
    found = {}
    wanted, answers = ((spell_answers(data, cells, chords)) for _, cells, chords in (known, asked))
    for part, numbers in parts.items():
        for what in ("chords", "onsets"):
            rows = known[0][:, numbers], wanted[what], asked[0][:, numbers], answers[what]
            found[f"{what}_from_{part}"] = swaps.fit_probe(*rows)
    return found


def spell_answers(data, cells, chords) -> dict[str, np.ndarray]:
    """The pitch classes of each beat's chord, ``(n, beats * 12)``, and the beginnings on each beat, ``(n, beats)``."""
    begins = find_rhythm(cells, data.hold) == BEGIN
    beats = begins.reshape(*begins.shape[:2], -1, harmony.A_BEAT)
    return {
        "chords": harmony.spell(chords).reshape(len(chords), -1).astype(float),
        "onsets": beats.sum((1, 3)).astype(float),
    }


def measure_chord_swaps(data, cells, again, swapped, chords, other) -> dict:
    """Of bars, as they are, as they come back, and as they are written after the chords of the bar n / 2 further on.

    ``chord_rate``: the share of time on notes of the chords that were asked for, ``old_rate`` on those of the bar's
    own; ``chord_follows`` is ``chord_rate`` over ``real_chord_rate``, that of real bars on their own chords.
    ``rhythm_kept``: how well beginnings agree with those of the real bar, ``rhythm_back`` the same without a swap,
    ``rhythm_other`` with the bar whose chords were taken. ``follows`` is the smaller of ``chord_won`` and
    ``rhythm_won``: who ignores the point, or the chords, has 0.
    """
    donor = np.roll(np.arange(len(cells)), len(cells) // 2)
    tones, back_tones, made_tones = (
        find_pitches(x, data.lows, data.hold) for x in (cells, again, swapped)
    )
    begins, back, made = (find_rhythm(x, data.hold) == BEGIN for x in (cells, again, swapped))
    own, asked = harmony.spell(chords), harmony.spell(other)
    found = {
        "chord_rate": mean_heard(swaps.rate_chords(made_tones, asked)),
        "old_rate": mean_heard(swaps.rate_chords(made_tones, own)),
        "real_chord_rate": mean_heard(swaps.rate_chords(tones, own)),
        "real_old_rate": mean_heard(swaps.rate_chords(tones, asked)),
        "back_chord_rate": mean_heard(swaps.rate_chords(back_tones, own)),
        "rhythm_kept": swaps.match_onsets(made, begins).mean(),
        "rhythm_back": swaps.match_onsets(back, begins).mean(),
        "rhythm_other": swaps.match_onsets(made, begins[donor]).mean(),
        "real_onsets": swaps.match_onsets(begins, begins[donor]).mean(),
    }
    rates = ("chord_rate", "old_rate", "real_chord_rate", "real_old_rate")
    found["chord_won"] = share_won(*(found[name] for name in rates))
    found["rhythm_won"] = share_won(
        found["rhythm_kept"], found["rhythm_other"], 1, found["real_onsets"]
    )
    found["follows"] = min(found["chord_won"], found["rhythm_won"])
    found["chord_follows"] = found["chord_rate"] / found["real_chord_rate"]
    return {name: float(value) for name, value in found.items()}
