"""The facts of a clip, measured from its sound by rules: which instrument, how high, how fast, which mode."""

import numpy as np

from ..data.moods import read_moods
from ..data.waves import FACTS
from ..metrics.sound import find_tones, magnitudes
from ..metrics.timbre import describe_tones, fit_reader, read_labels

#: Samples between two readings
HOP = 400
#: From this share of a frame's power on, what is heard counts as a pitch
CLEAR = 0.5
#: Samples of a window of the spectra that are compared with later ones; quarters of it until each of these
WINDOW, LATER = 1024, (3, 6, 9, 12, 18)
#: Samples of a sound that lasts until the last of them
SHORTEST = WINDOW + LATER[-1] * WINDOW // 4
#: What is this soft counts as silence
SOFT = 0.1


def describe_sound(samples, rate: int) -> list[np.ndarray]:
    """What tells each fact of a sound ``(T,)``, in the order of :data:`~musicgan_lib.data.waves.FACTS`.

    The harmonics (see :func:`~musicgan_lib.metrics.timbre.describe_tones`); the mean pitch; how soon the sound is no
    longer like itself (:func:`liken_later`); and the mode whose profile the sounding pitches fit better, 0 or 1.
    """
    pitches, heard, clarity = find_tones(samples, rate, HOP)
    clear = np.where(clarity >= CLEAR, pitches, -1)
    sounding = clear[clear >= 0]
    height = sounding.mean() if len(sounding) else 0.0
    mode = read_moods(sounding[None])[0] if len(sounding) else 0
    return [describe_tones(pitches, heard), np.array([height]), liken_later(samples), mode]


def liken_later(samples) -> np.ndarray:
    """How like itself a sound ``(T,)`` is a little later, ``(5,)``: a row of ones where it never changes.

    The cosine between the logarithms of magnitudes, each frame without its mean, and those of the frame some way later;
    on average over the sound. At 8,000 samples a second these ways are 0.1 to 0.6 seconds. ValueError for a sound that
    is over before the last of them.
    """
    loud = np.log(magnitudes(samples, WINDOW)[:, : WINDOW // 4] + SOFT)
    if len(loud) <= LATER[-1]:
        raise ValueError(
            f"{len(samples)} samples are too few to be heard a while later: at least {SHORTEST}"
        )
    loud -= loud.mean(1, keepdims=True)
    loud /= np.linalg.norm(loud, axis=1, keepdims=True).clip(1e-9)
    return np.array([(loud[k:] * loud[:-k]).sum(1).mean() for k in LATER])


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
