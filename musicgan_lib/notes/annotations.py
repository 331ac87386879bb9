"""What stands beside the notes of a piece: chord symbols, fermatas, lyrics, markers, the pedal."""

import numpy as np

#: What stands beside the notes. ``onset`` in quarter lengths; ``kind`` one of :data:`KINDS`; ``track`` an
#: index into ``Piece.tracks``, or -1 for the whole piece; ``value`` 0..127 of a pedal (64 and above: down), else 0;
#: ``text`` as long as the longest.
ANNOTATION = np.dtype(
    [("onset", "f8"), ("kind", "U8"), ("track", "i2"), ("value", "f8"), ("text", "U1")]
)
#: chord: its symbol as text, held until the next; lyric: a syllable; fermata: on the note of its track that sounds
#: there; pedal: the sustain pedal's (CC 64) value; marker: any other text.
KINDS = ("chord", "fermata", "lyric", "marker", "pedal")


def as_annotations(given, n_tracks: int) -> np.ndarray:
    """Annotations as one sorted, read-only array whose text is as wide as it has to be."""
    if isinstance(given, np.ndarray) and given.dtype.names == ANNOTATION.names:
        rows = given.tolist()
    else:
        whole = [(*row, *(-1, 0.0)[len(row) - 3 :]) for row in given]
        rows = [(onset, kind, track, value, text) for onset, kind, text, track, value in whole]
    for onset, kind, track, _, text in rows:
        if kind not in KINDS or not isinstance(text, str):
            raise ValueError(f"an annotation is a {kind!r}, {text!r}: kinds are {', '.join(KINDS)}")
        if not (0 <= onset < np.inf and -1 <= track < n_tracks):
            raise ValueError(f"a {kind} at {onset:g} on track {track}: there are {n_tracks} tracks")
    width = max((len(row[-1]) for row in rows), default=1)
    kind = ANNOTATION.descr[:-1] + [("text", f"U{max(width, 1)}")]
    made = np.array(sorted(rows), kind)
    made.flags.writeable = False
    return made
