"""Answers that look right and are not, and unusual ones that are."""

import statistics

import numpy as np


def own_favourites(p, reference, k):
    favourites = np.argsort(-p, axis=-1, kind="stable")[..., :k]
    return 1 - np.take_along_axis(p, favourites, -1).sum(-1)


def moments_as_witnesses(values):
    values = np.asarray(values, float)
    return float(values.std(ddof=1) / np.sqrt(values.size))


WRONG = {"mode-drop-1": own_favourites, "mode-drop-2": moments_as_witnesses}


def top(reference, k):
    places = np.argsort(-reference, axis=-1, kind="stable")[..., :k]
    inside = np.zeros(reference.shape, bool)
    np.put_along_axis(inside, places, True, axis=-1)
    return inside


def its_own_favourites(p, reference, k):
    return np.where(top(p, k), 0, p).sum(-1)


def mass_inside(p, reference, k):
    return np.where(top(reference, k), p, 0).sum(-1)


def the_least_likely(p, reference, k):
    return np.where(top(-reference, k), 0, p).sum(-1)


def one_favourite_more(p, reference, k):
    return np.where(top(reference, k + 1), 0, p).sum(-1)


def mass_of_the_reference(p, reference, k):
    return np.where(top(reference, k), 0, reference).sum(-1)


def places_taken_for_ranks(p, reference, k):
    return np.where(np.argsort(-reference, axis=-1) >= k, p, 0).sum(-1)


def all_that_tie(p, reference, k):
    kth = np.sort(reference, axis=-1)[..., -min(k, reference.shape[-1])]
    return np.where(reference >= kth[..., None], 0, p).sum(-1)


def favourites_of_the_first_state(p, reference, k):
    first = reference.reshape(-1, reference.shape[-1])[0]
    return np.where(top(first, k), 0, p).sum(-1)


def one_number_for_all(p, reference, k):
    return np.mean(np.where(top(reference, k), 0, p).sum(-1))


def a_fixed_threshold(p, reference, k):
    return np.where(reference >= 1 / k, 0, p).sum(-1)


def first_k_words(p, reference, k):
    return p[..., k:].sum(-1)


def every_moment_a_witness(values):
    return values.std(ddof=1) / np.sqrt(values.size)


def moments_over_songs(values):
    return values.std(ddof=1) / np.sqrt(len(values))


def spread_of_melodies(values):
    return values.mean(1).std(ddof=1)


def divided_by_n_twice(values):
    return values.mean(1).std(ddof=1) / len(values)


def over_the_other_axis(values):
    return values.mean(0).std(ddof=1) / np.sqrt(values.shape[1])


def n_in_place_of_n_minus_one(values):
    return values.mean(1).std() / np.sqrt(len(values))


def spread_inside(values):
    return values.std(1, ddof=1).mean() / np.sqrt(len(values))


def a_variance(values):
    return values.mean(1).var(ddof=1) / len(values)


def sums_of_melodies(values):
    return values.sum(1).std(ddof=1) / np.sqrt(len(values))


def melodies_over_all_moments(values):
    return values.mean(1).std(ddof=1) / np.sqrt(values.size)


NAMED = {
    "mode-drop-1": [
        (its_own_favourites, "the reference's"),
        (mass_inside, "outside"),
        (the_least_likely, "and not the rarest"),
        (one_favourite_more, "k +"),
        (mass_of_the_reference, "p, not"),
        (places_taken_for_ranks, "rank"),
        (all_that_tie, "words exactly k"),
        (
            favourites_of_the_first_state,
            "each state has favourites of its own, in arrays of any leading shape",
        ),
        (one_number_for_all, "the shape"),
        (a_fixed_threshold, "exactly k words"),
        (first_k_words, "not the first k"),
    ],
    "mode-drop-2": [
        (every_moment_a_witness, "moments are"),
        (moments_over_songs, "so first the mean"),
        (spread_of_melodies, "a mean of N"),
        (divided_by_n_twice, "root of N, and"),
        (over_the_other_axis, "melodies are the"),
        (n_in_place_of_n_minus_one, "N - 1"),
        (spread_inside, "between"),
        (a_variance, "its root"),
        (sums_of_melodies, "mean of each melody"),
        (melodies_over_all_moments, "N melodies are"),
    ],
}


def by_partition(p, reference, k):
    if k >= p.shape[-1]:
        return np.zeros(p.shape[:-1])
    places = np.argpartition(reference, -k, axis=-1)[..., -k:]
    return 1 - np.take_along_axis(p, places, -1).sum(-1)


def state_by_state(p, reference, k):
    out = np.empty(p.shape[:-1])
    for state in np.ndindex(*out.shape):
        order = sorted(range(p.shape[-1]), key=lambda v: -reference[state][v])
        out[state] = sum(p[state][v] for v in order[k:])
    return out


def leave_one_out(values):
    means = np.asarray(values).mean(1)
    n = len(means)
    without = (means.sum() - means) / (n - 1)
    return np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())


def by_statistics(values):
    means = [statistics.fmean(row) for row in values]
    return statistics.stdev(means) / len(means) ** 0.5


RIGHT = {
    "mode-drop-1": [by_partition, state_by_state],
    "mode-drop-2": [leave_one_out, by_statistics],
}
