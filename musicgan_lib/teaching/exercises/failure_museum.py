"""Judges of the exercises of *A failure has a sound, and one number that hears it*, and its unlabelled runs."""

from collections.abc import Mapping

import numpy as np

from ...notes import Piece
from ..exercise import checker
from .asking import call, check, show

#: The names on the chapter's wall, in small letters.
WALL = (
    "mode collapse",
    "mode drop",
    "d wins",
    "zero outputs",
    "exposure bias",
    "sign error",
    "floor for round",
    "fused repeats",
    "times never 0",
)
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
    found = call(guess)
    assert isinstance(found, Mapping), f"return a dict from a run to a name, not {show(found)}"
    for run in LABELS:
        assert run in found, f"a name is missing for {run!r}; yours are for {show(list(found))}"
        said = str(found[run]).strip().lower()
        assert said in WALL, f"{found[run]!r} is not a name in WALL, such as 'D wins'"
    for run, name in LABELS.items():
        said = str(found[run]).strip().lower()
        assert said == name, f"{run} is something else: {HINTS[run]}"


@checker("failure-museum-2")
def judge_repair_times(repair_times):
    since = np.array([2.0, 11.0, 13.0, 35.0, 37.0, 12.6, -3.0, -20.0])
    wanted = np.array([0, 0, 24, 24, 48, 24, 0, 0])
    near = "the *nearest* multiple of the grid"
    below = "never below 0: no tone begins before the one before it"
    whole = np.rint(since)
    places = np.rint(np.cumsum(np.maximum(since, 0)) / 24) * 24
    check(
        repair_times,
        (since, 24),
        wanted,
        f"{near}, and {below}",
        {
            f"{near}: this cuts": since // 24 * 24,
            f"{near}: this cuts, and clips": np.maximum(since // 24 * 24, 0),
            f"{near}: this takes the next one above": np.ceil(since / 24) * 24,
            f"{near}: do not cut the fraction of a tick first": wanted * (since != 12.6),
            f"{near}: this takes a grid off": np.maximum(whole - 24, 0),
            "return the multiples of the grid in ticks, not how many grids": wanted // 24,
            "all times become multiples of the grid, not the small ones alone": np.where(
                since < 12, 0, whole
            ),
            "multiples of the grid: these are whole ticks": np.maximum(whole, 0),
            f"{below}: clip after you round": np.rint(since / 24) * 24,
            f"{below}: clip, do not take the minus off": np.rint(abs(since) / 24) * 24,
            "each time is rounded by itself, not the place that it leads to": np.diff(
                places, prepend=0
            ),
            "0 is a multiple of the grid, too: chords begin together again": np.maximum(wanted, 24),
        },
        "one time for each time",
    )
    for grid, after in ((1, [5, 8, 0]), (10, [0, 10, 0])):
        rule = f"any grid, not 24 alone: here {grid}"
        check(repair_times, (np.array([4.9, 8.2, -1.0]), grid), after, rule)
