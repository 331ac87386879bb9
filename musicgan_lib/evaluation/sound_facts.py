"""The facts of a clip, measured from its sound by rules: which instrument, how high, how fast, which mode."""

import numpy as np

from ..data.moods import read_moods
from ..data.waves import FACTS
from ..metrics.sound import find_tones
from ..metrics.timbre import describe_tones, fit_reader, read_labels

#: Samples between two readings
HOP = 400
#: From this share of a frame's power on, what is heard counts as a pitch
CLEAR = 0.5


def describe_sound(samples, rate: int) -> list[np.ndarray]:
    """What tells each fact of a sound ``(T,)``, in the order of :data:`~musicgan_lib.data.waves.FACTS`.

    The harmonics (see :func:`~musicgan_lib.metrics.timbre.describe_tones`); the mean pitch; how often the pitch
    changes, a second; and the mode whose profile the sounding pitches fit better, 0 or 1.
    """
    pitches, heard, clarity = find_tones(samples, rate, HOP)
    clear = np.where(clarity >= CLEAR, pitches, -1)
    sounding = clear[clear >= 0]
    changes = ((clear[1:] != clear[:-1]) & (clear[1:] >= 0)).sum() * rate / len(samples)
    height = sounding.mean() if len(sounding) else 0.0
    mode = read_moods(sounding[None])[0] if len(sounding) else 0
    return [describe_tones(pitches, heard), np.array([height]), np.array([changes]), mode]


def fit_rules(sounds, labels, rate: int) -> list:
    """A rule for each fact but the mode, which needs none; sounds ``(n, T)``, labels ``(n, 4)``.

    Instrument, register and tempo are read by linear discriminants. ValueError where a value has no example.
    """
    described = [describe_sound(x, rate) for x in sounds]
    kinds = [len(values) for values in FACTS.values()]
    labels = np.asarray(labels)
    return [
        fit_reader(np.stack([d[k] for d in described]), labels[:, k], kinds[k])
        for k in range(len(kinds) - 1)
    ]


def read_facts(rules, sounds, rate: int) -> np.ndarray:
    """The facts of sounds ``(n, T)`` as numbers of their values, ``(n, 4) int64``."""
    described = [describe_sound(x, rate) for x in sounds]
    read = [read_labels(rule, np.stack([d[k] for d in described])) for k, rule in enumerate(rules)]
    return np.stack([*read, [d[-1] for d in described]], 1).astype(np.int64)
