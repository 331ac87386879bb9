"""A generator as one file that a page loads when it is asked for: its graph, its weights, how its tokens become notes.

The file is a script that puts the model under its name, so that it works from a disk, where a page may read nothing
else.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ...files import write_whole
from ...notes import Track
from .. import synth

#: Bytes that a model's file may have.
LARGEST = 4_000_000


@dataclass(frozen=True)
class PageModel:
    """A generator for the page.

    Parameters
    ----------
    name : of its file; letters, digits, ``_`` and ``-``.
    label, about : its name in the menu, and a sentence on it.
    corpus : what it learned from; ``may_travel`` says whether the licence lets weights be published.
    unit, lengths : what a length counts, such as "notes"; the lengths to choose from, the default first, and
        ``tokens`` of each unit.
    graph : its layers (``models.graph.describe``). ``tensors`` : name -> array, in the graph's order.
    codec : how tokens become notes: ``kind`` is "words", "tones", "roll", "grid" or
        "voices", the rest as codecs.js and voices.js have it.
    tracks : names of the tracks in a MIDI file.
    program, bpm, bar : of the music: General MIDI's number, quarters a minute, and quarters a bar (0: no bar lines).
    keys : lowest and highest key of the picture in which an opening is clicked.
    openings : name -> text of openings to try.
    """

    name: str
    label: str
    about: str
    corpus: str
    may_travel: bool
    unit: str
    lengths: tuple[int, ...]
    tokens: int
    graph: dict
    codec: dict
    tensors: dict[str, np.ndarray] = field(repr=False)
    tracks: tuple[str, ...] = ()
    program: int = 0
    bpm: float = 120.0
    bar: int = 0
    keys: tuple[int, int] = (48, 84)
    openings: dict[str, str] = field(default_factory=dict)

    def tell(self) -> dict:
        """What a page says of it before its weights are there."""
        names = "name label about unit lengths tokens tracks program bpm bar keys openings".split()
        kind = synth.sound_kind(Track(program=self.program))
        return {k: getattr(self, k) for k in names} | {
            "sound": kind,
            "file": f"models/{self.name}.js",
            "edition": self.edition,
        }

    @property
    def edition(self) -> str:
        """Eight digits that are others where the network writes other notes: in a link, so that it is not mistaken."""
        seen = hashlib.sha256(json.dumps([self.codec, self.graph], sort_keys=True).encode())
        for name, array in sorted(self.tensors.items()):
            seen.update(name.encode() + np.asarray(array, "<f4").tobytes())
        return seen.hexdigest()[:8]


def export(model: PageModel, path, bits: int = 16) -> Path:
    """Write a model's file; returns its path.

    Parameters
    ----------
    path : of the file, or a folder that it is written into under its name.
    bits : of a number, 16 (what is recorded) or 8 (half as large, each row of a weight on its own scale).

    Raises
    ------
    ValueError : weights whose licence keeps them here, a file of more than :data:`LARGEST` bytes, or as of
        :func:`pack`.
    """
    if not model.may_travel:
        raise ValueError(
            f"{model.name}: the licence of {model.corpus} lets no weights trained on it be published"
        )
    content = pack(model, bits).encode()
    if len(content) > LARGEST:
        raise ValueError(
            f"{model.name} takes {len(content):,} bytes, more than {LARGEST:,}: "
            "write 8 bits a number, or a smaller network"
        )
    path = Path(path)
    path = path / f"{model.name}.js" if path.is_dir() else path
    return write_whole(path, content)


def pack(model: PageModel, bits: int = 16) -> str:
    """The text of a model's file.

    ValueError for other ``bits``, a name that is no file's, or weights that are not finite in so many bits.
    """
    if not model.name.replace("-", "_").isidentifier():
        raise ValueError(f"{model.name!r} is no name: letters, digits, _ and - alone")
    about, parts = [], []
    for name, array in model.tensors.items():
        kind, content, _ = quantise(array, bits)
        about.append({"name": name, "shape": list(array.shape), "kind": kind})
        parts.append(content)
    data = {
        "name": model.name,
        "codec": model.codec,
        "graph": model.graph,
        "tensors": about,
        "weights": base64.b64encode(b"".join(parts)).decode(),
    }
    text = json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    return f'(window.musicganModels ||= {{}})["{model.name}"] = {text};\n'


def quantise(array, bits: int) -> tuple[str, bytes, np.ndarray]:
    """A tensor in so many bits: the kind, the bytes, and the ``float32`` numbers that they stand for.

    With 16 bits each number is an IEEE half. With 8 each row has a scale, its largest number over 127, and the scales
    stand before the numbers. Raises ValueError as :func:`pack`.
    """
    array = np.asarray(array, np.float32)
    if bits == 16:
        kept = array.astype("<f2")
        known = kept.astype(np.float32)
        kind, content = "half", kept.tobytes()
    elif bits == 8:
        rows = array.reshape(len(array), -1)
        scales = (np.abs(rows).max(1, initial=0.0) / 127).astype("<f4")
        small = np.rint(rows / np.where(scales > 0, scales, 1)[:, None]).astype(np.int8)
        known = (scales[:, None] * small).astype(np.float32).reshape(array.shape)
        kind, content = "byte", scales.tobytes() + small.tobytes()
    else:
        raise ValueError(f"bits is {bits}, but must be 16 or 8")
    if not np.isfinite(known).all():
        raise ValueError(f"a weight is not finite in {bits} bits")
    return kind, content, known
