"""Judges of the exercises of *Paid by four rules, a generator keeps the rules and forgets the music*."""

import numpy as np
from scipy.special import softmax

from ..exercise import checker
from .asking import check


@checker("reward-by-rule-1")
def judge_resolves_leaps(resolves_leaps):
    def ask(pitch, wanted, rule, slips=None):
        check(resolves_leaps, (np.array(pitch),), wanted, rule, slips, "one share")

    none = "1 where there is no leap that is followed by a move"
    for pitch in ([60, 62, 64], [60, 72], [60]):
        ask(pitch, 1, f"{none}: nothing is broken", {none: 0, f"{none}, not nan": np.nan})
    ask([60, 62, 69], 1, "a leap that no move follows does not count")
    other = "a leap is resolved where the next move goes the other way"
    of_leaps = {"a share of the leaps, not of all moves": 1 / 2}
    ask([60, 69, 67], 1, f"{other}: up, then down", of_leaps)
    ask([60, 69, 71], 0, f"{other}: up and on upwards does not")
    ask([60, 69, 69], 0, f"{other}: a repeated pitch does not")
    ask([72, 64, 65], 1, f"{other}: down eight semitones, then up")
    ask([72, 64, 62], 0, "a leap down counts, too: down and on downwards is not resolved")
    ask([60, 67, 69], 0, "seven semitones are a leap already: seven or more")
    ask([60, 66, 68], 1, "six semitones are no leap: seven or more")
    for pitch in ([60, 72, 71], [60, 72, 63], [60, 72, 60], [72, 60, 75]):
        ask(pitch, 1, f"{other}, by any distance, a step or a leap")
    ask(
        [60, 67, 65, 74, 76, 64, 62],  # up 7 and back, up 9 and on, down 12 and on
        1 / 3,
        "one of three leaps is resolved",
        {
            "return the share of the leaps that are resolved, not their count": 1,
            "a share of the leaps, not of all moves": 1 / 6,
            "a share: one leap that is not resolved does not spoil all": 0,
        },
    )


@checker("reward-by-rule-2")
def judge_best_under_price(best_under_price):
    p, r, price = np.array([0.5, 0.2, 0.3]), np.array([0.0, 1.0, 0.5]), 0.5
    log, e = np.log(p), np.exp(r / price)
    check(
        best_under_price,
        (p, r, price),
        p * e / (p * e).sum(),
        "the reference times e to the reward over the price, rescaled, with nothing added",
        {
            "probabilities sum to 1: rescale": p * e,
            "probabilities sum to 1: rescale, also once the largest is out": p * e / e.max(),
            "the reference has to enter": softmax(r / price),
            "divide the reward by the price, do not multiply": softmax(log + r * price),
            "the reference stands before e, not in its exponent": softmax(p + r / price),
            "the price divides the reward, not the reference": softmax((log + r) / price),
            "mind the sign: a larger reward makes likelier": softmax(log - r / price),
            "at a price above 0 the reference still counts: not the best alone": np.eye(3)[1],
        },
        "one probability for each sequence",
    )
    for dear in (1e6, 1e9):
        check(best_under_price, (p, r, dear), p, "a very dear price leaves the reference as it is")
    flood = (
        "almost free: the best sequence alone. e to the reward over the price overflows: take the "
        "largest out first, do not clip the exponent"
    )
    check(best_under_price, (p, r, 1e-4), [0, 1, 0], flood)
    never = "what the reference never does, the optimum never does"
    shut, high = np.array([0.0, 0.5, 0.5]), np.array([5.0, 1.0, 0.5])
    check(best_under_price, (shut, r, 1.0), shut * np.exp(r) / (shut * np.exp(r)).sum(), never)
    check(
        best_under_price,
        (shut, high, 1e-3),
        [0, 1, 0],
        f"{never}, also at a small price",
        {
            f"0 / 0: take out the largest reward among what the reference does; {never}": [np.nan]
            * 3
        },
    )
