"""Answers that look right and are not, and odd ones that are right."""

import numpy as np


def overwrites(x, w, stride):
    y = [0.0] * ((len(x) - 1) * stride + len(w))
    for i, number in enumerate(x):
        for j, weight in enumerate(w):
            y[i * stride + j] = number * weight
    return y


def turned_round(x, w, stride):
    y = np.zeros((len(x) - 1) * stride + len(w))
    for i, number in enumerate(x):
        y[i * stride : i * stride + len(w)] += number * np.array(w)[::-1]
    return y


def side_by_side(x, w, stride):
    return [a * b for a in x for b in w]


def too_short(x, w, stride):
    y = np.zeros(len(x) * stride)
    for i, number in enumerate(x):
        for j, weight in enumerate(w):
            if i * stride + j < len(y):
                y[i * stride + j] += number * weight
    return y


def narrows(x, w, stride):
    return np.convolve(x, w, "valid")[::stride]


def plain_convolution(x, w, stride):
    return np.convolve(x, w)


def by_zeros_between(x, w, stride):
    apart = np.zeros((len(x) - 1) * stride + 1)
    apart[::stride] = x
    return np.convolve(apart, w)


def by_torch(x, w, stride):
    import torch

    given, weights = (torch.tensor(v, dtype=torch.float64)[None, None] for v in (x, w))
    return torch.nn.functional.conv_transpose1d(given, weights, stride=stride)[0, 0]


def not_modulo(pitches, chords):
    steps = len(pitches) // len(chords)
    inside = [p in chords[t // steps] for t, p in enumerate(pitches) if p >= 0]
    return sum(inside) / len(inside) if inside else 0


def first_chord(pitches, chords):
    inside = [p % 12 in chords[0] for p in pitches if p >= 0]
    return sum(inside) / len(inside) if inside else 0


def in_turn(pitches, chords):
    inside = [p % 12 in chords[t % len(chords)] for t, p in enumerate(pitches) if p >= 0]
    return sum(inside) / len(inside) if inside else 0


def of_all_steps(pitches, chords):
    steps = len(pitches) // len(chords)
    return sum(p >= 0 and p % 12 in chords[t // steps] for t, p in enumerate(pitches)) / len(
        pitches
    )


def silence_is_b(pitches, chords):
    steps = len(pitches) // len(chords)
    inside = [p % 12 in chords[t // steps] for t, p in enumerate(pitches)]
    return sum(inside) / sum(p >= 0 for p in pitches) if max(pitches) >= 0 else 0


def counts(pitches, chords):
    steps = len(pitches) // len(chords)
    return sum(p >= 0 and p % 12 in chords[t // steps] for t, p in enumerate(pitches))


def divides_by_nothing(pitches, chords):
    steps = len(pitches) // len(chords)
    inside = [p % 12 in chords[t // steps] for t, p in enumerate(pitches) if p >= 0]
    return sum(inside) / len(inside)


def by_numpy(pitches, chords):
    pitches = np.array(pitches)
    part = np.arange(len(pitches)) * len(chords) // len(pitches)
    table = np.array([[k in chord for k in range(12)] for chord in chords])
    sounding = pitches >= 0
    return np.sum(table[part, pitches % 12] & sounding) / max(sounding.sum(), 1)


def by_pieces(pitches, chords):
    pitches, good, all_of_them = list(pitches), 0, 0
    steps = len(pitches) // len(chords)
    for chord in chords:
        here, pitches = pitches[:steps], pitches[steps:]
        sounding = [p for p in here if p != -1]
        good += len([p for p in sounding if p % 12 in chord])
        all_of_them += len(sounding)
    return good / all_of_them if all_of_them else 0


WRONG = {"picture-gans-1": overwrites, "picture-gans-2": of_all_steps}
NAMED = {
    "picture-gans-1": [
        (overwrites, "overwrites"),
        (turned_round, "wrong way round"),
        (side_by_side, "an array of shape (4,)"),
        (too_short, "an array of shape (4,)"),
        (narrows, "an array of shape (4,)"),
        (plain_convolution, "not an array of shape (3,)"),
    ],
    "picture-gans-2": [
        (not_modulo, "modulo 12"),
        (first_chord, "its own part alone"),
        (in_turn, "not in turn"),
        (of_all_steps, "steps that sound"),
        (silence_is_b, "silence"),
        (counts, "not a count"),
        (divides_by_nothing, "division by zero"),
    ],
}
RIGHT = {"picture-gans-1": [by_zeros_between, by_torch], "picture-gans-2": [by_numpy, by_pieces]}
