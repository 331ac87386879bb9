"""Answers that look right and are not, and odd ones that are right."""

import math
from collections import Counter
from fractions import Fraction

import numpy as np


def mixes(clean, noise, root, rest):
    return [root * c + rest * n for c, n in zip(clean, noise)]


def no_roots(clean, noise, kept):
    return mixes(clean, noise, kept, 1 - kept)


def rest_of_the_root(clean, noise, kept):
    return mixes(clean, noise, math.sqrt(kept), 1 - math.sqrt(kept))


def turned(clean, noise, kept):
    return mixes(clean, noise, math.sqrt(1 - kept), math.sqrt(kept))


def noise_in_full(clean, noise, kept):
    return mixes(clean, noise, math.sqrt(kept), 1)


def taken_away(clean, noise, kept):
    return mixes(clean, noise, math.sqrt(kept), -math.sqrt(1 - kept))


def always_the_first(clean, noise, kept):
    return mixes(clean, noise[:1] * len(clean), math.sqrt(kept), math.sqrt(1 - kept))


def added_up(clean, noise, kept):
    return sum(mixes(clean, noise, math.sqrt(kept), math.sqrt(1 - kept)))


def by_array(clean, noise, kept):
    clean, noise = np.asarray(clean, float), np.asarray(noise, float)
    return kept**0.5 * clean + (1 - kept) ** 0.5 * noise


def by_angle(clean, noise, kept):
    angle = math.acos(math.sqrt(kept))
    return tuple(math.cos(angle) * c + math.sin(angle) * n for c, n in zip(clean, noise))


def sets(one, other):
    return len(set(one) & set(other)) / len(set(one) | set(other))


def larger(one, other):
    both = set(one) | set(other)
    return sum(max(one.count(p) / len(one), other.count(p) / len(other)) for p in both)


def products(one, other):
    return sum(one.count(p) / len(one) * other.count(p) / len(other) for p in set(one))


def at_the_same_place(one, other):
    return sum(a == b for a, b in zip(one, other)) / max(len(one), len(other))


def counts(one, other):
    return sum((Counter(one) & Counter(other)).values())


def by_the_longer(one, other):
    return sum((Counter(one) & Counter(other)).values()) / max(len(one), len(other))


def in_one_octave(one, other):
    return by_sets([p % 12 for p in one], [p % 12 for p in other])


def by_sets(one, other):
    return sum(min(one.count(p) / len(one), other.count(p) / len(other)) for p in {*one, *other})


def by_half_the_distance(one, other):
    far = 0
    for pitch in {*one, *other}:
        mine, yours = (Fraction(bar.count(pitch), len(bar)) for bar in (one, other))
        far += abs(mine - yours)
    return 1 - far / 2


def by_histogram(one, other):
    shares = [np.bincount(bar, minlength=128) / len(bar) for bar in (one, other)]
    return np.minimum(*shares).sum()


WRONG = {"diffusion-1": no_roots, "diffusion-2": sets}
NAMED = {
    "diffusion-1": [
        (no_roots, "take roots"),
        (rest_of_the_root, "the root of what is not kept"),
        (turned, "nothing is changed"),
        (noise_in_full, "nothing is changed"),
        (taken_away, "only the noise is left"),
        (always_the_first, "only the noise is left"),
        (added_up, "a list of numbers"),
    ],
    "diffusion-2": [
        (sets, "counts by its shares"),
        (larger, "share nothing"),
        (products, "shares all of itself"),
        (at_the_same_place, "when a pitch sounds"),
        (counts, "shares all of itself"),
        (by_the_longer, "its own length"),
        (in_one_octave, "another pitch"),
    ],
}
RIGHT = {"diffusion-1": [by_array, by_angle], "diffusion-2": [by_half_the_distance, by_histogram]}
