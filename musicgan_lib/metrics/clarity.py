"""How clearly a pitch stands out of sound: 1 for what repeats itself exactly, near 0 for noise."""

import numpy as np

from .sound import HIGHEST, LOWEST, SILENT, find_pitches, share_in_key

#: From here on a frame counts as pitched, and how many samples a frame is apart from the next, in seconds
CLEAR, HOP = 0.8, 0.016
#: How many seconds around the middle of a frame are compared with themselves
WIDTH = 0.064


def find_clarity(samples, rate: int, hop: int) -> np.ndarray:
    """How alike each frame of ``hop`` samples is to itself some time later, ``(T,) -> (T // hop,)``; NaN in silence.

    The largest of ``2 sum x(t) x(t + d) / sum (x(t)^2 + x(t + d)^2)`` over the delays d of the pitches that are
    looked for, behind the first delay at which it is negative: before that everything is like itself.
    Source: McLeod and Wyvill (2005). ValueError for what is no row of numbers.
    """
    samples = np.asarray(samples, np.float64)
    if samples.ndim != 1 or not np.isfinite(samples).all():
        raise ValueError("one row of samples is asked, each a number")
    size = round(WIDTH * rate)
    low, high = (rate / (440 * 2 ** ((p - 69) / 12)) for p in (HIGHEST, LOWEST))
    delays = np.arange(1, round(high) + 1)
    padded = np.pad(samples, (size // 2 - hop // 2, size + len(delays)))
    cut = np.lib.stride_tricks.sliding_window_view(padded, size + len(delays))[::hop]
    cut = cut[: len(samples) // hop]  # (frames, size + delays)
    now = cut[:, :size]
    found = np.stack([_alike(now, cut[:, d : d + size]) for d in delays], 1)
    behind = np.cumsum(found < 0, 1) > 0
    best = np.where(behind & (delays >= np.floor(low)), found, 0).max(1, initial=0)
    loud = np.square(now).mean(1)
    return np.where(loud > max(loud.max(initial=0) * SILENT, 1e-8), best, np.nan)


def describe_sounds(waves, rate: int) -> dict:
    """``pitched``: of the frames that sound, the share that has a clear pitch; ``in_key``: of those, the share on white
    keys; ``clarity``: the mean over frames that sound. NaN where nothing sounds. ``waves (n, T)``.
    """
    hop = round(HOP * rate)
    clear = np.concatenate([find_clarity(w, rate, hop) for w in waves])
    pitches = np.concatenate([find_pitches(w, rate, hop) for w in waves])
    sounding = ~np.isnan(clear)
    if not sounding.any():
        return {"pitched": np.nan, "in_key": np.nan, "clarity": np.nan}
    pitched = sounding & (np.nan_to_num(clear) >= CLEAR)
    return {
        "pitched": float(pitched.sum() / sounding.sum()),
        "in_key": share_in_key(pitches[pitched]),
        "clarity": float(clear[sounding].mean()),
    }


def _alike(now, later):
    power = np.square(now).sum(1) + np.square(later).sum(1)
    return 2 * (now * later).sum(1) / np.maximum(power, 1e-12)
