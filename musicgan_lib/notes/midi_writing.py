"""MIDI files out."""

import os
import uuid
from pathlib import Path

import numpy as np

from .midi_bytes import LAST_TICK, MidiError
from .piece import Piece

#: Ticks a quarter that a file may have: the first whose grid holds every time in the piece.
RESOLUTIONS = (480, 960, 1024, 3840, 10080, 15360, 27720)


def write_midi(piece: Piece, path) -> tuple[str, ...]:
    """Write a piece as a MIDI file, whole or not at all.

    480 ticks a quarter, more where the notes lie on a finer grid. Returns what the file cannot
    hold, one sentence each; empty where reading it back gives the same notes, tracks, metre and
    tempo (a tempo is rounded to whole microseconds a quarter). Raises :class:`MidiError` for a
    metre that is not n/2^k, or a piece beyond tick 2^31; OSError as any writing. Source: ours.
    """
    data, losses = encode_midi(piece)
    write_whole(path, data)
    return losses


def write_whole(path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all: first beside its place, then renamed."""
    path = Path(path)
    part = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def encode_midi(piece: Piece) -> tuple[bytes, tuple[str, ...]]:
    """The bytes of a MIDI file for the piece, and what they cannot hold."""
    import symusic

    notes, losses = piece.notes, []
    ends = notes["onset"] + notes["duration"]
    changes = [e.onset for e in piece.metre + piece.tempo]
    tpq = _choose_resolution(np.concatenate([notes["onset"], ends, changes]), losses)
    on, off = (np.rint(t * tpq).astype(np.int64) for t in (notes["onset"], ends))
    velocity = np.maximum(notes["velocity"], 1)  # velocity 0 means note-off
    if np.any(notes["velocity"] == 0):
        losses.append(f"{np.count_nonzero(notes['velocity'] == 0)} notes of velocity 0 become 1")
    _count_swaps(notes, on, off, losses)
    score = symusic.Score(tpq)
    for i, track in enumerate(piece.tracks):
        mine = np.flatnonzero(notes["track"] == i)
        if not len(mine):
            losses.append(f"track {i} ({track.name!r}) has no notes; readers leave it out")
        # The shorter of two notes struck together first: a reader ends the first struck first.
        mine = mine[np.lexsort((off[mine], notes["pitch"][mine], on[mine]))]
        out = symusic.Track(track.name, track.program, track.is_drum)
        columns = zip((on, off - on, notes["pitch"], velocity), ("i4", "i4", "i1", "i1"))
        out.notes = type(out.notes).from_numpy(*(c[mine].astype(kind) for c, kind in columns))
        score.tracks.append(out)
    for onset, *metre in piece.metre:
        if metre[0] > 255 or metre[1] not in (1, 2, 4, 8, 16, 32, 64, 128):
            raise MidiError(
                f"metre {metre[0]}/{metre[1]}: MIDI has n/1, n/2, n/4 … n/128, n <= 255"
            )
        score.time_signatures.append(symusic.TimeSignature(round(onset * tpq), *metre))
    for onset, bpm in piece.tempo:
        micros = min(max(round(60e6 / bpm), 1), 2**24 - 1)
        if abs(micros - 60e6 / bpm) > 0.5:
            losses.append(f"tempo {bpm:g} becomes {60e6 / micros:g}: MIDI goes no further")
        score.tempos.append(symusic.Tempo(round(onset * tpq), mspq=micros))
    return score.dumps_midi(), tuple(losses)


def _choose_resolution(times, losses) -> int:
    """The coarsest resolution with a tick at each of these quarter lengths; the finest if none has."""
    for tpq in RESOLUTIONS:
        off_grid = np.abs(times * tpq - np.rint(times * tpq)).max()
        if off_grid < 1e-3:
            break
    else:
        losses.append(f"times move by up to {off_grid / tpq:.1g} quarters, to the nearest tick")
    if times.max() * tpq >= LAST_TICK:
        raise MidiError(f"the piece ends at quarter {times.max():g}, beyond tick 2^31")
    return tpq


def _count_swaps(notes, on, off, losses) -> None:
    """Say where one note lies within another of the same pitch: a file cannot tell which one ends."""
    ends = off[np.lexsort((off, on, notes["pitch"], notes["track"]))]
    read = off[np.lexsort((off, notes["pitch"], notes["track"]))]
    if swapped := np.count_nonzero(ends != read):
        losses.append(f"{swapped} notes that hold another of their pitch swap ends with it")
