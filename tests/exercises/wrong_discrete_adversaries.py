"""Answers that look right and are not."""

import numpy as np


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
