"""Answers that look right and are not."""

import numpy as np


def less_the_mean(rewards):
    return rewards - np.mean(rewards)


def expected_reward(p, rewards, scores):
    return float(np.sum(p * rewards))


WRONG = {"baselines-and-critics-1": less_the_mean, "baselines-and-critics-2": expected_reward}
