"""Answers that look right and are not, and unusual ones that are."""

import math
import statistics
from fractions import Fraction

import numpy as np


def project_as_if_put_back(costs, total):
    return total * np.mean(costs), total * np.std(costs, ddof=1) / np.sqrt(len(costs))


def divided_by_n(costs, total):
    n = len(costs)
    error = total * np.sqrt((1 - n / total) * np.var(costs) / n)
    return total * np.mean(costs), error


def as_if_put_back(costs, total):
    return total * np.mean(costs), total * np.std(costs, ddof=1) / np.sqrt(len(costs))


def error_of_one_file(costs, total):
    n = len(costs)
    return total * np.mean(costs), np.sqrt((1 - n / total) * np.var(costs, ddof=1) / n)


def the_sum_of_the_measured(costs, total):
    n = len(costs)
    return np.sum(costs), total * np.sqrt((1 - n / total) * np.var(costs, ddof=1) / n)


def a_variance(costs, total):
    n = len(costs)
    return total * np.mean(costs), total**2 * (1 - n / total) * np.var(costs, ddof=1) / n


def spread_of_single_files(costs, total):
    n = len(costs)
    return total * np.mean(costs), total * np.sqrt((1 - n / total) * np.var(costs, ddof=1))


def the_share_outside_the_root(costs, total):
    n = len(costs)
    return total * np.mean(costs), total * (1 - n / total) * np.sqrt(np.var(costs, ddof=1) / n)


def the_other_way_round(costs, total):
    return project_right(costs, total)[::-1]


def project_right(costs, total):
    n = len(costs)
    return total * np.mean(costs), total * np.sqrt((1 - n / total) * np.var(costs, ddof=1) / n)


def project_by_statistics(costs, total):
    n = len(costs)
    error = statistics.stdev(costs) * math.sqrt(total * (total - n) / n)
    return [statistics.fmean(costs) * total, error]


def project_as_an_array(costs, total):
    costs = np.asarray(costs, float)
    n = costs.size
    left = costs - costs.mean()
    return np.array(
        [costs.sum() * total / n, (left @ left / (n - 1) / n * (1 - n / total)) ** 0.5 * total]
    )


def rounds(shards, workers):
    return -(-shards // workers)


def rounds_down(shards, workers):
    done = max(shards // workers, 1) * workers
    return 1 - shards / done if shards else 0.0


def free_in_the_last_round(shards, workers):
    return -shards % workers / workers


def waits_when_it_divides(shards, workers):
    return 1 - shards / ((shards // workers + 1) * workers)


def over_the_work(shards, workers):
    return -shards % workers / shards if shards else 0.0


def busy_workers(shards, workers):
    return shards / (rounds(shards, workers) * workers) if shards else 0.0


def fewer_shards_never_wait(shards, workers):
    return right_share(shards, workers) if shards >= workers else 0.0


def right_share(shards, workers):
    return 1 - shards / (rounds(shards, workers) * workers) if shards else 0.0


def seconds_of_waiting(shards, workers):
    return rounds(shards, workers) * workers - shards


def everything_divides(shards, workers):
    return 0.0


def a_percentage(shards, workers):
    return 100 * right_share(shards, workers)


def never_no_shards(shards, workers):
    return right_share(shards, workers) if shards else 1.0


def workers_that_wait(shards, workers):
    return (-shards % workers) / workers if shards > workers else right_share(shards, workers)


def one_shard_after_another(shards, workers):
    ends = [0] * workers
    for _ in range(shards):
        ends[ends.index(min(ends))] += 1
    last = max(ends)
    return sum(last - end for end in ends) / (workers * last) if last else 0


def by_fractions(shards, workers):
    last = math.ceil(Fraction(shards, workers))
    return 1 - Fraction(shards, workers * last) if last else Fraction(0)


WRONG = {"at_scale-1": project_as_if_put_back, "at_scale-2": rounds_down}

NAMED = {
    "at_scale-1": [
        (divided_by_n, "n - 1"),
        (as_if_put_back, "1 - n/N is"),
        (error_of_one_file, "N times"),
        (the_sum_of_the_measured, "mean 2"),
        (a_variance, "its root"),
        (spread_of_single_files, "of n files"),
        (the_share_outside_the_root, "the root"),
        (the_other_way_round, "forecast first"),
    ],
    "at_scale-2": [
        (rounds_down, "begin a round more"),
        (free_in_the_last_round, "time of all rounds"),
        (waits_when_it_divides, "nobody waits"),
        (over_the_work, "of the work"),
        (busy_workers, "not in which they work"),
        (fewer_shards_never_wait, "have no shard at all"),
        (seconds_of_waiting, "share of the time"),
        (everything_divides, "shards are whole"),
        (a_percentage, "percentage"),
        (never_no_shards, "without shards"),
        (workers_that_wait, "time of all rounds"),
    ],
}

RIGHT = {
    "at_scale-1": [project_by_statistics, project_as_an_array],
    "at_scale-2": [one_shard_after_another, by_fractions],
}
