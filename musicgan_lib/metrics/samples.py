"""What predicts the next sample of sound without a network: counts, and lines through the samples before."""

import numpy as np

#: What each count begins with, so that nothing is impossible
PSEUDO = 0.05
#: Least spread of what a line leaves, in samples; a step of the softest levels is about .0002
LEAST = 2e-4


def count_bits(train, codes, order: int, levels: int = 256, first: int = 0) -> float:
    """Bits a sample by counts of each level after the ``order`` (0, 1 or 2) before it; lower is better.

    ``train`` and ``codes`` are rows of levels ``(n, T)``, of the latter samples from ``first`` on are priced. What was
    seen twice or never after its two levels leans on what follows one, and that on how often each level comes at all.
    """
    if order not in (0, 1, 2):
        raise ValueError(f"order is {order}: 0, 1 or 2")
    train, codes = np.asarray(train, np.int64), np.asarray(codes, np.int64)
    here = codes[:, max(first, order) :].ravel()
    p = _lean(np.bincount(train.ravel(), minlength=levels)[here], train.size, 1 / levels, levels)
    for k in range(1, order + 1):
        known, asked = (
            _contexts(train, k, k, levels),
            _contexts(codes, k, max(first, order), levels),
        )
        follow = np.bincount(known * levels + train[:, k:].ravel(), minlength=levels ** (k + 1))
        p = _lean(
            follow[asked * levels + here], np.bincount(known, minlength=levels**k)[asked], p, levels
        )
    return float(-np.log2(p).mean())


def fit_line(waves, order: int = 16) -> np.ndarray:
    """The weights ``(order,)`` by which the samples before, the last one first, predict the next with least squares."""
    waves = np.asarray(waves, np.float64)
    past, now = _lay_out(waves, order)
    past, now = past.reshape(-1, order), now.ravel()
    square = past.T @ past
    return np.linalg.solve(square + 1e-9 * np.trace(square) * np.eye(order), past.T @ now)


def price_line(waves, train, borders, order: int = 16, first: int = 0) -> float:
    """Bits a sample by one line for all sound, fitted to ``train``; ``borders`` are those of :func:`find_borders`.

    What the line leaves is taken for a Laplace distribution with the spread that it has on ``train``.
    """
    weights = fit_line(train, order)
    past, now = _lay_out(np.asarray(train, np.float64), order)
    spread = max(np.abs(now - past @ weights).mean(), LEAST)
    waves = np.asarray(waves, np.float64)
    past, now = _lay_out(waves, order)
    begin = max(first - order, 0)
    return _price(
        (past @ weights)[:, begin:], np.full_like(now, spread)[:, begin:], now[:, begin:], borders
    )


def price_adapted(
    waves, borders, order: int = 16, first: int = 512, every: int = 32, reach: int = 512
) -> float:
    """Bits a sample by a line that is fitted again every ``every`` samples, to the ``reach`` samples before: it has no
    training, and hears only the past of the clip itself.
    """
    waves = np.asarray(waves, np.float64)
    if first < reach:
        raise ValueError(f"the first line is fitted to {reach} samples: first is at least so many")
    total, count = 0.0, 0
    for at in range(first, waves.shape[1], every):
        past, now = _lay_out(waves[:, at - reach : at], order)
        square = np.einsum("nto,ntp->nop", past, past)
        small = 1e-5 * np.trace(square, axis1=1, axis2=2)[:, None, None] / order + 1e-7
        right = np.einsum("nto,nt->no", past, now)[..., None]
        weights = np.linalg.solve(square + small * np.eye(order), right)
        spread = np.abs(now - (past @ weights)[..., 0]).mean(1).clip(LEAST)
        ahead, next_ = _lay_out(waves[:, at - order : at + every], order)
        spreads = np.broadcast_to(spread[:, None], next_.shape)
        total += _price((ahead @ weights)[..., 0], spreads, next_, borders) * next_.size
        count += next_.size
    return total / count


def find_borders(levels) -> np.ndarray:
    """Half way between neighbouring levels ``(K,)``: what lies between two borders is written as the level there."""
    levels = np.asarray(levels, np.float64)
    return np.concatenate([[-np.inf], (levels[1:] + levels[:-1]) / 2, [np.inf]])


def _lay_out(waves, order: int):
    """The ``order`` samples before each, the last one first, ``(n, T - order, order)``; and each itself."""
    cut = np.lib.stride_tricks.sliding_window_view(waves, order + 1, axis=1)
    return cut[..., -2::-1], cut[..., -1]


def _price(centre, spread, samples, borders) -> float:
    """Mean bits of the levels of ``samples``: a Laplace distribution gives each the mass between its borders."""
    level = np.searchsorted(borders, samples, side="right").clip(1, len(borders) - 1)
    below, above = ((borders[level - side] - centre) / spread for side in (1, 0))
    mass = _cumulate(above) - _cumulate(below)
    # a share for every level, so that nothing is impossible
    return float(-np.log2(0.99 * mass + 0.01 / (len(borders) - 1)).mean())


def _cumulate(x):
    tail = 0.5 * np.exp(-np.abs(x))
    return np.where(x < 0, tail, 1 - tail)


def _contexts(codes, order: int, first: int, levels: int):
    """The number of the ``order`` levels before each sample from ``first`` on, flat."""
    found = np.zeros(codes[:, first:].shape, np.int64)
    for k in range(order, 0, -1):
        found = found * levels + codes[:, first - k : codes.shape[1] - k]
    return found.ravel()


def _lean(seen, of, before, levels: int):
    """Counts that lean on a distribution before them, more where they are few."""
    weight = PSEUDO * levels
    return (seen + weight * before) / (of + weight)
