"""Sampled instruments, rendered on this machine for this reader: nothing of it may be published."""

import base64
import html
import tempfile
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np

from ..notes import Piece, write_midi
from . import synth
from .publishing import is_static


def render_timbres(piece: Piece, rate: int = 22050) -> np.ndarray:
    """Play the piece with sampled instruments: ``(n,) float32``, one channel, at the book's loudness.

    The samples are the TimGM6mb soundfont inside pretty_midi (GPL-2), hence for listening here
    only: raises RuntimeError while a page is being made, and where midirenderer is not installed;
    ValueError for a piece longer than :data:`.synth.LONGEST`.
    """
    synth.check_length(piece)
    if is_static():
        raise RuntimeError(
            "engine='timbres' plays samples under the GPL: in a published page use engine='webaudio'"
        )
    try:
        import midirenderer
    except ImportError:
        raise RuntimeError(
            "engine='timbres' needs midirenderer: pip install midirenderer, or engine='webaudio'"
        ) from None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "piece.mid"
        write_midi(piece, path)
        wav = midirenderer.render_wave_from(_soundfont(), path.read_bytes())
    samples, found = synth.from_wav(wav)
    n = int(len(samples) * rate / found)
    samples = np.interp(np.arange(n) * found / rate, np.arange(len(samples)), samples)
    if samples.any():
        samples *= 10 ** ((synth.LOUDNESS - synth.measure_loudness(samples, rate)) / 20)
    return samples.astype(np.float32)


def timbre_html(pieces, labels, title: str = "") -> str:
    """The browser's own audio controls, one for each piece."""
    rows = [f"<b>{html.escape(title)}</b>"] if title else []
    for piece, label in zip(pieces, labels):
        data = base64.b64encode(synth.to_wav(render_timbres(piece))).decode()
        name = html.escape(label, quote=True)
        rows.append(
            f'<p>{name}<br><audio controls aria-label="{name}" data-source="{html.escape(piece.source)}"'
            f' src="data:audio/wav;base64,{data}"></audio></p>'
        )
    return f'<div class="mg-timbres">{"".join(rows)}</div>'


@cache
def _soundfont() -> bytes:
    return resources.files("pretty_midi").joinpath("TimGM6mb.sf2").read_bytes()
