"""Answers that look right and are not."""

import math


def judge_by_mean(own, control):
    return "WORKS" if sum(own) / len(own) < sum(control) / len(control) else "VOID"


def luck_multiplied(n, controls):
    return 1 / math.comb(2 * n, n) ** controls


WRONG = {
    "landscape-1": judge_by_mean,
    "landscape-2": luck_multiplied,
}
