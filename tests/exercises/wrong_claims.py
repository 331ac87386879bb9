"""Answers that look right and are not."""

import math


def luck_in_order(own, others):
    ways = math.factorial(own + sum(others))
    for n in (own, *others):
        ways //= math.factorial(n)
    return 1 / ways


def decide_without_control(own, than, control):
    if max(own) < min(than):
        return "true"
    return "false" if min(own) > max(than) else "not settled"


WRONG = {
    "claims-1": luck_in_order,
    "claims-2": decide_without_control,
}
