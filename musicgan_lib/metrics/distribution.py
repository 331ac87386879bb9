"""Two sets of numbers side by side: how much they overlap, how far apart they lie, how sure that is.

Measure each piece first (``metrics.music``), then compare the numbers of real pieces with those of
generated ones here. Samples are one-dimensional arrays unless said otherwise; NaN is refused.
"""

import numpy as np

#: The finest grid of :func:`overlap`, in points.
FINEST = 2**16


def overlap(a, b, n_points: int = 512) -> float:
    """The area that two smoothed histograms share, 0..1: 1 where the sets look the same.

    Both densities (Gaussian kernels, Scott's width) are drawn on **one grid** that covers both sets.
    On two grids of their own they could not be compared point by point: sets a hundred apart would
    seem equal. A set without spread (less than a billionth of the range of both, or mere rounding) gets
    the other set's width; two of them share 1.0 where equal and 0.0 where not. Smoothing lends a little
    overlap to sets that share no value.

    Raises ValueError for an empty set or a number that is not finite.
    Source: Yang and Lerch (2020), overlapping area; the common grid is ours.
    """
    a, b = _sample(a), _sample(b)
    both = np.concatenate([a, b])
    least = max(1e-9 * np.ptp(both), 1e-12 * np.abs(both).max())
    widths = [np.std(x, ddof=1) * len(x) ** -0.2 if np.ptp(x) > least else 0.0 for x in (a, b)]
    if not any(widths):
        return float(abs(a[0] - b[0]) <= least)
    widths = [w or max(widths) for w in widths]
    margin = 4 * max(widths)
    grid = np.linspace(min(a.min(), b.min()) - margin, max(a.max(), b.max()) + margin, n_points)
    step = min(widths) / 8  # the narrow set needs a fine grid too
    if grid[1] - grid[0] > step:
        n_points = min(int(np.ceil((grid[-1] - grid[0]) / step)) + 1, max(n_points, FINEST))
        grid = np.linspace(grid[0], grid[-1], n_points)
    shared = np.minimum(_density(a, widths[0], grid), _density(b, widths[1], grid))
    return float(min(shared.sum() * (grid[1] - grid[0]), 1.0))


def wasserstein1(a, b) -> float:
    """How far the numbers of one set must move, on average, to become the other set; in their own unit.

    Exact on the samples (no smoothing): the area between the two cumulative counts.

    >>> wasserstein1([0, 1, 3], [5, 6, 8])
    5.0

    Source: the 1-Wasserstein (earth mover's) distance in one dimension.
    """
    from scipy import stats  # takes half a second: only where it is asked

    return float(stats.wasserstein_distance(_sample(a), _sample(b)))


def bootstrap_interval(statistic, *samples, rng, n: int = 1000, level: float = 0.95):
    """Where a statistic would lie if the sets were drawn again: ``(low, high)`` at ``level``.

    ``statistic(*samples)`` returns a number; each sample is redrawn with replacement, along its first
    axis, ``n`` times. ``rng`` is a numpy Generator. Percentile bootstrap; too narrow below about 20
    pieces a set.

    Not ``scipy.stats.bootstrap``: of several sets it draws one after the other, where each turn here draws from all of
    them, so recorded intervals would move; it takes columns, and no rows of a table; it refuses a set of one.
    """
    samples = [np.asarray(s) for s in samples]
    for s in samples:
        if s.dtype.kind == "f":
            _sample(s)
    drawn = [statistic(*(s[rng.integers(0, len(s), len(s))] for s in samples)) for _ in range(n)]
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def frechet_distance(a, b) -> float:
    """The distance of two clouds of feature vectors, as if each were one Gaussian; 0 where alike.

    ``a`` and ``b`` are ``(n, d)``: one row a piece, the features on comparable scales. Squared distance
    of the means plus the trace of ``A + B - 2 (A^1/2 B A^1/2)^1/2`` of the covariances A and B. It is
    biased upwards for few pieces: compare sets of equal size. In one dimension it is the squared
    difference of the means plus that of the standard deviations.

    Source: Dowson and Landau (1982); the features are yours, so the numbers are no published "FMD".
    """
    a, b = np.atleast_2d(np.asarray(a, float)), np.atleast_2d(np.asarray(b, float))
    if a.shape[1] != b.shape[1] or min(len(a), len(b)) < 2:
        raise ValueError(f"two sets of (n >= 2, d) features are needed, got {a.shape}, {b.shape}")
    for features in (a, b):
        _sample(features)  # refuses what is not finite
    cov_a, cov_b = (np.atleast_2d(np.cov(x, rowvar=False)) for x in (a, b))
    root = _root(cov_a)
    cross = np.sqrt(np.clip(np.linalg.eigvalsh(root @ cov_b @ root), 0, None)).sum()
    apart = np.sum((a.mean(0) - b.mean(0)) ** 2)
    return float(max(apart + np.trace(cov_a) + np.trace(cov_b) - 2 * cross, 0.0))


def _sample(values) -> np.ndarray:
    values = np.asarray(values, float).ravel()
    if not len(values) or not np.isfinite(values).all():
        raise ValueError(f"a set of finite numbers is needed, got {values[:5]} …")
    return values


def _density(sample, width, grid) -> np.ndarray:
    parts = []
    for some in np.array_split(grid, len(grid) // 1024 + 1):  # a fine grid in parts: memory
        z = (some[:, None] - sample[None, :]) / width  # (points, samples)
        parts.append(np.exp(-(z**2) / 2).mean(axis=1))
    return np.concatenate(parts) / (width * np.sqrt(2 * np.pi))


def _root(matrix) -> np.ndarray:
    """The symmetric square root of a covariance."""
    values, vectors = np.linalg.eigh(matrix)
    return vectors * np.sqrt(np.clip(values, 0, None)) @ vectors.T
