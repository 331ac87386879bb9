"""Weighing and filtering samples, against sums over every sequence or every draw."""

import itertools

import pytest
import torch

from musicgan_lib.learning import reweighting
from musicgan_lib.models.interface import Trajectory

P = torch.tensor([0.5, 0.25, 0.125, 0.125], dtype=torch.double)
DATA = torch.tensor([0.1, 0.2, 0.3, 0.4], dtype=torch.double)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def test_the_true_log_ratio_makes_the_generator_the_data():
    assert torch.allclose(reweighting.reweight(P, torch.log(DATA / P)), DATA, atol=1e-12)
    assert torch.allclose(reweighting.reweight(P, torch.full((4,), 3.0)), P, atol=1e-12)


def test_the_gain_is_what_the_likelihood_gains():
    energies = torch.tensor([-1.0, 0.5, 0.3, 1.2], dtype=torch.double)
    counts = (P * 8).long()  # samples in exactly the generator's proportions
    fake = energies.repeat_interleave(counts)
    real = energies.repeat_interleave((DATA * 10).round().long())
    gain, error = reweighting.residual_gain(real, fake)
    model = reweighting.reweight(P, energies)
    exact = (DATA * (model.log() - P.log())).sum()
    assert abs(gain - float(exact)) < 1e-12 and error > 0
    assert (
        abs(float(reweighting.log_partition(fake)) - float((P * energies.exp()).sum().log()))
        < 1e-12
    )


def test_windows_of_one_tune_are_one_witness():
    real = torch.tensor([0.0, 1.0, 3.0, 2.0])
    fake = torch.zeros(5)
    _, once = reweighting.residual_gain(real, fake)
    _, thrice = reweighting.residual_gain(real.repeat(3), fake, tune=torch.arange(4).repeat(3))
    _, naive = reweighting.residual_gain(real.repeat(3), fake)
    assert abs(once - thrice) < 1e-12 and naive < once
    with pytest.raises(ValueError, match="one tune"):
        reweighting.residual_gain(real, fake, tune=[7, 7, 7, 7])


def test_the_scale_is_the_best_of_a_grid():
    real, fake = (
        torch.randn(400, generator=seeded()) + 0.6,
        2 * torch.randn(400, generator=seeded(1)),
    )
    w = reweighting.fit_energy_scale(real, fake)

    def value(w):
        return float(w * real.double().mean() - reweighting.log_partition(w * fake))

    assert 0.01 < w < 1 and value(w) >= max(value(x / 100) for x in range(200)) - 1e-9
    assert reweighting.fit_energy_scale(-real, fake) == 0  # it says the wrong thing: do not listen
    assert reweighting.fit_energy_scale(fake * 0 + 5, fake * 0 - 5) > 9.99  # always right: the cap


def test_effective_sample_size():
    assert abs(reweighting.effective_sample_size(torch.zeros(50)) - 50) < 1e-9
    assert abs(reweighting.effective_sample_size(torch.tensor([0.0, 0.0, -999.0])) - 2) < 1e-9


def test_resampling_follows_the_weights_and_is_in_no_order():
    values = torch.tensor([0.0, 1.0, 2.0]).repeat(4000)
    kept = reweighting.importance_resample(values, 1200, seeded())
    assert len(set(kept.tolist())) == 1200
    share = torch.bincount(values[kept].long(), minlength=3) / 1200
    expected = torch.softmax(torch.tensor([0.0, 1.0, 2.0]), 0)
    assert (share - expected).abs().max() < 0.06  # a tenth is used up: the weights hold nearly
    first, last = values[kept[:600]].mean(), values[kept[600:]].mean()
    assert abs(first - last) < 0.15, "sorted samples fool a judge that trains on the first of them"
    with pytest.raises(ValueError, match="cannot be kept"):
        reweighting.importance_resample(values[:5], 6, seeded())


@pytest.mark.parametrize("k", [1, 2, 3])
def test_best_of_k_by_listing_every_draw(k):
    score = torch.tensor([0.3, 2.0, 0.3, -1.0])  # two are equal
    exact = torch.zeros(4, dtype=torch.double)
    for draw in itertools.product(range(4), repeat=k):
        top = max(score[list(draw)])
        best = [i for i in draw if score[i] == top]
        for i in best:
            exact[i] += P[list(draw)].prod() / len(best)
    assert torch.allclose(reweighting.best_of_probabilities(P, score, k), exact, atol=1e-12)


class Dice:
    def sample(self, n, length, generator, temperature=1.0):
        actions = torch.randint(0, 6, (n, length), generator=generator)
        return Trajectory(actions, None, None)


def test_best_and_worst_of_the_same_draws():
    def score(x):
        return x.double().sum(1)

    best = reweighting.best_of(Dice(), score, 500, 4, 3, seeded())
    worst = reweighting.best_of(Dice(), lambda x: -score(x), 500, 4, 3, seeded())
    drawn = Dice().sample(2000, 3, seeded()).actions.view(500, 4, 3).sum(2)
    assert torch.equal(best.sum(1), drawn.amax(1)) and torch.equal(worst.sum(1), drawn.amin(1))
