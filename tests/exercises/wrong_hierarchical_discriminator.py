"""Answers that look right and are not, and unusual ones that are."""

import math

import numpy as np
import torch


def what_is_lost(places, gate):
    kept = (1 - gate) ** np.arange(places - 1, -1, -1.0)
    return kept / kept.sum()


def below_nothing(real, made):
    return np.log(2) + (np.log(real).mean() + np.log(1 - np.asarray(made)).mean()) / 2


WRONG = {
    "hierarchical-discriminator-1": what_is_lost,
    "hierarchical-discriminator-2": below_nothing,
}


def not_shares_yet(places, gate):
    return gate ** np.arange(places - 1, -1, -1.0)


def the_first_is_freshest(places, gate):
    held = float(gate) ** np.arange(places)
    return held / held.sum()


def once_too_often(places, gate):
    held = float(gate) ** np.arange(places, 0, -1)
    return held / held.sum() if held.sum() else np.zeros(places)


def what_is_let_in(places, gate):
    return (1 - gate) * float(gate) ** np.arange(places - 1, -1, -1)


def by_the_closed_sum(places, gate):
    held = float(gate) ** np.arange(places - 1, -1, -1)
    return held * (1 - gate) / (1 - gate**places) if gate != 1 else np.zeros(places)


def a_straight_line(places, gate):
    held = np.arange(1, places + 1) ** (1 - gate)
    return held / held.sum()


def twelve_places(places, gate):
    held = float(gate) ** np.arange(11, -1, -1)
    return (held / held.sum())[-places:]


def the_gate_is_a_logit(places, gate):
    held = (1 / (1 + np.exp(-gate))) ** np.arange(places - 1, -1, -1)
    return held / held.sum()


def what_was_forgotten(places, gate):
    held = float(1 - gate) ** np.arange(places - 1, -1, -1)
    return held / held.sum()


def summed_up(places, gate):
    held = np.cumsum(float(gate) ** np.arange(places - 1, -1, -1))
    return held / held.sum()


def loss(real, made):
    with np.errstate(divide="ignore"):
        return -np.log(real).mean() - np.log(1 - made).mean()


def less_than_nothing(real, made):
    return np.log(2) - loss(real, made) / 2


def the_loss_not_halved(real, made):
    return max(0.0, np.log(2) - loss(real, made))


def twice_too_much(real, made):
    return max(0.0, 2 * np.log(2) - loss(real, made))


def in_bits(real, made):
    return max(0.0, 1 - loss(real, made) / 2 / np.log(2))


def the_two_exchanged(real, made):
    return max(0.0, np.log(2) - loss(made, real) / 2)


def one_heap(real, made):
    with np.errstate(divide="ignore"):
        both = np.concatenate([np.log(real), np.log(1 - made)])
    return max(0.0, np.log(2) + both.mean())


def wrong_way_is_proof_too(real, made):
    return abs(np.log(2) - loss(real, made) / 2)


def fooled_is_proof(real, made):
    with np.errstate(divide="ignore"):
        return max(0.0, np.log(2) + (np.log(real).mean() + np.log(made).mean()) / 2)


def logarithm_of_the_mean(real, made):
    return max(0.0, np.log(2) + (np.log(real.mean()) + np.log(1 - made.mean())) / 2)


def sums(real, made):
    with np.errstate(divide="ignore"):
        return max(0.0, np.log(2) + (np.log(real).sum() + np.log(1 - made).sum()) / 2)


NAMED = {
    "hierarchical-discriminator-1": [
        (not_shares_yet, "sum to 1"),
        (the_first_is_freshest, "last place has"),
        (once_too_often, "gate 0"),
        (what_is_let_in, "sum to 1"),
        (by_the_closed_sum, "alike: gate 1"),
        (a_straight_line, "each place holds the share of the next one times the gate"),
        (twelve_places, "places as"),
        (the_gate_is_a_logit, "gate is what is"),
        (what_was_forgotten, "keeps, and"),
        (summed_up, "each place holds the share of the next one times the gate"),
    ],
    "hierarchical-discriminator-2": [
        (less_than_nothing, "proves 0"),
        (the_loss_not_halved, "not all of it"),
        (twice_too_much, "ln 2"),
        (in_bits, "nats"),
        (the_two_exchanged, "to real"),
        (one_heap, "two means"),
        (wrong_way_is_proof_too, "proves 0"),
        (fooled_is_proof, "to made"),
        (logarithm_of_the_mean, "logarithm"),
        (sums, "a mean"),
    ],
}


def walk_along(places, gate):
    memory = []
    for _ in range(places):
        memory = [held * gate for held in memory] + [1.0]
    return [held / math.fsum(memory) for held in memory]


def backwards(places, gate):
    held = np.cumprod([1.0] + [gate] * (places - 1))[::-1]
    return torch.tensor(held / held.sum())


def from_the_definition(real, made):
    parts = [
        sum(math.log(2 * x) if x > 0 else -math.inf for x in real) / len(real),
        sum(math.log(2 * (1 - x)) if x < 1 else -math.inf for x in made) / len(made),
    ]
    return max(sum(parts) / 2, 0)


def by_torch(real, made):
    r, m = (torch.as_tensor(np.array(x, float)) for x in (real, made))
    bound = math.log(2) + (r.log().mean() + (1 - m).log().mean()) / 2
    return torch.relu(bound)


RIGHT = {
    "hierarchical-discriminator-1": [walk_along, backwards],
    "hierarchical-discriminator-2": [from_the_definition, by_torch],
}
