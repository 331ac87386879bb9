"""Answers that look right and are not."""

import numpy as np


def counts_notes_not_time(pitches, durations):
    held = np.bincount(np.asarray(pitches, int) % 12, minlength=12)
    return held / max(held.sum(), 1)


def takes_the_longest_tone(histogram):
    return int(np.argmax(histogram))


WRONG = {"music-for-coders-1": counts_notes_not_time, "music-for-coders-2": takes_the_longest_tone}
