"""From words to the integers that a network sees, in three forms."""

from collections import Counter

import numpy as np

from ..notes import Piece
from . import words

#: ``published``: a word is one symbol. ``factored``: a word is three, chord, pitch and melody duration.
#: ``interleaved``: a word is one symbol for the melody, and before it one for the chord where one starts.
FORMS = ("published", "factored", "interleaved")
UNKNOWN = "?"


class UnknownWord(KeyError):
    """A symbol that the vocabulary was not built with; the message says which."""


class Vocabulary:
    """The symbols of a corpus, most frequent first; built by :meth:`build`.

    ``len(vocabulary)`` is |V|. ``counts`` has how often each was seen.
    """

    def __init__(self, symbols, counts, form: str):
        self.symbols, self.counts, self.form = list(symbols), list(counts), form
        self._ids = {s: i for i, s in enumerate(self.symbols)}

    def __len__(self) -> int:
        return len(self.symbols)

    @classmethod
    def build(cls, pieces, form="published", min_count=1) -> "Vocabulary":
        """Collect the symbols that occur at least ``min_count`` times.

        With ``min_count`` above 1 the rarer ones share the symbol ``"?"``, which encodes but does not
        decode. Raises ValueError for an unknown form.
        """
        if form not in FORMS:
            raise ValueError(f"form {form!r} is not one of {', '.join(FORMS)}")
        counts = Counter(s for piece in pieces for s in to_symbols(words.encode(piece), form))
        kept = sorted(
            (s for s, n in counts.items() if n >= min_count), key=lambda s: (-counts[s], s)
        )
        rare = sum(counts.values()) - sum(counts[s] for s in kept)
        symbols = [*kept, UNKNOWN] if rare else kept
        return cls(symbols, [counts[s] for s in kept] + ([rare] if rare else []), form)

    def encode(self, piece: Piece) -> np.ndarray:
        """A piece as ``(N,) int64``, values below ``len(self)``; UnknownWord where a symbol has no number."""
        found = to_symbols(words.encode(piece), self.form)
        fallback = self._ids.get(UNKNOWN)
        try:
            return np.array(
                [
                    self._ids.get(s, fallback) if fallback is not None else self._ids[s]
                    for s in found
                ],
                np.int64,
            )
        except KeyError as symbol:
            raise UnknownWord(
                f"{symbol} does not occur in what this vocabulary was built from"
            ) from None

    def decode(self, ids) -> Piece:
        """The piece that a sequence of numbers spells; UnknownWord for ``"?"`` or a number too large."""
        ids = np.asarray(ids).tolist()
        for i in ids:
            if not 0 <= i < len(self) or self.symbols[i] == UNKNOWN:
                raise UnknownWord(f"number {i} stands for no word")
        return words.decode(from_symbols([self.symbols[i] for i in ids], self.form))


def to_symbols(rows, form: str) -> list[tuple]:
    """Words as hashable symbols; their first entry says what they are."""
    symbols = []
    for row in np.asarray(rows).reshape(-1, 6):
        row = tuple(round(float(x), 4) for x in row)
        if form == "published":
            symbols.append(("word", *row))
        elif form == "factored":
            symbols += [("chord", *row[3:]), ("pitch", *row[1:3]), ("duration", row[0])]
        else:
            symbols += [("chord", *row[3:])] if row[3] else []
            symbols.append(("melody", *row[:3]))  # zeros where nothing of it starts
    return symbols


def from_symbols(symbols, form: str) -> np.ndarray:
    """Words ``(N, 6)`` from symbols; what cannot be completed to a word is left out, as a generator may write it."""
    rows, chord, pitch = [], (0.0, 0.0, 0.0), None
    for kind, *values in symbols:
        if kind == "word":
            rows.append(values)
        elif kind == "chord":
            chord, pitch = tuple(values), None
        elif kind == "pitch":
            pitch = tuple(values)
        elif kind == "melody":
            rows.append([*values, *chord])
            chord = (0.0, 0.0, 0.0)
        elif kind == "duration" and pitch is not None:
            rows.append([values[0], *pitch, *chord])
            chord, pitch = (0.0, 0.0, 0.0), None
    return np.array(rows, float).reshape(-1, 6)
