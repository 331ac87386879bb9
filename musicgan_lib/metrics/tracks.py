"""What a band is like: bars, tones and notes as MuseGAN's authors measure them, and how its tracks go together.

EB, UPC, QN and TD are written from the paper's definitions (Dong, Hsiao, Yang and Yang 2018), not from its program.

A band is ``(n, V, T) int64``: n examples of V tracks of single lines, T sixteenths in whole bars; a pitch, or -1 for
silence. Neighbours of one pitch are one note.
"""

from itertools import combinations

import numpy as np

BAR, BEAT, PITCH_CLASSES = 16, 4, 12
#: Sixteenths of a long note: a half
LEAST = 8
#: Radii of the circles of fifths, minor thirds and major thirds in the tonal space of Harte et al. (2006)
RADII = (1.0, 1.0, 0.5)
#: How far a semitone turns on each of them, in sixths of pi
TURNS = (7, 9, 4)


def rate_empty_bars(band) -> np.ndarray:
    """EB: the share of a track's bars in which nothing sounds, ``(V,)``. Nearer to real music's is better."""
    return (_by_bars(band) < 0).all(3).mean((0, 2))


def count_used_classes(band) -> np.ndarray:
    """UPC: different pitch classes of a bar that is not empty, 1 to 12, ``(V,)``; NaN where all are empty."""
    bars = _by_bars(band)
    used = (bars[..., None] % PITCH_CLASSES == np.arange(PITCH_CLASSES)) & (bars[..., None] >= 0)
    counts = used.any(3).sum(3)  # (n, V, bars)
    sounding = counts > 0
    total = sounding.sum((0, 2))
    return np.where(total > 0, counts.sum((0, 2)) / np.maximum(total, 1), np.nan)


def rate_long_notes(band, least: int = LEAST) -> np.ndarray:
    """QN: the share of a track's notes that last ``least`` sixteenths or more, ``(V,)``; NaN without a note.

    Few of them are long where music is in fragments. A note ends where an example does.
    """
    band = np.asarray(band)
    found = []
    for track in np.swapaxes(band, 0, 1):
        lengths = [n for line in track for n in _lengths(line)]
        found.append(np.mean(np.array(lengths) >= least) if lengths else np.nan)
    return np.array(found)


def find_centroids(band) -> np.ndarray:
    """Where each beat of a track lies in tonal space, ``(n, V, T / 4, 6)``; NaN for a beat of silence.

    The mean over what sounds of a point on the circle of fifths, one on that of minor thirds, and one on that of major
    thirds. Harte, Sandler and Gasser (2006).
    """
    band = np.asarray(band)
    beats = band.reshape(*band.shape[:2], -1, BEAT)
    angle = beats[..., None] * np.array(TURNS) * np.pi / 6
    points = np.concatenate([np.sin(angle) * RADII, np.cos(angle) * RADII], -1)
    sounding = (beats >= 0)[..., None]
    total = sounding.sum(3)
    return np.where(total > 0, (points * sounding).sum(3) / np.maximum(total, 1), np.nan)


def measure_tonal_distance(band, apart: int = 0) -> float:
    """TD: how far two tracks are from each other in tonal space, the mean over beats and pairs; lower agrees better.

    With ``apart`` the second track of a pair is that of the example so many places on: tracks that have never met.
    Beats in which one of the two is silent do not count. NaN where there is no other.
    """
    places = find_centroids(band)
    moved = np.roll(places, -apart, 0)
    pairs = combinations(range(places.shape[1]), 2)
    distances = [np.linalg.norm(places[:, a] - moved[:, b], axis=-1).ravel() for a, b in pairs]
    every = np.concatenate(distances)
    every = every[~np.isnan(every)]
    return float(every.mean()) if len(every) else np.nan


def measure_agreement(band, strangers: int = 8) -> float:
    """The tonal distance of tracks of different examples less that of the same, in [-3, 3]; higher agrees better.

    It is 0 on average where tracks know nothing of each other, however well each fits the key.
    """
    most = _count_strangers(band, strangers)
    apart = np.mean([measure_tonal_distance(band, k) for k in range(1, most + 1)])
    return float(apart - measure_tonal_distance(band))


def count_pairs(band, other=None) -> np.ndarray:
    """How often two tracks sound two pitch classes at once, ``(pairs, 12, 12)``, a count a sixteenth.

    The second track of a pair is taken from ``other`` bands, where they are given.
    """
    band = np.asarray(band)
    other = band if other is None else np.asarray(other)
    tables = []
    for a, b in combinations(range(band.shape[1]), 2):
        one, two = band[:, a].ravel(), other[:, b].ravel()
        both = (one >= 0) & (two >= 0)
        number = one[both] % PITCH_CLASSES * PITCH_CLASSES + two[both] % PITCH_CLASSES
        tables.append(np.bincount(number, minlength=PITCH_CLASSES**2))
    return np.reshape(tables, (-1, PITCH_CLASSES, PITCH_CLASSES))


def weigh_pairs(known) -> np.ndarray:
    """By how many nats two pitch classes sound at once more often than two strangers, ``(pairs, 12, 12)``.

    ``known`` is real music. Of tracks that know nothing of each other the joint chance is the product of both, and the
    weight 0. One count is added to each pair of classes.
    """
    joint = count_pairs(known) + 1.0
    joint = joint / joint.sum((1, 2), keepdims=True)
    return np.log(joint) - np.log(joint.sum(2, keepdims=True) * joint.sum(1, keepdims=True))


def measure_harmony(band, weights, strangers: int = 8) -> float:
    """Nats a pair of notes by which tracks that play together fit better than tracks that never met; higher is better.

    ``weights`` are those of real music, by :func:`weigh_pairs`: a pair that real tracks favour counts above 0, one that
    they shun below.
    """

    def weigh(other):
        counts = count_pairs(band, other)
        return float((counts * weights).sum() / max(counts.sum(), 1))

    most = _count_strangers(band, strangers)
    return weigh(band) - float(np.mean([weigh(np.roll(band, -k, 0)) for k in range(1, most + 1)]))


def _count_strangers(band, most: int) -> int:
    if len(band) < 2:
        raise ValueError("one example has no stranger: give two or more")
    return min(most, len(band) - 1)


def _by_bars(band) -> np.ndarray:
    """``(n, V, T) -> (n, V, bars, 16)``; ValueError where T is no whole number of bars."""
    band = np.asarray(band)
    if band.ndim != 3 or not band.size or band.shape[2] % BAR:
        raise ValueError(f"a band is (n, tracks, whole bars of 16), and this is {band.shape}")
    return band.reshape(*band.shape[:2], -1, BAR)


def _lengths(line) -> np.ndarray:
    """Sixteenths of each note of a line."""
    starts = np.flatnonzero(np.diff(line, prepend=-2))
    lengths = np.diff(starts, append=len(line))
    return lengths[line[starts] >= 0]
