"""Clips of sound as mel frames and back, for games that sing."""

import numpy as np

from ..representations import mel, mu_law

BANDS, HOP, SIZE = mel.BANDS, mel.HOP, mel.SIZE


def read_songs(data, split: str) -> np.ndarray:
    """The mel frames of all clips of a split of :class:`~musicgan_lib.data.waves.WaveData`, ``(n, frames, BANDS)``."""
    return mel.encode(data.waves(split), data.rate)


def write_songs(songs, rate: int, rng: np.random.Generator) -> np.ndarray:
    """Frames as mu-law codes of a sound that has them; its phases are searched for."""
    return np.stack([mu_law.encode(mel.decode(song, rate, rng)) for song in songs])
