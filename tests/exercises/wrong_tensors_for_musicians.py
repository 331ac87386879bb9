"""Answers that look right and are not, and unusual ones that are."""

import numpy as np


def ends_flow_back_to_the_start(pitches, voices, delay):
    out = np.zeros((voices, len(pitches) + (voices - 1) * delay), int)
    for v in range(voices):
        out[v] = np.roll(np.resize(pitches, out.shape[1]), v * delay)
    return out


def every_row_weighs_the_same(counts):
    counts = np.asarray(counts, float)
    rows = counts[counts.sum(axis=1) > 0]
    shares = rows / rows.sum(axis=1, keepdims=True)
    surprise = -np.log(np.where(shares > 0, shares, 1))
    return float((shares * surprise).sum(axis=1).mean())


WRONG = {
    "tensors-for-musicians-1": ends_flow_back_to_the_start,
    "tensors-for-musicians-2": every_row_weighs_the_same,
}


def with_echo(pitches, voices, delay):
    line = np.append(pitches, np.zeros((voices - 1) * delay, np.asarray(pitches).dtype))
    return np.stack([np.roll(line, v * delay) for v in range(voices)])[::-1]


def each_one_place_later(pitches, voices, delay):
    out = np.zeros((voices, len(pitches) + (voices - 1) * delay), int)
    for v in range(voices):
        out[v, v : v + len(pitches)] = pitches
    return out


def all_at_once(pitches, voices, delay):
    out = np.zeros((voices, len(pitches) + (voices - 1) * delay), int)
    out[:, : len(pitches)] = pitches
    return out


def places_by_voices(pitches, voices, delay):
    out = np.zeros((len(pitches) + (voices - 1) * delay, voices), int)
    for v in range(voices):
        out[v * delay : v * delay + len(pitches), v] = pitches
    return out


def sings_on_in_a_circle(pitches, voices, delay):
    n = len(pitches) + (voices - 1) * delay
    return np.stack([np.roll(np.resize(pitches, n), v * delay) for v in range(voices)])


def one_delay_too_long(pitches, voices, delay):
    out = np.zeros((voices, len(pitches) + voices * delay), int)
    for v in range(voices):
        out[v, v * delay : v * delay + len(pitches)] = pitches
    return out


def first_voice_waits_too(pitches, voices, delay):
    n = len(pitches) + (voices - 1) * delay
    out = np.zeros((voices, n + delay), int)
    for v in range(voices):
        out[v, (v + 1) * delay : (v + 1) * delay + len(pitches)] = pitches
    return out[:, :n]


def pitches_move_not_entries(pitches, voices, delay):
    out = np.zeros((voices, len(pitches) + (voices - 1) * delay), int)
    for v in range(voices):
        out[v, v * delay : v * delay + len(pitches)] = np.asarray(pitches) + v * delay
    return out


def silence_is_minus_one(pitches, voices, delay):
    out = np.full((voices, len(pitches) + (voices - 1) * delay), -1)
    for v in range(voices):
        out[v, v * delay : v * delay + len(pitches)] = pitches
    return out


def held_into_silence(pitches, voices, delay):
    n = len(pitches) + (voices - 1) * delay
    out = np.full((voices, n), pitches[-1])
    for v in range(voices):
        out[v, : v * delay] = 0
        out[v, v * delay : v * delay + len(pitches)] = pitches
    return out


def joint(counts):
    p = counts[counts > 0] / counts.sum()
    return -(p * np.log(p)).sum()


def mean_of_the_rows(counts):
    rows = counts[counts.sum(1) > 0]
    p = rows / rows.sum(1, keepdims=True)
    return -np.where(p > 0, p * np.log(np.where(p > 0, p, 1)), 0).sum(1).mean()


def by_columns(counts):
    p = counts / np.maximum(counts.sum(0, keepdims=True), 1)
    m = counts > 0
    return -(counts[m] * np.log(p[m])).sum() / counts.sum()


def without_looking_back(counts):
    p = counts.sum(0) / counts.sum()
    return -(p[p > 0] * np.log(p[p > 0])).sum()


def bits(counts):
    p = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    m = counts > 0
    return -(counts[m] * np.log2(p[m])).sum() / counts.sum()


def nan_where_empty(counts):
    p = counts / counts.sum(1, keepdims=True)
    return -(counts * np.log(p)).sum() / counts.sum()


def one_added_to_each(counts):
    p = (counts + 1) / (counts + 1).sum(1, keepdims=True)
    m = counts > 0
    return -(counts[m] * np.log(p[m])).sum() / counts.sum()


def negative(counts):
    p = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    m = counts > 0
    return (counts[m] * np.log(p[m])).sum() / counts.sum()


def all_notes_together(counts):
    p = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    m = counts > 0
    return -(counts[m] * np.log(p[m])).sum()


def a_millionth_inside(counts):
    p = (counts + 1e-3) / (counts + 1e-3).sum(1, keepdims=True)
    return -(counts * np.log(p)).sum() / counts.sum()


def over_v_squared(counts):
    p = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    m = counts > 0
    return -(p[m] * np.log(p[m])).sum() / len(counts)


NAMED = {
    "tensors-for-musicians-1": [
        (with_echo, "first voice enters first"),
        (each_one_place_later, "delay"),
        (all_at_once, "delay"),
        (places_by_voices, "turn the axes"),
        (sings_on_in_a_circle, "silent"),
        (one_delay_too_long, "places"),
        (first_voice_waits_too, "first voice"),
        (pitches_move_not_entries, "same pitches"),
        (silence_is_minus_one, "silent"),
        (held_into_silence, "silent"),
    ],
    "tensors-for-musicians-2": [
        (joint, "given"),
        (mean_of_the_rows, "often"),
        (by_columns, "row"),
        (without_looking_back, "given"),
        (bits, "log2"),
        (nan_where_empty, "empty"),
        (one_added_to_each, "added"),
        (negative, "sign"),
        (all_notes_together, "a note"),
        (a_millionth_inside, "added"),
        (over_v_squared, "often"),
    ],
}


def one_list_a_voice(pitches, voices, delay):
    line, rest = [float(p) for p in pitches], (voices - 1) * delay
    return [[0] * (v * delay) + line + [0] * (rest - v * delay) for v in range(voices)]


def by_indices(pitches, voices, delay):
    t = np.arange(len(pitches) + (voices - 1) * delay)[None] - delay * np.arange(voices)[:, None]
    inside = (t >= 0) & (t < len(pitches))
    return np.where(inside, np.asarray(pitches)[np.clip(t, 0, len(pitches) - 1)], 0)


def padded_by_torch(pitches, voices, delay):
    import torch

    line, rest = torch.as_tensor(np.array(pitches)), (voices - 1) * delay
    pad = torch.nn.functional.pad
    return torch.stack([pad(line, (v * delay, rest - v * delay)) for v in range(voices)])


def joint_minus_marginal(counts):
    def entropy(c):
        p = c[c > 0] / c.sum()
        return -(p * np.log(p)).sum()

    counts = np.asarray(counts, float)
    return entropy(counts.ravel()) - entropy(counts.sum(1))


def plain_python(counts):
    import math

    total = sum(sum(map(float, row)) for row in counts)
    nats = 0.0
    for row in counts:
        for c in row:
            nats -= float(c) * math.log(c / sum(row)) if c else 0.0
    return nats / total


def torch_categories(counts):
    import torch

    c = torch.as_tensor(np.array(counts)).double()
    c = c[c.sum(1) > 0]
    return (torch.distributions.Categorical(c).entropy() * c.sum(1)).sum() / c.sum()


RIGHT = {
    "tensors-for-musicians-1": [one_list_a_voice, by_indices, padded_by_torch],
    "tensors-for-musicians-2": [joint_minus_marginal, plain_python, torch_categories],
}
