"""What windows of equally many tones are like: six statistics, and how far two sets of windows are apart."""

import numpy as np

from .distribution import wasserstein1
from .music import METRICS

#: The statistics of Mogren (2016), figure 3; repetitions as a share, so that they do not grow with length.
SIX = tuple(
    "polyphony scale_consistency tone_span unique_tones intensity_span tone_repetitions".split()
)
#: Intervals further than this many semitones count as this far.
FURTHEST = 12


def window_statistics(pieces) -> dict[str, np.ndarray]:
    """Each statistic of each piece: name -> ``(n,)``. Those that no piece has (intensity without dynamics) are left
    out.

    Compare windows of equal tone count only: five of the six grow or shrink with it.
    """
    found = {name: np.array([METRICS[name](p) for p in pieces], float) for name in SIX}
    return {name: values for name, values in found.items() if not np.isnan(values).all()}


def _shared(samples: dict, real: dict):
    """The statistics in which real windows differ: (name, samples, real, deviation). What samples lack is 0."""
    for name, values in real.items():
        values = values[~np.isnan(values)]
        if np.ptp(values):
            yield name, np.nan_to_num(samples.get(name, np.zeros(1))), values, values.std()


def z_scores(samples: dict, real: dict) -> dict[str, float]:
    """How far the mean of each statistic is from real music's, in standard deviations of real windows; 0 is best.

    Both from :func:`window_statistics`. NaN windows (nothing sounds) count as 0; a statistic that is the
    same in all real windows has no scale and is left out. Source: ours.
    """
    return {k: float(abs(a.mean() - b.mean()) / sd) for k, a, b, sd in _shared(samples, real)}


def w1_scores(samples: dict, real: dict) -> dict[str, float]:
    """The same for whole distributions: their W1 distance over the standard deviation of real windows."""
    return {k: wasserstein1(a, b) / float(sd) for k, a, b, sd in _shared(samples, real)}


def interval_steps(piece) -> np.ndarray:
    """Semitones from each tone to the next, in order of onset, then pitch; cut at ``FURTHEST``; 0..24 ``int64``."""
    notes = piece.notes[np.lexsort((piece.notes["pitch"], piece.notes["onset"]))]
    return np.clip(np.diff(notes["pitch"].astype(int)), -FURTHEST, FURTHEST) + FURTHEST


def onset_steps(piece) -> np.ndarray:
    """Sixteenths of a quarter from each onset to the next tone's, 32 and more as one; 0..32 ``int64``."""
    onset = np.sort(piece.notes["onset"])
    return np.clip(np.round(np.diff(onset) * 16), 0, 32).astype(int)


def tempo_consistency(pieces) -> float:
    """How much alike the gaps between onsets are *within* a piece, where pieces differ; 1 at most, 0 by chance.

    The intraclass correlation of the logarithms of the gaps (chords have none): the share of their variance that lies
    between pieces. No change of the unit of time alters it, and gaps dealt to pieces at random have 0 on
    average, or a little less. NaN where two pieces with two gaps each, or any difference, are lacking.
    Source: ours, for "a feeling of tempo" (Mogren 2016, section 5); the estimate is Fisher's, from mean squares.
    """
    gaps = [np.diff(np.unique(p.notes["onset"])) for p in pieces]
    logs = [np.log(g) for g in gaps if len(g) > 1]
    n, k = np.array([len(g) for g in logs]), len(logs)
    if k < 2 or np.ptp(np.concatenate(logs)) < 1e-9:
        return np.nan
    means = np.array([g.mean() for g in logs])
    between = (n * (means - (n @ means) / n.sum()) ** 2).sum() / (k - 1)
    within = sum(((g - m) ** 2).sum() for g, m in zip(logs, means)) / (n.sum() - k)
    each = (n.sum() - (n**2).sum() / n.sum()) / (k - 1)
    return float((between - within) / (between + (each - 1) * within))


def bigram_distance(a, b, n: int = 2) -> float:
    """How differently two sets of sequences follow one symbol by another: total variation of their n-grams, 0..1.

    ``a`` and ``b`` are lists of ``(N,) int`` sequences; n-grams do not span two. It sees order: shuffling the
    symbols of real music raises it. Small sets raise it too: compare sets of one size. ValueError where
    either set has no n-gram.
    """
    counts = []
    for sequences in (a, b):
        rows = [
            np.lib.stride_tricks.sliding_window_view(np.asarray(s), n)
            for s in sequences
            if len(s) >= n
        ]
        if not rows:
            raise ValueError(f"no sequence has {n} symbols")
        grams, number = np.unique(np.concatenate(rows), axis=0, return_counts=True)
        counts.append(dict(zip(map(tuple, grams.tolist()), number / number.sum())))
    p, q = counts
    return 0.5 * sum(abs(p.get(g, 0.0) - q.get(g, 0.0)) for g in p.keys() | q.keys())
