"""Training music in no order: what learns from order cannot learn from it. numpy alone."""

from dataclasses import replace

import numpy as np


def shuffle_order(data):
    """The same music, the rows or tokens of each training piece in an order of their own, the same in every key.

    ``data`` is of :mod:`tokens`, :mod:`rows` or their kinds; validation and test music stays as it is.
    """
    rng = np.random.default_rng(0)
    orders = [rng.permutation(len(piece)) for piece in data.pieces["train"]]
    train = [piece[order] for piece, order in zip(data.pieces["train"], orders)]
    changed = {"pieces": data.pieces | {"train": train}}
    if others := getattr(data, "other_keys", []):
        changed["other_keys"] = [
            [key[order] for key in keys] for keys, order in zip(others, orders)
        ]
    return replace(data, **changed)


def shuffle_times(data):
    """The same performances, the time shifts of each training piece in an order of their own.

    ``data`` is of :mod:`performances`; validation and test music stays as it is.
    """
    return data.shuffle_times()
