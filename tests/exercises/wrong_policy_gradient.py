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


def np_(x):
    return np.asarray(x, float)


def soft(z):
    e = np.exp(np_(z) - np_(z).max())
    return e / e.sum()


def loss_not_log_probability(logits, action):
    return soft(logits) - np.eye(len(logits))[action]


def too_large_for_exp(logits, action):
    e = np.exp(np_(logits))
    return np.eye(len(logits))[action] - e / e.sum()


def of_the_probability(logits, action):
    p = soft(logits)
    return p[action] * (np.eye(len(p))[action] - p)


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


def to_come_without_now(rewards, discount):
    out, run = [], 0.0
    for r in np_(rewards)[::-1]:
        out.append(run)
        run = r + discount * run
    return np.array(out[::-1])


def so_far(rewards, discount):
    out, run = [], 0.0
    for r in np_(rewards):
        run = r + discount * run
        out.append(run)
    return np.array(out)


def backwards(rewards, discount):
    out, run = [], 0.0
    for r in np_(rewards)[::-1]:
        run = r + discount * run
        out.append(run)
    return np.array(out)


def discount_from_the_beginning(rewards, discount):
    r = np_(rewards) * discount ** np.arange(len(rewards))
    return np.cumsum(r[::-1])[::-1]


def reward_discounted_too(rewards, discount):
    out, run = [], 0.0
    for r in np_(rewards)[::-1]:
        run = discount * (r + run)
        out.append(run)
    return np.array(out[::-1])


def whole_return(rewards, discount):
    r = np_(rewards)
    return np.full(len(r), (r * discount ** np.arange(len(r))).sum())


def next_reward_only(rewards, discount):
    r = np_(rewards)
    return r + discount * np.append(r[1:], 0)


def whole_numbers(rewards, discount):
    out, run = np.zeros_like(np.asarray(rewards, int)), 0.0
    for t in range(len(rewards) - 1, -1, -1):
        run = rewards[t] + discount * run
        out[t] = run
    return out


MORE = {
    "policy-gradient-1": [
        (loss_not_log_probability, "sign"),
        (too_large_for_exp, "overflow"),
        (of_the_probability, "log"),
        (log_probability, "gradient"),
        (only_the_action, "other"),
        (one_over_p, "logits"),
        (divided_by_the_largest, "largest"),
    ],
    "policy-gradient-2": [
        (to_come_without_now, "own"),
        (so_far, "to come"),
        (backwards, "in reverse"),
        (discount_from_the_beginning, "from"),
        (reward_discounted_too, "own"),
        (whole_return, "the past is left out"),
        (next_reward_only, "all"),
        (whole_numbers, "do not keep their type"),
    ],
}


def by_logsumexp(logits, action):
    from scipy.special import log_softmax

    minus = -np.exp(log_softmax(np_(logits)))
    minus[action] = -np.delete(minus, action).sum()
    return minus


def recursion(rewards, discount):
    if not len(rewards):
        return []
    rest = recursion(rewards[1:], discount)
    return [float(rewards[0]) + discount * (rest[0] if rest else 0.0), *rest]


def by_a_filter(rewards, discount):
    import torch
    from scipy.signal import lfilter

    return torch.tensor(lfilter([1], [1, -discount], np_(rewards)[::-1])[::-1].copy())


MORE_RIGHT = {"policy-gradient-1": [by_logsumexp], "policy-gradient-2": [recursion, by_a_filter]}

for label, answers in MORE.items():
    NAMED[label] += answers
for label, answers in MORE_RIGHT.items():
    RIGHT[label] += answers
