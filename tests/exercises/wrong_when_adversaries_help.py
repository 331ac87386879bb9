"""Answers that look right and are not."""

import numpy as np


def mean_of_logs(real, fake):
    return float(np.mean(real) - np.mean(fake))


def best_of(p, score, k):
    up_to = (p * (score <= score[:, None])).sum(1)
    below = (p * (score < score[:, None])).sum(1)
    return p * (up_to**k - below**k) / (up_to - below)


WRONG = {"when-adversaries-help-1": mean_of_logs, "when-adversaries-help-2": best_of}
