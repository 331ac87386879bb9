"""The one instrument of the book: what the player does in a browser, done in numpy.

Both sides sum the same six harmonics under the same envelope, so a measurement here (loudness,
pitch by FFT, silence) is a measurement of what the reader hears.
"""

import io
import wave
from pathlib import Path

import numpy as np

from ..files import write_whole
from ..notes import Piece, Track

#: Amplitude of each harmonic of a note.
HARMONICS = (1.0, 0.42, 0.20, 0.10, 0.05, 0.025)
#: Attack time, decay time constant (seconds) and level that is held: a struck and a sustained sound.
STRUCK, SUSTAINED, DRUM = 0, 1, 2
SHAPES = {STRUCK: (0.006, 0.9, 0.0), SUSTAINED: (0.03, 0.25, 0.75)}
RELEASE = 0.06
SHORTEST = 0.03
#: Every piece is played at this loudness (dB below full scale, RMS of the parts that sound).
LOUDNESS = -22.0
#: Seconds of sound that are made at most: an hour is 80 million numbers.
LONGEST = 3600.0
_TABLE = 4096


def sound_kind(track: Track) -> int:
    """Struck (piano, guitar, bass…), sustained (organ, strings, voices, winds…) or drum."""
    if track.is_drum:
        return DRUM
    return SUSTAINED if 16 <= track.program < 24 or 40 <= track.program < 96 else STRUCK


def render(piece: Piece, rate: int = 22050, *, loudness: float | None = LOUDNESS) -> np.ndarray:
    """Play the piece into an array: the sound that the browser's player makes, one channel.

    Returns ``(n,) float32``, ``rate`` samples a second, starting at quarter 0 and ending when the
    last note has faded. ``loudness`` is the level it is brought to in dB below full scale
    (:func:`measure_loudness`); None leaves the sum of the notes as it is. A piece without notes is
    silence. Velocity v sounds at amplitude (v / 127)², as General MIDI recommends. Source: ours.
    Raises ValueError for a piece longer than :data:`LONGEST`.
    """
    check_length(piece)
    starts = piece.seconds(piece.notes["onset"])
    stops = piece.seconds(piece.notes["onset"] + piece.notes["duration"])
    lengths = np.maximum(stops - starts, SHORTEST)
    end = float((starts + lengths).max(initial=0.0)) + 8 * RELEASE
    out = np.zeros(int(np.ceil(end * rate)) + 1)
    kinds = [sound_kind(t) for t in piece.tracks]
    for note, start, length in zip(piece.notes, starts, lengths):
        kind = kinds[note["track"]]
        sound = (
            _drum(note["pitch"], rate) if kind == DRUM else _tone(note["pitch"], length, kind, rate)
        )
        first = round(start * rate)
        part = out[first : first + len(sound)]
        part += (note["velocity"] / 127) ** 2 * sound[: len(part)]
    if loudness is not None and out.any():
        out *= 10 ** ((loudness - measure_loudness(out, rate)) / 20)
    return out.astype(np.float32)


def measure_loudness(samples: np.ndarray, rate: int = 22050) -> float:
    """How loud a sound is: its root mean square in dB below full scale, silence left out.

    The sound is cut into tenths of a second; those more than 40 dB below the loudest are rests and
    do not count. ``-inf`` for silence. By hand: a sine of amplitude 1 has RMS 1/√2, so -3.01 dB.
    Twice the amplitude is 6.02 dB more. Source: ours; the gate follows the idea of ITU-R BS.1770.
    """
    size = max(1, rate // 10)
    blocks = _sum_squares(samples, size)
    sizes = np.full(len(blocks), size)
    sizes[-1] = len(samples) - size * (len(blocks) - 1) or 1
    mean = blocks / sizes
    if not mean.max() > 0:
        return float("-inf")
    sounding = mean > mean.max() * 1e-4
    return float(10 * np.log10(blocks[sounding].sum() / sizes[sounding].sum()))


def _sum_squares(samples, size: int) -> np.ndarray:
    """The sum of squares of each ``size`` samples, a part at a time: an hour of them would not fit twice."""
    step = size * 4096
    parts = []
    for begin in range(0, len(samples), step):
        power = np.square(np.asarray(samples[begin : begin + step], float))
        parts.append(np.add.reduceat(power, np.arange(0, len(power), size)))
    return np.concatenate(parts) if parts else np.zeros(1)


def check_length(piece: Piece) -> None:
    """ValueError, which says the way out, for a piece of more than :data:`LONGEST` seconds."""
    length = float(piece.seconds(piece.length))
    if length > LONGEST + 1:
        raise ValueError(
            f"{length / 3600:.1f} hours of sound, at most {LONGEST / 3600:g} is made: take a part with Piece.window"
        )


def match_gain(piece: Piece) -> tuple[float, float]:
    """What to multiply a piece's notes by to play it at ``LOUDNESS``, and the peak it then reaches."""
    raw = render(piece, loudness=None)
    level = measure_loudness(raw)
    gain = 10 ** ((LOUDNESS - level) / 20) if np.isfinite(level) else 1.0
    return float(gain), float(np.abs(raw).max(initial=0.0) * gain)


def to_wav(samples: np.ndarray, rate: int = 22050, path: str | Path | None = None) -> bytes:
    """The samples as a 16-bit WAV file: its bytes, also written to ``path`` where one is given.

    Samples outside [-1, 1] are cut off, as any sound card would.
    """
    pcm = (np.clip(samples, -1, 1) * 32767).astype("<i2")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm.tobytes())
    if path is not None:
        write_whole(path, buffer.getvalue())
    return buffer.getvalue()


def from_wav(data: bytes) -> tuple[np.ndarray, int]:
    """The samples of a 16-bit WAV file, channels averaged, in [-1, 1], and its rate."""
    with wave.open(io.BytesIO(data)) as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return pcm.reshape(-1, file.getnchannels()).mean(1) / 32768, file.getframerate()


def _tone(pitch: int, length: float, kind: int, rate: int) -> np.ndarray:
    attack, decay, held = SHAPES[kind]
    attack = min(attack, length / 2)
    t = np.arange(int((length + 8 * RELEASE) * rate)) / rate
    envelope = held + (1 - held) * np.exp(-np.maximum(np.minimum(t, length) - attack, 0) / decay)
    envelope *= np.minimum(t / attack, 1) * np.exp(-np.maximum(t - length, 0) / RELEASE)
    frequency = 440 * 2 ** ((int(pitch) - 69) / 12)
    count = sum(frequency * k < rate / 2 for k in range(1, len(HARMONICS) + 1))
    phase = (t * (frequency * _TABLE)).astype(np.int64) % _TABLE
    return envelope * _waves()[count][phase]


def _waves(_cache=[]) -> np.ndarray:  # noqa: B006 - one table for the process
    """One period summed from the first 0, 1, … harmonics, shape ``(7, _TABLE)``."""
    if not _cache:
        turn = 2 * np.pi * np.arange(_TABLE) / _TABLE
        sines = [a * np.sin((k + 1) * turn) for k, a in enumerate(HARMONICS)]
        _cache.append(np.concatenate([np.zeros((1, _TABLE)), np.cumsum(sines, 0)]))
    return _cache[0]


def _drum(pitch: int, rate: int) -> np.ndarray:
    """A falling thump for the bass drum, a burst of noise for the rest; hats are the shortest."""
    fade = 0.12 if pitch < 37 else 0.03 if pitch in (42, 44) else 0.2 if pitch > 48 else 0.08
    t = np.arange(int(5 * fade * rate)) / rate
    body = (
        np.sin(2 * np.pi * 55 * t)
        if pitch < 37
        else np.random.default_rng(0).uniform(-1, 1, len(t))
    )
    return body * np.exp(-t / fade)
