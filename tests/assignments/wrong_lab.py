"""Submissions that look right and are not, and unusual ones that are right, for *Lab*.

Each replaces one function. `EARNS` says what it gets for the tests that are seen and for the hidden ones;
the docstring says why.
"""

from itertools import combinations
from math import comb

import numpy as np


def exchange_test__strictly_better(own, control):
    """Counts the ways that are better, not those as good, so what was observed is left out."""
    runs, n = np.array([*own, *control], float), len(own)
    observed = np.mean(own) - np.mean(control)
    gaps = [
        runs[list(way)].mean() - np.delete(runs, list(way)).mean()
        for way in combinations(range(len(runs)), n)
    ]
    return np.mean([gap < observed - 1e-9 for gap in gaps])


def exchange_test__equal_losses_once(own, control):
    """Puts the runs into a set of ways by their losses: two equal runs become one."""
    pool = sorted([*own, *control])
    ways = {way for way in combinations(pool, len(own))}
    total, n, m = sum(pool), len(own), len(control)
    observed = sum(own) / n - sum(control) / m
    good = [way for way in ways if sum(way) / n - (total - sum(way)) / m <= observed + 1e-9]
    return len(good) / len(ways)


def exchange_test__no_rounding(own, control):
    """Compares sums of decimals to the hair, and equal ways fall out."""
    pool, n, m = [*own, *control], len(own), len(control)
    ways = list(combinations(range(n + m), n))
    observed = np.mean(own) - np.mean(control)
    gaps = []
    for way in ways:
        rest = [pool[i] for i in range(n + m) if i not in way]
        gaps.append(np.mean([pool[i] for i in reversed(way)]) - np.mean(rest[::-1]))
    return float(np.mean([gap <= observed for gap in gaps]))


def exchange_test__both_sides(own, control):
    """Counts ways that are as far from 0 on either side, where the question has a direction."""
    runs, n = np.array([*own, *control], float), len(own)
    gaps = [
        runs[list(way)].mean() - np.delete(runs, list(way)).mean()
        for way in combinations(range(len(runs)), n)
    ]
    return np.mean([abs(gap) >= abs(gaps[0]) - 1e-9 for gap in gaps])


def exchange_test__ranks(own, control):
    """One over the number of ways, as if the observed order were always the best one."""
    return 1 / comb(len(own) + len(control), len(own)) if max(own) < min(control) else 4 / 6


def runs_needed__product_of_controls(share, controls=1):
    """Multiplies the chances of the single controls, though they share the system's runs."""
    n = 1
    while (1 / comb(2 * n, n)) ** controls > share:
        n += 1
    return n


def runs_needed__below_the_share(share, controls=1):
    """Wants less than the share; exactly one in twenty is at most one in twenty."""
    n = 1
    while 1 / comb((controls + 1) * n, n) >= share:
        n += 1
    return n


def runs_needed__one_control(share, controls=1):
    """Forgets that there may be several controls."""
    n = 1
    while 1 / comb(2 * n, n) > share:
        n += 1
    return n


def runs_needed__fair_coins(share, controls=1):
    """Tosses a coin for each pair of runs, as if run 1 met run 1 alone."""
    return max(1, int(np.ceil(-np.log2(share) - 1e-9)))


def leaders__best_seed(rows):
    """Ranks by the best seed of each system."""
    runs = {}
    for row in rows:
        group = row["corpus"], row["split"], row["profile"]
        runs.setdefault(group, {}).setdefault(row["system"], []).append(row["nll"])
    found = {}
    for group, systems in runs.items():
        best = {name: min(nlls) for name, nlls in systems.items() if len(nlls) >= 3}
        if len(best) >= 2:
            found[group] = min(best, key=best.get)
    return found


def leaders__diverged_left_out(rows):
    """The mean of those runs that did not diverge: a system that often breaks looks good."""
    runs = {}
    for row in rows:
        group = row["corpus"], row["split"], row["profile"]
        runs.setdefault(group, {}).setdefault(row["system"], {})[row["seed"]] = row["nll"]
    found = {}
    for group, systems in runs.items():
        means = {
            name: float(np.nanmean(list(seeds.values())))
            for name, seeds in sorted(systems.items())
            if len(seeds) >= 3
        }
        if len(means) >= 2:
            found[group] = min(means, key=means.get)
    return found


def leaders__rows_are_runs(rows):
    """Counts rows, not seeds: a run that was recorded twice counts twice."""
    runs = {}
    for row in rows:
        group = row["corpus"], row["split"], row["profile"]
        nll = float("inf") if np.isnan(row["nll"]) else row["nll"]
        runs.setdefault(group, {}).setdefault(row["system"], []).append(nll)
    found = {}
    for group, systems in runs.items():
        means = {name: np.mean(nlls) for name, nlls in sorted(systems.items()) if len(nlls) >= 3}
        if len(means) >= 2:
            found[group] = min(means, key=means.get)
    return found


def leaders__first_row_counts(rows):
    """Keeps the first row of a run that was recorded again."""
    runs = {}
    for row in rows:
        group = row["corpus"], row["split"], row["profile"]
        nll = float("inf") if np.isnan(row["nll"]) else row["nll"]
        runs.setdefault(group, {}).setdefault(row["system"], {}).setdefault(row["seed"], nll)
    found = {}
    for group, systems in runs.items():
        means = {
            name: float(np.mean(list(seeds.values())))
            for name, seeds in sorted(systems.items())
            if len(seeds) >= 3
        }
        if len(means) >= 2:
            found[group] = min(means, key=means.get)
    return found


def leaders__splits_together(rows):
    """Puts runs of every split of a corpus into one group, under the split of the first row."""
    runs, split = {}, {}
    for row in rows:
        group = row["corpus"], row["profile"]
        split.setdefault(group, row["split"])
        nll = float("inf") if np.isnan(row["nll"]) else row["nll"]
        runs.setdefault(group, {}).setdefault(row["system"], {})[row["seed"]] = nll
    found = {}
    for group, systems in runs.items():
        means = {
            name: float(np.mean(list(seeds.values())))
            for name, seeds in sorted(systems.items())
            if len(seeds) >= 3
        }
        if len(means) >= 2:
            found[group[0], split[group], group[1]] = min(means, key=means.get)
    return found


def leaders__a_single_system_leads(rows):
    """A system leads where nobody else takes part."""
    runs = {}
    for row in rows:
        group = row["corpus"], row["split"], row["profile"]
        nll = float("inf") if np.isnan(row["nll"]) else row["nll"]
        runs.setdefault(group, {}).setdefault(row["system"], {})[row["seed"]] = nll
    means = {
        group: {n: np.mean(list(s.values())) for n, s in sorted(systems.items()) if len(s) >= 3}
        for group, systems in runs.items()
    }
    return {group: min(of, key=of.get) for group, of in means.items() if of}


def batch_for__half_speed(batches, seconds, share):
    """Always the batch of half speed, a / b."""
    b, a = np.polyfit(batches, seconds, 1)
    return max(1, int(np.ceil(a / b - 1e-6)))


def batch_for__rounded_up_twice(batches, seconds, share):
    """Rounds up what a computer has made of 72, and asks for 73."""
    b, a = np.polyfit(batches, seconds, 1)
    wanted = share / (1 - share) * a / b
    return 1 if a <= 0 else max(1, int(np.floor(wanted + 1e-6)) + (abs(share - 0.5) > 1e-9))


def batch_for__ends_alone(batches, seconds, share):
    """Draws the line through the first and the last point."""
    b = (seconds[-1] - seconds[0]) / (batches[-1] - batches[0])
    a = seconds[0] - b * batches[0]
    wanted = share / (1 - share) * a / b
    return 1 if a <= 0 else max(1, int(np.ceil(wanted * (1 - 1e-6))))


def batch_for__share_of_the_drive(batches, seconds, share):
    """The batch at which the drive takes `share` of a step: the wrong part, but right at one half."""
    b, a = np.polyfit(batches, seconds, 1)
    return 1 if a <= 0 else max(1, int(np.ceil((1 - share) / share * a / b * (1 - 1e-6))))


def batch_for__nearest(batches, seconds, share):
    """The nearest batch, which may miss the share, in place of the next."""
    b, a = np.polyfit(batches, seconds, 1)
    return 1 if a <= 0 else max(1, round(share / (1 - share) * a / b))


def exchange_test__by_sums(own, control):
    """Right, in an unusual way: the total is fixed, so the sum of the chosen runs decides."""
    pool = [*own, *control]
    sums = [sum(way) for way in combinations(pool, len(own))]
    return sum(s <= sum(own) + 1e-9 for s in sums) / len(sums)


def runs_needed__by_multiplying(share, controls=1):
    """Right, in an unusual way: the number of ways as a product, without factorials."""
    for n in range(1, 100):
        ways = 1
        for i in range(1, n + 1):
            ways = ways * (controls * n + i) // i
        if 1 <= share * ways * (1 + 1e-12):
            return n


EARNS = {
    exchange_test__strictly_better: (0, 0),
    exchange_test__equal_losses_once: (2, 0),
    exchange_test__no_rounding: (2, 0),
    exchange_test__both_sides: (0, 0),
    exchange_test__ranks: (2, 0),
    runs_needed__product_of_controls: (1, 0),
    runs_needed__below_the_share: (0, 0),
    runs_needed__one_control: (1, 0),
    runs_needed__fair_coins: (0, 0),
    leaders__best_seed: (0, 0),
    leaders__diverged_left_out: (2, 0),
    leaders__rows_are_runs: (2, 0),
    leaders__first_row_counts: (2, 0),
    leaders__splits_together: (2, 0),
    leaders__a_single_system_leads: (0, 0),
    batch_for__half_speed: (2, 0),
    batch_for__rounded_up_twice: (2, 0),
    batch_for__ends_alone: (2, 0),
    batch_for__share_of_the_drive: (2, 0),
    batch_for__nearest: (2, 0),
    exchange_test__by_sums: (2, 3),
    runs_needed__by_multiplying: (1, 2),
}
