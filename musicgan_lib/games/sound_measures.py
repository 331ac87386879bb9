"""What clips of sound that were asked for in words are worth: what is heard in them, and how alike they are."""

import itertools

import numpy as np

from ..data.waves import FACTS
from ..evaluation.sound_judge import hear
from ..metrics.sound import magnitudes

#: Samples of a window of the spectra by which clips are compared
WINDOW = 256


def list_labels(clips: int) -> np.ndarray:
    """Every combination of facts, ``clips`` times each, ``(32 clips, 4) int64``; those of one caption side by side."""
    whole = itertools.product(*(range(len(values)) for values in FACTS.values()))
    return np.repeat(np.array(list(whole)), clips, 0)


def share_heard(heard, asked, name: str = "") -> dict:
    """``relevance``: the share of all facts ``(n, 4)`` that are heard as they were asked for; ``heard_FACT``: of each.

    ``name`` stands before each of these names.
    """
    same = np.asarray(heard) == np.asarray(asked)
    found = {f"heard_{fact}": same[:, k].mean() for k, fact in enumerate(FACTS)}
    return {name + k: float(v) for k, v in ({"relevance": same.mean()} | found).items()}


def measure_diversity(waves, labels) -> float:
    """How unlike clips ``(n, T)`` of one caption are: 0 alike, 1 nothing in common, the mean over all pairs.

    A pair's likeness is the cosine between the magnitudes of its spectra; clips of other captions are never compared.
    NaN where no caption has two clips.
    """
    spectra = magnitudes(waves, WINDOW).reshape(len(waves), -1)
    spectra = spectra / np.linalg.norm(spectra, axis=1, keepdims=True).clip(1e-12)
    alike = spectra @ spectra.T
    same = (np.asarray(labels)[:, None] == np.asarray(labels)[None]).all(-1)
    pairs = np.triu(same, 1)
    return float(1 - alike[pairs].mean()) if pairs.any() else float("nan")


def measure_clips(makers: dict, judge, data, clips: int, clean_again) -> tuple[dict, np.ndarray]:
    """What a judge hears in clips of every combination of facts, and how unlike clips of one caption are.

    Parameters
    ----------
    makers : by the name that its numbers end with, ``maker(labels) -> waves``; the one named ``""`` comes first, and
        its clips are returned.
    judge : of :func:`~musicgan_lib.evaluation.sound_judge.learn_judge`; it knows nothing of any network.
    clean_again : ``(waves) -> waves``, real clips that were made noisy and clean again.

    ``relevance``, ``heard_FACT`` and ``diversity`` are of clips that were made; those that begin with ``real_`` of test
    clips, what the judge and the music allow; ``again_`` of test clips that went through noise and back.
    """
    asked, first = list_labels(clips), None
    found = {}
    for name, maker in makers.items():
        waves = maker(asked)
        first = waves if first is None else first
        numbers = share_heard(hear(judge, waves), asked)
        numbers["diversity"] = measure_diversity(waves, asked)
        found |= {k + name: v for k, v in numbers.items()}
    real, labels = data.waves("test"), data.labels("test")
    found |= share_heard(hear(judge, real), labels, "real_")
    found["real_diversity"] = measure_diversity(real, labels)
    found |= share_heard(hear(judge, clean_again(real)), labels, "again_")
    return found, first
