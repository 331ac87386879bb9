"""Noise that is added and taken away, exact where the data are normally distributed."""

import math

import pytest
import torch

from musicgan_lib.learning import diffusion

MEAN = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
ROOT = torch.tensor([[1.0, 0, 0], [0.8, 0.6, 0], [-0.5, 0.3, 0.4]], dtype=torch.float64)
COVARIANCE = ROOT @ ROOT.T


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=dice(seed), dtype=torch.float64)


def take(level, n):
    return torch.full((n,), level)


def exact(schedule):
    return lambda noisy, level: diffusion.tell_gaussian(noisy, level, MEAN, COVARIANCE, schedule)


@pytest.mark.parametrize("kind", diffusion.SCHEDULES)
@pytest.mark.parametrize("steps", [1, 2, 50])
def test_ever_less_is_kept_from_all_to_next_to_nothing(kind, steps):
    kept = diffusion.make_schedule(steps, kind).kept
    assert len(kept) == steps + 1 and kept[0] == 1
    assert kept[-1].item() == pytest.approx(diffusion.LEAST)
    assert (kept.diff() < 0).all()


def test_the_forward_process_has_the_moments_that_it_should():
    schedule, n = diffusion.make_schedule(20), 200_000
    clean = MEAN + draw(n, 3) @ ROOT.T
    for level in (1, 7, 20):
        kept = schedule.kept[level]
        noisy = diffusion.add_noise(clean, take(level, n), draw(n, 3, seed=1), schedule)
        assert torch.allclose(noisy.mean(0), kept.sqrt() * MEAN, atol=0.02)
        wanted = kept * COVARIANCE + (1 - kept) * torch.eye(3, dtype=torch.float64)
        assert torch.allclose(noisy.T.cov(), wanted, atol=0.02)


def test_straight_to_a_level_is_as_step_by_step():
    kept = diffusion.make_schedule(6).kept
    share, spread = 1.0, 0.0
    for before, here in zip(kept, kept[1:]):  # x_t = sqrt(a) x_(t-1) + sqrt(1 - a) noise
        step = here / before
        share, spread = share * step.sqrt(), step * spread + 1 - step
    assert share == pytest.approx(kept[-1].sqrt()) and spread == pytest.approx(1 - kept[-1])


def test_the_score_is_the_slope_of_the_log_density():
    schedule, level = diffusion.make_schedule(20), 7
    noisy = draw(5, 3, seed=2).requires_grad_()
    kept = schedule.kept[level]
    whole = kept * COVARIANCE + (1 - kept) * torch.eye(3, dtype=torch.float64)
    normal = torch.distributions.MultivariateNormal(kept.sqrt() * MEAN, whole)
    (slope,) = torch.autograd.grad(normal.log_prob(noisy).sum(), noisy)
    told = exact(schedule)(noisy.detach(), take(level, 5))
    assert torch.allclose(-told / (1 - kept).sqrt(), slope)


@pytest.mark.parametrize("level", [2, 10, 18])
def test_a_linear_denoiser_that_learned_from_normal_data_is_the_closed_form(level):
    schedule, n = diffusion.make_schedule(20), 500
    rows = draw(n, 6) - draw(n, 6).mean(0)
    rows = rows @ torch.linalg.inv(torch.linalg.cholesky(rows.T @ rows / n)).T  # moments to the bit
    clean, noise = MEAN + rows[:, :3] @ ROOT.T, rows[:, 3:]
    noisy = diffusion.add_noise(clean, take(level, n), noise, schedule)
    ones = torch.ones(n, 1, dtype=torch.float64)
    learned = torch.linalg.lstsq(torch.cat([noisy, ones], 1), noise).solution
    asked = draw(4, 3, seed=3)
    told = torch.cat([asked, ones[:4]], 1) @ learned
    assert torch.allclose(told, exact(schedule)(asked, take(level, 4)), atol=1e-9)


def test_no_denoiser_pays_less_than_the_closed_form():
    schedule, n = diffusion.make_schedule(20), 50_000
    clean, noise, level = MEAN + draw(n, 3) @ ROOT.T, draw(n, 3, seed=1), take(10, n)
    best = exact(schedule)
    paid = diffusion.price_noise(best, clean, level, noise, schedule).mean()
    for worse in (lambda x, t: 1.1 * best(x, t), lambda x, t: best(x, t) + 0.1, lambda x, t: 0 * x):
        assert diffusion.price_noise(worse, clean, level, noise, schedule).mean() > paid


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0])
def test_with_the_exact_score_the_way_down_ends_in_the_data(spread):
    schedule = diffusion.make_schedule(300)
    made = diffusion.sample(exact(schedule), draw(20_000, 3), schedule, dice(1), spread=spread)
    assert torch.allclose(made.mean(0), MEAN, atol=0.05)
    assert torch.allclose(made.T.cov(), COVARIANCE, atol=0.08)
    once = diffusion.sample(exact(schedule), draw(20_000, 3), schedule, dice(1), steps=1)
    assert once.T.cov().diag().max() < 0.1  # in one step everything ends in the middle


def test_one_step_down_by_hand():
    schedule = diffusion.Schedule(torch.tensor([1.0, 0.5, 0.25], dtype=torch.float64))
    noisy, noise, fresh = (torch.tensor([[x]], dtype=torch.float64) for x in (1.0, 0.2, 2.0))
    clean = (1 - math.sqrt(0.75) * 0.2) / 0.5
    new = math.sqrt(0.5 / 0.75 * 0.5)
    down = diffusion.step_back(noisy, noise, take(2, 1), take(1, 1), schedule, fresh)
    wanted = math.sqrt(0.5) * clean + math.sqrt(0.5 - new**2) * 0.2 + new * 2
    assert down.item() == pytest.approx(wanted)
    flat = diffusion.step_back(noisy, noise, take(2, 1), take(1, 1), schedule, fresh, spread=0)
    assert flat.item() == pytest.approx(math.sqrt(0.5) * clean + math.sqrt(0.5) * 0.2)
    cut = diffusion.guess_clean(noisy, noise, take(2, 1), schedule, limit=0.3)
    assert cut.item() == 0.3


def test_the_noise_of_a_known_row_gives_the_row_back():
    schedule = diffusion.make_schedule(30)
    clean, noise = draw(6, 2, 3), draw(6, 2, 3, seed=1)
    level = torch.tensor([1, 5, 10, 20, 29, 30])
    noisy = diffusion.add_noise(clean, level, noise, schedule)
    assert torch.allclose(diffusion.guess_clean(noisy, noise, level, schedule), clean)
    paid = diffusion.price_noise(lambda x, t: noise + 2, clean, level, noise, schedule)
    assert torch.allclose(paid, torch.full((6,), 4.0, dtype=torch.float64))


def test_a_velocity_says_the_noise_and_is_priced_by_its_own_error():
    schedule = diffusion.make_schedule(30)
    clean, noise, level = draw(4, 3), draw(4, 3, seed=1), torch.tensor([1, 9, 20, 30])
    music, hiss = schedule.shares(level, clean)
    velocity = music * noise - hiss * clean
    noisy = diffusion.add_noise(clean, level, noise, schedule)
    assert torch.allclose(diffusion.tell_noise(velocity, noisy, level, schedule), noise)
    paid = diffusion.price_velocity(lambda x, t: velocity + 2, clean, level, noise, schedule)
    assert torch.allclose(paid, torch.full((4,), 4.0, dtype=torch.float64))


def test_what_is_held_stays_to_the_bit_and_the_rest_follows_it():
    schedule = diffusion.make_schedule(200)
    known = torch.full((8000, 3), 0.7, dtype=torch.float64)
    held = torch.tensor([True, False, False])
    seen = []
    made = diffusion.sample(
        exact(schedule), draw(8000, 3), schedule, dice(1),
        known=known, held=held, watch=lambda level, rows: seen.append(level),
    )  # fmt: skip
    assert torch.equal(made[:, 0], known[:, 0]) and seen == list(range(199, -1, -1))
    free = diffusion.sample(exact(schedule), draw(8000, 3), schedule, dice(1))
    wanted = MEAN[1] + COVARIANCE[0, 1] / COVARIANCE[0, 0] * (0.7 - MEAN[0])
    assert abs(made[:, 1].mean() - wanted) < 0.15 < abs(free[:, 1].mean() - wanted)


def test_what_is_held_is_shown_with_the_noise_of_each_level():
    schedule, held = diffusion.make_schedule(4), torch.tensor([True, False, False])
    known, spreads = torch.full((20_000, 3), 0.7, dtype=torch.float64), []

    def denoiser(noisy, level):
        spreads.append(noisy[:, 0].std().item())
        return 0 * noisy

    diffusion.sample(denoiser, draw(20_000, 3), schedule, dice(1), known=known, held=held)
    assert spreads == pytest.approx((1 - schedule.kept[1:]).sqrt().flip(0).tolist(), rel=0.02)


def test_conditions_reach_the_denoiser():
    schedule, asked = diffusion.make_schedule(3), []

    def denoiser(noisy, level, wish):
        asked.append(wish)
        return 0 * noisy

    diffusion.sample(denoiser, draw(2, 3), schedule, dice(), wish=5)
    diffusion.price_noise(denoiser, draw(2, 3), take(1, 2), draw(2, 3), schedule, wish=6)
    assert asked == [5, 5, 5, 6]


NONE = draw(2, 3) * math.nan
REFUSED = [
    ({"start": NONE}, "no number"),
    ({"steps": 9}, "choose 1 to 4"),
    ({"steps": 0}, "choose 1 to 4"),
    ({"spread": math.nan}, "0 to 1"),
    ({"known": draw(2, 3)}, "takes both"),
    ({"held": draw(2, 3) > 0}, "takes both"),
    ({"known": draw(2, 4), "held": draw(2, 4) > 0}, "the shape"),
    ({"known": NONE, "held": draw(2, 3) > 0}, "no number"),
]


@pytest.mark.parametrize(("changes", "said"), REFUSED)
def test_a_way_down_that_cannot_be_gone_is_refused_with_a_sentence(changes, said):
    given = {"start": draw(2, 3)} | changes
    schedule = diffusion.make_schedule(4)
    with pytest.raises(ValueError, match=said):
        diffusion.sample(lambda x, t: x, given.pop("start"), schedule, dice(), **given)


def test_a_schedule_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="1 or more"):
        diffusion.make_schedule(0)
    with pytest.raises(ValueError, match="no schedule"):
        diffusion.make_schedule(5, "round")
