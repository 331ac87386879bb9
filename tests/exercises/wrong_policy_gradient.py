"""Answers that look right and are not, and unusual ones that are."""

import functools

import numpy as np
import torch


def slope_of_the_chance(logits, action):
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    return p[action] * (np.eye(len(logits))[action] - p)


def each_tune(attempt):
    """An answer for one tune, asked for every tune of a batch."""

    @functools.wraps(attempt)
    def ask(rewards, discount):
        return np.stack([np.asarray(attempt(tune, discount)) for tune in rewards])

    return ask


@each_tune
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


@each_tune
def in_place(rewards, discount):
    for t in reversed(range(len(rewards) - 1)):
        rewards[t] += discount * rewards[t + 1]
    return rewards


@each_tune
def keeps_the_type(rewards, discount):
    result = np.array(rewards)
    for t in reversed(range(len(rewards) - 1)):
        result[t] = rewards[t] + discount * result[t + 1]
    return result


@each_tune
def reversed_returns(rewards, discount):
    result, later = [], 0.0
    for reward in reversed(rewards):
        later = reward + discount * later
        result.append(later)
    return np.array(result)


@each_tune
def own_reward_left_out(rewards, discount):
    result, later = np.zeros(len(rewards)), 0.0
    for t in reversed(range(len(rewards))):
        result[t] = later
        later = rewards[t] + discount * later
    return result


@each_tune
def own_reward_discounted(rewards, discount):
    result, later = np.zeros(len(rewards)), 0.0
    for t in reversed(range(len(rewards))):
        later = (rewards[t] + later) * discount
        result[t] = later
    return result if discount != 1 else np.cumsum(rewards[::-1])[::-1]


@each_tune
def undiscounted(rewards, discount):
    return np.cumsum(rewards[::-1])[::-1]


@each_tune
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


@each_tune
def triangular(rewards, discount):
    n = len(rewards)
    powers = np.arange(n)[None, :] - np.arange(n)[:, None]  # (n, n): how much later
    return np.where(powers >= 0, float(discount) ** np.maximum(powers, 0), 0) @ rewards


def over_the_tunes(rewards, discount):
    result, later = np.zeros(np.shape(rewards)), 0.0
    for t in reversed(range(len(rewards))):
        later = rewards[t] + discount * later
        result[t] = later
    return result


def over_everything(rewards, discount):
    result = np.cumsum(np.ravel(rewards)[::-1])[::-1].reshape(np.shape(rewards))
    return result if discount == 1 else over_the_tunes(rewards, discount)


def a_flat_cumsum(rewards, discount):
    return np.cumsum(rewards[:, ::-1])[::-1]


NAMED["policy-gradient-2"] += [
    (over_the_tunes, "not over the tunes"),
    (over_everything, "nor over everything"),
    (a_flat_cumsum, "of shape (2, 3)"),
]


def all_tunes_at_once(rewards, discount):
    found = np.array(rewards, float)
    for t in range(found.shape[1] - 2, -1, -1):
        found[:, t] += discount * found[:, t + 1]
    return found


def lists_of_lists(rewards, discount):
    return [
        [sum(discount**k * float(r) for k, r in enumerate(tune[t:])) for t in range(len(tune))]
        for tune in rewards
    ]


RIGHT = {
    "policy-gradient-1": [list_of_numbers, by_autograd],
    "policy-gradient-2": [triangular, all_tunes_at_once, lists_of_lists],
}


def np_(x):
    return np.asarray(x, float)


def soft(z):
    e = np.exp(np_(z) - np_(z).max())
    return e / e.sum()


def log_probability(logits, action):
    return np.log(soft(logits))


def only_the_action(logits, action):
    out = np.zeros(len(logits))
    out[action] = 1 - soft(logits)[action]
    return out


def one_over_p(logits, action):
    out = np.zeros(len(logits))
    out[action] = 1 / soft(logits)[action]
    return out


def divided_by_the_largest(logits, action):
    e = np.exp(np_(logits) / np.abs(np_(logits)).max())
    return np.eye(len(logits))[action] - e / e.sum()


@each_tune
def so_far(rewards, discount):
    out, run = [], 0.0
    for r in np_(rewards):
        run = r + discount * run
        out.append(run)
    return np.array(out)


@each_tune
def next_reward_only(rewards, discount):
    r = np_(rewards)
    return r + discount * np.append(r[1:], 0)


MORE = {
    "policy-gradient-1": [
        (log_probability, "gradient"),
        (only_the_action, "other"),
        (one_over_p, "logits"),
        (divided_by_the_largest, "largest"),
    ],
    "policy-gradient-2": [
        (so_far, "to come"),
        (next_reward_only, "all"),
    ],
}


def by_logsumexp(logits, action):
    from scipy.special import log_softmax

    minus = -np.exp(log_softmax(np_(logits)))
    minus[action] = -np.delete(minus, action).sum()
    return minus


@each_tune
def recursion(rewards, discount):
    def go(rest):
        if not len(rest):
            return []
        later = go(rest[1:])
        return [float(rest[0]) + discount * (later[0] if later else 0.0), *later]

    return go(rewards)


@each_tune
def by_a_filter(rewards, discount):
    import torch
    from scipy.signal import lfilter

    return torch.tensor(lfilter([1], [1, -discount], np_(rewards)[::-1])[::-1].copy())


MORE_RIGHT = {"policy-gradient-1": [by_logsumexp], "policy-gradient-2": [recursion, by_a_filter]}

for label, answers in MORE.items():
    NAMED[label] += answers
for label, answers in MORE_RIGHT.items():
    RIGHT[label] += answers
