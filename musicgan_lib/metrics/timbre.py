"""Which instrument plays: read from how strong its harmonics are, by a rule that was fitted to examples."""

import numpy as np

from .sound import find_tones

#: Samples between two readings
HOP = 800
#: Amplitudes below this share of the strongest harmonic tell nothing
FLOOR = 0.01


def describe_timbre(samples, rate: int) -> np.ndarray:
    """Numbers that say how a sound is made, whatever it plays, ``(T,) -> (D,)``: zeros for silence.

    The logarithm of the share of each harmonic, on average over the frames in which a pitch is heard, how much these
    differ from frame to frame, and how the level does.
    """
    return describe_tones(*find_tones(samples, rate, HOP)[:2])


def describe_tones(pitches, heard) -> np.ndarray:
    """As :func:`describe_timbre`, of what :func:`~musicgan_lib.metrics.sound.find_tones` has found."""
    heard = heard[pitches >= 0]
    if not len(heard):
        return np.zeros(2 * heard.shape[1] + 1)
    level = heard.sum(1, keepdims=True)
    shares = np.log(np.maximum(heard / level, FLOOR))
    loud = np.log(np.maximum(level, 1e-6))
    return np.concatenate([shares.mean(0), shares.std(0), loud.std(0)])


def fit_reader(described, labels, kinds: int, ridge: float = 0.1) -> tuple:
    """A rule that tells labels from descriptions ``(n, D)``: linear discriminants with one covariance for all.

    Returns weights ``(D, kinds)`` and biases ``(kinds,)``. ValueError where a kind has no example.
    """
    x, y = np.asarray(described, np.float64), np.asarray(labels)
    if lacking := [k for k in range(kinds) if not (y == k).any()]:
        raise ValueError(f"there is no example of {lacking}")
    means = np.stack([x[y == k].mean(0) for k in range(kinds)])
    within = x - means[y]
    spread = within.T @ within / len(x)
    spread += ridge * np.diag(np.diag(spread) + 1e-3)
    weights = np.linalg.solve(spread, means.T)  # (D, kinds)
    return weights, -0.5 * np.einsum("kd,dk->k", means, weights)


def read_labels(reader, described) -> np.ndarray:
    """The likeliest label of each description, ``(n, D) -> (n,) int64``."""
    weights, biases = reader
    return (np.asarray(described) @ weights + biases).argmax(-1)
