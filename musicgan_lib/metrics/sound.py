"""Measures of waveforms: the pitch that sounds, whether it fits C major, and how far two spectra lie apart."""

import functools

import numpy as np

#: Pitches that are looked for, and semitones of C major above any C
LOWEST, HIGHEST = 43, 91
WHITE = (0, 2, 4, 5, 7, 9, 11)
#: Harmonics that speak for a pitch; a frame this far below the loudest (a share of its power) is silent
HARMONICS, SILENT = 5, 1e-3
#: How much more the first one counts
FIRST = 0.5
#: Windows of the spectra that are compared, in samples
WINDOWS = (128, 256, 512)


def find_pitches(samples, rate: int, hop: int, width: float = 0.128) -> np.ndarray:
    """The pitch at the middle of each frame of ``hop`` samples, ``(T,) -> (T // hop,) int64``; -1 where it is silent.

    Each pitch is given the magnitudes of its first harmonics, by a transform over ``width`` seconds around the frame;
    the strongest is taken. Exact on the book's own instruments where one note fills the window. ValueError for what is
    no row of numbers.
    """
    return find_tones(samples, rate, hop, width)[0]


def find_tones(samples, rate: int, hop: int, width: float = 0.128) -> tuple:
    """As :func:`find_pitches`, and what was heard of each pitch: ``(frames,)``, ``(frames, HARMONICS)``, ``(frames,)``.

    Second come the amplitudes of the harmonics. Third the *clarity*: their share of the frame's power, about 1 for a
    single held note and little for noise; 0 where it is silent.
    """
    frames = _frames(samples, hop, round(width * rate))
    found = np.abs(frames @ _probes(frames.shape[1], rate))  # (pitches, frames, harmonics)
    # an octave lower has the even ones, too, but not its own first: that one counts for more
    best = (found.sum(-1) + FIRST * found[..., 0]).argmax(0)
    loud = np.square(frames).mean(1)
    silent = loud <= max(loud.max(initial=0) * SILENT, 1e-8)
    heard = found[best, np.arange(len(frames))] * 4 / frames.shape[1]
    # a wave of amplitude A has A squared / 2 of power, of which a Hann window leaves 3 / 8
    clarity = np.where(silent, 0.0, np.square(heard).sum(1) * 3 / 16 / np.maximum(loud, 1e-12))
    return np.where(silent, -1, best + LOWEST).astype(np.int64), heard, np.minimum(clarity, 1.0)


def share_in_key(pitches) -> float:
    """The share of sounding frames on white keys; NaN where nothing sounds."""
    pitches = np.asarray(pitches)
    sounding = pitches[pitches >= 0]
    return float(np.isin(sounding % 12, WHITE).mean()) if sounding.size else float("nan")


def spectral_error(made, real) -> float:
    """How far the spectra of two sounds lie apart, ``(…, T)`` each: 0 for the same, about 1 for silence.

    The mean, over the windows of :data:`WINDOWS`, of the norm of the difference of magnitudes over that of the real
    ones: the spectral convergence of Arık et al. (2019).
    """
    made, real = (np.atleast_2d(np.asarray(x, np.float64)) for x in (made, real))
    if made.shape != real.shape:
        raise ValueError(f"sounds of {made.shape} and {real.shape} cannot be compared")
    parts = []
    for size in WINDOWS:
        a, b = magnitudes(made, size), magnitudes(real, size)
        parts.append(np.linalg.norm(a - b) / max(np.linalg.norm(b), 1e-12))
    return float(np.mean(parts))


def magnitudes(samples, size: int) -> np.ndarray:
    """Magnitudes of windows of ``size`` samples, a quarter of that apart: ``(…, T) -> (…, frames, size / 2 + 1)``."""
    samples = np.asarray(samples, np.float64)
    if samples.shape[-1] < size:
        raise ValueError(f"{samples.shape[-1]} samples are shorter than a window of {size}")
    cut = np.lib.stride_tricks.sliding_window_view(samples, size, axis=-1)[..., :: size // 4, :]
    return np.abs(np.fft.rfft(cut * np.hanning(size), axis=-1))


def _frames(samples, hop: int, size: int) -> np.ndarray:
    samples = np.asarray(samples, np.float64)
    if samples.ndim != 1 or not np.isfinite(samples).all():
        raise ValueError("one row of samples is asked, each a number")
    padded = np.pad(samples, (size // 2 - hop // 2, size))
    count = len(samples) // hop
    cut = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop][:count]
    return cut * np.hanning(size)


@functools.lru_cache(maxsize=8)
def _probes(size: int, rate: int) -> np.ndarray:
    """Waves of each pitch and harmonic below half the rate, ``(pitches, size, harmonics)`` complex."""
    frequency = 440 * 2 ** ((np.arange(LOWEST, HIGHEST + 1) - 69) / 12)
    each = frequency[:, None] * np.arange(1, HARMONICS + 1)
    turns = np.arange(size)[:, None] * each[:, None, :] / rate
    return np.where(each[:, None, :] < rate / 2, np.exp(-2j * np.pi * turns), 0)
