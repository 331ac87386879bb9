"""Samples of sound as the levels of a clip, for games that make sound."""

import numpy as np

from ..representations import mu_law


def write_levels(samples) -> np.ndarray:
    """Samples in [-1, 1] as mu-law codes, ``int64``, as :class:`~musicgan_lib.data.waves.WaveData` keeps clips."""
    return mu_law.encode(samples).astype(np.int64)
