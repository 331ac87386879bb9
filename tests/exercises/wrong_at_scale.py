"""Answers that look right and are not."""

import numpy as np


def project_as_if_put_back(costs, total):
    return total * np.mean(costs), total * np.std(costs, ddof=1) / np.sqrt(len(costs))


def finish_as_if_all_divides(costs, workers):
    return sum(costs) / workers


WRONG = {
    "at_scale-1": project_as_if_put_back,
    "at_scale-2": finish_as_if_all_divides,
}
