"""Waveforms of networks as the whole numbers in which clips are kept."""

import numpy as np


def encode_sounds(sounds) -> np.ndarray:
    """Samples as codes of the mu-law, ``int64``, of the same shape."""
    from ..representations import mu_law

    return mu_law.encode(np.asarray(sounds)).astype(np.int64)
