"""What a listener is paid for, from how surprised it was: by its progress, or by something that only looks like it.

Source: Schmidhuber (2010), who pays for the progress of a learner; the window is ours.
"""

import numpy as np

REWARDS = ("progress", "error", "same_bar", "dice")


def measure_progress(losses, window: int) -> float:
    """How much lower the last ``window`` losses of a station are than the ``window`` before them, on average.

    At least 0: getting worse pays nothing. With fewer losses their second half is held against their first. NaN for
    fewer than four, of which nothing is known yet.
    """
    recent = np.asarray(losses[-2 * window :], float)
    if len(recent) < 4:
        return float("nan")
    half = len(recent) // 2
    return max(float(recent[:half].mean() - recent[-half:].mean()), 0.0)


def list_chances(values, temperature: float, explore: float) -> np.ndarray:
    """How likely each station is chosen, ``(K,)``: a softmax of what it is worth, and a share for blind choice.

    ``values`` in nats; NaN is worth as much as the best that is known, and where nothing is known all are alike.
    """
    values = np.asarray(values, float)
    known = values[~np.isnan(values)]
    values = np.where(np.isnan(values), known.max() if len(known) else 0.0, values)
    weight = np.exp((values - values.max()) / temperature)
    return (1 - explore) * weight / weight.sum() + explore / len(values)
