"""Judges of the exercises of *Melodies that look back*."""

import numpy as np

from ..exercise import checker
from .asking import call, list_given, to_list


@checker("melodies-1")
def judge_find_strikes(find_strikes):
    def ask(events, wanted, rule, slips=None):
        shown = list_given(find_strikes, (events,))
        found = to_list(call(find_strikes, events), "a list of (seconds, key)")
        try:
            got = [(float(at), int(key)) for at, key in found]
        except (TypeError, ValueError):
            raise AssertionError(
                f"return a list of pairs (seconds, key), not {found!r} (given {shown})"
            ) from None

        def same(one, other):
            return [k for _, k in one] == [k for _, k in other] and np.allclose(
                [at for at, _ in one], [at for at, _ in other], atol=1e-9
            )

        if same(got, wanted):
            return
        for sentence, value in (slips or {}).items():
            assert not same(got, value), f"{sentence}; expected {wanted}, got {got} (given {shown})"
        raise AssertionError(f"{rule}; expected {wanted}, got {got} (given {shown})")

    ask([], [], "no events strike no key")
    ask([60], [(0.0, 60)], "a key that goes down before any time has passed is struck at second 0")
    ask(
        [60, 305, 188, 64],
        [(0.0, 60), (0.5, 64)],
        "event 305 waits 305 - 255 = 50 hundredths of a second, and 188 lets key 60 go",
        {
            "event 256 waits one hundredth, not none: a shift is its number minus 255": [
                (0.0, 60),
                (0.49, 64),
            ],
            "seconds, not hundredths": [(0.0, 60), (50.0, 64)],
            "a key that goes up (128 to 255) is no strike": [(0.0, 60), (0.5, 60), (0.5, 64)],
        },
    )
    ask(
        [355, 355, 300, 70],
        [(2.45, 70)],
        "waits add up until a key goes down",
        {"waits add up: do not keep the last one alone": [(0.45, 70)]},
    )
    ask(
        [265, 48, 265, 52, 265, 55],
        [(0.1, 48), (0.2, 52), (0.3, 55)],
        "time goes on from strike to strike",
        {"time does not begin again at a strike": [(0.1, 48), (0.1, 52), (0.1, 55)]},
    )
    ask(
        [380, 60, 265, 356, 62],
        [(0.0, 60), (0.1, 62)],
        "events from 356 on set the loudness and take no time",
    )
    ask(
        [0, 127, 265, 128, 255],
        [(0.0, 0), (0.0, 127)],
        "keys are 0 to 127, both ends among them; 128 to 255 let them go",
    )
    ask(
        [60, 265, 60],
        [(0.0, 60), (0.1, 60)],
        "a key that goes down again is struck again",
    )
