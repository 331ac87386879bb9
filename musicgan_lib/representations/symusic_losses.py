"""What a piece lost on its way through tokens, measured by its sound and told in sentences."""

from dataclasses import replace

import numpy as np

from ..notes import Piece, Track
from .round_trip import RoundTrip, compare
from .symusic_scores import instruments


def compare_sounds(piece: Piece, again: Piece, tolerance: float = 0.25) -> RoundTrip:
    """:func:`round_trip.compare`, with notes of one onset and pitch matched by length, whoever plays them.

    Two voices in unison, one held longer, are the same two notes after both became one track.
    """
    trip = compare(_flatten(piece), _flatten(again), tolerance)
    return replace(trip, tracks_kept=compare(piece, again, tolerance).tracks_kept)


def tell_losses(piece: Piece, again: Piece) -> tuple[str, ...]:
    """One sentence for each thing in which the copy differs from the piece."""
    trip = compare_sounds(piece, again)
    heard = len(np.unique(piece.notes["track"])) or 1  # a piece without notes has a track, too
    quiet = len(piece.tracks) - heard
    here, there = instruments(piece), instruments(again)
    said = [
        (len(piece.annotations), f"{len(piece.annotations)} annotations are left out"),
        (trip.lost, f"{trip.lost} of {trip.notes} notes do not come back"),
        (trip.added, f"{trip.added} notes come back that were not there"),
        (trip.max_onset_error, f"notes begin up to {trip.max_onset_error:.3g} quarters off"),
        (
            trip.max_duration_error,
            f"lengths change by up to {trip.max_duration_error:.3g} quarters",
        ),
        (trip.velocity_error > 0, f"velocities change by {trip.velocity_error:.3g} on average"),
        (quiet, f"{quiet} tracks without notes are left out"),
        (heard != len(again.tracks), f"{heard} tracks become {len(again.tracks)}"),
        (here != there, f"programs {here} become {there} (-1 is drums)"),
        (not trip.tempo_kept, f"the tempo {_list(piece.tempo)} becomes {_list(again.tempo)}"),
        (not trip.metre_kept, f"the metre {_list(piece.metre)} becomes {_list(again.metre)}"),
    ]
    return tuple(sentence for true, sentence in said if true)


def _flatten(piece) -> Piece:
    """All notes on one track, of those struck together on one pitch the shorter first."""
    notes = piece.notes.copy()
    notes["track"] = 0
    notes = notes[np.lexsort((notes["duration"], notes["pitch"], notes["onset"]))]
    return piece.replace(notes=notes, tracks=(Track(),), annotations=())


def _list(events) -> str:
    """The first few of a metre or tempo, to be read."""
    shown = ["/".join(f"{number:g}" for number in event[1:]) for event in events[:4]]
    return ", ".join(shown + ["…"] * (len(events) > 4))
