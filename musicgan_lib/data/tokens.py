"""Music as whole numbers, whatever they stand for: words, symbols of tones, a grid of voices, MIDI tokens."""

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np

from ..files import open_whole, remove_parts
from .windows import WindowCutter

SPLITS = ("train", "valid", "test")


def write_arrays(path, **arrays) -> Path:
    """Arrays as one ``.npz``, whole or not at all; folders that lack are made."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_parts(path.parent)
    with open_whole(path) as file:
        np.savez_compressed(file, **arrays)
    return path


@dataclass
class TokenData:
    """The tokens of a corpus, by split, as a network sees them.

    ``pieces[split]`` has one ``(N,) int64`` array a piece. ``other_keys[i]`` has training piece i in other keys; it is
    empty where those were not asked for. A token of several fields is packed into one number: ``sizes`` says how many
    values each field has, and ``np.unravel_index(tokens, sizes)`` unpacks it. ``symbols[f][k]`` is what number k of
    field f stands for.

    ``name`` and ``data_hash`` say what was read, ``split_by`` what no two splits share, ``report`` what was left out
    and why. ``beside`` has what stands beside the tokens, where a kind has that: one flat array a piece, under the
    name of the split, and under ``"key 3"`` those of ``other_keys[3]``. A kind of token is a subclass that can
    :meth:`decode`.
    """

    name: str
    form: str
    sizes: tuple[int, ...]
    symbols: list[list[list[float]]]
    pieces: dict[str, list[np.ndarray]]
    data_hash: str
    other_keys: list[list[np.ndarray]] = field(default_factory=list)
    split_by: str = "piece"
    report: str = ""
    beside: dict[str, list[np.ndarray]] = field(default_factory=dict)

    _ABOUT: ClassVar = ("name", "form", "sizes", "symbols", "data_hash", "split_by", "report")

    @property
    def stride(self) -> int:
        """A window may begin at every so many tokens of a piece: 1 unless a kind says otherwise."""
        return 1

    def windows(self, split: str, length: int, step: int | None = None) -> np.ndarray:
        """Stretches of ``length`` tokens, ``step`` apart, by default side by side, ``(n, length) int64``.

        None spans two pieces, and what is left of a piece is left out.
        """
        cutter = WindowCutter(self.pieces[split], length)
        return cutter.cut(*cutter.every(step)).astype(np.int64, copy=False)

    def symbols_per_word(self, tokens) -> float:
        """How many tokens spell one of the units in which likelihoods are printed: 1 unless a kind says otherwise."""
        return 1.0

    def symbols_per_note(self, tokens) -> float:
        """How many tokens there are for each note: those of a word, unless a kind says otherwise."""
        return self.symbols_per_word(tokens)

    def decode(self, tokens) -> "Piece":  # noqa: F821 - imported where it is used
        """The piece that a sequence of tokens spells."""
        raise NotImplementedError(f"{type(self).__name__} does not say what its tokens stand for")

    def save(self, path) -> Path:
        """Write it as one ``.npz``."""
        groups = [*self.pieces.items(), *((f"key {i}", a) for i, a in enumerate(self.other_keys))]
        groups += [(f"beside {name}", arrays) for name, arrays in self.beside.items()]
        spans = {key: [len(a) for a in arrays] for key, arrays in groups}
        whole = np.int32 if math.prod(self.sizes) <= 2**31 else np.int64
        flat = np.concatenate([a for _, arrays in groups for a in arrays]).astype(whole)
        about = {k: getattr(self, k) for k in self._ABOUT} | {"spans": spans}
        return write_arrays(path, words=flat, about=np.array(json.dumps(about)))

    @classmethod
    def load(cls, path) -> "TokenData":
        """Read what :meth:`save` wrote; numpy is all it takes."""
        with np.load(path, allow_pickle=False) as file:
            about, words = json.loads(str(file["about"])), file["words"].astype(np.int64)
        pieces, others, beside, at = {}, [], {}, 0
        for key, lengths in about.pop("spans").items():
            ends = at + np.cumsum([0, *lengths])
            arrays = [words[a:b] for a, b in zip(ends, ends[1:])]
            at = ends[-1]
            if key.startswith("beside "):
                beside[key.removeprefix("beside ")] = arrays
            elif key.startswith("key "):
                others.append(arrays)
            else:
                pieces[key] = arrays
        about["sizes"] = tuple(about["sizes"])
        return cls(pieces=pieces, other_keys=others, beside=beside, **about)
