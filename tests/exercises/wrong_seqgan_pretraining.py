"""Answers that look right and are not, and unusual ones that are."""

import math

import numpy as np
import torch


def per_token(factors):
    return float(np.mean([-np.log(p).mean() for p in factors]))


def split_chunks(tune_of_chunk, share, rng):
    return rng.random(len(tune_of_chunk)) < share


WRONG = {"pretraining-1": per_token, "pretraining-2": split_chunks}


def chunks_by_lot(tune_of_chunk, share, rng):
    n = len(tune_of_chunk)
    held = np.zeros(n, bool)
    held[rng.permutation(n)[: max(1, round(share * n))]] = True
    return held


def until_enough_chunks(tune_of_chunk, share, rng):
    held = np.zeros(len(tune_of_chunk), bool)
    for tune in rng.permutation(np.unique(tune_of_chunk)):
        if held.mean() >= share:
            break
        held |= tune_of_chunk == tune
    return held


def perhaps_none(tune_of_chunk, share, rng):
    tunes = np.unique(tune_of_chunk)
    return np.isin(tune_of_chunk, rng.permutation(tunes)[: round(share * len(tunes))])


def counts_from_zero(tune_of_chunk, share, rng):
    n = len(np.unique(tune_of_chunk))
    return np.isin(tune_of_chunk, rng.permutation(n)[: max(1, round(share * n))])


def the_first_tunes(tune_of_chunk, share, rng):
    tunes = np.unique(tune_of_chunk)
    return np.isin(tune_of_chunk, tunes[: max(1, round(share * len(tunes)))])


def dice_of_its_own(tune_of_chunk, share, rng):
    tunes, rng = np.unique(tune_of_chunk), np.random.default_rng(0)
    return np.isin(tune_of_chunk, rng.permutation(tunes)[: max(1, round(share * len(tunes)))])


def the_training_side(tune_of_chunk, share, rng):
    return ~split_right(tune_of_chunk, share, rng)


def split_right(tune_of_chunk, share, rng):
    tunes = np.unique(tune_of_chunk)
    return np.isin(tune_of_chunk, rng.permutation(tunes)[: max(1, round(share * len(tunes)))])


def places_of_chunks(tune_of_chunk, share, rng):
    return np.flatnonzero(split_right(tune_of_chunk, share, rng))


def drawn_with_replacement(tune_of_chunk, share, rng):
    tunes = np.unique(tune_of_chunk)
    return np.isin(tune_of_chunk, rng.choice(tunes, max(1, round(share * len(tunes)))))


def large_tunes_more_often(tune_of_chunk, share, rng):
    n = len(np.unique(tune_of_chunk))
    order = list(dict.fromkeys(rng.permutation(tune_of_chunk).tolist()))
    return np.isin(tune_of_chunk, order[: max(1, round(share * n))])


def shuffles_the_list(tune_of_chunk, share, rng):
    rng.shuffle(tune_of_chunk)
    return split_right(tune_of_chunk, share, rng)


def a_cut_in_the_row(tune_of_chunk, share, rng):
    n = len(tune_of_chunk)
    start = rng.integers(n)
    held = (np.arange(n) - start) % n < max(1, round(share * n))
    return held


def a_mean_of_tokens(factors):
    return float(np.mean([-np.log(f).mean() for f in factors]))


def sum_of_all_words(factors):
    return -sum(np.log(f).sum() for f in factors)


def in_bits(factors):
    return -sum(np.log2(f).mean() for f in factors)


def logarithm_of_the_mean(factors):
    return -sum(np.log(f.mean()) for f in factors)


def mean_of_the_words(factors):
    return -np.log(np.prod(factors, axis=0).mean())


def the_first_factor(factors):
    return -np.log(factors[0]).mean()


def always_three(factors):
    return 3 * float(np.mean([-np.log(f).mean() for f in factors]))


def sign_forgotten(factors):
    return sum(np.log(f).mean() for f in factors)


def no_logarithm(factors):
    return sum((1 - f).mean() for f in factors)


def all_at_once(factors):
    with np.errstate(divide="ignore"):
        return -np.log(np.prod(factors)) / len(factors[0])


def factors_added(factors):
    return -np.log(np.sum(factors, axis=0)).mean()


def a_surprise_a_word(factors):
    return -np.log(np.prod(factors, axis=0))


NAMED = {
    "pretraining-2": [
        (chunks_by_lot, "on both sides"),
        (until_enough_chunks, "of tunes"),
        (perhaps_none, "at least one"),
        (counts_from_zero, "number"),
        (the_first_tunes, "by lot"),
        (dice_of_its_own, "the rng"),
        (the_training_side, "True"),
        (places_of_chunks, "boolean"),
        (drawn_with_replacement, "share"),
        (large_tunes_more_often, "equally likely"),
        (shuffles_the_list, "alone"),
        (a_cut_in_the_row, "on both sides"),
    ],
    "pretraining-1": [
        (a_mean_of_tokens, "a word is all its factors"),
        (sum_of_all_words, "a mean over words, and not their sum"),
        (in_bits, "in nats"),
        (logarithm_of_the_mean, "the logarithms"),
        (mean_of_the_words, "the logarithms"),
        (the_first_factor, "every factor"),
        (always_three, "number of factors"),
        (sign_forgotten, "sign"),
        (no_logarithm, "logarithm is"),
        (all_at_once, "underflow"),
        (factors_added, "is the product"),
        (a_surprise_a_word, "one number"),
    ],
}


def by_marking_tunes(tune_of_chunk, share, rng):
    tunes = sorted(set(np.asarray(tune_of_chunk).tolist()))
    held = set()
    while len(held) < max(1, int(share * len(tunes))):
        held.add(tunes[int(rng.integers(len(tunes)))])
    return [tune in held for tune in np.asarray(tune_of_chunk).tolist()]


def by_keys(tune_of_chunk, share, rng):
    tunes, of = np.unique(tune_of_chunk, return_inverse=True)
    keys = rng.random(len(tunes))
    return keys[of] <= np.sort(keys)[max(1, math.ceil(share * len(tunes))) - 1]


def by_words(factors):
    return math.fsum(-math.log(math.prod(map(float, word))) for word in zip(*factors)) / len(
        factors[0]
    )


def by_torch(factors):
    return -torch.log(torch.as_tensor(np.stack(factors))).sum(0).mean()


RIGHT = {"pretraining-2": [by_marking_tunes, by_keys], "pretraining-1": [by_words, by_torch]}
