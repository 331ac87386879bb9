"""Answers that look right and are not."""

import numpy as np


def slope_of_the_chance(logits, action):
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    return p[action] * (np.eye(len(logits))[action] - p)


def discounted_from_the_start(rewards, discount):
    weighted = rewards * discount ** np.arange(len(rewards))
    return np.cumsum(weighted[::-1])[::-1]


WRONG = {"policy-gradient-1": slope_of_the_chance, "policy-gradient-2": discounted_from_the_start}
