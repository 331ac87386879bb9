"""A ``Piece`` for pretty_midi, which many readers know."""

import io

from .midi_writing import encode_midi
from .piece import Piece


def to_pretty_midi(piece: Piece):
    """Give the piece to pretty_midi: the same notes in seconds, one Instrument for each track.

    Returns a ``pretty_midi.PrettyMIDI`` with the piece's tempo and metre. Onsets and ends are the
    piece's own, in seconds, not rounded to ticks. Lyrics and the pedal go with them. Source: ours.
    """
    import pretty_midi

    frame, _ = encode_midi(piece.replace(notes=piece.notes[:0], annotations=()))
    midi = pretty_midi.PrettyMIDI(io.BytesIO(frame))  # without notes: it sets the tempo map
    midi.instruments = [pretty_midi.Instrument(t.program, t.is_drum, t.name) for t in piece.tracks]
    notes = piece.notes
    starts = piece.seconds(notes["onset"]).tolist()
    ends = piece.seconds(notes["onset"] + notes["duration"]).tolist()
    velocities, pitches = notes["velocity"].tolist(), notes["pitch"].tolist()
    for track, *row in zip(notes["track"].tolist(), velocities, pitches, starts, ends):
        midi.instruments[track].notes.append(pretty_midi.Note(*row))
    for onset, kind, track, value, text in piece.annotations.tolist():
        at = float(piece.seconds(onset))
        if kind == "lyric":
            midi.lyrics.append(pretty_midi.Lyric(text, at))
        elif kind == "pedal":
            for each in midi.instruments if track == -1 else [midi.instruments[track]]:
                each.control_changes.append(pretty_midi.ControlChange(64, round(value), at))
    return midi
