"""How much neighbouring bars of a melody have in common, and how near that is to real music."""

import numpy as np

#: Steps of a bar, and the event that goes on: a lower one is a pitch, a higher one silence
BAR, HOLD = 16, 36
#: What bars share more or less of
SHARED = ("pitch", "length", "chroma")


def hold_pitches(rows) -> np.ndarray:
    """What sounds at each step of melody events ``(n, T)``: a pitch of 0 to 35, or 36 where nothing sounds."""
    rows = np.asarray(rows)
    steps = np.arange(rows.shape[1])
    last = np.maximum.accumulate(np.where(rows == HOLD, -1, steps), axis=1)  # who began last
    heard = np.take_along_axis(rows, last.clip(0), 1)
    return np.where((last < 0) | (heard > HOLD), HOLD, heard)


def tell_bars(rows, bar: int = BAR) -> dict[str, np.ndarray]:
    """What each bar of melody events ``(n, T)`` is made of, ``(n, bars, kinds)`` for each of :data:`SHARED`.

    ``pitch`` and ``chroma``: the share of the bar's time that each pitch, or pitch class, sounds; silence is one more.
    ``length``: the share of the bar's notes and silences that last 1, 2, ... steps, cut at the bar lines. The shares of
    a bar add up to 1. ValueError for rows that are no whole number of bars.
    """
    rows = np.asarray(rows)
    if rows.ndim != 2 or rows.shape[1] % bar or not rows.size:
        raise ValueError(f"rows of shape {rows.shape} are no whole bars of {bar} steps")
    sounds = hold_pitches(rows).reshape(len(rows), -1, bar)
    pitch = (sounds[..., None] == np.arange(HOLD + 1)).mean(2)
    chroma = np.where(sounds == HOLD, 12, sounds % 12)
    begins = (rows != HOLD).reshape(sounds.shape)
    begins[..., 0] = True
    return {
        "pitch": pitch,
        "length": _share_lengths(begins),
        "chroma": (chroma[..., None] == np.arange(13)).mean(2),
    }


def _share_lengths(begins) -> np.ndarray:
    """``(n, bars, bar) bool`` -> ``(n, bars, bar)``: entry k is the share of stretches that last ``k + 1`` steps."""
    bar = begins.shape[-1]
    found = np.zeros((*begins.shape[:2], bar))
    end = np.full(begins.shape[:2], bar)  # where the stretch to the right begins
    places = np.indices(end.shape)
    for step in range(bar - 1, -1, -1):
        length = end - step
        found[places[0], places[1], length - 1] += begins[..., step]
        end = np.where(begins[..., step], step, end)
    return found / begins.sum(-1, keepdims=True)


def overlap_neighbours(rows, bar: int = BAR) -> dict[str, np.ndarray]:
    """The overlapping area of each bar and the next, 0 to 1, ``(n, bars - 1)`` for each of :data:`SHARED`.

    That is the sum of the smaller of both shares: 1 for two bars that are made of the same.
    """
    told = tell_bars(rows, bar)
    return {name: np.minimum(x[:, :-1], x[:, 1:]).sum(2) for name, x in told.items()}


def rate_consistency(made, real) -> dict[str, float]:
    """How near the overlaps of neighbouring bars are to those of real music, 1 where they are the same.

    Both are of :func:`overlap_neighbours`. For each of :data:`SHARED` the *consistency* is ``1 - |m - r| / r`` with the
    means m of what was made and r of real music, and the *variance* is the same of the variances; neither is below 0.
    ``consistency`` and ``variance`` are the means over :data:`SHARED`. Source: Mittal et al. (2021), who fit a normal
    distribution to each frame where shares are counted here.
    """
    found = {}
    for name in SHARED:
        for kind, of in (("consistency", np.mean), ("variance", np.var)):
            own, wanted = of(made[name]), of(real[name])
            found[f"{kind}_{name}"] = float(max(0.0, 1 - abs(own - wanted) / max(wanted, 1e-12)))
    for kind in ("consistency", "variance"):
        found[kind] = float(np.mean([found[f"{kind}_{name}"] for name in SHARED]))
    return found
