"""Training music whose moments stand in random order: what whoever learns from order cannot learn from. numpy alone."""

from dataclasses import replace

import numpy as np


def shuffle_time(data, seed: int = 0):
    """The same music, each training piece with its moments in random order; validation and test stay as they are.

    ``data`` is of :mod:`tokens`, :mod:`rows` or their kinds. A moment is as many rows as a window's start moves on by
    (``data.stride``, else 1), so the voices of a sixteenth stay together. A piece has one order in all its keys, and what
    stands beside it moves along.
    """
    rng, stride = np.random.default_rng(seed), getattr(data, "stride", 1)
    orders = [rng.permutation(len(piece) // stride) for piece in data.pieces["train"]]
    changed = {"pieces": data.pieces | {"train": _reorder(data.pieces["train"], orders)}}
    if others := getattr(data, "other_keys", []):
        changed["other_keys"] = [_reorder(p, [o] * len(p)) for p, o in zip(others, orders)]
    if beside := getattr(data, "beside", {}):
        moved = {"train": _reorder(beside["train"], orders)}
        for i, order in enumerate(orders if others else ()):
            rows = beside[f"key {i}"]
            moved[f"key {i}"] = _reorder(rows, [order] * len(rows))
        changed["beside"] = beside | moved
    return replace(data, **changed)


def _reorder(pieces, orders) -> list[np.ndarray]:
    """Arrays with their moments, of as many rows each as there are, in another order."""
    found = []
    for piece, order in zip(pieces, orders, strict=True):
        rows = len(piece) // max(len(order), 1)  # of a moment
        found.append(np.asarray(piece)[(order[:, None] * rows + np.arange(rows)).ravel()])
    return found
