"""A piece as a score of symusic in memory, and back: what miditok reads and writes."""

import numpy as np

from ..notes import Metre, Piece, Tempo, Track
from ..notes.metre import drop_repeats

DRUMS = -1  # the program that miditok gives to drum kits
VELOCITY = 80  # of a note that has none, as in a Piece


def is_drum(piece: Piece) -> np.ndarray:
    """For each note whether a drum kit plays it."""
    return np.array([t.is_drum for t in piece.tracks], bool)[piece.notes["track"]]


def instruments(piece: Piece) -> list[int]:
    """The programs that play a note, drums as -1."""
    heard = [piece.tracks[i] for i in np.unique(piece.notes["track"]).tolist()]
    return sorted({DRUMS if track.is_drum else track.program for track in heard})


def to_score(piece: Piece, metre, per_beat: int, tempo: bool = True, tracks: bool = True):
    """A ``symusic.Score`` of the piece in another metre, with the coarsest ticks that give ``per_beat`` to its
    shortest beat.

    Onsets and ends go to the nearest tick, so that notes that touch still touch; a note lasts one tick at least.
    Without ``tempo`` it has none; without ``tracks`` all notes are on one, a piano. Denominators of the metre are 4
    or more.
    """
    import symusic

    ticks = per_beat * max(m.denominator for m in metre) // 4  # a quarter
    score = symusic.Score(ticks)
    for onset, *sign in metre:
        score.time_signatures.append(symusic.TimeSignature(round(onset * ticks), *sign))
    for onset, bpm in piece.tempo if tempo else ():
        score.tempos.append(symusic.Tempo(round(onset * ticks), bpm))
    notes = piece.notes
    begin = np.rint(notes["onset"] * ticks).astype(np.int32)
    end = np.rint((notes["onset"] + notes["duration"]) * ticks).astype(np.int32)
    columns = {
        "time": begin,
        "duration": np.maximum(end - begin, 1),
        "pitch": notes["pitch"].astype(np.int8),
        "velocity": notes["velocity"].astype(np.int8),
    }
    # In the order of a file that symusic reads: of two struck together the shorter first.
    order = np.lexsort(list(reversed(columns.values())))
    owner = notes["track"] if tracks else np.zeros(len(notes), int)
    for i, track in enumerate(piece.tracks if tracks else (Track(),)):
        mine = order[owner[order] == i]
        made = symusic.Track("", track.program, track.is_drum)
        made.notes = symusic.Note.from_numpy(**{name: c[mine] for name, c in columns.items()})
        score.tracks.append(made)
    return score


def to_piece(score, dynamics: bool, keep_order: bool) -> Piece:
    """The piece of a score in ticks; what lies before its beginning is left out.

    Tracks in order of program, drums last, unless ``keep_order``; those without notes are left out. Of several metres
    or tempi at one tick the last holds. Without ``dynamics`` every velocity is 80.
    """
    ticks = score.ticks_per_quarter
    played = [track for track in score.tracks if len(track.notes)]
    if not keep_order:
        played.sort(key=lambda track: (track.is_drum, track.program))
    rows = [
        (n.time / ticks, n.duration / ticks, n.pitch, n.velocity if dynamics else VELOCITY, i)
        for i, track in enumerate(played)
        for n in track.notes
        if n.time >= 0
    ]
    signs = {m.time: (m.numerator, m.denominator) for m in score.time_signatures if m.time >= 0}
    tempi = {t.time: round(t.qpm, 2) for t in score.tempos if t.time >= 0}
    return Piece(
        rows,
        tuple(Track("", t.program, t.is_drum) for t in played) or (Track(),),
        drop_repeats(Metre(at / ticks, *signs[at]) for at in sorted(signs)),
        tuple(Tempo(at / ticks, tempi[at]) for at in sorted(tempi)),
        dynamics=dynamics,
        source="generated",
    )
