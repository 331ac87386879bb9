"""Intervals and strengths against cases done by hand, against enumeration, and against what the page computes."""

from fractions import Fraction
from importlib import resources
from math import comb, log

import numpy as np
import pytest

from musicgan_lib.lab.preferences import clopper_pearson, fit_bradley_terry

CASES = [(0, 1), (1, 1), (0, 10), (7, 10), (8, 10), (10, 10), (3, 20), (19, 20), (50, 120)]


def exact_tail(right, trials, share) -> Fraction:
    """P(X >= right), added up in fractions."""
    share = Fraction(share)
    ways = range(right, trials + 1)
    return sum(comb(trials, i) * share**i * (1 - share) ** (trials - i) for i in ways)


def test_intervals_done_by_hand():
    assert clopper_pearson(0, 10) == (0.0, pytest.approx(1 - 0.025**0.1, abs=1e-12))
    assert clopper_pearson(10, 10) == (pytest.approx(0.025**0.1, abs=1e-12), 1.0)
    assert clopper_pearson(1, 1, 0.9) == (pytest.approx(0.05, abs=1e-12), 1.0)
    assert clopper_pearson(0, 1, 0.9) == (0.0, pytest.approx(0.95, abs=1e-12))


@pytest.mark.parametrize("right, trials", CASES)
def test_at_each_end_of_an_interval_the_tail_is_what_was_asked_for(right, trials):
    low, high = clopper_pearson(right, trials)
    assert 0 <= low < high <= 1 and low <= right / trials <= high
    if right:
        assert float(exact_tail(right, trials, low)) == pytest.approx(0.025, abs=1e-9)
    if right < trials:
        assert 1 - float(exact_tail(right + 1, trials, high)) == pytest.approx(0.025, abs=1e-9)
    wider = clopper_pearson(right, trials, 0.99)
    assert wider[0] <= low and high <= wider[1] and wider != (low, high)


@pytest.mark.parametrize("bad", [(3, 2), (-1, 2), (0, 0), (1, 2, 0.0), (1, 2, 1.0)])
def test_no_interval_of_nothing(bad):
    with pytest.raises(ValueError):
        clopper_pearson(*bad)


def table(n, *games) -> np.ndarray:
    """Wins from ``(winner, loser, times)``."""
    wins = np.zeros((n, n))
    for winner, loser, times in games:
        wins[winner, loser] += times
    return wins


#: wins, tie, differences to item 0 that a pencil gives: along a chain the odds of each link multiply.
BY_HAND = [
    (table(2, (0, 1, 3), (1, 0, 1)), 0, [0, -log(3)]),
    (table(2, (0, 1, 3), (1, 0, 1)), 0.5, [0, -log(3.5 / 1.5)]),
    (table(3, (0, 1, 2), (1, 0, 1), (1, 2, 4), (2, 1, 1)), 0, [0, -log(2), -log(8)]),
    (table(3, (0, 1, 5), (1, 2, 5), (2, 0, 5)), 0, [0, 0, 0]),  # round and round
    (table(2, (0, 1, 1000)), 0.5, [0, -log(2001)]),
    (table(4, (0, 1, 1), (2, 3, 1)), 0.5, [0, -log(3), np.nan, np.nan]),
]


@pytest.mark.parametrize("wins, tie, wanted", BY_HAND)
def test_strengths_done_by_hand(wins, tie, wanted):
    found = fit_bradley_terry(wins, tie)
    assert np.allclose(found - found[0], wanted, atol=1e-8, equal_nan=True)
    assert np.nanmean(found) == pytest.approx(0, abs=1e-9)


def draw_wins(seed) -> np.ndarray:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 7))
    wins = rng.integers(0, 7, (n, n)).astype(float)
    return np.where(rng.random((n, n)) < 0.3, 0, wins) * (1 - np.eye(n))


@pytest.mark.parametrize("seed", range(6))
def test_no_other_strengths_are_likelier(seed):
    wins = draw_wins(seed)
    best = fit_bradley_terry(wins)
    joined = np.isfinite(best)
    counted = (wins + 0.5 * ((wins + wins.T) > 0))[np.ix_(joined, joined)]

    def likelihood(strengths):
        gap = strengths[None] - strengths[:, None]
        return -(counted * np.logaddexp(0, gap)).sum()

    best = best[joined]
    rng = np.random.default_rng(1)
    for step in (1e-3, 0.1, 1):
        for _ in range(40):
            assert likelihood(best + step * rng.normal(size=best.size)) < likelihood(best) + 1e-9


def test_tables_that_are_none_and_endless_strengths_are_refused():
    for wrong in ([[0, 1]], [0, 1], [[0, -1], [1, 0]], [[0, np.nan], [1, 0]]):
        with pytest.raises(ValueError, match="square table"):
            fit_bradley_terry(wrong)
    with pytest.raises(ValueError, match="endless"):
        fit_bradley_terry(table(2, (0, 1, 3)), 0)


@pytest.fixture(scope="module")
def page(browser):
    """The page's own functions, alone."""
    script = resources.files("musicgan_lib.lab").joinpath("preferences.js").read_text("utf-8")
    context = browser.new_context(offline=True)
    opened = context.new_page()
    opened.evaluate(f"() => {{{script}; window.preferences = preferences;}}")
    yield opened
    context.close()


@pytest.mark.browser
def test_the_page_has_the_same_intervals(page):
    for right, trials in CASES:
        found = page.evaluate("([k, n]) => preferences.interval(k, n)", [right, trials])
        assert found == pytest.approx(clopper_pearson(right, trials), abs=1e-9)


def page_fit(page, wins, tie):
    found = page.evaluate(
        "([wins, tie]) => preferences.bradleyTerry(wins, tie)", [np.asarray(wins).tolist(), tie]
    )
    return np.array([np.nan if s is None else s for s in found])


@pytest.mark.browser
@pytest.mark.parametrize("wins, tie, wanted", BY_HAND)
def test_the_pages_iteration_gives_what_is_done_by_hand(page, wins, tie, wanted):
    found = page_fit(page, wins, tie)
    assert np.allclose(found - found[0], wanted, atol=1e-6, equal_nan=True)


@pytest.mark.browser
@pytest.mark.parametrize("seed", range(6))
def test_the_pages_iteration_ends_where_newton_does(page, seed):
    wins = draw_wins(seed)
    assert np.allclose(
        page_fit(page, wins, 0.5), fit_bradley_terry(wins), atol=1e-7, equal_nan=True
    )
