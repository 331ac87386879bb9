"""Answers that look right and are not, and unusual ones that are."""

import numpy as np


def less_the_mean(rewards):
    return rewards - np.mean(rewards)


def expected_reward(p, rewards, scores):
    return float(np.sum(p * rewards))


WRONG = {"baselines-and-critics-1": less_the_mean, "baselines-and-critics-2": expected_reward}


def minus_the_mean(rewards):
    return rewards - rewards.mean()


def wrong_factor(rewards):
    b = len(rewards)
    return (rewards - rewards.mean()) * (b - 1) / b


def z_scores(rewards):
    return (rewards - rewards.mean()) / rewards.std()


def others_minus_mine(rewards):
    return (rewards.sum() - rewards) / (len(rewards) - 1) - rewards


def only_the_baseline(rewards):
    return (rewards.sum() - rewards) / (len(rewards) - 1)


def sum_of_others(rewards):
    return rewards - (rewards.sum() - rewards)


def divided_by_b(rewards):
    return rewards - (rewards.sum() - rewards) / len(rewards)


def whole_sum_by_b_minus_1(rewards):
    return rewards - rewards.sum() / (len(rewards) - 1)


def the_one_before(rewards):
    return rewards - np.roll(rewards, 1)


def median_of_all(rewards):
    return rewards - np.median(rewards)


def four_only(rewards):
    return (rewards - rewards.mean()) * 4 / 3


def whole_numbers(rewards):
    return rewards - (rewards.sum() - rewards) // (len(rewards) - 1)


def first_left_out(rewards):
    return rewards - rewards[1:].mean()


def writes_over(rewards):
    rewards *= 1.0
    rewards -= rewards.mean()
    rewards *= len(rewards) / (len(rewards) - 1)
    return rewards


def mean_reward(p, rewards, scores):
    return p @ rewards


def chances_forgotten(p, rewards, scores):
    s = (scores**2).sum(1)
    return (s * rewards).sum() / s.sum()


def length_not_squared(p, rewards, scores):
    s = np.sqrt((scores**2).sum(1))
    return (p * s * rewards).sum() / (p * s).sum()


def sum_before_square(p, rewards, scores):
    s = scores.sum(1) ** 2
    return (p * s * rewards).sum() / (p * s).sum()


def not_divided(p, rewards, scores):
    s = (scores**2).sum(1)
    return (p * s * rewards).sum()


def divided_by_mean_wrongly(p, rewards, scores):
    s = (scores**2).sum(1)
    return (p * s * rewards).sum() / s.mean()


def a_row_of_constants(p, rewards, scores):
    s = scores**2
    return (p[:, None] * s * rewards[:, None]).sum(0) / (p[:, None] * s).sum(0)


def mean_of_constants(p, rewards, scores):
    s = scores**2
    return ((p[:, None] * s * rewards[:, None]).sum(0) / (p[:, None] * s).sum(0)).mean()


def chances_squared(p, rewards, scores):
    s = (scores**2).sum(1)
    return (p**2 * s * rewards).sum() / (p**2 * s).sum()


def rewards_squared(p, rewards, scores):
    s = (scores**2).sum(1)
    return np.sqrt((p * s * rewards**2).sum() / (p * s).sum())


def minus_it(p, rewards, scores):
    s = (scores**2).sum(1)
    return -(p * s * rewards).sum() / (p * s).sum()


def deviation_of_scores(p, rewards, scores):
    s = scores.var(1)
    return (p * s * rewards).sum() / (p * s).sum()


def first_score_only(p, rewards, scores):
    s = scores[:, 0] ** 2
    return (p * s * rewards).sum() / (p * s).sum()


NAMED = {
    "baselines-and-critics-1": [
        (minus_the_mean, "leave the tune itself out"),
        (wrong_factor, "B / (B - 1)"),
        (z_scores, "spread"),
        (others_minus_mine, "sign"),
        (only_the_baseline, "advantage"),
        (sum_of_others, "mean"),
        (divided_by_b, "B - 1"),
        (whole_sum_by_b_minus_1, "out of the sum"),
        (the_one_before, "all the others"),
        (median_of_all, "mean"),
        (four_only, "B changes"),
        (whole_numbers, "fraction"),
        (first_left_out, "*itself*"),
        (writes_over, "alone"),
    ],
    "baselines-and-critics-2": [
        (mean_reward, "score"),
        (chances_forgotten, "chance"),
        (length_not_squared, "squared"),
        (sum_before_square, "square"),
        (not_divided, "weights"),
        (divided_by_mean_wrongly, "weights"),
        (a_row_of_constants, "one constant"),
        (mean_of_constants, "one"),
        (chances_squared, "chance"),
        (rewards_squared, "reward"),
        (minus_it, "sign"),
        (deviation_of_scores, "square"),
        (first_score_only, "all"),
    ],
}


def less_the_others(rewards):
    others = np.where(np.eye(len(rewards), dtype=bool), 0, rewards).sum(1) / (len(rewards) - 1)
    return list(np.asarray(rewards) - others)


def by_a_matrix(rewards):
    n = len(rewards)
    return (np.eye(n) * n - np.ones((n, n))) @ np.asarray(rewards) / (n - 1)


def in_torch(rewards):
    import torch

    r = torch.as_tensor(np.array(rewards)).double()
    return len(r) / (len(r) - 1) * (r - r.mean())


def least_squares(p, rewards, scores):
    weight = np.sqrt(p)[:, None] * scores  # b minimises the mean of |(R - b) S|^2
    target = weight * np.asarray(rewards)[:, None]
    return np.linalg.lstsq(weight.reshape(-1, 1), target.ravel(), rcond=None)[0][0]


def by_einsum(p, rewards, scores):
    up = np.einsum("n,n,ni,ni->", p, rewards, scores, scores)
    return float(up / np.einsum("n,ni,ni->", p, scores, scores))


def weighted_average(p, rewards, scores):
    return np.average(rewards, weights=p * np.linalg.norm(scores, axis=1) ** 2)


RIGHT = {
    "baselines-and-critics-1": [less_the_others, by_a_matrix, in_torch],
    "baselines-and-critics-2": [least_squares, by_einsum, weighted_average],
}
