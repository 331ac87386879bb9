"""Each rule on melodies short enough to judge by hand."""

import numpy as np
import pytest

from musicgan_lib.metrics import theory
from musicgan_lib.notes import Piece

SCALE = [60, 62, 64, 65, 67]  # C D E F G
CHROMATIC = [60, 61, 62, 63]


@pytest.mark.parametrize(
    "rule, melody, value",
    [
        (theory.in_key, SCALE, 1.0),
        (theory.in_key, CHROMATIC, 0.5),  # C and D
        (theory.in_key, [61, 63], 0.0),
        (theory.ends_on_tonic, [64, 62, 72], 1.0),  # C an octave up is C
        (theory.ends_on_tonic, SCALE, 0.0),
        (theory.moves_by_step, SCALE, 1.0),
        (theory.moves_by_step, [60, 60, 62, 65, 64], 0.5),  # a repeat and a third are no steps
        (theory.varies_pitch, [60] * 4, 1.0),
        (theory.varies_pitch, [60] * 5, 0.8),
        (theory.varies_pitch, [60] * 4 + [62] + [60] * 3, 1.0),  # the run began anew
        (theory.has_one_peak, [60, 67, 62], 1.0),
        (theory.has_one_peak, [67, 60, 67], 0.0),
    ],
)
def test_by_hand(rule, melody, value):
    assert rule(melody) == pytest.approx(value)


def test_another_tonic():
    assert theory.in_key([62, 66, 69], tonic=2) == 1.0  # D F# A
    assert theory.in_key([62, 66, 69], tonic=0) == pytest.approx(2 / 3)
    assert theory.ends_on_tonic([66, 62], tonic=2) == 1.0


def test_the_reward_is_the_mean_of_its_rules():
    # C C# D: 2/3 in C major, does not end on C, all steps, no repetition
    assert theory.theory_reward([60, 61, 62]) == pytest.approx((2 / 3 + 0 + 1 + 1) / 4)
    assert theory.theory_reward([64, 62, 60]) == 1.0
    assert theory.theory_reward([60] * 10) == pytest.approx((1 + 1 + 0 + 0.4) / 4)
    assert theory.theory_reward([66, 64, 62], tonic=2) == 1.0


def test_order_counts():
    melody = np.array([60, 62, 64, 65, 67, 65, 64, 62, 60])
    mixed = np.random.default_rng(0).permutation(melody)
    assert theory.theory_reward(mixed) < theory.theory_reward(melody)


def test_a_piece_is_read_in_order_of_onsets():
    piece = Piece([(2.0, 1.0, 60), (0.0, 1.0, 64), (1.0, 1.0, 62)])
    assert theory.pitches_of(piece).tolist() == [64, 62, 60]
    assert theory.theory_reward(piece) == 1.0


@pytest.mark.parametrize("rule", [*theory.RULES.values(), theory.has_one_peak])
def test_nothing_to_judge_is_kept(rule):
    assert rule([]) == 1.0


def test_a_melody_is_flat():
    with pytest.raises(ValueError, match="one row of pitches"):
        theory.in_key([[60, 62], [64, 65]])
