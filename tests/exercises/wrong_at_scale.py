"""Answers that look right and are not, and unusual ones that are."""

import heapq
import math
import statistics

import numpy as np


def project_as_if_put_back(costs, total):
    return total * np.mean(costs), total * np.std(costs, ddof=1) / np.sqrt(len(costs))


def finish_as_if_all_divides(costs, workers):
    return sum(costs) / workers


WRONG = {
    "at_scale-1": project_as_if_put_back,
    "at_scale-2": finish_as_if_all_divides,
}


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


def everything_divides(costs, workers):
    return sum(costs) / workers


def dealt_like_cards(costs, workers):
    return max(sum(costs[i::workers]) for i in range(workers))


def longest_first(costs, workers):
    free = [0.0] * workers
    for cost in sorted(costs, reverse=True):
        heapq.heapreplace(free, free[0] + cost)
    return max(free)


def in_rounds(costs, workers):
    return sum(max(costs[i : i + workers]) for i in range(0, len(costs), workers))


def the_first_to_be_free(costs, workers):
    free = [0.0] * workers
    for cost in costs:
        heapq.heapreplace(free, free[0] + cost)
    return min(free)


def end_of_the_last_cost(costs, workers):
    free, end = [0.0] * workers, 0.0
    for cost in costs:
        end = free[0] + cost
        heapq.heapreplace(free, end)
    return end


def the_upper_bound(costs, workers):
    return sum(costs) / workers + (1 - 1 / workers) * max(costs, default=0)


def in_blocks(costs, workers):
    size = -(-len(costs) // workers) or 1
    return max(sum(costs[i : i + size]) for i in range(0, max(len(costs), 1), size))


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
        (everything_divides, "divide"),
        (dealt_like_cards, "as when cards are"),
        (longest_first, "order"),
        (in_rounds, "wait"),
        (the_first_to_be_free, "and the last"),
        (end_of_the_last_cost, "last cost"),
        (the_upper_bound, "bound"),
        (in_blocks, "a list is cut"),
    ],
}


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


def a_list_of_ends(costs, workers):
    ends = [0] * workers
    for cost in costs:
        ends[ends.index(min(ends))] += cost
    return max(ends)


def second_by_second(costs, workers):
    left, now, waiting = [], 0.0, list(costs)
    while waiting or left:
        while waiting and len(left) < workers:
            left.append(waiting.pop(0))
        step = min(left)
        now += step
        left = [x - step for x in left if x - step > 1e-12]
    return now


RIGHT = {
    "at_scale-1": [project_by_statistics, project_as_an_array],
    "at_scale-2": [a_list_of_ends, second_by_second],
}
