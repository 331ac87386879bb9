"""Draws and their slopes against closed forms and sums over all draws."""

import math

import pytest
import torch

from musicgan_lib.learning import relaxations as relax

Z = torch.tensor([1.0, -0.5, 0.3], dtype=torch.float64)
P = torch.softmax(Z, 0)


def draws(n, seed=0):
    noise = relax.draw_gumbel((n, 3), torch.Generator().manual_seed(seed), torch.float64)
    return noise


def test_noise_has_the_mean_and_spread_of_gumbels():
    noise = draws(200_000)
    assert torch.isfinite(noise).all()
    assert noise.mean().item() == pytest.approx(0.5772, abs=0.01)
    assert noise.var().item() == pytest.approx(math.pi**2 / 6, abs=0.03)


def test_noise_is_repeatable():
    assert torch.equal(draws(5), draws(5)) and not torch.equal(draws(5), draws(5, seed=1))


def test_the_largest_is_a_draw_from_softmax():
    shares = torch.bincount(relax.gumbel_max(Z, draws(200_000)), minlength=3) / 200_000
    assert (shares - P).abs().max() < 0.005


def test_a_cold_row_is_the_draw_and_a_hot_one_is_even():
    noise = draws(500)
    cold = relax.gumbel_softmax(Z, noise, 1e-3)
    assert torch.equal(cold.argmax(-1), relax.gumbel_max(Z, noise))
    assert (cold.amax(-1) > 0.999).double().mean() > 0.98
    assert torch.allclose(
        relax.gumbel_softmax(Z, noise, 1e6), torch.full((500, 3), 1 / 3).double(), atol=1e-4
    )
    assert torch.allclose(cold.sum(-1), torch.ones(500).double())


@pytest.mark.parametrize("temperature", [0, -1.0, float("nan")])
def test_a_temperature_is_positive(temperature):
    with pytest.raises(ValueError, match="temperature"):
        relax.gumbel_softmax(Z, draws(1), temperature)


def test_two_symbols_have_a_mean_in_closed_form():
    d = torch.linspace(-45, 45, 9001, dtype=torch.float64)
    density = torch.sigmoid(d) * torch.sigmoid(-d) * 0.01
    noise = torch.stack([d, torch.zeros_like(d)], -1)
    z = torch.tensor([2.0, 0.0], dtype=torch.float64)
    r = math.exp(-2)
    exact = 1 / (1 - r) + r * math.log(r) / (1 - r) ** 2
    assert (density @ relax.gumbel_softmax(z, noise, 1.0))[0].item() == pytest.approx(exact)


def expected_slope(f):
    total = torch.zeros(3, dtype=torch.float64)
    for k in range(3):
        z = Z.clone().requires_grad_()
        f(relax.straight_through(z, torch.tensor(k))).backward()
        total += P[k] * z.grad
    return total


def exact_slope(f):
    z = Z.clone().requires_grad_()
    rows = torch.eye(3, dtype=torch.float64)
    sum(torch.softmax(z, 0)[k] * f(rows[k]) for k in range(3)).backward()
    return z.grad


def test_straight_through_shows_a_choice():
    index = torch.tensor([[0, 2], [1, 1]])
    rows = relax.straight_through(Z.expand(2, 2, 3), index)
    assert torch.allclose(rows, torch.eye(3, dtype=torch.float64)[index])


def test_straight_through_is_exact_for_a_line_and_not_for_a_bend():
    a = torch.tensor([0.5, 2.0, -1.0], dtype=torch.float64)
    assert torch.allclose(expected_slope(lambda row: row @ a), exact_slope(lambda row: row @ a))
    bend = (expected_slope(lambda row: (row @ a) ** 2), exact_slope(lambda row: (row @ a) ** 2))
    assert (bend[0] - bend[1]).abs().max() > 0.1
    by_hand = 2 * sum(P[k] * a[k] for k in range(3)) * P * (a - P @ a)
    assert torch.allclose(bend[0], by_hand)
