"""Sounds in a page: each a row with the browser's own controls and the waveform above it."""

import base64
import html
import struct

import numpy as np

from ..notes.sound import Sound
from . import synth
from .player import Player
from .publishing import is_static

#: Bytes of one clip at most: a page is loaded whole
MOST = 200_000
#: Points of a drawn waveform
POINTS = 200
_WITHHELD = "This sound is not published with the book: its licence does not allow it. Run the page to hear it."


def play_sounds(*sounds: Sound, labels=None, title: str = "") -> Player:
    """Play sounds in the page, all at the book's loudness, without a script.

    ``labels`` names each; its title by default. In a page that is being published a sound that may not travel is
    replaced by a sentence. ValueError for no sound, labels that do not fit, samples that are no number, and a clip of
    more than :data:`MOST` bytes.
    """
    if not sounds:
        raise ValueError("play_sounds() needs at least one sound")
    names = [s.title or f"sound {i + 1}" for i, s in enumerate(sounds)]
    names = names if labels is None else [str(name) for name in labels]
    if len(names) != len(sounds):
        raise ValueError(f"{len(sounds)} sounds, but {len(names)} labels")
    rows = [f"<b>{html.escape(title)}</b>"] if title else []
    return Player(
        f'<div class="mg-sounds">{"".join(rows + [_row(s, n) for s, n in zip(sounds, names)])}</div>'
    )


def _row(sound: Sound, label: str) -> str:
    name = html.escape(label, quote=True)
    if is_static() and not sound.publishable:
        return f'<p>{name}<br><em role="note">{_WITHHELD}</em></p>'
    samples = np.asarray(sound.samples, np.float64)
    if not np.isfinite(samples).all():
        raise ValueError(f"{label}: a sample is no number")
    if len(samples) and samples.any():
        samples = samples * 10 ** (
            (synth.LOUDNESS - synth.measure_loudness(samples, sound.rate)) / 20
        )
    data = write_telephone_wav(samples, sound.rate)
    if len(data) > MOST:
        raise ValueError(
            f"{label}: {len(data):,} bytes of sound, at most {MOST:,} are put into a page: take less"
        )
    coded = base64.b64encode(data).decode()
    return (
        f"<p>{name}<br>{_draw(samples)}<br>"
        f'<audio controls preload="metadata" aria-label="{name}" src="data:audio/wav;base64,{coded}"></audio></p>'
    )


def write_telephone_wav(samples, rate: int) -> bytes:
    """A WAV file of one byte a sample, by the mu-law of telephones: half as large, and every browser plays it.

    A sample is a sign, which of eight ranges it lies in, each twice as wide as the one below, and one of sixteen even
    steps there, all bits turned over. Source: ITU-T G.711 (1988). Samples outside [-1, 1] are cut off.
    """
    levels = np.rint(np.clip(np.asarray(samples, np.float64), -1, 1) * 32635).astype(np.int64)
    size = np.abs(levels) + 132
    part = np.floor(np.log2(size)).astype(np.int64) - 7
    step = (size >> (part + 3)) & 15
    coded = (~((levels < 0) * 128 | part << 4 | step) & 255).astype(np.uint8).tobytes()
    head = struct.pack(
        "<4sI4s4sIHHIIHHH",
        b"RIFF",
        50 + len(coded),
        b"WAVE",
        b"fmt ",
        18,
        7,
        1,
        rate,
        rate,
        1,
        8,
        0,
    )
    fact = struct.pack("<4sII", b"fact", 4, len(coded))
    return head + fact + struct.pack("<4sI", b"data", len(coded)) + coded + b"\0" * (len(coded) % 2)


def _draw(samples) -> str:
    """The outline of the waveform: the largest sample of each stretch, above and below the middle."""
    parts = np.array_split(np.abs(samples), min(POINTS, max(len(samples), 1)))
    peaks = np.array([p.max(initial=0) for p in parts])
    peaks = peaks / max(peaks.max(initial=0), 1e-9) * 18
    above = [f"{x} {20 - y:.1f}" for x, y in enumerate(peaks)]
    below = [f"{x} {20 + y:.1f}" for x, y in reversed(list(enumerate(peaks)))]
    return (
        f'<svg viewBox="0 0 {len(peaks)} 40" width="300" height="40" preserveAspectRatio="none" aria-hidden="true">'
        f'<path d="M{" L".join([*above, *below])}Z" fill="currentColor" opacity="0.55"/></svg>'
    )
