"""Answers that look right and are not, and unusual ones that are."""

import numpy as np
from scipy.special import logsumexp as lse
from scipy.special import softmax


def forgets_that_prices_add(reward, alpha, beta, old):
    score = reward / max(alpha, beta) + (np.log(old) if beta else 0)
    weight = np.exp(score - score.max())
    return weight / weight.sum()


def means_in_place_of_sums(score, alpha):
    values = []
    while score.ndim:
        top = score.max(-1, keepdims=True)
        score = top[..., 0] + alpha * np.log(np.exp((score - top) / alpha).mean(-1))
        values.append(score)
    return values[::-1]


WRONG = {
    "maximum-entropy-rl-1": forgets_that_prices_add,
    "maximum-entropy-rl-2": means_in_place_of_sums,
}


def np_(x):
    return np.asarray(x, float)


def only_alpha(reward, alpha, beta, old):
    return softmax(np_(reward) / (alpha + 1e-12))


def only_beta(reward, alpha, beta, old):
    return softmax(np_(reward) / (beta + 1e-12) + np.log(np_(old)))


def over_the_sum_but_old_whole(reward, alpha, beta, old):
    return softmax(np_(reward) / (alpha + beta) + np.log(np_(old)))


def old_with_alphas_power(reward, alpha, beta, old):
    return softmax((np_(reward) + alpha * np.log(np_(old))) / (alpha + beta))


def overflows(reward, alpha, beta, old):
    e = np.exp(np_(reward) / (alpha + beta)) * np_(old) ** (beta / (alpha + beta))
    return e / e.sum()


def not_normalised(reward, alpha, beta, old):
    return np.exp(np_(reward) / (alpha + beta)) * np_(old) ** (beta / (alpha + beta))


def wrong_sign(reward, alpha, beta, old):
    return softmax((np_(reward) - beta * np.log(np_(old))) / (alpha + beta))


def times_price(reward, alpha, beta, old):
    return softmax((np_(reward) + beta * np.log(np_(old))) * (alpha + beta))


def difference_of_prices(reward, alpha, beta, old):
    return softmax((np_(reward) + beta * np.log(np_(old))) / (alpha - beta + 1e-9))


def old_not_logged(reward, alpha, beta, old):
    return softmax((np_(reward) + beta * np_(old)) / (alpha + beta))


def price_not_on_the_reward(reward, alpha, beta, old):
    return softmax(np_(reward) + beta / (alpha + beta) * np.log(np_(old)))


def the_best_alone(reward, alpha, beta, old):
    return np.eye(len(reward))[np.argmax(reward)]


def logits(reward, alpha, beta, old):
    return (np_(reward) + beta * np.log(np_(old))) / (alpha + beta)


def values(score, alpha, back):
    out, v = [], np_(score)
    while v.ndim:
        v = back(v, alpha)
        out.append(v)
    return out[::-1]


def hard_values(score, alpha):
    return values(score, alpha, lambda v, a: v.max(-1))


def mean_values(score, alpha):
    return values(score, alpha, lambda v, a: v.mean(-1))


def alpha_forgotten(score, alpha):
    return values(score, alpha, lambda v, a: lse(v, -1))


def alpha_not_multiplied(score, alpha):
    return values(score, alpha, lambda v, a: lse(v / a, -1))


def averaged_exponentials(score, alpha):
    return values(score, alpha, lambda v, a: a * np.log(np.mean(np.exp(v / a), -1)))


def first_axis(score, alpha):
    return values(score, alpha, lambda v, a: a * lse(v / a, 0))


def end_first(score, alpha):
    return values(score, alpha, lambda v, a: a * lse(v / a, -1))[::-1]


def with_the_rewards(score, alpha):
    return [*values(score, alpha, lambda v, a: a * lse(v / a, -1)), np_(score)]


def without_the_empty_past(score, alpha):
    return values(score, alpha, lambda v, a: a * lse(v / a, -1))[1:]


def exponentials_overflow(score, alpha):
    return values(score, alpha, lambda v, a: a * np.log(np.exp(v / a).sum(-1)))


def expected_under_softmax(score, alpha):
    return values(score, alpha, lambda v, a: (softmax(v / a, -1) * v).sum(-1))


def two_steps_only(score, alpha):
    s = np_(score)
    last = alpha * lse(s / alpha, -1)
    return [alpha * lse(last / alpha), last]


def sums_of_all(score, alpha):
    s = np_(score)
    return [alpha * lse(s / alpha)] * s.ndim


NAMED = {
    "maximum-entropy-rl-1": [
        (only_alpha, "old"),
        (only_beta, "entropy"),
        (over_the_sum_but_old_whole, "beta / (alpha + beta)"),
        (old_with_alphas_power, "beta / (alpha + beta)"),
        (overflows, "overflow"),
        (not_normalised, "sum"),
        (wrong_sign, "old"),
        (times_price, "price"),
        (difference_of_prices, "alpha + beta"),
        (old_not_logged, "log"),
        (price_not_on_the_reward, "reward"),
        (the_best_alone, "price"),
        (logits, "sum"),
    ],
    "maximum-entropy-rl-2": [
        (hard_values, "max"),
        (mean_values, "mean"),
        (alpha_forgotten, "alpha"),
        (alpha_not_multiplied, "alpha"),
        (averaged_exponentials, "sum"),
        (first_axis, "last"),
        (end_first, "first"),
        (with_the_rewards, "rewards"),
        (without_the_empty_past, "empty"),
        (exponentials_overflow, "overflow"),
        (expected_under_softmax, "entropy"),
        (two_steps_only, "step"),
        (sums_of_all, "shape"),
    ],
}


def in_logs_by_torch(reward, alpha, beta, old):
    import torch

    r, o = torch.as_tensor(np_(reward)), torch.as_tensor(np_(old))
    return torch.softmax(
        (r + torch.special.xlogy(torch.tensor(float(beta)), o)) / (alpha + beta), 0
    )


def tilts_the_maxent_policy(reward, alpha, beta, old):
    weight = [(float(r) - max(map(float, reward))) / (alpha + beta) for r in reward]
    shares = [np.exp(w) * float(o) ** (beta / (alpha + beta)) for w, o in zip(weight, old)]
    return [s / sum(shares) for s in shares]


def all_axes_at_once(score, alpha):
    s = np_(score) / alpha
    return [alpha * lse(s, axis=tuple(range(k, s.ndim))) for k in range(s.ndim)]


def torch_values(score, alpha):
    import torch

    v, found = torch.as_tensor(np_(score)), []
    while v.ndim:
        v = alpha * torch.logsumexp(v / alpha, -1)
        found.insert(0, v)
    return tuple(found)


def values_as_lists(score, alpha):
    return [np.asarray(v).tolist() for v in all_axes_at_once(score, alpha)]


RIGHT = {
    "maximum-entropy-rl-1": [in_logs_by_torch, tilts_the_maxent_policy],
    "maximum-entropy-rl-2": [all_axes_at_once, torch_values, values_as_lists],
}
