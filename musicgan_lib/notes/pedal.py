"""The sustain pedal, put into the notes."""

import numpy as np

from .piece import Piece

#: A pedal at this value or above is down, as General MIDI has it.
DOWN = 64


def apply_pedal(piece: Piece) -> Piece:
    """The piece as the pedal lets it sound: notes last while it is down, and the pedal's annotations go.

    A note that ends while the pedal of its track is down lasts until the pedal goes up, or until its pitch is
    struck again on that track, whichever comes first; a pedal that never goes up holds to the end of the
    piece. At one moment the pedal moves before a note ends, so a note that ends as the pedal goes down is
    held. Notes become longer or stay; drums have no pedal. The rule is that of Magenta's
    ``apply_sustain_control_changes`` (Onsets and Frames; MAESTRO), save that a note is never shortened.
    """
    pedal = piece.annotated("pedal")
    if not len(pedal):
        return piece
    notes = piece.notes.copy()
    ends = notes["onset"] + notes["duration"]
    last = max(float(ends.max(initial=0.0)), float(pedal["onset"].max()))
    for i, track in enumerate(piece.tracks):
        mine = np.flatnonzero(notes["track"] == i)
        moves = pedal[(pedal["track"] == i) | (pedal["track"] == -1)]
        if len(mine) and len(moves) and not track.is_drum:
            released = _releases(moves, ends[mine], last)
            struck = _next_strikes(notes[mine], ends[mine])
            ends[mine] = np.maximum(ends[mine], np.minimum(released, struck))
    longer = ends > notes["onset"] + notes["duration"]
    notes["duration"][longer] = (ends - notes["onset"])[longer]
    kept = piece.annotations[piece.annotations["kind"] != "pedal"]
    return piece.replace(notes=notes, annotations=kept)


def _releases(moves, ends, last: float) -> np.ndarray:
    """When each of these ends would be heard: at once where the pedal is up, else as it goes up."""
    at, down = moves["onset"], moves["value"] >= DOWN
    ups = at[~down]
    before = np.searchsorted(at, ends, side="right") - 1  # the last move at that moment or earlier
    held = (before >= 0) & down[before]
    released = np.append(ups, last)[np.searchsorted(ups, ends, side="right")]
    return np.where(held, released, ends)


def _next_strikes(notes, ends) -> np.ndarray:
    """When the pitch of each note is next struck at or after its end; infinity where it never is."""
    strikes = np.full(len(notes), np.inf)
    for pitch in np.unique(notes["pitch"]):
        same = np.flatnonzero(notes["pitch"] == pitch)
        onsets = np.sort(notes["onset"][same])
        # a note without length is not struck again by itself: look after its own onset
        first = np.maximum(
            np.searchsorted(onsets, ends[same], side="left"),
            np.searchsorted(onsets, notes["onset"][same], side="right"),
        )
        strikes[same] = np.append(onsets, np.inf)[first]
    return strikes
