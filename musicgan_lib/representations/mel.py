"""Sound as mel frames: how loud each of 40 bands of frequency is, 31 times a second; and back, with guessed phases."""

import functools

import numpy as np

#: Samples of a window, and from one window to the next; bands
SIZE, HOP, BANDS = 512, 256, 40
#: The softest and the loudest level that is told apart, natural logarithms of a band's mean magnitude
SOFT, LOUD = -6.0, 4.0


def count_frames(samples: int) -> int:
    """How many frames so many samples have: a window begins at every :data:`HOP`, and none reaches beyond the end."""
    return max((samples - SIZE) // HOP + 1, 0)


@functools.cache
def lay_bands(rate: int) -> np.ndarray:
    """Triangles over the frequencies of a window, evenly apart in mel, ``(BANDS, SIZE / 2 + 1)``; rows sum to 1.

    The scale is that of Stevens and others as it is mostly computed: ``2595 log10(1 + f / 700)``.
    """
    top = 2595 * np.log10(1 + rate / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, top, BANDS + 2) / 2595) - 1)
    frequency = np.arange(SIZE // 2 + 1) * rate / SIZE
    rise = (frequency - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - frequency) / (edges[2:] - edges[1:-1])[:, None]
    bands = np.maximum(0, np.minimum(rise, fall))
    nearest = np.abs(frequency - edges[1:-1, None]).argmin(1)
    bands[np.arange(BANDS), nearest] = np.maximum(bands[np.arange(BANDS), nearest], 1e-2)
    return bands / bands.sum(1, keepdims=True)


def encode(samples, rate: int) -> np.ndarray:
    """Samples ``(..., n)`` as frames ``(..., T, BANDS) float32`` from 0, silence, to 1. ValueError for too few."""
    samples = np.asarray(samples, np.float64)
    if samples.shape[-1] < SIZE:
        raise ValueError(f"{samples.shape[-1]} samples are shorter than a window of {SIZE}")
    if not np.isfinite(samples).all():
        raise ValueError("a sample is no number")
    loud = np.abs(_transform(samples)) @ lay_bands(rate).T
    level = np.log(np.maximum(loud, np.exp(SOFT)))
    return ((np.minimum(level, LOUD) - SOFT) / (LOUD - SOFT)).astype(np.float32)


def decode(frames, rate: int, rng: np.random.Generator, rounds: int = 32) -> np.ndarray:
    """A sound with these frames ``(T, BANDS)``, ``(SIZE + (T - 1) HOP,) float32``.

    Bands become frequencies again as far as they can, and phases are guessed: from random ones on, a sound is made and
    taken apart again ``rounds`` times, and its phases are kept (Griffin and Lim 1984). ValueError for what is no frame.
    """
    frames = np.asarray(frames, np.float64)
    if frames.ndim != 2 or frames.shape[1] != BANDS or not np.isfinite(frames).all():
        raise ValueError(f"frames are rows of {BANDS} numbers, got the shape {frames.shape}")
    loud = np.exp(np.clip(frames, 0, 1) * (LOUD - SOFT) + SOFT) * (frames > 0)
    wanted = np.maximum(loud @ _undo_bands(rate).T, 0)  # (T, SIZE / 2 + 1)
    phases = np.exp(2j * np.pi * rng.random(wanted.shape))
    for _ in range(rounds):
        again = _transform(_overlap(wanted * phases))
        phases = again / np.maximum(np.abs(again), 1e-9)
    return np.clip(_overlap(wanted * phases), -1, 1).astype(np.float32)


@functools.cache
def _undo_bands(rate: int) -> np.ndarray:
    """Each frequency's mean over the bands that hear it, ``(SIZE / 2 + 1, BANDS)``."""
    bands = lay_bands(rate).T
    return bands / np.maximum(bands.sum(1, keepdims=True), 1e-9) * (bands.sum(1, keepdims=True) > 0)


def _transform(samples) -> np.ndarray:
    cut = np.lib.stride_tricks.sliding_window_view(samples, SIZE, axis=-1)[..., ::HOP, :]
    return np.fft.rfft(cut * np.hanning(SIZE + 1)[:-1], axis=-1)


def _overlap(spectra) -> np.ndarray:
    """Windows added where they belong, by least squares: the sound whose windows are nearest to these."""
    window = np.hanning(SIZE + 1)[:-1]
    parts = np.fft.irfft(spectra, SIZE, axis=-1) * window
    out = np.zeros(SIZE + (len(parts) - 1) * HOP)
    weight = np.zeros_like(out)
    for k, part in enumerate(parts):
        out[k * HOP : k * HOP + SIZE] += part
        weight[k * HOP : k * HOP + SIZE] += window**2
    return out / np.maximum(weight, 1e-2)
