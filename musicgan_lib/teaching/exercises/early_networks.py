"""Judges of the exercises of *A plan keeps six tunes apart; gates help the blues keep its form*."""

import numpy as np

from ..exercise import checker


@checker("early-networks-1")
def judge_fade(fade):
    def ask(played, symbols=3, decay=0.5):
        got = np.asarray(fade(list(played), symbols, decay), dtype=float)
        assert got.shape == (symbols,), (
            f"one number for each of {symbols} symbols, got shape {got.shape}"
        )
        return got.tolist()

    got = ask([1])
    assert got == [0, 1, 0], f"after one slice it counts 1, not faded: [1] gave {got}"
    got = ask([0, 1])
    assert got == [0.5, 1, 0], (
        f"the slice before the last counts decay, the last counts 1: [0, 1] gave {got}"
    )
    got = ask([0, 1, 2])
    assert got == [0.25, 0.5, 1], f"two slices back counts decay squared: [0, 1, 2] gave {got}"
    got = ask([2, 2])
    assert got == [0, 0, 1.5], (
        f"a slice that comes again adds to what is left of it: [2, 2] gave {got}"
    )
    got = ask([])
    assert got == [0, 0, 0], f"before the first slice nothing was played: zeros, got {got}"
    got = ask([0, 1], decay=0.0)
    assert got == [0, 1, 0], f"decay 0 leaves the last slice alone: got {got}"
    got = ask([0, 1, 2], decay=0.25)
    assert got == [0.0625, 0.25, 1], f"decay squared, also where decay is .25: [0, 1, 2] gave {got}"
    ask([0], symbols=5)
    got = ask([3, 0], symbols=5, decay=0.25)
    assert got == [1, 0, 0, 0.25, 0], (
        f"another number of symbols and another decay: [3, 0] gave {got}"
    )


@checker("early-networks-2")
def judge_find_loss(find_loss):
    form = [0, 0, 1, 2]

    def ask(chords):
        return find_loss(list(chords), list(form))

    kept = form * 3
    assert ask(kept) is None, f"music that never leaves the form: None, got {ask(kept)!r}"
    lost = [0, 0, 1, 2, 0, 0, 2, 0, 1, 1]
    assert ask(lost) == 6, (
        f"the form begins again after its end: lost at step 6 of {lost}, got {ask(lost)!r}"
    )
    slip = [0, 0, 2, 2, 0, 0, 1, 2]
    assert ask(slip) is None, (
        f"a slip that is mended is no loss: None for {slip}, got {ask(slip)!r}"
    )
    late = [1, 1, 1, 2, 0, 0, 1, 0]
    assert ask(late) == 7, (
        f"a wrong last step alone is a loss at that step: 7 for {late}, got {ask(late)!r}"
    )
    never = [2, 2, 0, 0]
    assert ask(never) == 0, (
        f"music that is never in form lost it at step 0, which is not None: got {ask(never)!r}"
    )
    part = [0, 0, 1, 2, 0, 1]
    assert ask(part) == 5, (
        f"music may end within a turn of the form: 5 for {part}, got {ask(part)!r}"
    )
