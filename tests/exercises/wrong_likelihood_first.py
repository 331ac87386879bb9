"""Answers that look right and are not, and unusual ones that are."""

import math

import numpy as np
import torch


def came(probabilities, symbols):
    return probabilities[np.arange(len(symbols)), symbols]


def wrong_sign(probabilities, symbols):
    return float(np.mean(np.log(came(probabilities, symbols))))


def threshold(p, share):
    kept = np.where(p >= np.max(p) * (1 - share), p, 0)
    return kept / kept.sum()


WRONG = {"likelihood-first-1": wrong_sign, "likelihood-first-2": threshold}


def never_looks_at_the_symbols(probabilities, symbols):
    return -np.log(probabilities.max(1)).mean()


def one_hot_times_all_logarithms(probabilities, symbols):
    hot = np.eye(probabilities.shape[1])[symbols]
    return -(hot * np.log(probabilities)).sum(1).mean()


def a_sum(probabilities, symbols):
    return -np.log(came(probabilities, symbols)).sum()


def in_bits(probabilities, symbols):
    return -np.log2(came(probabilities, symbols)).mean()


def logarithm_of_the_mean(probabilities, symbols):
    return -np.log(came(probabilities, symbols).mean())


def entropy(probabilities, symbols):
    return -(probabilities * np.log(probabilities)).sum(1).mean()


def all_symbols(probabilities, symbols):
    return -np.log(probabilities).mean()


def one_too_few(probabilities, symbols):
    return -np.log(came(probabilities, symbols)).sum() / (len(symbols) - 1)


def a_row(probabilities, symbols):
    return -np.log(came(probabilities, symbols))


def in_sorted_order(p, share):
    kept = np.sort(p)[::-1].copy()
    before = np.cumsum(kept) - kept
    kept[before >= share - 1e-12] = 0
    return kept / kept.sum()


def stops_short(p, share):
    order = np.argsort(-p, kind="stable")
    kept = np.zeros_like(p)
    inside = order[np.cumsum(p[order]) <= share + 1e-12]
    kept[inside] = p[inside]
    kept[order[0]] = p[order[0]]
    return kept / kept.sum()


def one_too_many(p, share):
    order = np.argsort(-p, kind="stable")
    before = np.cumsum(p[order]) - p[order]
    kept = np.zeros_like(p)
    inside = order[: np.count_nonzero(before < share - 1e-12) + 1]
    kept[inside] = p[inside]
    return kept / kept.sum()


def not_rescaled(p, share):
    order = np.argsort(-p, kind="stable")
    before = np.cumsum(p[order]) - p[order]
    kept = np.zeros_like(p)
    kept[order] = np.where(before < share - 1e-12, p[order], 0)
    return kept


def from_the_unlikely(p, share):
    order = np.argsort(p, kind="stable")
    before = np.cumsum(p[order]) - p[order]
    kept = np.zeros_like(p)
    kept[order] = np.where(before < 0.3, p[order], 0)
    return kept / kept.sum()


def in_place(p, share):
    order = np.argsort(-p, kind="stable")
    before = np.cumsum(p[order]) - p[order]
    p[order[before >= share - 1e-12]] = 0
    return p / p.sum()


NAMED = {
    "likelihood-first-1": [
        (wrong_sign, "sign"),
        (never_looks_at_the_symbols, "not for the likeliest"),
        (one_hot_times_all_logarithms, "0 times log 0"),
        (a_sum, "not a sum"),
        (in_bits, "log2"),
        (logarithm_of_the_mean, "mean of the logarithms"),
        (entropy, "model expects"),
        (all_symbols, "only the symbol that came"),
        (one_too_few, "T - 1"),
        (a_row, "one number"),
    ],
    "likelihood-first-2": [
        (in_sorted_order, "undo the sorting"),
        (stops_short, "past the share"),
        (one_too_many, "nothing more is kept"),
        (not_rescaled, "rescale"),
        (from_the_unlikely, "begin with the likeliest"),
        (in_place, "alone"),
    ],
}


def by_torch(probabilities, symbols):
    logs = torch.log(torch.tensor(probabilities))
    return torch.nn.functional.nll_loss(logs, torch.tensor(symbols))


def by_a_list(p, share):
    kept, total = [0.0] * len(p), 0.0
    for index in sorted(range(len(p)), key=lambda i: -p[i]):
        if total < share - 1e-12:
            kept[index] = float(p[index])
            total = math.fsum(kept)
    return [x / total for x in kept]


RIGHT = {"likelihood-first-1": [by_torch], "likelihood-first-2": [by_a_list]}


def perplexity(probabilities, symbols):
    return np.exp(-np.log(probabilities[np.arange(len(symbols)), symbols]).mean())


def over_v(probabilities, symbols):
    p = probabilities[np.arange(len(symbols)), symbols]
    return -np.log(p).sum() / probabilities.shape[1]


def a_smooth_epsilon(probabilities, symbols):
    return -np.log(probabilities[np.arange(len(symbols)), symbols] + 0.01).mean()


def mean_probability_missed(probabilities, symbols):
    return 1 - probabilities[np.arange(len(symbols)), symbols].mean()


def symbols_one_late(probabilities, symbols):
    return -np.log(probabilities[np.arange(len(symbols)), np.roll(symbols, 1)]).mean()


def top_k(p, share):
    k = max(1, round(share * len(p)))
    kept = np.zeros_like(p)
    top = np.argsort(-p, kind="stable")[:k]
    kept[top] = p[top]
    return kept / kept.sum()


def unlikelier_than_the_rest(p, share):
    kept = np.where(p > 1 - share, p, 0)
    return kept / kept.sum() if kept.sum() else p


def evenly_among_the_kept(p, share):
    order = np.argsort(-p, kind="stable")
    n = np.searchsorted(np.cumsum(p[order]), share - 1e-12) + 1
    kept = np.zeros_like(p)
    kept[order[:n]] = 1 / n
    return kept


def ties_all_kept(p, share):
    order = np.argsort(-p, kind="stable")
    n = np.searchsorted(np.cumsum(p[order]), share - 1e-12) + 1
    kept = np.where(p >= p[order[n - 1]], p, 0)
    return kept / kept.sum()


def softmax_of_the_kept(p, share):
    order = np.argsort(-p, kind="stable")
    n = np.searchsorted(np.cumsum(p[order]), share - 1e-12) + 1
    kept = np.zeros_like(p)
    kept[order[:n]] = np.exp(p[order[:n]])
    return kept / kept.sum()


MORE = {
    "likelihood-first-1": [
        (perplexity, "exp"),
        (over_v, "T - 1 or V"),
        (a_smooth_epsilon, "added"),
        (mean_probability_missed, "log"),
        (symbols_one_late, "at its own place"),
    ],
    "likelihood-first-2": [
        (top_k, "share"),
        (unlikelier_than_the_rest, "share"),
        (evenly_among_the_kept, "proportion"),
        (ties_all_kept, "more"),
        (softmax_of_the_kept, "proportion"),
    ],
}


def one_by_one(probabilities, symbols):
    import math

    return math.fsum(-math.log(row[s]) for row, s in zip(probabilities, symbols)) / len(symbols)


def float_array(probabilities, symbols):
    return np.array(
        [np.log(1 / np.take_along_axis(probabilities, np.array(symbols)[:, None], 1)).mean()]
    )[0]


def torch_nucleus(p, share):
    import torch

    p = torch.as_tensor(np.array(p))
    sorted_, order = p.sort(descending=True, stable=True)
    keep = sorted_.cumsum(0) - sorted_ < share - 1e-12
    out = torch.zeros_like(p)
    out[order] = sorted_ * keep
    return out / out.sum()


MORE_RIGHT = {
    "likelihood-first-1": [one_by_one, float_array],
    "likelihood-first-2": [torch_nucleus],
}

for label, answers in MORE.items():
    NAMED[label] += answers
for label, answers in MORE_RIGHT.items():
    RIGHT[label] += answers
