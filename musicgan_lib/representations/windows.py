"""Windows of fixed length: how a long list of events becomes a batch."""

import numpy as np


def windows(array, length: int, step: int | None = None) -> np.ndarray:
    """The piece cut into equally long stretches of events, stacked as a batch.

    Parameters
    ----------
    array : ``(N, F)`` rows of one piece, from ``quadruplets.encode`` or ``triples.encode``.
    length : rows in a window.
    step : rows from one window's start to the next; ``length`` (no overlap) where None.

    Returns ``(n, length, F)``, the same dtype, a copy. The last window is filled with rows of
    zeros, which both representations decode to nothing, so no event is lost; no rows, no windows.
    Cut one piece at a time: a window across two pieces holds a time since an event of another one.

    Zeros mean "absent" only where zero does: normalise after padding if your own scaling moves it.
    Source: ours; one window of 100 zero-padded events a piece is what the code of Mogren (2016) draws.
    """
    array = np.asarray(array)
    step = length if step is None else step
    if length < 1 or step < 1:
        raise ValueError(f"length and step must be 1 or more, got {length} and {step}")
    if not len(array):
        return np.zeros((0, length, *array.shape[1:]), array.dtype)
    n = 1 + max(0, -(-(len(array) - length) // step))
    padded = np.zeros(((n - 1) * step + length, *array.shape[1:]), array.dtype)
    padded[: min(len(array), len(padded))] = array[: len(padded)]
    return padded[np.arange(n)[:, None] * step + np.arange(length)]
