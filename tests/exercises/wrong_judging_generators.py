"""Answers that look right and are not."""

from collections import Counter

import numpy as np


def count_over_all_references(h, references, k):
    def runs(s):
        return Counter(tuple(s[i : i + k]) for i in range(len(s) - k + 1))

    known = sum((runs(r) for r in references), Counter())
    return sum((runs(h) & known).values())


def windows_as_witnesses(right, tune):
    return float(np.std(right) / np.sqrt(len(right) - 1))


WRONG = {
    "judging-generators-1": count_over_all_references,
    "judging-generators-2": windows_as_witnesses,
}
