"""Four instruments in numpy: a line of notes becomes a waveform whose pitch and timbre are known exactly."""

import numpy as np

#: Amplitude of each harmonic, seconds of attack, seconds of decay, and the level that is held
INSTRUMENTS = {
    "flute": ((1.0, 0.15, 0.05), 0.05, 0.3, 0.9),
    "clarinet": ((1.0, 0.0, 0.6, 0.0, 0.35, 0.0, 0.15), 0.03, 0.3, 0.85),
    "guitar": ((1.0, 0.7, 0.5, 0.35, 0.25, 0.15), 0.004, 0.25, 0.0),
    "trumpet": ((0.5, 0.9, 1.0, 0.8, 0.6, 0.4), 0.04, 0.3, 0.8),
}
NAMES = tuple(INSTRUMENTS)
RELEASE = 0.02
#: Root mean square of a line while it sounds, and amplitude of the hiss below it
LEVEL, HISS = 0.12, 1e-3


def play_line(line, instrument: str, rate: int = 8000, seconds: float | None = None) -> np.ndarray:
    """A line of notes, ``(n, 3)`` rows of start and length in seconds and pitch, as ``(samples,) float32``.

    Without ``seconds`` it lasts until the last note has faded; with them what lies beyond is cut off. Harmonics above
    half the rate are left out. Every line has the same level while it sounds. ValueError for an instrument that there
    is not, and for a line that is none.
    """
    if instrument not in INSTRUMENTS:
        raise ValueError(f"no instrument {instrument!r}; there are {', '.join(NAMES)}")
    line = np.asarray(line, np.float64).reshape(-1, 3)
    if not np.isfinite(line).all() or (line[:, 0] < 0).any() or (line[:, 1] <= 0).any():
        raise ValueError("notes begin at 0 or later and last longer than 0 seconds")
    ends = (line[:, 0] + line[:, 1] + 4 * RELEASE).max(initial=0)
    out = np.zeros(round((ends if seconds is None else seconds) * rate))
    for start, length, pitch in line:
        first = round(start * rate)
        part = out[first : first + round((length + 4 * RELEASE) * rate)]
        part += _tone(len(part), length, pitch, instrument, rate)
    sounding = np.abs(out) > 1e-4
    if sounding.any():
        out *= LEVEL / np.sqrt(np.mean(out[sounding] ** 2))
    return np.clip(out, -1, 1).astype(np.float32)


def _tone(n: int, length: float, pitch: float, instrument: str, rate: int) -> np.ndarray:
    harmonics, attack, decay, held = INSTRUMENTS[instrument]
    t, frequency = np.arange(n) / rate, 440 * 2 ** ((pitch - 69) / 12)
    within = np.minimum(t, length)
    envelope = held + (1 - held) * np.exp(-np.maximum(within - attack, 0) / decay)
    envelope *= np.minimum(t / attack, 1) * np.exp(-np.maximum(t - length, 0) / RELEASE)
    heard = [(k, a) for k, a in enumerate(harmonics, 1) if a and frequency * k < rate / 2]
    return envelope * sum(a * np.sin(2 * np.pi * frequency * k * t) for k, a in heard)


def add_hiss(samples, rng) -> np.ndarray:
    """The same with noise far below it, as any recording has: without it silence would be exactly 0."""
    return (samples + HISS * rng.standard_normal(len(samples))).astype(np.float32)


def read_pitches(line, rate: int, hop: int, frames: int) -> np.ndarray:
    """The pitch that sounds at the middle of each frame of ``hop`` samples, ``(frames,) int64``; -1 is silence."""
    middle = (np.arange(frames) + 0.5) * hop / rate
    found = np.full(frames, -1, np.int64)
    for start, length, pitch in np.asarray(line).reshape(-1, 3):
        found[(middle >= start) & (middle < start + length)] = round(pitch)
    return found
