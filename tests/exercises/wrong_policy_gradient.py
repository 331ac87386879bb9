"""Answers that look right and are not, and unusual ones that are."""

import numpy as np
import torch


def slope_of_the_chance(logits, action):
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    return p[action] * (np.eye(len(logits))[action] - p)


def discounted_from_the_start(rewards, discount):
    weighted = rewards * discount ** np.arange(len(rewards))
    return np.cumsum(weighted[::-1])[::-1]


WRONG = {"policy-gradient-1": slope_of_the_chance, "policy-gradient-2": discounted_from_the_start}


def clipped_logits(logits, action):
    p = np.exp(np.minimum(logits, 50))
    return np.eye(len(logits))[action] - p / p.sum()


def no_largest_subtracted(logits, action):
    p = np.exp(logits)
    return np.eye(len(logits))[action] - p / p.sum()


def sign_turned(logits, action):
    p = np.exp(logits - logits.max())
    return p / p.sum() - np.eye(len(logits))[action]


def one_hot_alone(logits, action):
    return np.eye(len(logits))[action]


def shifts_in_place(logits, action):
    logits -= logits.max()
    p = np.exp(logits)
    return np.eye(len(logits))[action] - p / p.sum()


def in_place(rewards, discount):
    for t in reversed(range(len(rewards) - 1)):
        rewards[t] += discount * rewards[t + 1]
    return rewards


def keeps_the_type(rewards, discount):
    result = np.array(rewards)
    for t in reversed(range(len(rewards) - 1)):
        result[t] = rewards[t] + discount * result[t + 1]
    return result


def reversed_returns(rewards, discount):
    result, later = [], 0.0
    for reward in reversed(rewards):
        later = reward + discount * later
        result.append(later)
    return np.array(result)


def own_reward_left_out(rewards, discount):
    result, later = np.zeros(len(rewards)), 0.0
    for t in reversed(range(len(rewards))):
        result[t] = later
        later = rewards[t] + discount * later
    return result


def own_reward_discounted(rewards, discount):
    result, later = np.zeros(len(rewards)), 0.0
    for t in reversed(range(len(rewards))):
        later = (rewards[t] + later) * discount
        result[t] = later
    return result if discount != 1 else np.cumsum(rewards[::-1])[::-1]


def undiscounted(rewards, discount):
    return np.cumsum(rewards[::-1])[::-1]


def the_whole_return(rewards, discount):
    return np.full(len(rewards), rewards @ discount ** np.arange(len(rewards)))


NAMED = {
    "policy-gradient-1": [
        (clipped_logits, "do not clip"),
        (no_largest_subtracted, "overflow"),
        (sign_turned, "sign"),
        (one_hot_alone, "subtract the probabilities"),
        (shifts_in_place, "alone"),
    ],
    "policy-gradient-2": [
        (in_place, "alone"),
        (keeps_the_type, "type"),
        (reversed_returns, "reverse"),
        (own_reward_left_out, "own reward is part"),
        (own_reward_discounted, "own reward is not discounted"),
        (undiscounted, "discount changes nothing"),
        (the_whole_return, "whole return"),
    ],
}


def list_of_numbers(logits, action):
    top = max(logits)
    p = [float(np.exp(x - top)) for x in logits]
    return [(k == action) - x / sum(p) for k, x in enumerate(p)]


def by_autograd(logits, action):
    leaf = torch.tensor(logits, requires_grad=True)
    torch.log_softmax(leaf, 0)[action].backward()
    return leaf.grad


def triangular(rewards, discount):
    n = len(rewards)
    powers = np.arange(n)[None, :] - np.arange(n)[:, None]  # (n, n): how much later
    return np.where(powers >= 0, float(discount) ** np.maximum(powers, 0), 0) @ rewards


RIGHT = {"policy-gradient-1": [list_of_numbers, by_autograd], "policy-gradient-2": [triangular]}
