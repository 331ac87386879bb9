"""Answers that look right and are not, and odd ones that are right."""

import numpy as np


def leaves_itself_out(x, k):
    padded = [0] * k + list(x)
    return [padded[t : t + k] for t in range(len(x))]


def newest_first(x, k):
    padded = [0] * (k - 1) + list(x)
    return [padded[t : t + k][::-1] for t in range(len(x))]


def looks_ahead(x, k):
    padded = list(x) + [0] * (k - 1)
    return [padded[t : t + k] for t in range(len(x))]


def only_whole_windows(x, k):
    return [list(x[t : t + k]) for t in range(len(x) - k + 1)]


def one_too_many(x, k):
    padded = [0] * k + list(x)
    return [padded[t : t + k + 1] for t in range(len(x))]


def repeats_the_first(x, k):
    padded = [x[0]] * (k - 1) + list(x)
    return [padded[t : t + k] for t in range(len(x))]


def zeros_behind(x, k):
    short = [list(x[max(t - k + 1, 0) : t + 1]) for t in range(len(x))]
    return [row + [0] * (k - len(row)) for row in short]


def by_numpy(x, k):
    padded = np.concatenate([np.zeros(k - 1), np.asarray(x, dtype=float)])
    return np.lib.stride_tricks.sliding_window_view(padded, k)


def by_queue(x, k):
    from collections import deque

    last, found = deque([0] * k, maxlen=k), []
    for value in x:
        last.append(value)
        found.append(tuple(last))
    return found


def from_the_step(t, segment, memory):
    return max(t - memory, 0)


def forgets_the_memory(t, segment, memory):
    return t // segment * segment


def counts_from_one(t, segment, memory):
    return max(t // segment * segment - memory - 1, 0)


def one_segment_kept(t, segment, memory):
    begins = t // segment * segment
    return max(begins - min(memory, segment), 0)


def before_the_first(t, segment, memory):
    return t // segment * segment - memory


def late_segment(t, segment, memory):
    return max((t - 1) // segment * segment - memory, 0)


def by_remainder(t, segment, memory):
    return max(0, t - t % segment - memory)


def by_walking(t, segment, memory):
    first = t
    while first % segment:
        first -= 1
    for _ in range(memory):
        if first:
            first -= 1
    return first


WRONG = {"order-1": leaves_itself_out, "order-2": from_the_step}
NAMED = {
    "order-1": [
        (leaves_itself_out, "hears itself"),
        (newest_first, "oldest number"),
        (looks_ahead, "zeros stand before"),
        (only_whole_windows, "every step"),
        (one_too_many, "k numbers"),
        (repeats_the_first, "zeros, not the first"),
        (zeros_behind, "zeros stand before"),
    ],
    "order-2": [
        (from_the_step, "not from the step"),
        (forgets_the_memory, "subtract it"),
        (counts_from_one, "count from 0"),
        (one_segment_kept, "counted in steps"),
        (before_the_first, "0 is the least"),
        (late_segment, "segment of its own"),
    ],
}
RIGHT = {"order-1": [by_numpy, by_queue], "order-2": [by_remainder, by_walking]}
