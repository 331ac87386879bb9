"""Samples of sound as 256 numbers, finer where it is soft: the mu-law of telephones (ITU-T G.711, its formula)."""

import numpy as np

LEVELS = 256
MU = LEVELS - 1


def encode(samples) -> np.ndarray:
    """Samples in [-1, 1] as ``uint8``, of the same shape: silence is 128. What lies outside is cut off.

    ValueError for a sample that is no number.
    """
    samples = np.asarray(samples, np.float64)
    if not np.isfinite(samples).all():
        raise ValueError("a sample is no number")
    samples = np.clip(samples, -1, 1)
    bent = np.sign(samples) * np.log1p(MU * np.abs(samples)) / np.log1p(MU)
    return np.floor((bent + 1) / 2 * MU + 0.5).astype(np.uint8)


def decode(codes) -> np.ndarray:
    """Codes as samples, ``float32``: the inverse of :func:`encode`, to half a step of
    the bent scale. ValueError for other numbers."""
    codes = np.asarray(codes)
    if codes.size and not (0 <= codes.min() and codes.max() <= MU):
        raise ValueError(f"codes are 0 to {MU}, got {codes.min()} to {codes.max()}")
    bent = 2 * codes.astype(np.float64) / MU - 1
    return (np.sign(bent) * np.expm1(np.abs(bent) * np.log1p(MU)) / MU).astype(np.float32)
