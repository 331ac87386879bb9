"""Answers that look right and are not."""

import numpy as np


def counts_rises_alone(play, replay):
    play = np.asarray(play) > 0
    return int((play & ~np.vstack([np.zeros_like(play[:1]), play[:-1]])).sum())


def cuts_instead_of_rounding(onsets, steps_per_quarter):
    return np.floor(np.asarray(onsets) * steps_per_quarter) / steps_per_quarter


WRONG = {
    "play-replay-volume-1": counts_rises_alone,
    "play-replay-volume-2": cuts_instead_of_rounding,
}
