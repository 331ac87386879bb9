"""What listeners' answers say: the exact interval of a share, and strengths from comparisons in pairs."""

from math import inf

import numpy as np

#: Half a win for each side of every pair that met: with it nobody who won or lost everything has endless strength.
TIE = 0.5


def clopper_pearson(right: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Every share of right answers that is not refuted by ``right`` of ``trials``: ``(low, high)``.

    The low end is where at least so many right answers come with probability ``(1 - level) / 2``, the high end where
    at most so many do; 0 right begins at 0, all right end at 1. By hand: 0 of n ends at
    ``1 - ((1 - level) / 2) ** (1 / n)``. ValueError outside 0 ≤ right ≤ trials, for no trial, and for a level outside
    0..1. Source: Clopper and Pearson (1934), by scipy.
    """
    if not 0 <= right <= trials or trials < 1:
        raise ValueError(f"{right} right of {trials} trials")
    if not 0 < level < 1:
        raise ValueError(f"level is {level}, but must lie between 0 and 1")
    from scipy.stats import binomtest  # slow to import

    found = binomtest(right, trials).proportion_ci(level, "exact")
    return float(found.low), float(found.high)


def fit_bradley_terry(wins, tie: float = TIE) -> np.ndarray:
    """The strength of each item, ``(K,)`` with mean 0:
    i is preferred to j with probability ``1 / (1 + exp(s_j - s_i))``.

    Parameters
    ----------
    wins : ``(K, K)``, how often item i was preferred to item j.
    tie : wins that are added on both sides of each pair that met; 0 gives the maximum of the likelihood itself, which
        is endless where somebody won everything.

    Items that no chain of comparisons joins with item 0 have NaN, and the mean is over the others. By hand: two
    items, 3 wins to 1 and no tie: ``log(3)`` apart. Found by Newton's method. ValueError for what is no table of
    wins, and, with ``tie=0``, for one whose maximum is endless. Source: Bradley and Terry (1952).
    """
    wins = np.asarray(wins, float)
    if (
        wins.ndim != 2
        or wins.shape[0] != wins.shape[1]
        or not (wins >= 0).all()
        or not np.isfinite(wins).all()
    ):
        raise ValueError(f"wins of shape {wins.shape}: give a square table of numbers from 0 on")
    wins = wins * (1 - np.eye(len(wins)))
    met = (wins + wins.T) > 0
    wins = wins + tie * met
    joined = _reach(met, 0)
    own = wins[np.ix_(joined, joined)]
    if not (_reach(own > 0, 0).all() and _reach(own.T > 0, 0).all()):
        raise ValueError(
            "somebody won or lost everything: without a tie such a strength is endless"
        )
    strengths = np.full(len(wins), np.nan)
    strengths[joined] = _climb(own)
    return strengths


def _climb(wins) -> np.ndarray:
    games = wins + wins.T
    strengths, best = np.zeros(len(wins)), -inf
    step = np.zeros(len(wins))
    for _ in range(200):
        tried = strengths + step
        chance = 1 / (1 + np.exp(tried[None] - tried[:, None]))  # that i is preferred to j
        found = float((wins * np.log(np.clip(chance, 1e-300, 1))).sum())
        if found < best - 1e-12:
            step = step / 2
            continue
        if np.abs(step).max() < 1e-11 and best > -inf:
            return tried - tried.mean()
        strengths, best = tried, found
        slope = (wins - games * chance).sum(1)
        bend = games * chance * (1 - chance)
        curve = np.diag(bend.sum(1)) - bend
        step = np.linalg.pinv(curve) @ slope
    return strengths - strengths.mean()


def _reach(edges, start: int) -> np.ndarray:
    """Which items are reached from ``start`` along edges, ``(K,)`` of truth values."""
    seen = np.zeros(len(edges), bool)
    front = [start] if len(edges) else []
    while front:
        item = front.pop()
        if not seen[item]:
            seen[item] = True
            front += np.flatnonzero(edges[item]).tolist()
    return seen
