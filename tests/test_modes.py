"""What a policy took up and gave up: three words by hand, and a policy's own entropy."""

import numpy as np
import pytest
import torch

from musicgan_lib.evaluation import modes
from musicgan_lib.models.seqgan import WordPolicy

BEFORE, AFTER = np.array([0.5, 0.3, 0.15, 0.05]), np.array([0.03, 0.75, 0.02, 0.2])


def test_mass_outside_by_hand():
    assert modes.mass_outside(BEFORE, BEFORE, 2) == pytest.approx(0.2)
    assert modes.mass_outside(AFTER, BEFORE, 2) == pytest.approx(0.22)
    assert modes.mass_outside(AFTER, BEFORE, 4) == pytest.approx(0)
    both = modes.mass_outside(np.stack([BEFORE, AFTER]), np.stack([BEFORE, BEFORE]), 1)
    assert both == pytest.approx([0.5, 0.97])
    flat = np.full(4, 0.25)
    assert modes.mass_outside(AFTER, flat, 1) == pytest.approx(0.97)  # the first of equals
    with pytest.raises(ValueError, match="there are 4 words"):
        modes.mass_outside(AFTER, BEFORE, 5)


def test_dropped_mass_by_hand():
    assert modes.dropped_mass(AFTER, BEFORE) == pytest.approx(0.5)  # 0.5 -> 0.03 alone
    assert modes.dropped_mass(AFTER, BEFORE, 7) == pytest.approx(0.65)  # and 0.15 -> 0.02
    assert modes.dropped_mass(BEFORE, BEFORE) == 0


def test_step_probabilities_are_those_of_the_policy():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        policy = WordPolicy((7,), 5, 6, dropout=0.5)
        words = torch.randint(7, (5, 9))
    policy.train()
    p = modes.step_probabilities(policy, words, batch=2)
    assert policy.training and p.shape == (5, 9, 7) and np.allclose(p.sum(-1), 1)
    out = policy.eval().log_prob(words)
    chosen = np.take_along_axis(p, words.numpy()[..., None], -1)[..., 0]
    assert np.allclose(np.log(chosen), out.log_prob.detach(), atol=1e-5)
    assert np.allclose(-(p * np.log(p)).sum(-1), out.entropy.detach(), atol=1e-5)
    with pytest.raises(ValueError, match="3 fields"):
        modes.step_probabilities(WordPolicy((2, 3, 4), 5, 6), words)
