"""Answers that look right and are not, and unusual ones that are."""

import numpy as np
import torch


def noise_of_another_kind(logits, uniform):
    return np.argmax(logits + np.log(uniform / (1 - uniform)), axis=-1)


def mean_in_the_probabilities(probabilities, values, slopes):
    return probabilities @ slopes - values


WRONG = {
    "discrete-adversaries-1": noise_of_another_kind,
    "discrete-adversaries-2": mean_in_the_probabilities,
}


def np_(x):
    return np.asarray(x, float)


def no_noise(logits, uniform):
    return np_(logits).argmax(1)


def uniform_added(logits, uniform):
    return (np_(logits) + np_(uniform)).argmax(1)


def one_logarithm(logits, uniform):
    return (np_(logits) - np.log(np_(uniform))).argmax(1)


def wrong_sign(logits, uniform):
    return (np_(logits) + np.log(-np.log(np_(uniform)))).argmax(1)


def noise_times(logits, uniform):
    return (np_(logits) * -np.log(-np.log(np_(uniform)))).argmax(1)


def smallest(logits, uniform):
    return (np_(logits) - np.log(-np.log(np_(uniform)))).argmin(1)


def down_the_columns(logits, uniform):
    return (np_(logits) - np.log(-np.log(np_(uniform)))).argmax(0)


def probabilities_plus_noise(logits, uniform):
    p = np.exp(np_(logits))
    p /= p.sum(1, keepdims=True)
    return (p - np.log(-np.log(np_(uniform)))).argmax(1)


def one_hot_rows(logits, uniform):
    x = (np_(logits) - np.log(-np.log(np_(uniform)))).argmax(1)
    return np.eye(np_(logits).shape[1])[x]


def noise_of_the_first_row(logits, uniform):
    return (np_(logits) - np.log(-np.log(np_(uniform)[:1]))).argmax(1)


def how_large(logits, uniform):
    return (np_(logits) - np.log(-np.log(np_(uniform)))).max(1)


def half_temperature(logits, uniform):
    return (np_(logits) / 0.5 - np.log(-np.log(np_(uniform)))).argmax(1)


def through(p, row):
    return p * (row - p @ row)


def exact_less_straight_through(probabilities, values, slopes):
    return through(probabilities, values - probabilities @ slopes)


def how_far_off(probabilities, values, slopes):
    return np.abs(through(probabilities, probabilities @ slopes - values))


def straight_through_alone(probabilities, values, slopes):
    return through(probabilities, probabilities @ slopes)


def exact_alone(probabilities, values, slopes):
    return through(probabilities, values)


def weighs_the_columns(probabilities, values, slopes):
    return through(probabilities, slopes @ probabilities - values)


def every_symbol_alike(probabilities, values, slopes):
    return through(probabilities, slopes.mean(0) - values)


def its_own_entry_alone(probabilities, values, slopes):
    return through(probabilities, np.diag(slopes) - values)


def chances_twice(probabilities, values, slopes):
    return through(probabilities, probabilities @ slopes - probabilities * values)


def times_p_alone(probabilities, values, slopes):
    return probabilities * (probabilities @ slopes - values)


def diagonal_alone(probabilities, values, slopes):
    return probabilities * (1 - probabilities) * (probabilities @ slopes - values)


def plain_mean_taken_off(probabilities, values, slopes):
    off = probabilities @ slopes - values
    return probabilities * (off - off.mean())


def mean_taken_off_alone(probabilities, values, slopes):
    off = probabilities @ slopes - values
    return off - probabilities @ off


def largest_of_all(probabilities, values, slopes):
    return np.abs(through(probabilities, probabilities @ slopes - values)).max()


def overwrites(probabilities, values, slopes):
    values -= probabilities @ slopes
    return through(probabilities, -values)


NAMED = {
    "discrete-adversaries-1": [
        (no_noise, "noise"),
        (uniform_added, "Gumbel"),
        (one_logarithm, "two logarithms"),
        (wrong_sign, "sign"),
        (noise_times, "add"),
        (smallest, "largest"),
        (down_the_columns, "row"),
        (probabilities_plus_noise, "logits"),
        (one_hot_rows, "whole number"),
        (noise_of_the_first_row, "noise of its own"),
        (how_large, "whole number"),
        (half_temperature, "temperature"),
    ],
    "discrete-adversaries-2": [
        (mean_in_the_probabilities, "in the *logits*"),
        (exact_less_straight_through, "mind the sign"),
        (how_far_off, "keep its sign"),
        (straight_through_alone, "the mean of straight-through"),
        (exact_alone, "this is the exact gradient"),
        (weighs_the_columns, "not the columns"),
        (every_symbol_alike, "by its chance"),
        (its_own_entry_alone, "not its own entry"),
        (chances_twice, "holds p once"),
        (times_p_alone, "subtract the mean"),
        (diagonal_alone, "the diagonal"),
        (plain_mean_taken_off, "weighed by p"),
        (mean_taken_off_alone, "multiply by p"),
        (largest_of_all, "for each logit"),
        (overwrites, "alone"),
    ],
}


def a_list_of_draws(logits, uniform):
    import math

    return [
        max(range(len(z)), key=lambda k: float(z[k]) - math.log(-math.log(float(u[k]))))
        for z, u in zip(logits, uniform)
    ]


def exponential_race(logits, uniform):
    """The first clock that rings: exponentials of rate e^z."""
    z = np_(logits) - np_(logits).max(1, keepdims=True)
    return (-np.log(np_(uniform)) / np.exp(z)).argmin(1)


def torch_draws(logits, uniform):
    noise = -torch.log(-torch.log(torch.as_tensor(np_(uniform))))
    return (torch.log_softmax(torch.as_tensor(np_(logits)), 1) + noise).argmax(1)


def loops(probabilities, values, slopes):
    V = len(probabilities)
    found = []
    for i in range(V):
        total = 0.0
        for k in range(V):  # the symbol that was drawn
            for j in range(V):  # the probability that logit i moves
                moves = probabilities[j] * ((i == j) - probabilities[i])
                total += probabilities[k] * float(slopes[k][j]) * moves
            total -= float(values[k]) * probabilities[k] * ((i == k) - probabilities[i])
        found.append(total)
    return found


def jacobian(probabilities, values, slopes):
    p = np_(probabilities)
    return (np.diag(p) - np.outer(p, p)) @ (np_(slopes).T @ p - np_(values))


def by_autograd(probabilities, values, slopes):
    p, v, s = (torch.as_tensor(np_(x)) for x in (probabilities, values, slopes))
    z = p.log().requires_grad_()
    soft = torch.softmax(z, 0)
    (soft @ (p @ s) - soft @ v).backward()
    return z.grad


RIGHT = {
    "discrete-adversaries-1": [a_list_of_draws, exponential_race, torch_draws],
    "discrete-adversaries-2": [loops, jacobian, by_autograd],
}
