"""Answers that look right and are not."""

import numpy as np


def share_of_all_moves(pitch):
    move = np.diff(pitch)
    large = np.abs(move[:-1]) >= 7
    if not large.any():
        return 1.0
    resolved = large & (move[:-1] * move[1:] < 0)
    return float(resolved.mean())


def forgets_the_reference(reference, reward, beta):
    score = reward / beta
    weight = np.exp(score - score.max())
    return weight / weight.sum()


WRONG = {
    "reward-by-rule-1": share_of_all_moves,
    "reward-by-rule-2": forgets_the_reference,
}
