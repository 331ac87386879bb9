"""MIDI files in and out, also the broken ones."""

from pathlib import Path

import numpy as np

from .piece import NOTE, Metre, Piece, Tempo, Track


class MidiError(ValueError):
    """A file that is not usable MIDI; the message names the file, the place and the reason."""


def read_midi(path) -> Piece:
    """Read a MIDI file."""
    from symusic import Score

    score = Score(str(path))
    tpq = score.ticks_per_quarter
    rows, tracks = [], []
    for i, t in enumerate(score.tracks):
        a = t.notes.numpy()
        n = np.empty(len(a["time"]), NOTE)
        n["onset"], n["duration"] = a["time"] / tpq, a["duration"] / tpq
        n["pitch"], n["velocity"], n["track"] = a["pitch"], a["velocity"], i
        rows.append(n)
        tracks.append(Track(t.name, t.program, t.is_drum))
    metre = {0.0: Metre(0.0, 4, 4)} | {s.time / tpq: Metre(s.time / tpq, s.numerator, s.denominator) for s in score.time_signatures}
    tempo = {0.0: Tempo(0.0, 120.0)} | {s.time / tpq: Tempo(s.time / tpq, s.qpm) for s in score.tempos}
    return Piece(
        np.concatenate(rows) if rows else np.empty(0, NOTE), tuple(tracks) or (Track(),),
        tuple(metre[k] for k in sorted(metre)), tuple(tempo[k] for k in sorted(tempo)), title=Path(path).stem,
    )


def write_midi(piece: Piece, path) -> None:
    """Write a piece as a MIDI file."""
    raise NotImplementedError
