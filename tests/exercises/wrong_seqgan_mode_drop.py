"""Answers that look right and are not, and unusual ones that are."""

import statistics

import numpy as np


def moments_as_witnesses(values):
    values = np.asarray(values, float)
    return float(values.std(ddof=1) / np.sqrt(values.size))


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


def leave_one_out(values):
    means = np.asarray(values).mean(1)
    n = len(means)
    without = (means.sum() - means) / (n - 1)
    return np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())


def by_statistics(values):
    means = [statistics.fmean(row) for row in values]
    return statistics.stdev(means) / len(means) ** 0.5


def inside(reference, k):
    places = np.argsort(-reference, axis=-1, kind="stable")[..., :k]
    found = np.zeros(reference.shape, bool)
    np.put_along_axis(found, places, True, axis=-1)
    return found


def parts(p, reference, among):
    change = np.where(among, p - reference, 0)
    up, down = np.maximum(change, 0).sum(-1), np.maximum(-change, 0).sum(-1)
    return up, down, np.where(among, 0, p - reference).sum(-1)


def favourites_of_the_policy(p, reference, k):
    return parts(p, reference, inside(p, k))


def the_rarest(p, reference, k):
    return parts(p, reference, inside(-reference, k))


def one_favourite_more(p, reference, k):
    return parts(p, reference, inside(reference, k + 1))


def all_words(p, reference, k):
    everywhere = np.ones(p.shape, bool)
    up, down, _ = parts(p, reference, everywhere)
    return up, down, parts(p, reference, inside(reference, k))[2]


def net_of_the_favourites(p, reference, k):
    net = np.where(inside(reference, k), p - reference, 0).sum(-1)
    return np.maximum(net, 0), np.maximum(-net, 0), -net


def the_wrong_way_round(p, reference, k):
    return parts(reference, p, inside(reference, k))


def a_loss_below_zero(p, reference, k):
    up, down, outside = parts(p, reference, inside(reference, k))
    return up, -down, outside


def mass_and_not_its_change(p, reference, k):
    up, down, _ = parts(p, reference, inside(reference, k))
    return up, down, np.where(inside(reference, k), 0, p).sum(-1)


def sizes_outside(p, reference, k):
    up, down, _ = parts(p, reference, inside(reference, k))
    return up, down, np.where(inside(reference, k), 0, np.abs(p - reference)).sum(-1)


def only_gains_outside(p, reference, k):
    up, down, _ = parts(p, reference, inside(reference, k))
    return up, down, np.where(inside(reference, k), 0, np.maximum(p - reference, 0)).sum(-1)


def favourites_of_the_first_state(p, reference, k):
    first = reference.reshape(-1, reference.shape[-1])[0]
    return parts(p, reference, np.broadcast_to(inside(first, k), p.shape))


def three_numbers_for_all(p, reference, k):
    return [part.mean() for part in parts(p, reference, inside(reference, k))]


def state_by_state(p, reference, k):
    out = np.zeros((3, *p.shape[:-1]))
    for state in np.ndindex(*p.shape[:-1]):
        order = sorted(range(p.shape[-1]), key=lambda v: -reference[state][v])
        for rank, v in enumerate(order):
            change = p[state][v] - reference[state][v]
            if rank >= k:
                out[(2, *state)] += change
            elif change > 0:
                out[(0, *state)] += change
            else:
                out[(1, *state)] -= change
    return list(out)


def by_balance(p, reference, k):
    places = np.argpartition(-reference, k - 1, axis=-1)[..., :k]
    change = np.take_along_axis(p, places, -1) - np.take_along_axis(reference, places, -1)
    up = (change + np.abs(change)).sum(-1) / 2
    return np.stack([up, up - change.sum(-1), -change.sum(-1)])


WRONG = {"mode-drop-1": favourites_of_the_policy, "mode-drop-2": moments_as_witnesses}

NAMED = {
    "mode-drop-1": [
        (favourites_of_the_policy, "reference's, not the policy's own"),
        (the_rarest, "not the rarest"),
        (one_favourite_more, "not k + 1"),
        (all_words, "of the favourites alone"),
        (net_of_the_favourites, "each favourite"),
        (the_wrong_way_round, "exchanged"),
        (a_loss_below_zero, "not below 0"),
        (mass_and_not_its_change, "change of the mass"),
        (sizes_outside, "with its sign"),
        (only_gains_outside, "losses outside"),
        (favourites_of_the_first_state, "favourites of its own"),
        (three_numbers_for_all, "number for each state"),
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

RIGHT = {"mode-drop-1": [state_by_state, by_balance], "mode-drop-2": [leave_one_out, by_statistics]}
