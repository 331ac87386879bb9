"""Submissions that look right and are not, and unusual ones that are right, for *Music as data*.

Each replaces one function. `EARNS` says what it gets for the tests that are seen and for the hidden ones;
the docstring says why.
"""

from collections import Counter

import numpy as np


def count_fused__times_in_place_of_steps(notes, per_quarter):
    """Asks for notes that touch to the hair, before the grid has swallowed the short rests."""
    return len(
        {(p, o) for o, _, p in notes if any(q == p and abs(s + d - o) < 1e-9 for s, d, q in notes)}
    )


def count_fused__the_note_before_alone(notes, per_quarter):
    """Compares with the last note on the key, not with a long one that still holds it."""
    ends, found = {}, 0
    for onset, duration, pitch in sorted(notes):
        start = round(per_quarter * onset)
        if pitch in ends and ends[pitch][0] < start <= ends[pitch][1]:
            found += 1
        ends[pitch] = (start, max(start + 1, round(per_quarter * (onset + duration))))
    return found


def count_fused__no_least_length(notes, per_quarter):
    """A note shorter than a step gets no step at all, so it fuses with nothing."""
    spans = {(p, round(per_quarter * o), round(per_quarter * (o + d))) for o, d, p in notes}
    struck = {(p, s) for p, s, _ in spans}
    return sum(any(q == p and s < t <= e for q, s, e in spans) for p, t in struck)


def count_fused__any_key(notes, per_quarter):
    """Forgets the pitch: every note that follows another without a rest counts."""
    spans = {(round(per_quarter * o), round(per_quarter * (o + d))) for o, d, _ in notes}
    return sum(any(s < t <= e for s, e in spans) for t, _ in spans)


def smallest_grid__remainder(onsets, largest=480, tolerance=0.001):
    """Looks at what is left above the tick below, so .3333 is nearly a whole tick away from a third."""
    for q in range(1, largest + 1):
        if all((q * x) % 1 <= q * tolerance for x in onsets):
            return q
    return None


def smallest_grid__tolerance_in_ticks(onsets, largest=480, tolerance=0.001):
    """Compares ticks with a tolerance in quarter lengths: too strict on fine grids."""
    x = np.asarray(onsets, float)
    for q in range(1, largest + 1):
        if (np.abs(np.rint(q * x) - q * x) <= tolerance).all():
            return q
    return None


def smallest_grid__largest_denominator(onsets, largest=480, tolerance=0.001):
    """The finest single fraction, not the grid that holds all of them."""
    from fractions import Fraction

    return max([1, *(Fraction(x).limit_denominator(64).denominator for x in onsets)])


def smallest_grid__always_an_answer(onsets, largest=480, tolerance=0.001):
    """The least common multiple of all fractions, whatever `largest` and `tolerance` say."""
    from fractions import Fraction
    from math import lcm

    x = [float(value) for value in onsets]
    return lcm(*(Fraction(value).limit_denominator(16).denominator for value in x))


def word_onsets__melody_clock(words):
    """Reads the melody's clock even where the chord alone starts something."""
    onsets, clock = [], 0.0
    for of_melody, _ in words:
        onsets.append(clock)
        clock += of_melody
    return onsets


def word_onsets__shorter_of_two(words):
    """Each word lasts as long as the shorter of what it starts: right until a long chord ends later."""
    onsets, clock = [], 0.0
    for word in words:
        onsets.append(clock)
        clock += min(duration for duration in word if duration > 0)
    return onsets


def word_onsets__longer_of_two(words):
    """Each word lasts as long as the longer of what it starts."""
    return np.cumsum([0, *(max(word) for word in words)])[:-1].tolist()


def word_onsets__refuses_nothing(words):
    """Right onsets, and words that cannot be music are read as if they could."""
    melody, chord, onsets = 0.0, 0.0, []
    for of_melody, of_chord in words:
        onsets.append(melody if of_melody > 0 else chord)
        melody, chord = melody + of_melody, chord + of_chord
    return onsets


def word_onsets__refuses_rounding(words):
    """Wants both clocks equal to the hair, and refuses three triplets of .3333."""
    melody, chord, onsets = 0.0, 0.0, []
    for of_melody, of_chord in words:
        if of_melody + of_chord == 0 or (of_melody > 0 and of_chord > 0 and melody != chord):
            raise ValueError("no music")
        onsets.append(melody if of_melody > 0 else chord)
        melody, chord = melody + of_melody, chord + of_chord
    return onsets


def settle_filter__one_pass(tunes, least):
    """As the sentence is read at first: counts once, and never again after tunes have gone."""
    counts = Counter(word for tune in tunes for word in tune)
    return [i for i, tune in enumerate(tunes) if all(counts[word] >= least for word in tune)]


def settle_filter__two_passes(tunes, least):
    """Runs the filter twice, which settles short chains alone."""
    kept = range(len(tunes))
    for _ in range(2):
        counts = Counter(word for i in kept for word in tunes[i])
        kept = [i for i in kept if all(counts[word] >= least for word in tunes[i])]
    return kept


def settle_filter__counts_tunes(tunes, least):
    """Counts in how many tunes a word occurs, not how often."""
    kept, before = list(range(len(tunes))), -1
    while len(kept) != before:
        before = len(kept)
        counts = Counter(word for i in kept for word in set(tunes[i]))
        kept = [i for i in kept if all(counts[word] >= least for word in tunes[i])]
    return kept


def settle_filter__takes_words_out(tunes, least):
    """Takes rare words out of the tunes and keeps the tunes."""
    counts = Counter(word for tune in tunes for word in tune)
    return [i for i, tune in enumerate(tunes) if any(counts[word] >= least for word in tune)]


def count_fused__by_painting(notes, per_quarter):
    """Right, in an unusual way: paints which keys are down, then asks every beginning."""
    spans = sorted(
        (round(per_quarter * o), max(round(per_quarter * o) + 1, round(per_quarter * (o + d))), p)
        for o, d, p in notes
    )
    down = {(t, p) for start, end, p in spans for t in range(start, end)}
    return len({(start, p) for start, _, p in spans if (start - 1, p) in down})


def settle_filter__one_at_a_time(tunes, least):
    """Right, in an unusual way: removes one tune, counts again, and so on."""
    kept = list(range(len(tunes)))
    while True:
        counts = Counter(word for i in kept for word in tunes[i])
        rare = [i for i in kept if any(counts[word] < least for word in tunes[i])]
        if not rare:
            return kept
        kept.remove(rare[-1])


EARNS = {
    count_fused__times_in_place_of_steps: (2, 0),
    count_fused__the_note_before_alone: (2, 0),
    count_fused__no_least_length: (2, 0),
    count_fused__any_key: (0, 0),
    smallest_grid__remainder: (0, 0),
    smallest_grid__tolerance_in_ticks: (2, 0),
    smallest_grid__largest_denominator: (2, 0),
    smallest_grid__always_an_answer: (2, 0),
    word_onsets__melody_clock: (2, 0),
    word_onsets__shorter_of_two: (2, 0),
    word_onsets__longer_of_two: (0, 0),
    word_onsets__refuses_nothing: (2, 0),
    word_onsets__refuses_rounding: (2, 0),
    settle_filter__one_pass: (2, 0),
    settle_filter__two_passes: (2, 0),
    settle_filter__counts_tunes: (2, 0),
    settle_filter__takes_words_out: (0, 0),
    count_fused__by_painting: (2, 3),
    settle_filter__one_at_a_time: (2, 3),
}
