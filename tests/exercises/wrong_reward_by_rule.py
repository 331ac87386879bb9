"""Answers that look right and are not, and unusual ones that are."""

import numpy as np
from scipy.special import softmax


def share_of_all_moves(pitch):
    move = np.diff(pitch)
    large = np.abs(move[:-1]) >= 7
    if not large.any():
        return 1.0
    resolved = large & (move[:-1] * move[1:] < 0)
    return float(resolved.mean())


def forgets_the_reference(reference, reward, beta):
    score = reward / beta
    weight = np.exp(score - score.max())
    return weight / weight.sum()


WRONG = {
    "reward-by-rule-1": share_of_all_moves,
    "reward-by-rule-2": forgets_the_reference,
}


def np_(x):
    return np.asarray(x, float)


def moves(pitch):
    return np.diff(np.asarray(pitch, int))


def share(leap, other):
    return float(other[leap].mean()) if leap.any() else 1.0


def upward_leaps_only(pitch):
    m = moves(pitch)
    return share(m[:-1] >= 7, m[1:] < 0)


def more_than_seven(pitch):
    m = moves(pitch)
    return share(abs(m[:-1]) > 7, m[:-1] * m[1:] < 0)


def steps_back_only(pitch):
    m = moves(pitch)
    return share(abs(m[:-1]) >= 7, (m[:-1] * m[1:] < 0) & (abs(m[1:]) <= 2))


def a_held_note_resolves(pitch):
    m = moves(pitch)
    return share(abs(m[:-1]) >= 7, m[:-1] * m[1:] <= 0)


def any_move_resolves(pitch):
    m = moves(pitch)
    return share(abs(m[:-1]) >= 7, m[1:] != 0)


def last_leap_counts(pitch):
    m = moves(pitch)
    return share(abs(m) >= 7, m * np.append(m[1:], 0) < 0)


def zero_where_none(pitch):
    m = moves(pitch)
    leap = abs(m[:-1]) >= 7
    return float((m[:-1] * m[1:] < 0)[leap].mean()) if leap.any() else 0.0


def of_all_moves(pitch):
    m = moves(pitch)
    return float(((abs(m[:-1]) >= 7) & (m[:-1] * m[1:] < 0)).sum() / max(len(m), 1))


def bytes_wrap(pitch):
    m = np.diff(np.asarray(pitch, np.uint8))
    return share(m[:-1] >= 7, m[1:] > 128)


def all_or_nothing(pitch):
    m = moves(pitch)
    leap = abs(m[:-1]) >= 7
    return float((m[:-1] * m[1:] < 0)[leap].all())


def a_count(pitch):
    m = moves(pitch)
    leap = abs(m[:-1]) >= 7
    return int((m[:-1] * m[1:] < 0)[leap].sum()) if leap.any() else 1


def comes_back_all_the_way(pitch):
    m = moves(pitch)
    return share(abs(m[:-1]) >= 7, m[1:] == -m[:-1])


def five_semitones(pitch):
    m = moves(pitch)
    return share(abs(m[:-1]) >= 5, m[:-1] * m[1:] < 0)


def nan_for_one_note(pitch):
    m = moves(pitch)
    return share(abs(m[:-1]) >= 7, m[:-1] * m[1:] < 0) if len(m) else float("nan")


def overflows(reference, reward, beta):
    w = np_(reference) * np.exp(np_(reward) / beta)
    return w / w.sum()


def reference_forgotten(reference, reward, beta):
    return softmax(np_(reward) / beta)


def times_beta(reference, reward, beta):
    return softmax(np.log(np_(reference) + 1e-300) + np_(reward) * beta)


def not_rescaled(reference, reward, beta):
    return np_(reference) * np.exp((np_(reward) - np_(reward).max()) / beta)


def reference_in_the_exponent(reference, reward, beta):
    return softmax(np_(reference) + np_(reward) / beta)


def reference_priced_too(reference, reward, beta):
    return softmax((np.log(np_(reference) + 1e-300) + np_(reward)) / beta)


def sign_of_the_reward(reference, reward, beta):
    return softmax(np.log(np_(reference) + 1e-300) - np_(reward) / beta)


def best_alone(reference, reward, beta):
    return np.eye(len(reward))[np.argmax(reward)]


def leak_where_reference_is_zero(reference, reward, beta):
    return softmax(np.log(np_(reference) + 1e-3) + np_(reward) / beta)


def greatest_reward_of_all(reference, reward, beta):
    w = np_(reference) * np.exp((np_(reward) - np_(reward).max()) / beta)
    return w / w.sum()


def clipped_exponent(reference, reward, beta):
    w = np_(reference) * np.exp(np.clip(np_(reward) / beta, -20, 20))
    return w / w.sum()


def mixture(reference, reward, beta):
    w = np_(reward) - np_(reward).min() + 1e-9
    return (w / w.sum() + beta * np_(reference)) / (1 + beta)


NAMED = {
    "reward-by-rule-1": [
        (upward_leaps_only, "down"),
        (more_than_seven, "seven"),
        (steps_back_only, "other way"),
        (a_held_note_resolves, "repeat"),
        (any_move_resolves, "other way"),
        (last_leap_counts, "followed"),
        (zero_where_none, "no leap"),
        (of_all_moves, "no leap"),
        (bytes_wrap, "down"),
        (all_or_nothing, "share"),
        (a_count, "share"),
        (comes_back_all_the_way, "other way"),
        (five_semitones, "seven"),
        (nan_for_one_note, "no leap"),
    ],
    "reward-by-rule-2": [
        (overflows, "overflow"),
        (reference_forgotten, "reference"),
        (times_beta, "price"),
        (not_rescaled, "sum"),
        (reference_in_the_exponent, "reference"),
        (reference_priced_too, "reference"),
        (sign_of_the_reward, "reward"),
        (best_alone, "price"),
        (leak_where_reference_is_zero, "nothing added"),
        (greatest_reward_of_all, "0 / 0"),
        (clipped_exponent, "clip"),
        (mixture, "exp"),
    ],
}


def note_by_note(pitch):
    good = total = 0
    for a, b, c in zip(pitch, pitch[1:], pitch[2:]):
        a, b, c = int(a), int(b), int(c)
        if abs(b - a) >= 7:
            total += 1
            good += (c < b) if b > a else (c > b)
    return good / total if total else 1


def by_signs(pitch):
    import torch

    m = torch.as_tensor(np.array(pitch, float)).diff()
    now, after = m[:-1], m[1:]
    leap = now.abs() > 6.5
    return (now.sign() == -after.sign())[leap].double().mean() if leap.any() else torch.tensor(1.0)


def one_at_a_time(reference, reward, beta):
    import math

    pairs = [(float(p), float(r)) for p, r in zip(reference, reward)]
    top = max(r for p, r in pairs if p > 0)
    weights = [p * math.exp((r - top) / beta) if p else 0.0 for p, r in pairs]
    return [w / math.fsum(weights) for w in weights]


def torch_logs(reference, reward, beta):
    import torch

    p, r = torch.as_tensor(np_(reference)), torch.as_tensor(np_(reward))
    return torch.softmax(p.log() + r / beta, 0)


RIGHT = {
    "reward-by-rule-1": [note_by_note, by_signs],
    "reward-by-rule-2": [one_at_a_time, torch_logs],
}
