"""Codes of melodies: the bound against an exact likelihood, what decoders hear, and what is measured."""

import math

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data.melody_events import MelodyEventData
from musicgan_lib.games import latent, latent_measures
from musicgan_lib.learning import elbo
from musicgan_lib.learning.enumeration import all_sequences
from musicgan_lib.learning.fit import TrainingState
from musicgan_lib.models.vae import MelodyVAE

TINY = {
    "width": 8,
    "latent": 3,
    "conducting": 6,
    "length": 32,
    "batch": 4,
    "steps": 3,
    "measure": 6,
}
HOLD = 36


def make(seed=0, latent=1, **settings):
    torch.manual_seed(seed)
    network = MelodyVAE((2,), 4, 2, latent=latent, width=8, conducting=4, **settings).double()
    with torch.no_grad():  # a code that tells, so that the bound has a gap
        for weight in network.parameters():
            weight.mul_(2)
    return network.eval()


def make_data(n=3, bars=8):
    rng = np.random.default_rng(0)
    pieces = {}
    for split in ("train", "valid", "test"):
        pieces[split] = [rng.integers(0, 38, bars * 16) for _ in range(n)]
    return MelodyEventData("dice", "melody_events", (38,), [[]], pieces, "none")


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("settings", [{}, {"decoder": "flat"}, {"writer": "at_once"}])
def test_the_bound_is_the_exact_likelihood_and_the_distance_to_the_true_posterior(settings):
    network = make(**settings)
    every = all_sequences(2, 4)
    exact = elbo.price_exactly(network, every)
    assert (-exact).exp().sum().item() == pytest.approx(1, abs=1e-9)
    z, log_prior = elbo.lay_grid()
    with torch.no_grad():
        mean, log_variance = network.encode(every)
        for k, row in enumerate(every):
            paid = network.price(row.expand(len(z), -1), z)
            density = -0.5 * (
                (z[:, 0] - mean[k]).square() / log_variance[k].exp() + log_variance[k]
            )
            log_q = density - density.logsumexp(0)
            posterior = log_prior - paid + exact[k]
            gap = (log_q.exp() * (log_q - posterior)).sum()
            whole = (log_q.exp() * paid).sum() + elbo.price_code(mean[k], log_variance[k]).sum()
            assert whole.item() == pytest.approx((exact[k] + gap).item(), abs=1e-6)
            assert gap > 1e-4


def test_the_bound_is_met_by_noise_on_average():
    network, rows = make(), all_sequences(2, 4)[:3]
    noise = torch.randn(20_000, 1, generator=dice(), dtype=torch.float64)
    for row in rows:
        with torch.no_grad():
            paid, kl = elbo.bound(network, row.expand(len(noise), -1), noise)
        assert (paid + kl).mean() > elbo.price_exactly(network, row[None])[0]


def test_a_code_costs_what_torch_says():
    mean, log_variance = torch.randn(5, 3, generator=dice()), torch.randn(5, 3, generator=dice(1))
    normal = torch.distributions.Normal(mean, (0.5 * log_variance).exp())
    wanted = torch.distributions.kl_divergence(normal, torch.distributions.Normal(0.0, 1.0))
    assert torch.allclose(elbo.price_code(mean, log_variance), wanted, atol=1e-6)
    assert torch.allclose(
        elbo.spare(torch.tensor([1.0, 9.0]), 2), torch.tensor([0, 9 - 2 * math.log(2)])
    )
    assert elbo.count_active(torch.tensor([[0.0, 1], [0.0, 3], [0.05, 1]])) == 1


def test_a_code_of_several_units_is_not_summed():
    with pytest.raises(ValueError, match="take latent=1"):
        elbo.price_exactly(make(latent=2), all_sequences(2, 4))


@pytest.mark.parametrize("writer", ["steps", "at_once"])
def test_a_conducted_bar_hears_no_other_bar_and_a_flat_one_does(writer):
    rows = all_sequences(2, 4)
    other = rows.clone()
    other[:, :2] = 1 - other[:, :2]  # another first bar
    z = torch.randn(len(rows), 1, generator=dice(), dtype=torch.float64)
    conducted, flat = make(writer=writer), make(writer=writer, decoder="flat")
    assert torch.equal(conducted.logits(rows, z)[:, 2:], conducted.logits(other, z)[:, 2:])
    same = torch.equal(flat.logits(rows, z)[:, 2:], flat.logits(other, z)[:, 2:])
    assert same == (writer == "at_once")
    assert not torch.equal(conducted.logits(rows, z), conducted.logits(rows, -z))


@pytest.mark.parametrize("settings", [{}, {"decoder": "flat"}, {"writer": "at_once"}])
def test_what_is_written_is_the_likeliest_or_drawn(settings):
    network = make(**settings)
    z = torch.randn(6, 1, generator=dice(), dtype=torch.float64)
    written = network.write(z)
    assert torch.equal(network.logits(written, z).argmax(-1), written)
    many = network.write(z[:1].expand(4000, -1), dice())
    first = network.logits(many[:1], z[:1])[0, 0].softmax(-1)[1].item()
    assert many[:, 0].double().mean().item() == pytest.approx(first, abs=0.03)


def test_hidden_tokens_are_not_heard():
    network = make(decoder="flat", dropped=1.0).train()
    rows = all_sequences(2, 4)
    z = torch.zeros(len(rows), 1, dtype=torch.float64)
    assert torch.equal(network.logits(rows, z), network.logits(1 - rows, z))


def begin(**changes):
    card = systems.find("roberts2018")
    config = card.configure("conductor", "smoke", "chorales", **TINY | changes)
    state = card.game.build(config, make_data(), 0)
    return card.game, config, state


def test_the_loss_by_hand():
    game, config, state = begin(beta=0.5, free_bits=1.0, climb=1.0)
    network = state.modules["network"].eval()
    batch = game.cut(config, make_data(), "valid")
    whole, _ = game.loss(config, network, batch, dice(), 0)
    mean, log_variance = network.encode(batch)
    z = mean + torch.randn(mean.shape, generator=dice()) * (log_variance / 2).exp()
    kl = (mean**2 + log_variance.exp() - 1 - log_variance).sum(1) / 2
    free = (kl - math.log(2)).clamp(min=0)
    wanted = (network.price(batch, z) + 0.5 / 3 * free).mean()  # a third of the way up
    assert torch.allclose(whole, wanted, rtol=1e-5)


def test_under_the_control_a_melody_is_written_after_another_ones_code():
    game, config, state = begin(codes="other", beta=0.0)
    network = state.modules["network"].eval()
    batch = game.cut(config, make_data(), "valid")[:4]
    whole, _ = game.loss(config, network, batch, dice(), 0)
    mean, log_variance = network.encode(batch)
    z = elbo.draw_code(mean, log_variance, dice())
    assert torch.allclose(whole, network.price(batch[[1, 2, 3, 0]], z).mean(), rtol=1e-4)


def test_the_best_weights_are_chosen_on_validation_music_and_each_bound_is_of_its_own_split():
    game, config, state = begin()
    data = make_data()
    for number, split in enumerate(("train", "valid", "test")):
        data.pieces[split] = [np.full(64, number) for _ in range(3)]
    evaluate, _ = game.make_evaluation(config, data)
    state.modules["network"].price = lambda batch, z: batch[:, 0].float() * 32
    assert evaluate(state)["loss_valid"] == pytest.approx(1, abs=0.1)
    del state.memory["best_network"]
    found, _ = game.measure(state, config, data, dice())
    for number, split in enumerate(("train", "valid", "test")):
        assert found[f"bound_{split}"] - number == pytest.approx(0, abs=0.2)


def test_what_comes_back_by_hand():
    real = [[60, 36, 36, 37], [1, 2, 36, 3]]
    real[0][0] = 5
    found = latent_measures.compare_events(real, [[5, 36, 4, 37], [1, 2, 36, 3]])
    assert found["right_steps"] == 7 / 8 and found["right_windows"] == 0.5
    assert found["right_onsets"] == 1.0 and found["right_rhythm"] == pytest.approx(8 / 9)
    assert latent_measures.compare_events([[HOLD] * 4], [[HOLD] * 4])["right_onsets"] == 0


def test_attributes_and_their_directions_by_hand():
    rows = np.full((4, 16), HOLD)
    rows[0, :4] = (0, 4, 0, 4)
    rows[1, 0] = 7
    rows[2, :2] = (7, 10)
    told = latent_measures.tell_attributes(rows)
    assert told.tolist() == [[4, 2, 4], [1, 7, 0], [2, 8.5, 3], [0, 0, 0]]
    ways = latent_measures.find_directions(np.eye(4), told)
    assert ways[0].tolist() == [1, 0, 0, -1] and ways[1].tolist() == [0, 0, 1, -1]
    rose = latent_measures.compare_attributes(rows, rows[[3]], [rows[[0]], rows[[3]]])
    assert rose[1].tolist() == [0, 0, 0]
    assert rose[0].tolist() == pytest.approx((np.array([4, 2, 4]) / told.std(0)).tolist())
    with pytest.raises(ValueError, match="four or more"):
        latent_measures.find_directions(np.eye(3), told[:3])


def test_a_way_is_steady_where_nobody_comes_back():
    there = np.array([[[0, 0], [0, 1], [1, 1]], [[0, 0], [1, 1], [0, 1]]])
    assert latent_measures.measure_distances(there).tolist() == [[0, 0.5, 1], [0, 1, 0.5]]
    assert latent_measures.share_steady(there) == 0.5
    one, other = np.zeros((5, 40), int), np.ones((5, 40), int)
    mixed = latent_measures.mix_events(one, other, np.linspace(0, 1, 7), np.random.default_rng(0))
    assert latent_measures.share_steady(mixed) == 1.0
    assert not mixed[:, 0].any() and mixed[:, -1].all() and 0.3 < mixed[:, 3].mean() < 0.7


REFUSED = [
    ({"length": 40}, "whole bars"),
    ({"free_bits": -1.0}, "at least 0"),
    ({"free_bits": math.nan}, "at least 0"),
    ({"beta": 0.0, "free_bits": 2.0}, "every bit is free"),
    ({"beta": 0.0, "climb": 0.5}, "nothing to climb"),
    ({"climb": 2.0}, "0 to 1"),
    ({"beyond": 16}, "nothing lies beyond"),
    ({"codes": "mine"}, "no codes"),
    ({"codes": "other", "batch": 1}, "batch of 2"),
    ({"decoder": "round"}, "no decoder"),
    ({"writer": "slow"}, "no writer"),
    ({"dropped": 0.5}, "hears no token"),
    ({"writer": "steps", "dropped": 2.0}, "0 to 1"),
    ({"latent": 0}, "a unit or more"),
    ({"width": 7}, "an even width"),
]


@pytest.mark.parametrize(("changes", "said"), REFUSED)
def test_what_does_not_fit_is_refused_with_a_sentence(changes, said):
    with pytest.raises(ValueError, match=said):
        begin(**changes)


def test_music_that_is_too_short_and_a_code_of_another_size_are_refused():
    game, config, _ = begin()
    short = make_data(bars=1)
    with pytest.raises(ValueError, match="choose length=16 or less"):
        game.cut(config, short, "test")
    with pytest.raises(ValueError, match="no two windows"):
        game.cut(config, make_data(n=1, bars=2), "test")
    with pytest.raises(ValueError, match="3 units"):
        make(latent=3).write(torch.zeros(2, 4))


def test_silence_is_music_without_notes():
    game, config, state = begin()
    data = make_data()
    data.pieces["test"] = [np.full(64, HOLD) for _ in range(3)]
    found, samples = game.measure(state, config, data, dice())
    assert found["right_onsets"] == 0 and samples.shape == (6, 32)
    assert all(math.isfinite(v) for v in found.values())


def test_beta_climbs_evenly():
    _, config, _ = begin(climb=1.0)
    assert [latent.weigh(config, step) for step in range(4)] == pytest.approx([1 / 3, 2 / 3, 1, 1])
    assert isinstance(begin()[2], TrainingState)
