"""Answers that look right and are not, and odd ones that are right."""

import math

import numpy as np


def without_last(melody, begins):
    return [melody[a:b] for a, b in zip(begins, begins[1:])]


def one_too_many(melody, begins):
    ends = [b + 1 for b in begins[1:]] + [len(melody)]
    return [melody[a:b] for a, b in zip(begins, ends)]


def stops_early(melody, begins):
    return [melody[a:b] for a, b in zip(begins, [*begins[1:], len(melody) - 1])]


def evenly(melody, begins):
    size = len(melody) // len(begins)
    return [melody[k * size : (k + 1) * size] for k in range(len(begins))]


def from_the_start(melody, begins):
    return [melody[:b] for b in [*begins[1:], len(melody)]]


def reversed_parts(melody, begins):
    return [melody[a:b][::-1] for a, b in zip(begins, [*begins[1:], len(melody)])]


def by_numpy_split(melody, begins):
    return np.split(np.asarray(melody), begins[1:])


def step_by_step(melody, begins):
    parts = []
    for place, note in enumerate(melody):
        if place in begins:
            parts.append(())
        parts[-1] += (note,)
    return tuple(parts)


def undivided(scores, vectors):
    weights = [math.exp(s) for s in scores]
    return [sum(w * v[k] for w, v in zip(weights, vectors)) for k in range(len(vectors[0]))]


def by_scores(scores, vectors):
    whole = sum(scores) or 1
    return [sum(s * v[k] for s, v in zip(scores, vectors)) / whole for k in range(len(vectors[0]))]


def best_alone(scores, vectors):
    return vectors[max(range(len(scores)), key=scores.__getitem__)]


def turned_round(scores, vectors):
    weights = np.exp([-s for s in scores])
    return weights @ np.asarray(vectors) / weights.sum()


def plain_mean(scores, vectors):
    return np.mean(vectors, 0)


def too_large_for_exp(scores, vectors):
    weights = np.exp(scores)
    return weights @ np.asarray(vectors) / weights.sum()


def by_torch(scores, vectors):
    import torch

    shares = torch.tensor(scores, dtype=torch.float64).softmax(0)
    return shares @ torch.tensor(vectors, dtype=torch.float64)


def by_logarithms(scores, vectors):
    log_whole = np.logaddexp.reduce(scores)
    return (np.exp(np.array(scores) - log_whole)[:, None] * np.array(vectors)).sum(0)


WRONG = {"bars_as_points-1": without_last, "bars_as_points-2": undivided}
NAMED = {
    "bars_as_points-1": [
        (without_last, "last segment is missing"),
        (one_too_many, "before the next one begins"),
        (stops_early, "last step is missing"),
        (evenly, "goes on to the end"),
        (from_the_start, "goes on to the end"),
        (reversed_parts, "in order"),
    ],
    "bars_as_points-2": [
        (undivided, "add up to 1"),
        (by_scores, "plain mean"),
        (best_alone, "plain mean"),
        (turned_round, "weighs most"),
        (plain_mean, "1/4 and 3/4"),
        (too_large_for_exp, "too much for exp"),
    ],
}
RIGHT = {
    "bars_as_points-1": [by_numpy_split, step_by_step],
    "bars_as_points-2": [by_torch, by_logarithms],
}
