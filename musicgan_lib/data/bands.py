"""Voices as a band: each voice a track, a picture of pitch against time, cut into stretches of whole bars."""

import numpy as np

from .columns import list_columns
from .track_bars import BAR, find_windows


def cut_bands(data, split: str, bars: int, every: int = 1) -> np.ndarray:
    """Every stretch of so many whole bars of 4/4, ``(n, V, 16 * bars / every) int64``, one beginning at each bar.

    A column is what sounds in the first of ``every`` sixteenths. A number is a pitch as ``data``
    (:class:`~musicgan_lib.data.grid.GridData`) numbers it; ``data.hold`` is silence.
    ValueError where a split has none.
    """
    pieces = list_columns(data, split)
    found = find_windows(data, split, bars)
    return np.stack([pieces[i][start : start + BAR * bars : every].T for i, start in found])


def part_tracks(bands: np.ndarray) -> np.ndarray:
    """Bands ``(n, V, T)`` whose tracks have never met: of example i, track k comes from example i - k.

    ValueError for fewer examples than tracks, where two tracks would come from one.
    """
    if len(bands) < bands.shape[1]:
        raise ValueError(
            f"{len(bands)} examples cannot part {bands.shape[1]} tracks: give as many or more"
        )
    return np.stack([np.roll(bands[:, k], k, 0) for k in range(bands.shape[1])], 1)


def part_given(bands: np.ndarray, given: int) -> np.ndarray:
    """Bands ``(n, V, T)`` whose track ``given`` is that of the example before, the first one's that of the last.

    ValueError for a single band, which has no stranger.
    """
    if len(bands) < 2:
        raise ValueError("one band has no stranger: give two or more")
    parted = bands.copy()
    parted[:, given] = np.roll(bands[:, given], 1, 0)
    return parted


def to_pitches(bands: np.ndarray, lowest: int, silence: int, every: int = 1) -> np.ndarray:
    """Numbers as MIDI pitches, and silence as -1, for each sixteenth: ``(n, V, T) -> (n, V, T * every)``."""
    return np.repeat(np.where(bands == silence, -1, bands + lowest), every, 2)
