"""Answers that look right and are not."""

import numpy as np


def rises_or_replays(play, replay):
    before = np.vstack([np.zeros_like(play[:1]), play[:-1]])
    return (play > before) | (replay > 0)


def rolled_target(matrix, length, hop):
    starts = np.arange(0, len(matrix) - length, hop)
    X = matrix[starts[:, None] + np.arange(length)]
    return X, np.roll(X, -1, axis=1)


WRONG = {
    "play-replay-volume-1": rises_or_replays,
    "play-replay-volume-2": rolled_target,
}
