"""Answers that look right and are not."""

import numpy as np


def per_token(factors):
    return float(np.mean([-np.log(p).mean() for p in factors]))


def split_chunks(tune_of_chunk, share, rng):
    return rng.random(len(tune_of_chunk)) < share


WRONG = {"pretraining-1": per_token, "pretraining-2": split_chunks}
