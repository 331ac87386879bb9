"""A ``Piece`` to and from the libraries that readers already know."""

import io

from .midi_files import encode_midi


def to_pretty_midi(piece):
    """Give the piece to pretty_midi: the same notes in seconds, one Instrument for each track.

    Returns a ``pretty_midi.PrettyMIDI`` with the piece's tempo and metre. Onsets and ends are the
    piece's own, in seconds, not rounded to ticks. Source: ours.
    """
    import pretty_midi

    frame, _ = encode_midi(piece.replace(notes=piece.notes[:0]))
    midi = pretty_midi.PrettyMIDI(io.BytesIO(frame))  # without notes: it sets the tempo map
    midi.instruments = [pretty_midi.Instrument(t.program, t.is_drum, t.name) for t in piece.tracks]
    notes = piece.notes
    starts = piece.seconds(notes["onset"]).tolist()
    ends = piece.seconds(notes["onset"] + notes["duration"]).tolist()
    velocities, pitches = notes["velocity"].tolist(), notes["pitch"].tolist()
    for track, *row in zip(notes["track"].tolist(), velocities, pitches, starts, ends):
        midi.instruments[track].notes.append(pretty_midi.Note(*row))
    return midi


def to_music21(piece):
    raise NotImplementedError


def from_music21(stream):
    raise NotImplementedError


def write_musicxml(piece, path):
    raise NotImplementedError
