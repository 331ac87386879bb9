"""Judges of the exercises of *A failure has a sound, and one number that hears it*, and its unlabelled runs."""

import numpy as np

from ...notes import Piece
from ..exercise import checker

LABELS = {"run 1": "times never 0", "run 2": "mode collapse", "run 3": "floor for round"}
HINTS = {
    "run 1": "count the tones that begin together",
    "run 2": "compare its first four quarters with the next four",
    "run 3": "listen to one chord: are all of its notes in one key?",
}


def unlabelled_runs() -> list[Piece]:
    """Three broken pieces to guess at, made of a traditional tune."""
    from ... import corpora

    tune = corpora.load("tunes", "train")[0].window(0.0, 16.0)
    notes = tune.notes[np.lexsort((tune.notes["pitch"], tune.notes["onset"]))]
    rng = np.random.default_rng(7)
    late, flat, verse = notes.copy(), notes.copy(), notes[notes["onset"] < 4 - 1e-6]
    late["onset"] += 0.07 * (
        np.arange(len(notes)) - np.searchsorted(notes["onset"], notes["onset"])
    )
    flat["pitch"] -= rng.integers(0, 2, len(notes)).astype(flat["pitch"].dtype)
    again = np.concatenate([verse] * 4)
    again["onset"] += np.repeat(np.arange(4) * 4.0, len(verse))
    return [tune.replace(notes=n, title="", source="generated") for n in (late, again, flat)]


@checker("failure-museum-1")
def judge_guess(guess):
    got = guess()
    assert isinstance(got, dict) and set(got) == set(LABELS), "a dict with a name for each run"
    for run, name in LABELS.items():
        assert got[run] == name, f"{run} is something else: {HINTS[run]}"


@checker("failure-museum-2")
def judge_repair_times(repair_times):
    got = np.asarray(repair_times(np.array([2.0, 11.0, 13.0, 35.0, 37.0, -3.0, -20.0]), 24))
    assert got.shape == (7,), "one time for each time"
    assert got.dtype.kind == "i", "whole numbers of ticks"
    assert (got >= 0).all(), "no tone begins before the one before it"
    assert got[0] == got[1] == 0, "a small delay is none: chords begin together again"
    assert got.tolist() == [0, 0, 24, 24, 48, 0, 0], "the *nearest* multiple of the grid"
    assert np.asarray(repair_times(np.array([5.0]), 1)).tolist() == [5], "any grid, not 24 alone"
