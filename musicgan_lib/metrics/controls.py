"""Pieces made worse on purpose: what a metric must notice, or cannot. ``rng`` is a numpy Generator."""

import numpy as np

from musicgan_lib.notes import Piece


def shuffle_bars(piece: Piece, rng) -> Piece:
    """The same bars in random order: every bar still makes sense, the piece does not.

    Only bars of the commonest length change places (a pickup stays). A note moves with the bar that it
    starts in. Source: ours.
    """
    edges = piece.bars()
    lengths = np.round(np.diff(edges), 6)
    if not len(lengths):
        return piece
    common = _commonest(lengths)
    place = np.arange(len(lengths))
    place[common] = rng.permutation(common)
    notes = piece.notes.copy()
    bar = piece.bar_of(notes["onset"])
    notes["onset"] = np.maximum(notes["onset"] + edges[place[bar]] - edges[bar], 0.0)
    return piece.replace(notes=notes)


def shuffle_pitches(piece: Piece, rng) -> Piece:
    """The same rhythm and the same notes, but every pitch handed to another note. Source: ours."""
    notes = piece.notes.copy()
    notes["pitch"] = rng.permutation(notes["pitch"])
    return piece.replace(notes=notes)


def random_pitches(piece: Piece, rng, pitches=None) -> Piece:
    """The same rhythm, each pitch drawn evenly from ``pitches`` (default: every key of its range)."""
    notes = piece.notes.copy()
    if pitches is None:
        pitches = np.arange(notes["pitch"].min(), notes["pitch"].max() + 1)
    notes["pitch"] = rng.choice(pitches, len(notes))
    return piece.replace(notes=notes)


def _commonest(lengths) -> np.ndarray:
    values, counts = np.unique(lengths, return_counts=True)
    return np.flatnonzero(lengths == values[counts.argmax()])
