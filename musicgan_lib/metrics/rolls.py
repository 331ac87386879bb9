"""What can be counted in note matrices, many at a time: bars, pitch classes, lengths, repeats.

The numbers of ``music.py`` read pieces, whose last bar is that of their last note; a sample of ten bars may end in
silence, and that counts here.
"""

import numpy as np

from .music import SCALES

STEPS_PER_BAR = 16
LAGS = (1, 2, 4, 8)  # in bars
#: Those on the slides of Anokhin and Nuzhin (2018), and two that they do not watch
NAMES = ("eb", "upc", "qn", "density", "notes_at_once")
REPEATS = tuple(f"repeat_{lag}" for lag in LAGS)


def onsets(rolls) -> np.ndarray:
    """Where notes begin: ``(n, T, N, 2 or more) -> (n, T, N) bool``;
    a note that sounded before begins by replay alone.
    """
    play, replay = (np.asarray(rolls[..., i]) > 0.5 for i in (0, 1))
    before = np.zeros_like(play)
    before[:, 1:] = play[:, :-1]
    return play & (~before | replay)


def roll_statistics(rolls, start: int = 0, low: int = 36, least: int = 2) -> dict[str, np.ndarray]:
    """A number a roll for each statistic, ``name -> (n,)``; NaN where the roll cannot say.

    Parameters
    ----------
    rolls : ``(n, T, N, 2 or more)``, play and replay, sixteenths, whole bars from the first step on.
    start : steps of the opening that are known and not counted; repeats may be repeats of it.
    low : MIDI number of the lowest note.
    least : steps of a qualified note; 2 is an eighth, half a quarter length.

    ``eb`` share of silent bars, ``upc`` pitch classes that sound in a bar, ``qn`` share of notes of ``least`` steps
    or more (cut off by the end they count as they are), ``density`` onsets a bar, ``notes_at_once`` where anything
    sounds, ``replay`` share of onsets that strike a sounding note, ``scale`` share of onsets in the best-fitting scale,
    ``repeat_k`` share of a bar's onsets that it has in common with the bar k before (of those that either has), and
    ``same_k`` share of the bars in which a note begins that begin exactly the notes of the bar k before. ValueError
    for parts of bars. Source: Anokhin and Nuzhin (2018) after MuseGAN, with bars for steps; repeats are ours.
    """
    rolls = np.asarray(rolls)
    n, length, notes = rolls.shape[:3]
    if length % STEPS_PER_BAR or start % STEPS_PER_BAR or not 0 <= start < length:
        raise ValueError(f"rolls of {length} steps from step {start} are no whole bars")
    play, begun = rolls[..., 0] > 0.5, onsets(rolls)
    bars = play[:, start:].reshape(n, -1, STEPS_PER_BAR, notes).any(2)  # (n, bars, N)
    classes = np.eye(12)[(np.arange(notes) + low) % 12]
    new = begun[:, start:]
    count = new.sum((1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        sounding = play[:, start:].sum(2)
        held = play[:, max(start - 1, 0) : -1]
        struck = (new[:, -held.shape[1] :] & held).sum((1, 2))
        found = {
            "eb": 1 - bars.any(2).mean(1),
            "upc": (bars @ classes > 0).sum(2).mean(1),
            "qn": _long_notes(play, begun, start, least) / count,
            "density": count / bars.shape[1],
            "notes_at_once": sounding.sum(1) / (sounding > 0).sum(1),
            "replay": struck / count,
            "scale": (new.sum(1) @ classes @ SCALES.T).max(1) / count,
        }
    found = {k: np.where(np.isfinite(v), v, np.nan) for k, v in found.items()}
    return found | _repeats(begun.reshape(n, -1, STEPS_PER_BAR * notes), start // STEPS_PER_BAR)


def onset_words(roll, start: int = 0) -> np.ndarray:
    """A roll as a word an onset, ``(W,) int64``: a hash of the steps since the onset before and the keys struck, for
    finding copies. The first onset has none before it.
    """
    begun = onsets(np.asarray(roll)[None])[0, start:]
    at = np.flatnonzero(begun.any(1))
    odd = (
        np.random.default_rng(0).integers(1 << 62, size=begun.shape[1] + 1, dtype=np.uint64) * 2 + 1
    )
    since = np.diff(at, prepend=at[:1]).astype(np.uint64)
    return (begun[at] @ odd[1:] + since * odd[0]).view(np.int64)  # wraps on purpose


def auc(real, made) -> float:
    """How often a real one scores above a made one; ties count half. 0.5 cannot tell."""
    real, made = np.asarray(real, float), np.sort(np.asarray(made, float))
    below = np.searchsorted(made, real, "left") + np.searchsorted(made, real, "right")
    return float(below.mean() / 2 / len(made))


def _long_notes(play, begun, start, least) -> np.ndarray:
    n = len(play)
    ends = np.ones((n, play.shape[2], play.shape[1] + 1), bool)  # along time, and a stop at the end
    ends[..., :-1] = (~play | begun).transpose(0, 2, 1)
    starts = np.zeros_like(ends)
    starts[..., start:-1] = begun[:, start:].transpose(0, 2, 1)
    at, stops = np.flatnonzero(starts), np.flatnonzero(ends)
    long = (
        stops[np.searchsorted(stops, at, "right")] - at >= least if len(at) else np.zeros(0, bool)
    )
    return np.bincount(at[long] // ends[0].size, minlength=n)


def _repeats(bars, first) -> dict:
    found = {}
    for lag in LAGS:
        if lag >= bars.shape[1]:
            continue
        now, then = bars[:, max(first, lag) :], bars[:, max(first, lag) - lag : -lag]
        common, either = (now & then).sum(2), (now | then).sum(2)
        filled, some = now.any(2), either > 0
        with np.errstate(invalid="ignore", divide="ignore"):
            alike = np.where(some, common / either, 0).sum(1) / some.sum(1)
            same = (filled & (now == then).all(2)).sum(1) / filled.sum(1)
        found |= {f"repeat_{lag}": alike, f"same_{lag}": same}
    return found
