"""Rules of four-part writing, asked of any four voices: a checker that knows nothing of who wrote them.

It goes through beats and pairs of voices one by one. Who searches under these rules
(:mod:`musicgan_lib.models.skeleton`) has tables of its own, so that a mistake in one shows in the other.
"""

from itertools import combinations

import numpy as np

#: Lowest and highest pitch of soprano, alto, tenor and bass: what the singers of Bach's chorales are asked for
RANGES = ((57, 81), (53, 74), (48, 69), (36, 64))
OCTAVE, FIFTH = 12, 7
RULES = ("range", "order", "spacing", "leap", "parallel")


def check_voices(voices) -> dict[str, np.ndarray]:
    """Where four voices break a rule, ``{rule: (T,) bool}``, of pitches ``(4, T)`` from the soprano down, -1 silence.

    ``range``: a singer is asked for a pitch outside of ``RANGES``. ``order``: a voice sounds above its upper
    neighbour. ``spacing``: soprano and alto, or alto and tenor, are more than an octave apart. ``leap``: a voice other
    than the soprano moves by more than an octave. ``parallel``: two voices in a fifth, octave or unison (or these and
    octaves more) move in the same direction into another one of the same kind. The last two are written at the beat
    of arrival; over a silence nothing moves. ValueError for another number of voices.
    """
    voices = np.asarray(voices)
    if voices.ndim != 2 or len(voices) != 4:
        raise ValueError(f"expected four voices (4, T), got an array of shape {voices.shape}")
    broken = {rule: np.zeros(voices.shape[1], bool) for rule in RULES}
    for t, now in enumerate(voices.T.tolist()):
        pairs = [(a, b) for a, b in zip(now, now[1:]) if min(a, b) >= 0]
        broken["order"][t] = any(b > a for a, b in pairs)
        broken["spacing"][t] = any(
            a - b > OCTAVE for a, b in zip(now[:2], now[1:3]) if min(a, b) >= 0
        )
        broken["range"][t] = any(
            not low <= p <= high for p, (low, high) in zip(now, RANGES) if p >= 0
        )
        if t:
            before = voices.T[t - 1].tolist()
            broken["leap"][t] = any(
                abs(b - a) > OCTAVE for a, b in zip(before[1:], now[1:]) if min(a, b) >= 0
            )
            broken["parallel"][t] = any(
                is_parallel(before[i], before[j], now[i], now[j])
                for i, j in combinations(range(4), 2)
            )
    return broken


def is_parallel(high: int, low: int, next_high: int, next_low: int) -> bool:
    """Whether two voices move together from one fifth, octave or unison into the next of its kind.

    >>> is_parallel(67, 60, 69, 62), is_parallel(67, 60, 69, 57), is_parallel(67, 60, 67, 60)
    (True, False, False)
    """
    if min(high, low, next_high, next_low) < 0:
        return False
    same = (high - low) % OCTAVE == (next_high - next_low) % OCTAVE
    together = (next_high - high) * (next_low - low) > 0
    return bool(same and together and (high - low) % OCTAVE in (0, FIFTH))


def count_kept(voices) -> tuple[int, int]:
    """How many beats keep all rules, and how many there are; silent ones do not count."""
    broken = check_voices(voices)
    sounds = (np.asarray(voices) >= 0).any(0)
    kept = ~np.any(list(broken.values()), axis=0)
    return int((kept & sounds).sum()), int(sounds.sum())
