"""Answers that look right and are not, and unusual ones that are."""

import math
from math import comb

import numpy as np


def match_peak(samples, target):
    peak = np.abs(samples).max()
    return samples * 10 ** (target / 20) / peak if peak else samples


def majority_is_enough(ability, power=0.8):
    def reach(n):
        need = n // 2 + 1
        return sum(comb(n, i) * ability**i * (1 - ability) ** (n - i) for i in range(need, n + 1))

    return next(n for n in range(1, 500) if reach(n) >= power)


WRONG = {"hearing-fairly-1": match_peak, "hearing-fairly-2": majority_is_enough}


def by_the_peak(samples, target):
    peak = np.max(np.abs(samples))
    return samples * 10 ** (target / 20) / peak if peak else samples


def ten_for_twenty(samples, target):
    ms = np.mean(np.square(samples))
    return samples * 10 ** (target / 10) / np.sqrt(ms) if ms else samples


def power_not_root(samples, target):
    ms = np.mean(np.square(samples))
    return samples * 10 ** (target / 20) / ms if ms else samples


def shouts_at_silence(samples, target):
    return samples * 10 ** (target / 20) / np.sqrt(np.mean(np.square(samples)))


def rests_left_out(samples, target):
    heard = samples[np.abs(samples) > 0]
    if not len(heard):
        return samples
    return samples * 10 ** (target / 20) / np.sqrt(np.mean(np.square(heard)))


def mean_absolute(samples, target):
    m = np.mean(np.abs(samples))
    return samples * 10 ** (target / 20) / m if m else samples


def clipped(samples, target):
    ms = np.mean(np.square(samples))
    return np.clip(samples * 10 ** (target / 20) / np.sqrt(ms), -0.5, 0.5) if ms else samples


def centred(samples, target):
    x = samples - np.mean(samples)
    ms = np.mean(np.square(x))
    return x * 10 ** (target / 20) / np.sqrt(ms) if ms else x


def adds_decibels(samples, target):
    ms = np.mean(np.square(samples))
    return samples + (10 ** (target / 20) - np.sqrt(ms)) if ms else samples


def only_the_sum(samples, target):
    ss = np.sum(np.square(samples))
    return samples * 10 ** (target / 20) / np.sqrt(ss) if ss else samples


def in_place(samples, target):
    ms = np.mean(np.square(samples))
    if ms:
        samples *= 10 ** (target / 20) / np.sqrt(ms)
    return samples


def turns_by_target(samples, target):
    return samples * 10 ** (target / 20)


def upside_down(samples, target):
    ms = np.mean(np.square(samples))
    return samples * np.sqrt(ms) / 10 ** (target / 20) if ms else samples


def needed(n):
    return next(
        (k for k in range(n + 1) if sum(comb(n, i) for i in range(k, n + 1)) / 2**n <= 0.05), None
    )


def tail(n, k, p):
    return sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))


def exactly_the_threshold(ability, power=0.8):
    for n in range(1, 100):
        k = needed(n)
        if k is not None and comb(n, k) * ability**k * (1 - ability) ** (n - k) >= power:
            return n
    return 0


def more_than_the_threshold(ability, power=0.8):
    n = 1
    while needed(n) is None or tail(n, needed(n) + 1, ability) < power:
        n += 1
    return n


def always_eighty(ability, power=0.8):
    n = 1
    while needed(n) is None or tail(n, needed(n), ability) < 0.8:
        n += 1
    return n


def one_in_ten(ability, power=0.8):
    n = 1
    while True:
        k = next((k for k in range(n + 1) if tail(n, k, 0.5) <= 0.1), None)
        if k is not None and tail(n, k, ability) >= power:
            return n
        n += 1


def on_average(ability, power=0.8):
    n = 1
    while needed(n) is None or n * ability < needed(n):
        n += 1
    return n


def normal_approximation(ability, power=0.8):
    n = 1
    while True:
        k = n / 2 + 1.645 * math.sqrt(n) / 2
        z = (n * ability - k) / math.sqrt(n * ability * (1 - ability) + 1e-12)
        if 0.5 * (1 + math.erf(z / math.sqrt(2))) >= power:
            return n
        n += 1


def never_again_below(ability, power=0.8):
    good = [needed(n) is not None and tail(n, needed(n), ability) >= power for n in range(1, 100)]
    return max(i for i, g in enumerate(good) if not g) + 2


def eight_of_ten(ability, power=0.8):
    n = 1
    while tail(n, math.ceil(0.8 * n), ability) < power or n < 10:
        n += 1
        if n > 300:
            return n
    return n


def one_too_many(ability, power=0.8):
    n = 1
    while needed(n) is None or tail(n, needed(n), ability) < power:
        n += 1
    return n + 1


def in_steps_of_five(ability, power=0.8):
    n = 5
    while tail(n, needed(n), ability) < power:
        n += 5
    return n


def luck_of_the_listener(ability, power=0.8):
    n = 1
    while needed(n) is None or tail(n, needed(n), 1 - ability) > 1 - power:
        n += 1
    return n


NAMED = {
    "hearing-fairly-1": [
        (by_the_peak, "peak"),
        (ten_for_twenty, "20 log10"),
        (power_not_root, "root"),
        (shouts_at_silence, "silence"),
        (rests_left_out, "rest"),
        (mean_absolute, "square"),
        (clipped, "one factor"),
        (centred, "one factor"),
        (adds_decibels, "one factor"),
        (only_the_sum, "mean"),
        (in_place, "alone"),
        (turns_by_target, "target"),
        (upside_down, "target"),
    ],
    "hearing-fairly-2": [
        (exactly_the_threshold, "or more"),
        (more_than_the_threshold, "or more"),
        (always_eighty, "power"),
        (one_in_ten, "one in twenty"),
        (on_average, "power"),
        (normal_approximation, "exact"),
        (never_again_below, "smallest"),
        (eight_of_ten, "one in twenty"),
        (one_too_many, "smallest"),
        (in_steps_of_five, "smallest"),
        (luck_of_the_listener, "too few"),
    ],
}


def list_of_samples(samples, target):
    rms = math.sqrt(sum(float(x) ** 2 for x in samples) / len(samples))
    gain = 10 ** (target / 20) / rms if rms > 0 else 0.0
    return [float(x) * gain for x in samples]


def by_difference_of_decibels(samples, target):
    if not np.any(samples):
        return samples
    now = 10 * np.log10(np.mean(np.asarray(samples, float) ** 2))
    return np.asarray(samples, float) * 10 ** ((target - now) / 20)


def by_torch(samples, target):
    import torch

    x = torch.as_tensor(np.array(samples)).double()
    return x * (10 ** (target / 20)) / x.square().mean().sqrt().clamp_min(1e-300)


def by_scipy(ability, power=0.8):
    from scipy.stats import binom

    n = np.arange(1, 3000)
    k = binom.isf(0.05, n, 0.5) + 1  # the smallest k with P(X >= k) <= 0.05
    return int(n[(k <= n) & (binom.sf(k - 1, n, ability) >= power)][0])


def a_float(ability, power=0.8):
    n = 5
    while tail(n, needed(n), ability) < power:
        n += 1
    return float(n)


RIGHT = {
    "hearing-fairly-1": [list_of_samples, by_difference_of_decibels, by_torch],
    "hearing-fairly-2": [by_scipy, a_float],
}
