"""Answers that look right and are not, and unusual ones that are."""

import numpy as np
import torch


def noise_of_another_kind(logits, uniform):
    return np.argmax(logits + np.log(uniform / (1 - uniform)), axis=-1)


def divided_by_the_chance(probabilities, index, pay):
    chosen = np.zeros(len(probabilities))
    chosen[index] = pay / probabilities[index]
    return chosen


WRONG = {
    "discrete-adversaries-1": noise_of_another_kind,
    "discrete-adversaries-2": divided_by_the_chance,
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


def probability_not_slope(probabilities, index, pay):
    out = np.zeros(len(probabilities))
    out[index] = pay / probabilities[index]
    return out


def minus(probabilities, index, pay):
    return pay * (probabilities - np.eye(len(probabilities))[index])


def one_hot_only(probabilities, index, pay):
    return pay * np.eye(len(probabilities))[index]


def p_times_all(probabilities, index, pay):
    p = probabilities
    return pay * p * (np.eye(len(p))[index] - p[index])


def p_of_the_drawn(probabilities, index, pay):
    p = probabilities
    return pay * (np.eye(len(p))[index] - p[index])


def without_pay(probabilities, index, pay):
    return np.eye(len(probabilities))[index] - probabilities


def divided_by_chance(probabilities, index, pay):
    return pay * (np.eye(len(probabilities))[index] - probabilities) / probabilities[index]


def surprise(probabilities, index, pay):
    return -pay * np.log(probabilities[index]) * np.ones(len(probabilities))


def only_the_drawn(probabilities, index, pay):
    out = np.zeros(len(probabilities))
    out[index] = pay * (1 - probabilities[index])
    return out


def pay_must_be_positive(probabilities, index, pay):
    return max(pay, 0) * (np.eye(len(probabilities))[index] - probabilities)


def on_the_one_hot_only(probabilities, index, pay):
    return pay * np.eye(len(probabilities))[index] - probabilities


def overwrites(probabilities, index, pay):
    probabilities *= -pay
    probabilities[index] += pay
    return probabilities


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
        (probability_not_slope, "logits"),
        (minus, "sign"),
        (one_hot_only, "normal"),
        (p_times_all, "log"),
        (p_of_the_drawn, "own probability"),
        (without_pay, "pay"),
        (divided_by_chance, "draw"),
        (surprise, "slope"),
        (only_the_drawn, "others"),
        (pay_must_be_positive, "negative"),
        (on_the_one_hot_only, "pay"),
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


def a_list_of_slopes(probabilities, index, pay):
    return [pay * ((k == index) - float(p)) for k, p in enumerate(probabilities)]


def row_of_the_jacobian(probabilities, index, pay):
    p = np_(probabilities)
    jacobian = np.diag(p) - np.outer(p, p)  # of the softmax
    return pay / p[index] * jacobian[index]


def torch_slopes(probabilities, index, pay):
    p = torch.as_tensor(np_(probabilities))
    return pay * (torch.nn.functional.one_hot(torch.tensor(int(index)), len(p)) - p)


RIGHT = {
    "discrete-adversaries-1": [a_list_of_draws, exponential_race, torch_draws],
    "discrete-adversaries-2": [a_list_of_slopes, row_of_the_jacobian, torch_slopes],
}
