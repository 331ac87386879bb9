"""Answers that look right and are not, and odd ones that are right."""

import numpy as np


def pairs(song):
    return list(zip(song, song[1:]))


def signed(song):
    return [sum(b - a for a, b in zip(*pair)) / len(pair[0]) for pair in pairs(song)]


def summed(song):
    return [sum(abs(a - b) for a, b in zip(*pair)) for pair in pairs(song)]


def squared(song):
    return [sum((a - b) ** 2 for a, b in zip(*pair)) / len(pair[0]) for pair in pairs(song)]


def from_the_first(song):
    return [sum(abs(a - b) for a, b in zip(song[0], x)) / len(x) for x in song[1:]]


def in_one(song):
    found = by_array(song)
    return float(np.mean(found)) if len(found) else 0.0


def moves_alone(song):
    return [x for x in by_array(song) if x > 0]


def by_array(song):
    return np.abs(np.diff(np.asarray(song, float), axis=0)).mean(1)


def by_index(song):
    found = []
    for t in range(1, len(song)):
        found.append(np.mean([abs(song[t][k] - song[t - 1][k]) for k in range(len(song[t]))]))
    return found


def cut(value):
    return min(max(value, 0.0), 1.0)


def the_other_way(balance, real, made, share, rate):
    return cut(balance - rate * (share * real - made))


def share_of_made(balance, real, made, share, rate):
    return cut(balance + rate * (real - share * made))


def without_rate(balance, real, made, share, rate):
    return cut(balance + (share * real - made))


def step_alone(balance, real, made, share, rate):
    return cut(rate * (share * real - made))


def not_cut_below(balance, real, made, share, rate):
    return min(balance + rate * (share * real - made), 1.0)


def not_cut_above(balance, real, made, share, rate):
    return max(balance + rate * (share * real - made), 0.0)


def balanced(balance, real, made, share, rate):
    return cut(balance + rate * (share * real - made))


def clipped(balance, real, made, share, rate):
    return np.clip(balance + rate * share * real - rate * made, 0, 1)


WRONG = {"singing-1": signed, "singing-2": the_other_way}
NAMED = {
    "singing-1": [
        (signed, "what falls counts"),
        (summed, "the sum"),
        (squared, "its square"),
        (from_the_first, "not with the first"),
        (in_one, "a list of numbers"),
        (moves_alone, "a list of numbers"),
    ],
    "singing-2": [
        (the_other_way, "too little the balance rises"),
        (share_of_made, "loss of *real* songs"),
        (without_rate, "`rate` times"),
        (step_alone, "as it was"),
        (not_cut_below, "cut it off at 0"),
        (not_cut_above, "cut it off at 1"),
    ],
}
RIGHT = {"singing-1": [by_array, by_index], "singing-2": [balanced, clipped]}
