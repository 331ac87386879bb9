"""Answers that look right and are not, and unusual ones that are."""

from collections import OrderedDict

import numpy as np


def hears_a_wrong_key_everywhere():
    return {"run 1": "times never 0", "run 2": "fused repeats", "run 3": "floor for round"}


def cuts_off(since, grid):
    return np.maximum(np.asarray(since) // grid * grid, 0).astype(int)


WRONG = {"failure-museum-1": hears_a_wrong_key_everywhere, "failure-museum-2": cuts_off}


def empty():
    return {}


def all_collapsed():
    return {f"run {i}": "mode collapse" for i in (1, 2, 3)}


def own_words():
    return {"run 1": "always the same", "run 2": "noise", "run 3": "strummed"}


def a_list():
    return ["mode collapse", "floor for round", "times never 0"]


def two_runs():
    return {"run 1": "mode collapse", "run 2": "times never 0"}


def numbers_for_names():
    return {1: "mode collapse", 2: "floor for round", 3: "times never 0"}


def exhibits():
    return {"run 1": 1, "run 2": 7, "run 3": 9}


def cut(since, grid):
    return (np.asarray(since) // grid * grid).astype(int)


def up(since, grid):
    return (np.ceil(np.asarray(since) / grid) * grid).astype(int)


def counts_of_grid(since, grid):
    return np.maximum(np.rint(np.asarray(since) / grid), 0).astype(int)


def below_zero(since, grid):
    return (np.rint(np.asarray(since) / grid) * grid).astype(int)


def small_ones_to_zero(since, grid):
    s = np.asarray(since)
    return np.where(s < grid / 2, 0, np.rint(s)).astype(int)


def fixed_grid(since, grid):
    return (np.maximum(np.rint(np.asarray(since) / 24), 0) * 24).astype(int)


def made_positive(since, grid):
    return (np.rint(np.abs(np.asarray(since)) / grid) * grid).astype(int)


def taken_off(since, grid):
    return np.maximum(np.rint(np.asarray(since)) - grid, 0).astype(int)


def places_rounded(since, grid):
    at = np.rint(np.cumsum(np.maximum(since, 0)) / grid) * grid
    return np.diff(at, prepend=0).astype(int)


def whole_before_grid(since, grid):
    return (np.rint(np.asarray(since).astype(int) / grid) * grid).clip(0).astype(int)


def at_least_one_grid(since, grid):
    return (np.maximum(np.rint(np.asarray(since) / grid), 1) * grid).astype(int)


def strict_multiples_of_a_tick(since, grid):
    return np.maximum(np.rint(since), 0).astype(int)


def mends_in_place(since, grid):
    since[:] = np.maximum(np.rint(since / grid) * grid, 0)
    return since.astype(int)


NAMED = {
    "failure-museum-1": [
        (empty, "run 1"),
        (all_collapsed, "run"),
        (own_words, "WALL"),
        (a_list, "dict"),
        (two_runs, "run 3"),
        (numbers_for_names, "run 1"),
        (exhibits, "WALL"),
    ],
    "failure-museum-2": [
        (cut, "nearest"),
        (up, "nearest"),
        (counts_of_grid, "multiples"),
        (below_zero, "below 0"),
        (small_ones_to_zero, "multiples"),
        (fixed_grid, "grid"),
        (made_positive, "below 0"),
        (taken_off, "nearest"),
        (places_rounded, "each"),
        (whole_before_grid, "nearest"),
        (at_least_one_grid, "0 is a multiple"),
        (strict_multiples_of_a_tick, "multiples"),
        (mends_in_place, "alone"),
    ],
}


def a_list_of_ints(since, grid):
    return [max(0, round(float(s) / grid)) * grid for s in since]


def floats_that_are_whole(since, grid):
    return np.clip(np.floor(np.asarray(since, float) / grid + 0.5), 0, None) * grid


def nearest_of_all(since, grid):
    since = np.asarray(since, float)
    marks = np.arange(0, max(since.max(), 0) + 2 * grid, grid)
    return marks[np.abs(since[..., None] - marks).argmin(-1)].astype(np.int32)


def by_remainder(since, grid):
    import torch

    s = torch.as_tensor(np.array(since, float)).clamp_min(0)
    r = torch.remainder(s, grid)
    return (s - r + grid * (2 * r > grid)).long()


def zipped():
    runs = (f"run {i}" for i in (3, 2, 1))
    return OrderedDict(zip(runs, ("floor for round", "mode collapse", "times never 0")))


def capital_letters():
    return {"run 1": "Times never 0", "run 2": "Mode collapse", "run 3": "Floor for round "}


RIGHT = {
    "failure-museum-1": [zipped, capital_letters],
    "failure-museum-2": [a_list_of_ints, floats_that_are_whole, nearest_of_all, by_remainder],
}
