"""Judges of the exercises of *Without replay, repeated notes fuse*."""

import numpy as np

from ..exercise import checker
from .asking import agree, call, check, expect


@checker("play-replay-volume-1")
def judge_strikes(strikes):
    play = np.array([[1, 1, 1, 1, 0, 0, 1, 0, 1], [0, 0, 1, 1, 1, 0, 1, 1, 1]]).T  # (9, 2)
    replay = np.array([[0, 0, 1, 0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 0, 0, 0, 0]]).T
    down, left = np.zeros_like(play), np.zeros_like(play)
    down[1:], left[:, 1:] = play[:-1], play[:, :-1]  # the step before, and the key before
    new, again = play * (1 - down), play * down * replay
    wanted = new + again
    late = np.zeros_like(play)
    late[1:] = wanted[:-1]
    first = "at the first step, what is down has just been struck"
    check(
        strikes,
        (play, replay),
        wanted,
        "a note begins where a key goes down, or is down and struck again",
        {
            "a key that is down may be struck again: ask replay": new,
            "a key that goes down is struck, too: replay marks the others only": replay,
            "a key that is held is not struck": play,
            "a replay on a key that is up begins nothing": np.maximum(new, replay),
            f"{first}: no step comes before it": wanted * (np.arange(9) > 0)[:, None],
            f"{first}: the last step does not come before it": play
            * (1 - np.roll(play, 1, 0) * (1 - replay)),
            "compare with the step before (first axis), not with the key beside": play
            * (1 - left * (1 - replay)),
            "a note begins where the key goes down, not where it goes up (its end)": np.maximum(
                abs(play - down), play * replay
            ),
            "0 and 1 alone: a key that goes down with replay 1 begins one note": new
            + play * replay,
            "each key is on its own": wanted.any(1, keepdims=True) * play,
            "1 at the step where a note begins, not one step later": late,
            "a key that goes down begins a note, also where replay is 1": play
            * (down ^ 1 ^ replay),
        },
        "an array of (steps, pitches)",
    )
    for seed in range(3):
        play, replay = np.random.default_rng(seed).integers(0, 2, (2, 12, 5))
        down = np.vstack([np.zeros_like(play[:1]), play[:-1]])
        wanted = play * (1 - down * (1 - replay))
        check(strikes, (play, replay), wanted, "NM-3 says where keys are struck")


FOLLOWS = "Y is what follows each step of X"


def _list_slips(steps: int, length: int, hop: int) -> dict:
    """Wrong ways to cut pairs: where windows start, and how far ahead their targets lie."""
    last = steps - length  # the first start that has no next step
    return {
        f"{FOLLOWS}: this is X itself": (range(0, last, hop), 0),
        f"{FOLLOWS}, so one step later: this is the next window": (
            range(0, last - length + 1, hop),
            length,
        ),
        f"{FOLLOWS}, so one step later, not `hop` steps": (range(0, last - hop + 1, hop), hop),
        f"{FOLLOWS}: this is what comes before": (range(1, last + 1, hop), -1),
        "the last window whose target fits is missing": (range(0, last, hop)[:-1], 1),
        "no padding: these targets go beyond the last step": (range(0, last + 1, hop), 1),
        "no padding: these windows go beyond the last step": (range(0, steps, hop), 1),
        "windows start every `hop` steps, not every `length`": (range(0, last, length), 1),
        "windows start every `hop` steps, not at every step": (range(last), 1),
    }


def _judge_pairs(next_step_pairs, steps: int, length: int, hop: int):
    matrix = np.random.default_rng(steps).random((steps, 3, 2))
    wide = np.concatenate([matrix, np.zeros((length + hop, 3, 2))])
    at = f"given {steps} steps, length={length}, hop={hop}"

    def cut(starts, shift=0):
        return np.stack([wide[a + shift : a + shift + length] for a in starts])

    try:
        X, Y = call(next_step_pairs, matrix, length, hop)
    except (TypeError, ValueError) as error:
        raise AssertionError("return two arrays, X and Y") from error
    starts = range(0, steps - length, hop)
    if agree(X, cut(starts)) and agree(Y, cut(starts, 1)):
        return
    for sentence, (begins, shift) in _list_slips(steps, length, hop).items():
        same = len(begins) and agree(X, cut(begins)) and agree(Y, cut(begins, shift))
        assert not same, f"{sentence} ({at})"
    n = len(starts)
    for sentence, shape in (
        ("Y has a target for each step of a window, not one for the window", (n, 3, 2)),
        ("windows have `length` steps, and targets as many", (n, length - 1, 3, 2)),
        ("Y keeps all channels, not play alone", (n, length, 3, 1)),
    ):
        assert np.shape(Y) != shape, f"{sentence} ({at})"
    rule = f"windows start every `hop` steps, and {FOLLOWS} ({at})"
    axes = "arrays X and Y of (windows, length, pitches, channels)"
    expect(X, cut(starts), rule, {}, axes)
    expect(Y, cut(starts, 1), rule, {}, axes)


@checker("play-replay-volume-2")
def judge_next_step_pairs(next_step_pairs):
    for sizes in ((9, 4, 2), (9, 8, 1), (33, 16, 16), (32, 16, 16), (12, 3, 4)):
        _judge_pairs(next_step_pairs, *sizes)
