"""Distances between sets, against closed forms, enumeration and a second implementation."""

import math

import numpy as np
import pytest

from musicgan_lib.metrics.distribution import (
    bootstrap_interval,
    frechet_distance,
    overlap,
    wasserstein1,
)

RNG = np.random.default_rng(0)
NORMAL = RNG.normal(size=2000)


@pytest.mark.parametrize("shift", [0.0, 1.0, 3.0, 10.0])
def test_overlap_of_two_normals_follows_the_closed_form(shift):
    width = math.hypot(1.0, 2000**-0.2)  # smoothing widens both
    exact = math.erfc(shift / 2 / width / math.sqrt(2))
    assert overlap(NORMAL, NORMAL + shift) == pytest.approx(exact, abs=0.03)


def test_overlap_needs_one_grid_so_far_sets_do_not_touch():
    assert overlap(NORMAL, NORMAL + 100) < 1e-6
    assert overlap(NORMAL, NORMAL) == pytest.approx(1, abs=1e-3)
    assert overlap([0, 0.001, 0.002], [1000, 1001, 1003]) < 1e-6  # one narrow, one far


def test_overlap_is_symmetric_and_has_edges():
    other = RNG.normal(1, 2, 300)
    assert overlap(NORMAL, other) == pytest.approx(overlap(other, NORMAL))
    assert overlap([3, 3], [3]) == 1 and overlap([3, 3], [4]) == 0
    assert 0 < overlap([3, 3], [2, 3, 4]) < 1
    for bad in ([], [math.nan]):
        with pytest.raises(ValueError, match="finite"):
            overlap(bad, [1.0])


@pytest.mark.parametrize("sizes", [(5, 5), (4, 7), (1, 9), (300, 256)])
def test_wasserstein_is_the_area_between_the_cumulative_counts(sizes):
    a, b = RNG.normal(size=sizes[0]), RNG.integers(0, 3, sizes[1])
    edges = np.unique(np.concatenate([a, b]))
    apart = [abs((a <= left).mean() - (b <= left).mean()) for left in edges[:-1]]
    assert wasserstein1(a, b) == pytest.approx(np.dot(apart, np.diff(edges)), rel=1e-12)
    for bad in ([], [math.nan]):
        with pytest.raises(ValueError, match="finite"):
            wasserstein1(bad, b)


def test_wasserstein_by_hand():
    assert wasserstein1([0, 0], [0, 4]) == 2  # half of the pile moves four steps
    assert wasserstein1([2], [2]) == 0


def test_bootstrap_interval_covers_the_mean_and_narrows():
    few = bootstrap_interval(np.mean, NORMAL[:20], rng=np.random.default_rng(1))
    many = bootstrap_interval(np.mean, NORMAL, rng=np.random.default_rng(1))
    assert many[0] < NORMAL.mean() < many[1]
    assert many[1] - many[0] == pytest.approx(2 * 1.96 / 2000**0.5, rel=0.15)
    assert few[1] - few[0] > 3 * (many[1] - many[0])


def test_frechet_distance_in_closed_form():
    a = RNG.normal(size=(4000, 2))
    moved = a * [3.0, 1.0] + [2.0, 0.0]
    sd = a[:, 0].std(ddof=1)
    shift = moved.mean(0) - a.mean(0)
    # the second feature is untouched, the first is stretched: a correlation of nearly nothing remains
    assert frechet_distance(a, moved) == pytest.approx(shift @ shift + (2 * sd) ** 2, rel=0.01)
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-9)
    one = a[:, :1]
    assert frechet_distance(one, 2 * one + 1) == pytest.approx(
        (one.mean() + 1) ** 2 + one.std(ddof=1) ** 2
    )
    with pytest.raises(ValueError, match="features"):
        frechet_distance(a, a[:, :1])


def test_a_spread_of_mere_rounding_is_none():
    third = 1 / 3
    near = [third, np.nextafter(third, 1)]
    assert overlap(near, [0, 1]) == pytest.approx(overlap([third, third], [0, 1]))
    assert overlap(near, [third]) == overlap([third], near) == 1
    assert overlap(near, [0.5]) == 0


def test_the_grid_has_an_end():
    narrow = [0.5, 0.5 + 1e-8]
    assert 0 <= overlap(narrow, [0.0, 1.0]) < 0.01  # would ask for gigabytes


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_finite_is_refused_everywhere(bad):
    cloud, holed = np.ones((3, 2)), np.array([[1, 2], [3, bad], [5, 6]])
    for pair in ((cloud, holed), (holed, cloud)):
        with pytest.raises(ValueError, match="finite"):
            frechet_distance(*pair)
    with pytest.raises(ValueError, match="finite"):
        bootstrap_interval(np.mean, np.array([1.0, bad]), rng=np.random.default_rng(0))
