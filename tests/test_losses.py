"""Losses against hand values, closed forms and divergences counted by enumeration."""

import math

import pytest
import torch

from musicgan_lib.learning import losses
from musicgan_lib.learning.enumeration import jensen_shannon, kl

FAKE = torch.tensor([-3.0, -0.5, 0.0, 2.0], dtype=torch.float64)
REAL = torch.tensor([1.0, 4.0], dtype=torch.float64)
P = torch.tensor([0.5, 0.25, 0.125, 0.125], dtype=torch.float64)
Q = torch.tensor([0.1, 0.2, 0.3, 0.4], dtype=torch.float64)


def slope(loss, logits):
    x = logits.clone().requires_grad_()
    return torch.autograd.grad(loss(x), x)[0]


def weighted(loss, logits, chances):
    """The expectation of a loss whose value on one example is ``loss`` of that example alone."""
    return sum(w * loss(s[None]) for s, w in zip(logits, chances))


def test_they_are_the_formulas_of_the_papers():
    d_real, d_fake = REAL.sigmoid(), FAKE.sigmoid()
    by_formula = -d_real.log().mean() - (1 - d_fake).log().mean()
    assert torch.isclose(losses.discriminator_loss(REAL, FAKE), by_formula)
    assert torch.isclose(losses.minimax_loss(FAKE), (1 - d_fake).log().mean())
    assert torch.isclose(losses.non_saturating_loss(FAKE), -d_fake.log().mean())


def test_least_squares_by_hand():
    assert losses.least_squares_discriminator_loss(REAL, FAKE).item() == pytest.approx(
        (0 + 9) / 2 / 2 + (9 + 0.25 + 0 + 4) / 4 / 2
    )
    assert losses.least_squares_generator_loss(FAKE).item() == pytest.approx(
        (16 + 2.25 + 1 + 1) / 4 / 2
    )


def test_a_discriminator_that_cannot_tell_pays_two_log_two():
    undecided = torch.zeros(5)
    assert losses.discriminator_loss(undecided, undecided).item() == pytest.approx(2 * math.log(2))
    assert losses.non_saturating_loss(undecided).item() == pytest.approx(math.log(2))
    assert losses.minimax_loss(undecided).item() == pytest.approx(-math.log(2))


def test_minimax_is_the_discriminators_gain():
    fake_part = losses.discriminator_loss(REAL, FAKE) - losses.discriminator_loss(
        REAL, torch.full((1,), -60.0, dtype=torch.float64)
    )
    assert torch.isclose(losses.minimax_loss(FAKE), -fake_part)


def test_slopes_in_a_logit():
    d = FAKE.sigmoid()
    n = len(FAKE)
    assert torch.allclose(slope(losses.minimax_loss, FAKE), -d / n)
    assert torch.allclose(slope(losses.non_saturating_loss, FAKE), -(1 - d) / n)
    assert torch.allclose(slope(losses.least_squares_generator_loss, FAKE), (FAKE - 1) / n)


def test_slopes_agree_with_differences():
    for loss in (
        losses.minimax_loss,
        losses.non_saturating_loss,
        losses.least_squares_generator_loss,
    ):
        assert torch.autograd.gradcheck(loss, FAKE.clone().requires_grad_())


def test_a_sure_discriminator_stops_one_generator_and_not_the_other():
    sure = torch.tensor([-30.0], dtype=torch.float64)
    assert -1e-12 < slope(losses.minimax_loss, sure).item() < 0
    assert slope(losses.non_saturating_loss, sure).item() == pytest.approx(-1)


def test_they_stay_finite_where_the_formula_overflows():
    extreme = torch.tensor([-1000.0, 1000.0])
    values = [
        losses.discriminator_loss(extreme, extreme),
        losses.minimax_loss(extreme),
        losses.non_saturating_loss(extreme),
    ]
    assert all(torch.isfinite(v) for v in values)


def test_the_best_discriminator_is_p_over_p_plus_q():
    best = torch.log(P / Q)

    def loss(logits):
        return sum(
            p * losses.discriminator_loss(s[None], torch.full_like(s[None], -60.0))
            + q * losses.discriminator_loss(torch.full_like(s[None], 60.0), s[None])
            for s, p, q in zip(logits, P, Q)
        )

    x = best.clone().requires_grad_()
    assert torch.autograd.grad(loss(x), x)[0].abs().max() < 1e-12
    assert torch.isclose(loss(best), 2 * math.log(2) - 2 * jensen_shannon(P, Q))


def test_what_each_generator_minimises_against_the_best_discriminator():
    best = torch.log(P / Q)
    minimax = weighted(losses.minimax_loss, best, Q)
    non_saturating = weighted(losses.non_saturating_loss, best, Q)
    real_part = weighted(losses.non_saturating_loss, best, P)
    assert torch.isclose(
        -real_part + minimax, 2 * jensen_shannon(P, Q) - 2 * torch.tensor(2.0).log()
    )
    assert torch.isclose(non_saturating + minimax, kl(Q, P))


def test_the_best_least_squares_grade_is_p_over_p_plus_q():
    best = (P / (P + Q)).requires_grad_()
    loss = sum(
        p * losses.least_squares_discriminator_loss(s[None], torch.zeros(1))
        + q * losses.least_squares_discriminator_loss(torch.ones(1), s[None])
        for s, p, q in zip(best, P, Q)
    )
    assert torch.autograd.grad(loss, best)[0].abs().max() < 1e-12


def test_a_mean_does_not_grow_with_the_batch():
    twice = torch.cat([FAKE, FAKE])
    for loss in (
        losses.minimax_loss,
        losses.non_saturating_loss,
        losses.least_squares_generator_loss,
    ):
        assert torch.isclose(loss(twice), loss(FAKE))
    assert torch.isclose(
        losses.discriminator_loss(REAL, twice), losses.discriminator_loss(REAL, FAKE)
    )
