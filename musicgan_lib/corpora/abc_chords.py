"""Chord symbols over a tune: what a symbol sounds like, and how long its chord lasts."""

import contextlib
import functools
import os
import re
import sys

import numpy as np

from ..notes import Piece
from .abc import Played

_SILENCE = re.compile(r"(?i)n\.?\s?c\.?|no chord|tacet")
_SYMBOL = re.compile(r"[A-G][#b]?(?:maj|min|dim|aug|sus|add|m|M|\+|-|°|ø|[#b]?\d++)*(?:/.*)?")
#: Letters of a chord symbol, at most; a longer text is asked about as it is, and not letter by letter.
LONGEST = 32
#: Spellings that the parser does not know: of the Nottingham database first, then of everyone. ``/@<.5D7`` stands
#: half a note to the left, ``(A7)`` may be left out, ``c+`` is C sharp, and ``C/dim`` is no C over D.
_SPELLINGS = (
    (r"^/?@[<>]?[\d.]*|^\d+", ""),
    (r"(?<=.)\([A-G][^()]*\)$", ""),  # another chord that may be played instead: G(Em)
    (r"[()]", ""),
    (r"^([a-g])\+|^([A-G])\+(?=\d)", r"\1\2#"),
    (r"/(dim|aug)", r"\1"),
    (r"(?i)maj(?=/|$)", ""),
    (r"(?i)min|-", "m"),
    (r"Maj", "maj"),
    (r"°", "dim"),
    (r"ø", "m7b5"),
)


def lay_chords(played: Played) -> tuple[list, list]:
    """The chords of a tune as rows (onset, duration, pitch), and its texts as annotations (onset, kind, text).

    A chord begins at the note or rest that its symbol stands over and lasts until the next symbol; at a bar line it is
    struck again. ``N.C.`` ends it. A text that names no chord is a marker.
    """
    changes, beside = {}, []
    for onset, kind, text in played.marks:
        if kind != "text":
            beside.append((onset, kind, text, 0))
        elif _SILENCE.fullmatch(text.strip()):
            changes[onset] = ()
            beside.append((onset, "chord", text))
        elif chord := voice_chord(text):
            changes[onset] = chord
            beside.append((onset, "chord", text))
        else:
            beside.append((onset, "marker", text))
    bars = Piece([(0, played.length, 60)], metre=played.metre).bars()
    symbols, rows, chord = np.array(sorted(changes)), [], ()
    lines = [at for at in bars.tolist() if not np.any(np.abs(symbols - at) < 1e-6)]
    starts = sorted(at for at in (*lines, *changes) if at < played.length)
    for start, end in zip(starts, [*starts[1:], played.length]):
        if changes.get(start, chord) == chord and np.abs(bars - start).min() > 1e-6:
            for row in rows[len(rows) - len(chord) :]:  # the same symbol again within a bar
                row[1] = end - row[0]
            continue
        chord = changes.get(start, chord)
        rows += [[start, end - start, pitch] for pitch in chord]
    return rows, beside


@functools.cache
def voice_chord(text: str) -> tuple[int, ...]:
    """The MIDI pitches of a chord symbol, as abc2midi plays it; a small letter is a single bass note. Empty for other
    text.

    A symbol that the parser does not know is played as the longest one that it does: C7#9 as C7.
    """
    symbol = text.strip()
    if symbol[:1] in tuple("^_<>@") or re.search("[A-Z]{3}", symbol):
        return ()  # a text that says where it stands, or a word in capitals
    for spelling, known in _SPELLINGS:
        symbol = re.sub(spelling, known, symbol)
    symbol = (symbol.split() or [""])[0]
    known = range(len(symbol) if len(symbol) <= LONGEST and _SYMBOL.fullmatch(symbol) else 1)
    return next(
        (found for left_out in known if (found := _strike(symbol[: len(symbol) - left_out]))), ()
    )


@functools.cache
def _strike(symbol: str) -> tuple[int, ...]:
    """What the parser plays for one symbol over one bar."""
    from symusic import Score

    if not re.match("[A-Ga-g]", symbol) or re.search(r'[\n"]', symbol):
        return ()
    tune = f'X:1\nT:\nM:4/4\nL:1/4\nK:C\n%%MIDI gchord c\n"{symbol}"z4|\n'
    with quiet():
        tracks = Score.from_abc(tune).tracks
    return tuple(sorted({note.pitch for track in tracks for note in track.notes}))


@contextlib.contextmanager
def quiet():
    """Silence the ABC parser, which writes its doubts to the process's own stdout and stderr."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = [(fd, os.dup(fd)) for fd in (1, 2)]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        for fd, _ in saved:
            os.dup2(nowhere, fd)
        yield
    finally:
        for fd, copy in saved:
            os.dup2(copy, fd)
            os.close(copy)
        os.close(nowhere)
