"""Answers that look right and are not, and odd ones that are right."""

import math

import numpy as np


def hard_maximum(rewards):
    value = np.zeros(len(rewards[0]))
    for step in reversed(rewards):
        value = (np.array(step) + value).max(1)
    return value


def sums_rewards(rewards):
    return np.array(rewards[0]).sum(1)


def last_step_alone(rewards):
    return np.logaddexp.reduce(np.array(rewards[-1]), axis=1)


def first_step_alone(rewards):
    return np.logaddexp.reduce(np.array(rewards[0]), axis=1)


def adds_to_rows(rewards):
    value = np.zeros(len(rewards[0]))
    for step in reversed(rewards):
        value = np.logaddexp.reduce(np.array(step) + value[:, None], axis=1)
    return value


def overflows(rewards):
    value = np.zeros(len(rewards[0]))
    for step in reversed(rewards):
        value = np.log(np.exp(np.array(step) + value).sum(1))
    return value


def in_plain_python(rewards):
    value = [0.0] * len(rewards[0])
    for step in rewards[::-1]:
        new = []
        for row in step:
            sums = [r + v for r, v in zip(row, value)]
            top = max(sums)
            new.append(top + math.log(sum(math.exp(s - top) for s in sums)))
        value = new
    return value


def by_torch(rewards):
    import torch

    value = torch.zeros(len(rewards[0]), dtype=torch.float64)
    for step in reversed(rewards):
        value = torch.logsumexp(torch.tensor(step, dtype=torch.float64) + value, 1)
    return value


def wrong_sign(losses, window):
    return np.mean(losses[-window:]) - np.mean(losses[-2 * window : -window])


def sums(losses, window):
    return max(sum(losses[-2 * window : -window]) - sum(losses[-window:]), 0)


def all_that_was(losses, window):
    return (
        max(np.mean(losses[:-window]) - np.mean(losses[-window:]), 0)
        if len(losses) >= 2 * window
        else 0
    )


def may_be_negative(losses, window):
    if len(losses) < 2 * window:
        return 0
    return np.mean(losses[-2 * window : -window]) - np.mean(losses[-window:])


def never_too_few(losses, window):
    return max(np.mean(losses[:window]) - np.mean(losses[-window:]), 0)


def windows_of_two(losses, window):
    return may_be_negative(losses, 2) if may_be_negative(losses, 2) > 0 else 0


def by_a_loop(losses, window):
    if len(losses) < 2 * window:
        return 0
    gain = 0.0
    for k in range(1, window + 1):
        gain += (losses[-window - k] - losses[-k]) / window
    return gain if gain > 0 else 0


def by_weights(losses, window):
    if len(losses) < 2 * window:
        return 0.0
    weights = (
        np.repeat([1, -1], window) / window
    )  # the window before counts plus, the last one minus
    return np.clip(weights @ np.array(losses[-2 * window :]), 0, None)


WRONG = {"rewards-1": hard_maximum, "rewards-2": may_be_negative}
NAMED = {
    "rewards-1": [
        (hard_maximum, "soft maximum"),
        (sums_rewards, "exp before the sum"),
        (last_step_alone, "begin at the last step"),
        (first_step_alone, "begin at the last step"),
        (adds_to_rows, "columns"),
        (overflows, "overflows"),
    ],
    "rewards-2": [
        (wrong_sign, "the sign"),
        (sums, "means, not sums"),
        (all_that_was, "does not count"),
        (may_be_negative, "at least 0"),
        (never_too_few, "count"),
        (windows_of_two, "count"),
    ],
}
RIGHT = {"rewards-1": [in_plain_python, by_torch], "rewards-2": [by_a_loop, by_weights]}
