"""Answers that look right and are not."""

import math


def kappa_with_a_coin(one, other):
    agree = sum(a == b for a, b in zip(one, other)) / len(one)
    if len(set(one) | set(other)) == 1:
        return math.nan
    return 2 * agree - 1


WRONG = {"listening-study-1": kappa_with_a_coin}
