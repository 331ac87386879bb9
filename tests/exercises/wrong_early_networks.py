"""Answers that look right and are not, and odd ones that are right."""

import numpy as np


def fades_from_the_front(played, symbols, decay):
    context = np.zeros(symbols)
    for age, symbol in enumerate(played):
        context[symbol] += decay**age
    return context


def fades_the_last_too(played, symbols, decay):
    context = np.zeros(symbols)
    for symbol in played:
        context[symbol] += 1
        context = decay * context
    return context


def forgets_what_was_there(played, symbols, decay):
    context = np.zeros(symbols)
    for symbol in played:
        context = decay * context
        context[symbol] = 1
    return context


def divides_by_the_age(played, symbols, decay):
    context = np.zeros(symbols)
    for age, symbol in enumerate(reversed(played), 1):
        context[symbol] += 1 if age == 1 else decay / (age - 1)
    return context


def knows_three_symbols(played, symbols, decay):
    context = np.zeros(3)
    for symbol in played:
        context = decay * context
        context[symbol] += 1
    return context


def wants_a_last_slice(played, symbols, decay):
    context = np.zeros(symbols)
    context[played[-1] if played else 0] = 1
    for age, symbol in enumerate(played[-2::-1], 1):
        context[symbol] += decay**age
    return context


def by_recursion(played, symbols, decay):
    if not played:
        return [0.0] * symbols
    before = by_recursion(played[:-1], symbols, decay)
    return [decay * x + (k == played[-1]) for k, x in enumerate(before)]


def by_matrix(played, symbols, decay):
    import torch

    ages = torch.arange(len(played) - 1, -1, -1, dtype=torch.float64)
    seen = torch.eye(symbols, dtype=torch.float64)[torch.tensor(played, dtype=torch.int64)]
    return (torch.as_tensor(decay, dtype=torch.float64) ** ages) @ seen


def first_slip(chords, form):
    for t, chord in enumerate(chords):
        if chord != form[t % len(form)]:
            return t
    return None


def last_right_step(chords, form):
    kept = [t for t, chord in enumerate(chords) if chord == form[t % len(form)]]
    return None if kept and kept[-1] == len(chords) - 1 else (kept[-1] if kept else 0)


def one_turn_only(chords, form):
    kept = [t for t, (chord, wanted) in enumerate(zip(chords, form)) if chord == wanted]
    after = kept[-1] + 1 if kept else 0
    return None if after == len(chords) else after


def zero_is_nothing(chords, form):
    kept = [t for t, chord in enumerate(chords) if chord == form[t % len(form)]]
    after = kept[-1] + 1 if kept else 0
    return (after if after < len(chords) else None) or None


def says_the_length(chords, form):
    kept = [t for t, chord in enumerate(chords) if chord == form[t % len(form)]]
    return kept[-1] + 1 if kept else 0


def by_whole_turns(chords, form):
    for turn in range(len(chords) // len(form)):
        part = chords[turn * len(form) : (turn + 1) * len(form)]
        if part[-1] != form[-1]:
            return turn * len(form) + next(t for t, (a, b) in enumerate(zip(part, form)) if a != b)
    return None


def from_the_end(chords, form):
    t = len(chords)
    while t and chords[t - 1] != form[(t - 1) % len(form)]:
        t -= 1
    return None if t == len(chords) else t


def in_numpy(chords, form):
    right = np.asarray(chords) == np.resize(form, len(chords))
    after = int(np.max(np.flatnonzero(right), initial=-1)) + 1
    return None if after == right.size else np.int64(after)


WRONG = {"early-networks-1": fades_from_the_front, "early-networks-2": first_slip}
NAMED = {
    "early-networks-1": [
        (fades_from_the_front, "the last counts 1"),
        (fades_the_last_too, "not faded"),
        (forgets_what_was_there, "comes again adds"),
        (divides_by_the_age, "decay"),
        (knows_three_symbols, "of 5 symbols"),
        (wants_a_last_slice, "zeros"),
    ],
    "early-networks-2": [
        (first_slip, "is no loss"),
        (last_right_step, "lost at step 6"),
        (one_turn_only, "never leaves"),
        (zero_is_nothing, "which is not None"),
        (says_the_length, "None"),
        (by_whole_turns, "within a turn"),
    ],
}
RIGHT = {
    "early-networks-1": [by_recursion, by_matrix],
    "early-networks-2": [from_the_end, in_numpy],
}
