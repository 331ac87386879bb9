"""Answers that look right and are not, and unusual ones that are."""

import math
import statistics

import numpy as np
import torch


def matched_by_means(real, fake):
    return (real.mean() - fake.mean()) ** 2


def share_alone(x, shares, edges):
    k = np.searchsorted(edges, x, side="right") - 1
    inside = (k >= 0) & (k < len(shares))
    with np.errstate(divide="ignore"):
        return np.log(np.where(inside, shares[np.clip(k, 0, len(shares) - 1)], 0.0))


def outer_boxes_for_ever(x, shares, edges):
    k = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(shares) - 1)
    with np.errstate(divide="ignore"):
        return np.log(shares[k] / np.diff(edges)[k])


def negative(x, shares, edges):
    return -searched(x, shares, edges)


def searched(x, shares, edges):
    k = np.searchsorted(edges, x, side="right") - 1
    inside = (k >= 0) & (k < len(shares))
    k = np.clip(k, 0, len(shares) - 1)
    with np.errstate(divide="ignore"):
        return np.where(inside, np.log(shares[k]) - np.log(np.diff(edges)[k]), -np.inf)


WRONG = {"crnn-gan-2": matched_by_means, "crnn-gan-3": share_alone}


def box_of(x, edges):
    return np.searchsorted(edges, x, side="right") - 1


def log_of(values):
    with np.errstate(divide="ignore"):
        return np.log(values)


def forgets_the_width(x, shares, edges):
    k = box_of(x, edges)
    inside = (k >= 0) & (k < len(shares))
    return np.where(inside, log_of(shares[np.clip(k, 0, len(shares) - 1)]), -np.inf)


def times_the_width(x, shares, edges):
    k = box_of(x, edges)
    inside = (k >= 0) & (k < len(shares))
    return np.where(
        inside, log_of((shares * np.diff(edges))[np.clip(k, 0, len(shares) - 1)]), -np.inf
    )


def the_nearest_box(x, shares, edges):
    k = np.clip(box_of(x, edges), 0, len(shares) - 1)
    return log_of((shares / np.diff(edges))[k])


def below_is_the_last_box(x, shares, edges):
    k = box_of(x, edges)
    heights = np.append(shares / np.diff(edges), 0)
    return log_of(heights[np.where(k >= len(shares), len(shares), np.maximum(k, -2) - (k < 0))])


def one_width_for_all(x, shares, edges):
    k = box_of(x, edges)
    inside = (k >= 0) & (k < len(shares))
    heights = shares / (edges[1] - edges[0])
    return np.where(inside, log_of(heights[np.clip(k, 0, len(shares) - 1)]), -np.inf)


def a_little_for_everybody(x, shares, edges):
    k = box_of(x, edges)
    inside = (k >= 0) & (k < len(shares))
    heights = (shares / np.diff(edges))[np.clip(k, 0, len(shares) - 1)]
    return np.log(np.where(inside, heights, 0) + 1e-9)


def no_logarithm(x, shares, edges):
    k = box_of(x, edges)
    inside = (k >= 0) & (k < len(shares))
    return np.where(inside, (shares / np.diff(edges))[np.clip(k, 0, len(shares) - 1)], -np.inf)


def a_cost(x, shares, edges):
    return -density_right(x, shares, edges)


def density_right(x, shares, edges):
    k = box_of(x, edges)
    inside = (k >= 0) & (k < len(shares))
    heights = (shares / np.diff(edges))[np.clip(k, 0, len(shares) - 1)]
    return np.where(inside, log_of(heights), -np.inf)


def in_bits(x, shares, edges):
    return density_right(x, shares, edges) / np.log(2)


def divided_by_n_minus_one(real, fake):
    return real.var(ddof=1) + fake.var(ddof=1) + (real.mean() - fake.mean()) ** 2


def no_fine_for_variety(real, fake):
    return real.var() + (real.mean() - fake.mean()) ** 2


def distance_of_means(real, fake):
    return (real.mean() - fake.mean()) ** 2


def spreads_not_variances(real, fake):
    return real.std() + fake.std() + (real.mean() - fake.mean()) ** 2


def distance_not_squared(real, fake):
    return real.var() + fake.var() + abs(real.mean() - fake.mean())


def difference_of_variances(real, fake):
    return abs(real.var() - fake.var()) + (real.mean() - fake.mean()) ** 2


def variances_alone(real, fake):
    return real.var() + fake.var()


def one_pairing(real, fake):
    n = min(len(real), len(fake))
    return ((real[:n] - fake[:n]) ** 2).mean()


def all_in_one_heap(real, fake):
    return 2 * np.concatenate([real, fake]).var()


def half_of_it(real, fake):
    return (real.var() + fake.var()) / 2 + (real.mean() - fake.mean()) ** 2


NAMED = {
    "crnn-gan-3": [
        (share_alone, "thinner"),
        (outer_boxes_for_ever, "outside of every box"),
        (negative, "not its negative"),
        (forgets_the_width, "wider its box"),
        (times_the_width, "width of"),
        (the_nearest_box, "outside"),
        (below_is_the_last_box, "below"),
        (one_width_for_all, "own width"),
        (a_little_for_everybody, "infinity"),
        (no_logarithm, "logarithm of"),
        (a_cost, "sign"),
        (in_bits, "nats"),
    ],
    "crnn-gan-2": [
        (divided_by_n_minus_one, "divide"),
        (no_fine_for_variety, "generated"),
        (distance_of_means, "variance of both"),
        (spreads_not_variances, "a variance"),
        (distance_not_squared, "is squared"),
        (difference_of_variances, "sum of"),
        (variances_alone, "means is charged"),
        (one_pairing, "all pairings"),
        (all_in_one_heap, "size"),
        (half_of_it, "variances are"),
    ],
}


def number_by_number(x, shares, edges):
    found = []
    for number in x:
        height = 0.0
        for share, low, high in zip(shares, edges, edges[1:]):
            if low <= number < high:
                height = share / (high - low)
        found.append(math.log(height) if height > 0 else -math.inf)
    return found


def by_torch(x, shares, edges):
    shares, edges, x = (torch.as_tensor(np.array(v, float)) for v in (shares, edges, x))
    inside = (x[:, None] >= edges[:-1]) & (x[:, None] < edges[1:])
    return torch.log((inside * shares / edges.diff()).sum(1))


def all_pairings(real, fake):
    return ((np.asarray(real)[:, None] - np.asarray(fake)) ** 2).mean()


def by_statistics(real, fake):
    real, fake = list(map(float, real)), list(map(float, fake))
    gap = statistics.fmean(real) - statistics.fmean(fake)
    return statistics.pvariance(real) + statistics.pvariance(fake) + gap * gap


RIGHT = {
    "crnn-gan-3": [searched, number_by_number, by_torch],
    "crnn-gan-2": [all_pairings, by_statistics],
}
