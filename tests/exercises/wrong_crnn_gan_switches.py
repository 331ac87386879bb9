"""Answers that look right and are not, and unusual ones that are."""

import math

import numpy as np
import torch


def with_oneself(rows):
    apart = np.abs(rows[:, None] - rows[None]).sum(-1)
    return np.exp(-apart).sum(1)


WRONG = {"crnn-switches-1": with_oneself}


def all_distances(rows):
    return np.abs(rows[:, None] - rows[None]).sum(-1)  # (B, B, kernels)


def itself_too(rows):
    return np.exp(-all_distances(rows)).sum(1)


def straight_lines(rows):
    gaps = np.sqrt(((rows[:, None] - rows[None]) ** 2).sum(-1))
    return np.exp(-gaps).sum(1) - 1


def a_mean_over_the_others(rows):
    return (np.exp(-all_distances(rows)).sum(1) - 1) / max(len(rows) - 1, 1)


def mean_of_the_ten(rows):
    return np.exp(-np.abs(rows[:, None] - rows[None]).mean(-1)).sum(1) - 1


def twins_are_itself(rows):
    gaps = all_distances(rows)
    return np.where(gaps > 0, np.exp(-gaps), 0).sum(1)


def no_minus(rows):
    return np.exp(all_distances(rows)).sum(1) - 1


def all_kernels_as_one(rows):
    flat = rows.reshape(len(rows), -1)
    near = np.exp(-np.abs(flat[:, None] - flat[None]).sum(-1)).sum(1) - 1
    return np.repeat(near[:, None], rows.shape[1], 1)


def distances_first(rows):
    return np.exp(-all_distances(rows).sum(1))


def kernels_as_songs(rows):
    return (np.exp(-np.abs(rows[:, :, None] - rows[:, None]).sum(-1)).sum(2)) - 1


NAMED = {
    "crnn-switches-1": [
        (itself_too, "itself"),
        (straight_lines, "L1: add"),
        (a_mean_over_the_others, "sum over the others"),
        (mean_of_the_ten, "the ten"),
        (twins_are_itself, "a twin"),
        (no_minus, "minus"),
        (all_kernels_as_one, "kernel has"),
        (distances_first, "for each"),
        (kernels_as_songs, "songs, the"),
    ]
}


def by_three_loops(rows):
    songs, kernels, _ = rows.shape
    near = [[0.0] * kernels for _ in range(songs)]
    for i in range(songs):
        for j in range(songs):
            if i != j:
                for k in range(kernels):
                    near[i][k] += math.exp(-sum(abs(x - y) for x, y in zip(rows[i, k], rows[j, k])))
    return near


def by_torch(rows):
    points = torch.as_tensor(np.asarray(rows)).transpose(0, 1)  # (kernels, B, 10)
    near = torch.exp(-torch.cdist(points, points, p=1))
    return (near.sum(2) - near.diagonal(dim1=1, dim2=2)).T


RIGHT = {"crnn-switches-1": [by_three_loops, by_torch]}
