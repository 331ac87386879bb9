"""Judges of the exercises of *Hearing fairly: eight right answers out of ten can still be luck*."""

from math import comb

import numpy as np

from musicgan_lib.listening import answers_needed

from ..exercise import checker


@checker("hearing-fairly-1")
def judge_match_loudness(match_loudness):
    rng = np.random.default_rng(0)
    t = np.arange(22050) / 22050
    sounds = {
        "a sine": np.sin(2 * np.pi * 330 * t),
        "soft noise": 0.01 * rng.normal(size=22050),
        "a sine with one loud click": np.where(np.arange(22050) == 9, 1.0, 0.05 * np.sin(900 * t)),
    }
    for name, sound in sounds.items():
        for target in (-22.0, -30.0):
            kept = sound.copy()
            got = np.asarray(match_loudness(kept, target))
            assert np.array_equal(kept, sound), "the sound that was given must not be changed"
            assert got.shape == sound.shape, "as many samples out as in"
            level = 10 * np.log10(np.mean(got**2))
            assert abs(level - target) < 1e-6, f"{name} comes out at {level:.2f} dB, not {target:g}"
            assert got @ sound > 0, f"{name} comes out upside down"
    silence = np.asarray(match_loudness(np.zeros(100), -22.0))
    assert np.array_equal(silence, np.zeros(100)), "silence stays silence"


@checker("hearing-fairly-2")
def judge_trials_needed(trials_needed):
    for ability in (0.7, 0.8, 0.9, 1.0):
        for power in (0.5, 0.8):
            wanted = next(n for n in range(1, 200) if _power(n, ability) >= power)
            got = trials_needed(ability, power)
            assert got == wanted, (
                f"someone right {ability:.0%} of the time beats a coin with probability {power:g} "
                f"from {wanted} trials on, not {got}"
            )


def _power(trials: int, ability: float) -> float:
    need = answers_needed(trials)
    if need is None:
        return 0.0
    return sum(
        comb(trials, i) * ability**i * (1 - ability) ** (trials - i)
        for i in range(need, trials + 1)
    )
