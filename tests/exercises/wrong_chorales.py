"""Answers that look right and are not, and odd ones that are right."""

import numpy as np


def takes_the_likeliest(prior, given):
    return -max(p + sum(row) for p, row in zip(prior, given))


def forgets_the_prior(prior, given):
    return -np.log(sum(np.exp(sum(row)) for row in given))


def averages_logarithms(prior, given):
    return -sum(np.exp(p) * sum(row) for p, row in zip(prior, given))


def mixes_each_voice(prior, given):
    voices = zip(*given)
    return -sum(np.log(sum(np.exp(p + g) for p, g in zip(prior, voice))) for voice in voices)


def wrong_sign(prior, given):
    return np.log(sum(np.exp(p + sum(row)) for p, row in zip(prior, given)))


def stays_a_probability(prior, given):
    return sum(np.exp(p + sum(row)) for p, row in zip(prior, given))


def underflows(prior, given):
    return -np.log(sum(np.exp(p + sum(row)) for p, row in zip(prior, given)))


def adds_voices(prior, given):
    return -np.log(sum(np.exp(p + g) for p, row in zip(prior, given) for g in row))


def in_torch(prior, given):
    import torch

    joint = torch.tensor(prior, dtype=torch.float64) + torch.tensor(given, dtype=torch.float64).sum(
        1
    )
    return -joint.logsumexp(0)


def two_at_a_time(prior, given):
    """Adds one chord after the other to what has been added so far."""
    total = -np.inf
    for p, row in zip(prior, given):
        total = np.logaddexp(total, p + np.sum(row))
    return float(-total)


def ties_what_repeats(line):
    told, before = [], None
    for cell in line:
        pitch = before if cell == "hold" else cell
        told.append((pitch, pitch is not None and pitch == before))
        before = pitch
    return told


def holds_once(line):
    told = []
    for t, cell in enumerate(line):
        if cell == "hold":
            before = line[t - 1] if t else None
            pitch = before if isinstance(before, int) else None
            told.append((pitch, pitch is not None))
        else:
            told.append((cell, False))
    return told


def sings_on_after_a_rest(line):
    told, last = [], None
    for cell in line:
        if cell == "hold":
            told.append((last, last is not None))
        else:
            told.append((cell, False))
            last = last if cell is None else cell
    return told


def ties_silence(line):
    told, last = [], None
    for cell in line:
        last = last if cell == "hold" else cell
        told.append((last, cell == "hold"))
    return told


def ties_the_first(line):
    told, last = [], None
    for t, cell in enumerate(line):
        last = last if cell == "hold" else cell
        goes_on = t + 1 < len(line) and line[t + 1] == "hold"
        told.append((last, last is not None and (cell == "hold" or goes_on)))
    return told


def has_no_pitch(line):
    return [(None if cell == "hold" else cell, cell == "hold") for cell in line]


def takes_zero_for_silence(line):
    told, last = [], None
    for cell in line:
        last = last if cell == "hold" else cell
        told.append((last, bool(last) and cell == "hold"))
    return told


def in_turns(line):
    """Built from the end: each cell looks back for what it holds."""

    def find(t):
        while t >= 0 and line[t] == "hold":
            t -= 1
        return line[t] if t >= 0 else None

    return [[find(t), line[t] == "hold" and find(t) is not None] for t in range(len(line))]


def as_generator(line):
    last = None
    for cell in line:
        if cell != "hold":
            last = cell
        yield last, cell == "hold" and last is not None


WRONG = {"chorales-1": takes_the_likeliest, "chorales-2": ties_what_repeats}
NAMED = {
    "chorales-1": [
        (takes_the_likeliest, "all of them"),
        (forgets_the_prior, "prior"),
        (averages_logarithms, "mean of logarithms"),
        (mixes_each_voice, "multiply a chord's voices first"),
        (wrong_sign, "minus the logarithm"),
        (stays_a_probability, "nats"),
        (underflows, "very unlikely"),
        (adds_voices, "sound together"),
    ],
    "chorales-2": [
        (ties_what_repeats, "sung again"),
        (holds_once, "more than once"),
        (sings_on_after_a_rest, "after a rest"),
        (ties_silence, "nothing to hold"),
        (ties_the_first, "what begins is not tied"),
        (has_no_pitch, "same pitch"),
        (takes_zero_for_silence, "pitch 0"),
    ],
}
RIGHT = {"chorales-1": [in_torch, two_at_a_time], "chorales-2": [in_turns, as_generator]}
