"""What stands beside the notes of a piece: chord symbols, fermatas, lyrics, markers, the pedal."""

import re

import numpy as np

#: What stands beside the notes. ``onset`` in quarter lengths; ``kind`` one of :data:`KINDS`; ``track`` an
#: index into ``Piece.tracks``, or -1 for the whole piece; ``value`` 0..127 of a pedal (64 and above: down), else 0.
ANNOTATION = np.dtype(
    [("onset", "f8"), ("kind", "U8"), ("track", "i2"), ("value", "f8"), ("text", "O")]
)
#: chord: its symbol as text, held until the next; lyric: a syllable; fermata: on the note of its track that sounds
#: there; pedal: the sustain pedal's (CC 64) value; marker: any other text.
KINDS = ("chord", "fermata", "lyric", "marker", "pedal")

_CHORD = re.compile(r"([A-G][#b♯♭]*)([^/]*)(?:/([A-G][#b♯♭]*))?")
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")

_NONE = np.empty(0, ANNOTATION)
_NONE.flags.writeable = False


def as_annotations(given, n_tracks: int) -> np.ndarray:
    """Annotations as one read-only array, by onset, kind, track; equals stay as given: a pedal's ups and downs."""
    if not len(given):
        return _NONE
    if not (isinstance(given, np.ndarray) and given.dtype.names == ANNOTATION.names):
        rows = [(*row, *(-1, 0.0)[len(row) - 3 :]) for row in given]
        given = np.empty(len(rows), [*ANNOTATION.descr[:1], ("kind", "O"), *ANNOTATION.descr[2:]])
        for i, (onset, kind, text, track, value) in enumerate(rows):
            given[i] = (onset, kind, track, value, text)
    _check(given, n_tracks)
    made = np.empty(len(given), ANNOTATION)
    for field in ANNOTATION.names:
        made[field] = given[field]
    return sort_annotations(made)


def sort_annotations(given: np.ndarray) -> np.ndarray:
    """Annotations that need no check, sorted and read-only."""
    if not len(given):
        return _NONE
    # the kinds differ in their first letters, and numbers are sorted faster than texts
    letter = np.ascontiguousarray(given["kind"]).view(np.uint32)[:: given["kind"].itemsize // 4]
    made = given[np.lexsort((given["track"], letter, given["onset"]))]
    made.flags.writeable = False
    return made


def _check(given, n_tracks) -> None:
    kinds, onset, track = given["kind"], given["onset"], given["track"]
    texts = given["text"].tolist()
    known = np.isin(kinds, KINDS) & np.array([isinstance(text, str) for text in texts], bool)
    for _, kind, _, _, text in given[~known][:1].tolist():
        raise ValueError(f"an annotation is a {kind!r}, {text!r}: kinds are {', '.join(KINDS)}")
    placed = (onset >= 0) & (onset < np.inf) & (track >= -1) & (track < n_tracks)
    for at, kind, where, *_ in given[~placed][:1].tolist():
        raise ValueError(f"a {kind} at {at:g} on track {where}: there are {n_tracks} tracks")
    value = given["value"]
    for at, kind, _, wrong, _ in given[~((value >= 0) & (value <= 127))][:1].tolist():
        raise ValueError(f"a {kind} at {at:g} has the value {wrong:g}, outside 0..127")


def split_chord(symbol: str) -> tuple[str, str, str] | None:
    """Root, quality and bass of a chord symbol, ``Bbm7/F`` is B♭, m7, F; None for what is no symbol."""
    parts = _CHORD.fullmatch(symbol)
    return parts and (parts[1], parts[2], parts[3] or "")


def transpose_chord(symbol: str, semitones: int) -> str:
    """A chord symbol moved up by semitones: ``Bm/A`` up 3 is ``Dm/C``. What is no symbol stays as it is."""
    parts = split_chord(symbol)
    if not parts or semitones % 12 == 0:
        return symbol
    root, quality, bass = parts
    moved = _move(root, semitones) + quality
    return f"{moved}/{_move(bass, semitones)}" if bass else moved


def _move(tone: str, semitones: int) -> str:
    shift = sum(1 if sign in "#♯" else -1 for sign in tone[1:])
    return _NAMES[(_LETTERS[tone[0]] + shift + semitones) % 12]
