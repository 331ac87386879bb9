"""Rows of latents: who writes them, what the game does with them, and what is measured of their melodies."""

import math

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data.melody_events import MelodyEventData
from musicgan_lib.games import denoising_measures, denoising_rows
from musicgan_lib.learning import diffusion, fit
from musicgan_lib.metrics import neighbours
from musicgan_lib.models.denoiser import Denoiser, NextLatent
from musicgan_lib.models.latent_rows import LatentRows

HOLD, REST = 36, 37
TINY = {"bars": 2, "latent": 3, "width": 8, "hidden": 8, "heads": 2, "levels": 4}
TINY |= {"pretrain": 2, "denoise": 3, "pretrain_batch": 4, "batch": 4, "measure": 6}


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=dice(seed), dtype=torch.float64)


def take(level, n):
    return torch.full((n,), level)


def learned(network, seed=1):
    with torch.no_grad():  # the last layer begins with zeros
        network.tell.weight.normal_(0, 0.3, generator=dice(seed))
    return network.double().eval()


def test_a_denoiser_hears_all_of_the_row_and_the_level_and_begins_by_telling_nothing():
    torch.manual_seed(0)
    network = Denoiser(3, 4, width=8, heads=2, layers=2)
    assert not network(torch.ones(2, 4, 3), take(5, 2)).any()
    network, rows = learned(network), draw(2, 4, 3)
    other = rows.clone()
    other[:, 3] += 1
    told = network(rows, take(5, 2))
    assert (told[:, 0] != network(other, take(5, 2))[:, 0]).any()
    assert (told != network(rows, take(6, 2))).any()
    with pytest.raises(ValueError, match="4 latents of 3 numbers"):
        network(draw(2, 5, 3), take(1, 2))


def test_the_next_latent_is_told_by_those_before_it_alone_and_priced_as_torch_does():
    torch.manual_seed(0)
    network, rows = learned(NextLatent(3, 4, mixture=2, width=8, heads=2, layers=2)), draw(5, 4, 3)
    other = rows.clone()
    other[:, 2] += 1
    for told, moved in zip(network(rows), network(other)):
        assert torch.equal(told[:, :3], moved[:, :3]) and (told[:, 3] != moved[:, 3]).any()
    share, mean, deviation = network(rows)
    parts = torch.distributions.Independent(torch.distributions.Normal(mean, deviation.exp()), 1)
    chosen = torch.distributions.Categorical(logits=share)
    whole = torch.distributions.MixtureSameFamily(chosen, parts)
    assert torch.allclose(network.price(rows), -whole.log_prob(rows).sum(1))
    many = network.write(20_000, dice())[:, 0]
    share, mean, _ = (x[0, 0] for x in network(rows))
    assert torch.allclose(many.mean(0), share.exp() @ mean, atol=0.05)


def make_rows(**options):
    torch.manual_seed(0)
    return LatentRows(38, 16, 2, 3, 8, hidden=8, heads=2, layers=1, **options).eval()


def test_a_row_is_its_bars_each_read_and_written_alone():
    network = make_rows()
    tokens = torch.randint(38, (5, 32), generator=dice())
    rows = network.read_bars(tokens)
    assert torch.equal(rows[:, 1], network.autoencoder.encode(tokens[:, 16:])[0])
    network.settle(rows)
    units = network.encode(tokens)
    assert torch.allclose(units.flatten(0, 1).mean(0), torch.zeros(3), atol=1e-5)
    assert torch.allclose(units.flatten(0, 1).std(0), torch.ones(3), atol=1e-5)
    back = network.decode(units)
    assert torch.equal(back[:, 16:], network.autoencoder.write(rows[:, 1]))


def test_rows_that_do_not_fit_are_refused_with_a_sentence():
    network = make_rows()
    with pytest.raises(ValueError, match="3 numbers here, and this one 4"):
        network.decode(torch.zeros(1, 2, 4))
    with pytest.raises(ValueError, match="no number"):
        network.decode(torch.full((1, 2, 3), math.nan))
    with pytest.raises(ValueError, match="no whole bars"):
        network.encode(torch.zeros(1, 20, dtype=torch.long))


def make_data(n=3, bars=4):
    rng = np.random.default_rng(0)
    splits = ("train", "valid", "test")
    pieces = {s: [rng.integers(0, 38, bars * 16) for _ in range(n)] for s in splits}
    return MelodyEventData("dice", "melody_events", (38,), [[]], pieces, "none")


def begin(variant="diffusion", **changes):
    card = systems.find("mittal2021")
    small = {k: v for k, v in TINY.items() if k != "levels" or variant == "diffusion"}
    config = card.configure(variant, "smoke", "chorales", **small | {"keys": 0} | changes)
    return card.game, config, card.game.build(config, make_data(), 0)


@pytest.mark.parametrize("variant", ["diffusion", "autoregressive"])
def test_the_autoencoder_learns_first_and_is_frozen_then(variant):
    game, config, state = begin(variant)
    network, step = state.modules["network"], game.make_step(config, make_data())
    hashes = []
    for steps in (0, 2, 5):
        fit.fit(state, step, steps)
        hashes.append([fit.weights_hash(m) for m in (network.autoencoder, network.writer)])
    (one, new), (two, same), (last, moved) = hashes
    assert one != two == last and new == same != moved


@pytest.mark.parametrize("target", ["noise", "velocity"])
def test_the_loss_is_what_is_missed_at_a_random_level(target):
    game, config, state = begin(target=target)
    network, rows = state.modules["network"].eval(), draw(5, 2, 3).float()
    schedule = diffusion.make_schedule(config.levels, config.noise)
    paid = game.price(network, config, rows, schedule, dice())
    level = 1 + torch.randint(4, (5,), generator=(made := dice()))
    noise = torch.randn(5, 2, 3, generator=made)
    told = network.writer(diffusion.add_noise(rows, level, noise, schedule), level)
    kept = schedule.kept[level].float()[:, None, None]
    wanted = noise if target == "noise" else kept.sqrt() * noise - (1 - kept).sqrt() * rows
    assert torch.allclose(paid, (told - wanted).square().mean((1, 2)), atol=1e-5)


def test_rows_stand_at_every_bar_and_their_latents_are_in_units_of_their_spread():
    game, config, state = begin()
    data = make_data()
    windows = denoising_rows.cut_windows(data, config)
    assert len(windows) == 9
    assert torch.equal(windows[1], torch.as_tensor(data.pieces["train"][0][16:48]))
    rows = denoising_rows.take_latents(state.modules["network"], windows)
    assert torch.allclose(rows, state.modules["network"].encode(windows), atol=1e-5)
    assert torch.allclose(rows.flatten(0, 1).std(0), torch.ones(3), atol=1e-5)


def test_under_the_control_the_latents_of_a_row_are_strangers():
    _, own, _ = begin(batch=200)
    _, strange, _ = begin(batch=200, order="shuffled")
    rows = torch.arange(50.0)[:, None, None].expand(50, 2, 3)
    drawn = denoising_rows.draw_rows(rows, own, dice())
    assert (drawn[:, 0] == drawn[:, 1]).all()
    drawn = denoising_rows.draw_rows(rows, strange, dice())
    assert drawn.shape == (200, 2, 3) and (drawn[:, 0] == drawn[:, 1]).all(1).float().mean() < 0.1
    mixed = denoising_rows.mix_rows(rows, dice())
    assert torch.equal(mixed.flatten().sort()[0], rows.flatten().sort()[0])
    assert (mixed[:, 0] != mixed[:, 1]).any()


@pytest.mark.parametrize("variant", ["diffusion", "autoregressive"])
def test_silence_is_music_and_every_number_is_one(variant):
    game, config, state = begin(variant)
    data = make_data()
    data.pieces["test"] = [np.full(64, REST) for _ in range(3)]
    evaluate, _ = game.make_evaluation(config, data)
    fit.fit(state, game.make_step(config, data), config.steps, evaluate=evaluate, evaluate_every=1)
    found, samples = game.measure(state, config, data, dice())
    assert samples.shape == (6, 32) and all(math.isfinite(v) for v in found.values())
    assert found["overlap_real"] == 1 and found["repeats_real"] == 1
    drawn = game.draw(state.modules["network"], config, 4, dice())
    assert drawn.shape == (4, 32)


def test_filling_in_holds_the_bars_that_are_known():
    game, config, state = begin()
    network = state.modules["network"].eval()
    known = network.encode(torch.as_tensor(make_data().windows("test", 32)))
    held = torch.tensor([True, False])[:, None]
    rows = denoising_rows.write_rows(network, config, len(known), dice(), known=known, held=held)
    assert torch.equal(rows[:, 0], known[:, 0]) and (rows[:, 1] != known[:, 1]).all()
    _, other, alone = begin("autoregressive")
    with pytest.raises(ValueError, match="left to right"):
        denoising_rows.write_rows(
            alone.modules["network"], other, 2, dice(), known=known, held=held
        )


BAD = [
    ({"bars": 1}, "at least 2"),
    ({"levels": 0}, "at least 1"),
    ({"noise": "round"}, "no noise"),
    ({"model": "round"}, "no model"),
    ({"order": "mine"}, "no order"),
    ({"target": "mine"}, "no target"),
    ({"tokens": "grid"}, "no tokens"),
    ({"limit": math.nan}, "above 0"),
    ({"lr": 0.0}, "above 0"),
    ({"width": 7}, "even number"),
    ({"hidden": 9, "heads": 2}, "cannot share it"),
    ({"mixture": 3}, "has no mixture"),
    ({"bars": 9}, "choose length=64 or less"),
]


@pytest.mark.parametrize(("changes", "said"), BAD)
def test_settings_that_do_not_fit_are_refused_with_a_sentence(changes, said):
    with pytest.raises(ValueError, match=said):
        begin(**changes)


def test_one_step_takes_nothing_from_a_model_without_levels():
    card = systems.find("mittal2021")
    with pytest.raises(ValueError, match="has no levels"):
        card.configure_control("one_step", "autoregressive", "smoke", "chorales")


def test_what_bars_are_made_of_by_hand():
    rows = np.full((1, 32), HOLD)
    rows[0, [0, 8, 12, 20]] = (12, 24, REST, 13)  # 12 for 8, 24 for 4, silence for 4 + 4, 13 for 12
    told = neighbours.tell_bars(rows)
    assert told["pitch"][0, 0, [12, 24, 36]].tolist() == [0.5, 0.25, 0.25]
    assert told["chroma"][0, 0, [0, 12]].tolist() == [0.75, 0.25]
    assert told["length"][0, 0, [3, 7]].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert told["length"][0, 1, [3, 11]].tolist() == [0.5, 0.5]
    assert all(np.allclose(x.sum(2), 1) for x in told.values())
    shared = neighbours.overlap_neighbours(rows)
    assert shared["pitch"].tolist() == [[0.25]] and shared["chroma"].tolist() == [[0.25]]
    assert shared["length"].tolist() == [[0.5]]
    assert neighbours.hold_pitches(np.full((1, 16), HOLD)).tolist() == [[HOLD] * 16]
    with pytest.raises(ValueError, match="no whole bars"):
        neighbours.tell_bars(rows[:, :20])


def test_consistency_by_hand():
    real = {k: np.array([0.2, 0.6]) for k in neighbours.SHARED}  # mean .4, variance .04
    made = {k: np.array([0.3, 0.7]) for k in neighbours.SHARED} | {"chroma": np.array([0.9, 0.9])}
    found = neighbours.rate_consistency(made, real)
    assert found["consistency_pitch"] == pytest.approx(0.75)
    assert found["variance_pitch"] == pytest.approx(1)
    assert found["consistency_chroma"] == 0 and found["variance_chroma"] == 0
    assert found["consistency"] == pytest.approx(0.5) and found["variance"] == pytest.approx(2 / 3)
    assert set(neighbours.rate_consistency(real, real).values()) == {1.0}


def test_repeats_and_copies_by_hand():
    one, two, three = (np.full(16, k) for k in (1, 2, 3))
    rows = np.array([[*one, *one], [*one, *two]])
    assert denoising_measures.share_repeated(rows) == 0.5
    train = np.array([[*three, *two], [*one, *three]])
    assert denoising_measures.share_copied(rows, train) == 0.5
    assert denoising_measures.share_copied(train, rows) == 0.5
