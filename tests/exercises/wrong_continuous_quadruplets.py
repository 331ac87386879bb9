"""Answers that look right and are not."""

import numpy as np


def cut_pitch(frequency):
    return (69 + 12 * np.log2(np.asarray(frequency, float) / 440)).astype(int)


def rounded_differences(onsets):
    return np.round(np.diff(np.asarray(onsets, float), prepend=0) * 384).astype(int)


WRONG = {
    "continuous-quadruplets-1": cut_pitch,
    "continuous-quadruplets-2": rounded_differences,
}
