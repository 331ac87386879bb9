"""What can be counted in one piece: bars, pitch classes, scales, repeats. Each metric is one number.

Each function takes a ``Piece`` and returns a float. Drum tracks do not count where pitch is meant. What
the music cannot give (the span of no notes, the loudness of a corpus without dynamics) is NaN, shown as
– in tables. ``as_published=True`` is a paper's own tool, to stand beside its printed numbers only.
"""

import numpy as np

from musicgan_lib.notes import Piece

from . import published

#: (36, 12): one row for each of 12 roots times three scales, 1 where a pitch class belongs to it.
SCALES = np.zeros((36, 12))
for _row in range(36):
    SCALES[_row, [(_row + step) % 12 for step in published.STEPS[_row // 12]]] = 1
#: Times closer than this (quarter lengths) are the same moment.
SAME = 1e-6


def empty_bar_ratio(piece: Piece, as_published: bool = False) -> float:
    """EB: the share of bars in which nothing sounds, 0..1. Lower is busier; real music is near 0.

    A note held over the bar line fills the next bar too; one that ends on the line does not. Bars are
    the piece's own (``piece.bars()``), a pickup is a bar. A piece without notes is empty: 1.0. Silence
    after the last note has no bars. Separate tracks rest far more than the sum of them: say which you
    measure. With notes in bars 1 and 3 of three bars of 4/4, EB is 1/3:

    >>> empty_bar_ratio(Piece([(0, 4, 60), (8, 4, 60)]))
    0.33333333333333337

    ``as_published``: the share of empty *sixteenths* of a 4/4 roll, which is much larger (0.25 for
    quarter notes with a sixteenth of rest each). Source: Anokhin and Nuzhin (2018), after MuseGAN.
    """
    if as_published:
        return published.empty_step_ratio(piece)
    if not len(piece):
        return 1.0
    bar, note, n_bars = _sounding(piece, piece.notes)
    return 1.0 - len(np.unique(bar)) / n_bars


def used_pitch_classes(piece: Piece, as_published: bool = False) -> float:
    """UPC: how many of the twelve pitch classes sound in a bar, on average, 0..12.

    Neither high nor low is good. Empty bars count as 0; read it beside EB. No notes: 0.0. One bar with C, E and G,
    one with C and its octave: (3 + 1) / 2.

    >>> used_pitch_classes(Piece([(0, 1, 60), (1, 1, 64), (2, 2, 67), (4, 2, 60), (6, 2, 72)]))
    2.0

    ``as_published``: counts *blocks of four neighbouring semitones* in each sixteenth, not pitch
    classes in each bar: the notes were folded as (12, 4) where (4, 12) was meant, an easy slip, and
    invisible in a training curve. Source: Anokhin and Nuzhin (2018), after MuseGAN.
    """
    if as_published:
        return published.used_blocks(piece)
    notes = _pitched(piece)
    if not len(notes):
        return 0.0
    bar, note, n_bars = _sounding(piece, notes)
    return len(np.unique(bar * 12 + notes["pitch"][note] % 12)) / n_bars


def qualified_note_ratio(
    piece: Piece, min_length: float = 0.75, as_published: bool = False
) -> float:
    """QN: the share of notes that last at least ``min_length`` quarter lengths, 0..1.

    Low is fragmented. MuseGAN asks for three of its 24 steps a quarter (0.125); Anokhin and
    Nuzhin ask for three of their 4 (0.75, the default): the same words, another measure, so always
    state it. On a grid as coarse as ``min_length`` every note qualifies. No notes: NaN. Of a dotted
    eighth, a sixteenth and a quarter, two of three qualify:

    >>> qualified_note_ratio(Piece([(0, 0.75, 60), (0.75, 0.25, 62), (1, 1, 64)]))
    0.6666666666666666

    ``as_published`` asks for *four* steps, or a new stroke of the same key three steps on, never sees
    a note that starts the piece, and can exceed 1. Source: as above.
    """
    if as_published:
        return published.qualified_ratio(piece)
    if not len(piece):
        return np.nan
    return float(np.mean(piece.notes["duration"] >= min_length - SAME))


def polyphony(piece: Piece, as_published: bool = False) -> float:
    """The share of onset times at which two or more notes start together, 0..1.

    Held notes do not count, so a canon can score 0; all notes at one moment score 1. No notes: NaN.
    C alone, then C with E: one onset time of two.

    >>> polyphony(Piece([(0, 1, 60), (1, 1, 60), (1, 1, 64)]))
    0.5

    ``as_published`` counts once a tone *and* once an event, and loses the last event: ten triads score
    29/39 = 0.744 instead of 1. Source: Mogren (2016), section 3.1.
    """
    onsets = np.round(_pitched(piece)["onset"] / SAME)
    if as_published:
        return published.polyphony(onsets)
    if not len(onsets):
        return np.nan
    starts = np.flatnonzero(np.diff(onsets, prepend=-1.0))  # onsets are sorted
    return float(np.mean(np.diff(starts, append=len(onsets)) >= 2))


def scale_consistency(piece: Piece, as_published: bool = False) -> float:
    """The share of notes that belong to one scale, for the scale that fits best, 0..1.

    Scales: 12 roots times major, natural and harmonic minor. High is *in key*, not good: random notes
    of C major score 1. No notes: NaN; one note: 1.0; twelve different pitch classes: 7/12. C D E F#,
    with F# in G major and all the others too:

    >>> scale_consistency(Piece([(0, 1, 60), (1, 1, 62), (2, 1, 64), (3, 1, 66)]))
    1.0

    ``as_published`` forgets the octave when it counts up from the root (a ``mod 12`` is missing), so
    a major scale scores 1.0 in C, E flat and E, and 6/7 in the nine other keys.
    Source: Mogren (2016), section 3.1; the three scales are his tool's.
    """
    pitch = _pitched(piece)["pitch"]
    if not len(pitch):
        return np.nan
    scales = published.SCALES if as_published else SCALES
    return float((scales @ np.bincount(pitch % 12, minlength=12)).max() / len(pitch))


def tone_repetitions(
    piece: Piece, length: int = 3, normalise: str | None = "share", as_published: bool = False
) -> float:
    """How often the same ``length`` tones in a row (1 to 9) come back, whatever their rhythm.

    Tones in order of onset, then from low to high. ``normalise="share"``: the share of runs that were
    heard before, 0..1. ``"pairs"``: equal pairs that do not overlap, over all such pairs. ``None``: how
    many such pairs, which grows as the *square* of the tones: compare equal tone counts only. Fewer
    than ``length`` tones (``2 * length`` for pairs): NaN. ABCABC has ABC, BCA, CAB, ABC: one of 4 again.

    >>> abc = Piece([(i, 1, pitch) for i, pitch in enumerate([60, 62, 64, 60, 62, 64])])
    >>> tone_repetitions(abc), tone_repetitions(abc, normalise=None)
    (0.25, 1.0)

    ``as_published``: the count, with both loops stopping one run early (ABCABC scores 0), and with
    several tracks read one after the other. Source: Mogren (2016), section 3.1; shares are ours.
    """
    if as_published:
        return published.repetitions(_pitched(piece), length)
    if not 1 <= length <= 9:  # what a number of 64 bits can tell apart
        raise ValueError(f"length is {length!r}; choose 1 to 9")
    notes = _pitched(piece)
    pitch = notes["pitch"][np.lexsort((notes["pitch"], notes["onset"]))]
    n = len(pitch) - length + 1
    if n < 1 or (normalise != "share" and n <= length):
        return np.nan
    _, runs = np.unique(_runs(pitch, length), return_inverse=True)
    counts = np.bincount(runs)
    if normalise == "share":
        return 1.0 - len(counts) / n
    equal = published.equal_pairs(runs, counts, length)
    if normalise == "pairs":
        return equal / ((n - length) * (n - length + 1) / 2)
    if normalise is None:
        return float(equal)
    raise ValueError(f"normalise is {normalise!r}; choose 'share', 'pairs' or None")


def tone_span(piece: Piece) -> float:
    """Semitones from the lowest to the highest note. One note: 0; no notes: NaN. Grows with length.

    >>> tone_span(Piece([(0, 1, 60), (1, 1, 72), (2, 1, 67)]))
    12.0

    Source: Mogren (2016), section 3.1.
    """
    pitch = _pitched(piece)["pitch"]
    return float(pitch.max() - pitch.min()) if len(pitch) else np.nan


def unique_tones(piece: Piece) -> float:
    """How many different pitches are used; octaves differ. No notes: 0. Grows with length.

    >>> unique_tones(Piece([(0, 1, 60), (1, 1, 72), (2, 1, 60)]))
    2.0

    Source: Mogren (2016), figure 3.
    """
    return float(np.count_nonzero(np.bincount(_pitched(piece)["pitch"], minlength=1)))


def intensity_span(piece: Piece) -> float:
    """The loudest velocity minus the softest, 0..127; drums count. One note: 0; no notes: NaN.

    NaN also where ``piece.dynamics`` is False: a program filled those velocities in.

    >>> intensity_span(Piece([(0, 1, 60, 40), (1, 1, 60, 100)]))
    60.0

    Source: Mogren (2016), figure 3.
    """
    velocity = piece.notes["velocity"]
    return float(np.ptp(velocity)) if piece.dynamics and len(velocity) else np.nan


def bar_self_similarity(piece: Piece, lag: int = 1) -> float:
    """How much of a bar was heard ``lag`` bars before: the same pitch at the same place, 0..1.

    The share of notes that start in a bar with a bar ``lag`` earlier; no such note: NaN. One tone struck
    in every bar scores 1, one held throughout NaN. ``controls.shuffle_bars`` flattens this and leaves
    other metrics nearly alone. A A B B: bar 2 repeats bar 1, bar 3 repeats nothing, bar 4 repeats bar 3.

    >>> aabb = Piece([(0, 4, 60), (4, 4, 60), (8, 4, 67), (12, 4, 67)])
    >>> bar_self_similarity(aabb, 1), bar_self_similarity(aabb, 2)
    (0.6666666666666666, 0.0)

    Source: ours.
    """
    return _repeats_at(piece, (lag,))[0]


def measure_all(piece: Piece) -> dict[str, float]:
    """Every metric of this file by its name in the records; ``bar_self_similarity_4`` is that of lag 4."""
    measured = {name: metric(piece) for name, metric in METRICS.items()}
    repeats = zip(LAGS, _repeats_at(piece, LAGS))
    return measured | {f"bar_self_similarity_{lag}": rate for lag, rate in repeats}


def tone_windows(piece: Piece, n_tones: int = 100) -> list[Piece]:
    """The piece cut into stretches of exactly ``n_tones`` notes, the remainder dropped.

    Spans, unique tones and repetitions grow with the notes: compare windows of equal tone count. Each
    starts at 0; its bar lines stay, or count from 0 if not whole 32nds away. Fewer notes: an empty list.
    """
    notes = piece.notes
    windows = []
    for i in range(0, len(notes) - n_tones + 1, n_tones):
        part = notes[i : i + n_tones].copy()
        start = part["onset"][0]
        frame = piece.window(start, np.nextafter(part["onset"][-1], np.inf))
        part["onset"] -= start
        windows.append(frame.replace(notes=part))
    return windows


#: Distances in bars at which :func:`measure_all` looks for repeats.
LAGS = (1, 2, 4, 8)
#: Name in the records -> metric, for those that need no argument.
METRICS = {
    "eb": empty_bar_ratio,
    "upc": used_pitch_classes,
    "qn": qualified_note_ratio,
    "polyphony": polyphony,
    "scale_consistency": scale_consistency,
    "tone_repetitions": tone_repetitions,
    "tone_span": tone_span,
    "unique_tones": unique_tones,
    "intensity_span": intensity_span,
}


def _pitched(piece: Piece) -> np.ndarray:
    """The notes of all tracks that are no drum kit."""
    drums = [i for i, track in enumerate(piece.tracks) if track.is_drum]
    return piece.notes[~np.isin(piece.notes["track"], drums)] if drums else piece.notes


def _sounding(piece: Piece, notes: np.ndarray):
    """Each bar that a note sounds in: bar numbers, the notes' indices, and how many bars there are."""
    edges = piece.bars()
    first = piece.bar_of(notes["onset"])
    last = np.searchsorted(edges, notes["onset"] + notes["duration"] - SAME, side="left") - 1
    many = np.maximum(last - first, 0) + 1
    note = np.repeat(np.arange(len(notes)), many)
    step = np.arange(len(note)) - np.repeat(np.cumsum(many) - many, many)
    return first[note] + step, note, len(edges) - 1


def _repeats_at(piece: Piece, lags) -> list[float]:
    """:func:`bar_self_similarity` at several lags, the places of the notes looked up once."""
    notes, edges = piece.notes, piece.bars()
    if not len(notes):
        return [np.nan] * len(lags)
    bar = piece.bar_of(notes["onset"])
    place = np.round((notes["onset"] - edges[bar]) * 48).astype(np.int64) * 128 + notes["pitch"]
    stride = place.max() + 1
    here = place + bar * stride
    known = np.sort(here)
    rates = []
    for lag in lags:
        earlier = (here - lag * stride)[bar >= lag]
        found = known[np.searchsorted(known, earlier)] == earlier
        rates.append(float(np.mean(found)) if len(earlier) else np.nan)
    return rates


def _runs(pitch: np.ndarray, length: int) -> np.ndarray:
    """A number for each run of ``length`` pitches; equal numbers, equal runs (exact to length 9)."""
    n = len(pitch) - length + 1
    return sum(pitch[k : k + n].astype(np.int64) << (7 * k) for k in range(length))
