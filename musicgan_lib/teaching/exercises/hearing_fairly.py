"""Judges of the exercises of *Hearing fairly: eight right answers out of ten can still be luck*."""

from math import ceil, comb, sqrt
from statistics import NormalDist

import numpy as np

from ..exercise import checker
from .asking import call, check, expect, list_given, to_numbers


@checker("hearing-fairly-1")
def judge_match_loudness(match_loudness):
    rng = np.random.default_rng(0)
    x = 0.02 + 0.05 * rng.normal(size=400)  # not around 0
    x[100:200] = 0.0  # a rest
    x[9] = 0.9  # a click
    root, heard = np.sqrt(np.mean(x**2)), x[x != 0]
    for target in (-22.0, -9.0):
        found = call(match_loudness, x, target)
        got = to_numbers(found, "as many samples as were given", x.shape)
        gain = got @ x / (x @ x)
        assert gain > 0, "multiply all samples by one factor above 0: this turns the sound over"
        assert np.allclose(got, gain * x, atol=1e-6 * abs(gain)), (
            "multiply all samples by one factor: this changes their shape"
        )
        to = 10 ** (target / 20)
        level = 20 * np.log10(gain * root)
        expect(
            gain,
            to / root,
            f"at a target of {target:g} dB the sound comes out at {level:.2f} dB; its factor",
            {
                "measure by the root mean square, not by the loudest sample (the peak)": to
                / np.abs(x).max(),
                "decibels of samples are 20 log10, so the factor is 10 ** (target / 20)": to**2
                / root,
                "take the *root* of the mean square": to / root**2,
                "all samples count, those of a rest, too": to / np.sqrt(np.mean(heard**2)),
                "square the samples before you take the mean": to / np.mean(np.abs(x)),
                "take the *mean* of the squares, not their sum": to / np.sqrt(np.sum(x**2)),
                "this turns the sound *by* the target: divide by its own level, too": to,
                "the target over the level that it has, not the other way round": root / to,
            },
        )
    check(
        match_loudness,
        (np.zeros(100), -22.0),
        np.zeros(100),
        "silence stays silence",
        {"silence stays silence: this divides by its root mean square, 0": np.full(100, np.nan)},
    )


def _tail(n: int, k: int, p: float) -> float:
    """The chance of k or more right of n."""
    return sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))


def _threshold(n: int, luck: float = 0.05) -> int:
    """The fewest right answers that luck reaches this seldom; n + 1 where none are enough."""
    return next(k for k in range(n + 2) if _tail(n, k, 0.5) <= luck)


def _power(n: int, ability: float) -> float:
    return _tail(n, _threshold(n), ability)


def _first(passes) -> int:
    return next((n for n in range(1, 80) if passes(n)), 0)


def _list_slips(ability: float, power: float) -> dict:
    """Wrong ways to plan a test, and the number of pairs that each gives."""

    def bell(n):
        spread = sqrt(n * ability * (1 - ability)) + 1e-9
        return 1 - NormalDist(n * ability, spread).cdf(n / 2 + 1.645 * sqrt(n) / 2)

    def above(n):
        return _tail(n, _threshold(n) + 1, ability)

    return {
        "the power that is asked for counts, not always 0.8": _first(
            lambda n: _power(n, ability) >= 0.8
        ),
        "luck passes in at most one in twenty tests, not in one of ten": _first(
            lambda n: _tail(n, _threshold(n, 0.1), ability) >= power
        ),
        "who has just the threshold has reached it: k or more, not more than k": _first(
            lambda n: above(n) >= power
        ),
        "who has more than the threshold has reached it, too: k or more, not exactly k": _first(
            lambda n: _power(n, ability) - above(n) >= power
        ),
        "the threshold of one in twenty moves with the number of pairs; it is not 8 of 10": _first(
            lambda n: n >= 10 and _tail(n, ceil(0.8 * n), ability) >= power
        ),
        "to reach the threshold *on average* gives a power of about one half": _first(
            lambda n: n * ability >= _threshold(n)
        ),
        "count exactly (HF-2): the bell curve is not exact": _first(lambda n: bell(n) >= power),
        "the power dips where the threshold jumps: the smallest number counts": 1
        + max(n for n in range(1, 80) if _power(n, ability) < power),
    }


@checker("hearing-fairly-2")
def judge_trials_needed(trials_needed):
    for ability, power in ((0.9, 0.8), (0.75, 0.7), (0.7, 0.5), (0.8, 0.9), (1.0, 0.8)):
        wanted = next(n for n in range(1, 80) if _power(n, ability) >= power)
        found = call(trials_needed, ability, power)
        got = to_numbers(found, "a number of pairs", ())
        if got == wanted:
            continue
        told = "not the smallest number of pairs"
        if 0 < got < wanted:
            n = int(got)
            told = (
                f"too few: of {n} pairs {_threshold(n)} must be right, which luck seldom reaches, "
                f"and this listener with a power of {_power(n, ability):.3f} only"
            )
        given = list_given(trials_needed, (ability, power))
        expect(got, wanted, told, _list_slips(ability, power), given=given)
