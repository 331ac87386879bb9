"""Answers that look right and are not, and unusual ones that are."""

import numpy as np


def ends_flow_back_to_the_start(pitches, voices, delay):
    out = np.zeros((voices, len(pitches) + (voices - 1) * delay), int)
    for v in range(voices):
        out[v] = np.roll(np.resize(pitches, out.shape[1]), v * delay)
    return out


def every_row_weighs_the_same(counts):
    def surprise(tallies):
        shares = tallies[tallies > 0] / tallies.sum()
        return float(-(shares * np.log(shares)).sum())

    rows = [row for row in np.asarray(counts, float) if row.any()]
    return surprise(np.sum(rows, axis=0)) - np.mean([surprise(row) for row in rows])


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


def np_(x):
    return np.asarray(x, float)


def entropy(tallies):
    p = tallies[tallies > 0] / tallies.sum()
    return -(p * np.log(p)).sum()


def floor(counts, log=np.log):
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    seen = counts > 0
    return -(counts[seen] * log(shares[seen])).sum() / counts.sum()


def floor_alone(counts):
    return floor(counts)


def no_memory_alone(counts):
    return entropy(counts.sum(0))


def floor_less_no_memory(counts):
    return floor(counts) - entropy(counts.sum(0))


def shares_of_the_present_note(counts):
    return entropy(counts.sum(1)) - floor(counts)


def even_guess_less_floor(counts):
    return np.log(len(counts)) - floor(counts)


def less_both_notes(counts):
    return entropy(counts.sum(0)) - entropy(counts)


def less_mean_of_the_rows(counts):
    rows = counts[counts.sum(1) > 0]
    return entropy(counts.sum(0)) - np.mean([entropy(row) for row in rows])


def less_floor_of_the_columns(counts):
    return entropy(counts.sum(0)) - floor(counts.T)


def in_bits(counts):
    return (entropy(counts.sum(0)) - floor(counts)) / np.log(2)


def nan_where_empty(counts):
    shares = counts / counts.sum(1, keepdims=True)
    return entropy(counts.sum(0)) + (counts * np.log(shares)).sum() / counts.sum()


def one_added_to_each(counts):
    p = (counts + 1) / (counts + 1).sum(1, keepdims=True)
    q = (counts + 1).sum(0) / (counts + 1).sum()
    return (counts * (np.log(p) - np.log(q))).sum() / counts.sum()


def a_little_added(counts):
    c = counts + 0.01
    return entropy(c.sum(0)) - floor(c)


def of_the_whole_corpus(counts):
    return (entropy(counts.sum(0)) - floor(counts)) * counts.sum()


def share_that_is_saved(counts):
    return 1 - floor(counts) / entropy(counts.sum(0))


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
        (floor_alone, "this is the floor"),
        (no_memory_alone, "subtract the floor"),
        (floor_less_no_memory, "sign"),
        (shares_of_the_present_note, "*next* notes"),
        (even_guess_less_floor, "not log V"),
        (less_both_notes, "*given*"),
        (less_mean_of_the_rows, "weigh rows"),
        (less_floor_of_the_columns, "by the column"),
        (in_bits, "log2"),
        (nan_where_empty, "empty cell"),
        (one_added_to_each, "nothing is added"),
        (a_little_added, "nothing is added"),
        (of_the_whole_corpus, "a note"),
        (share_that_is_saved, "which share"),
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


def from_present_to_past(counts):
    """What the next note tells of the present one, which is as much."""
    counts = np_(counts).T
    return entropy(counts.sum(0)) - floor(counts)


def divergence_from_independence(counts):
    p = np_(counts) / np.sum(counts)
    q = np.outer(p.sum(1), p.sum(0))
    return float((p[p > 0] * np.log(p[p > 0] / q[p > 0])).sum())


def plain_python(counts):
    import math

    rows = [[float(c) for c in row] for row in counts]
    after = [sum(column) for column in zip(*rows)]
    n = sum(after)
    return math.fsum(
        c / n * math.log(c * n / (sum(row) * a)) for row in rows for c, a in zip(row, after) if c
    )


def three_entropies(counts):
    import torch

    c = torch.as_tensor(np_(counts))

    def h(x):
        return torch.special.entr(x / x.sum()).sum()

    return h(c.sum(0)) + h(c.sum(1)) - h(c)


RIGHT = {
    "tensors-for-musicians-1": [one_list_a_voice, by_indices, padded_by_torch],
    "tensors-for-musicians-2": [
        from_present_to_past,
        divergence_from_independence,
        plain_python,
        three_entropies,
    ],
}
