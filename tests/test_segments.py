"""Bars as segments: what is read alone, who looks at whom, what comes back, and what a random cut changes."""

import math

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data.melody_events import MelodyEventData
from musicgan_lib.games.latent_measures import compare_events
from musicgan_lib.models import segment_autoencoder as segments

TINY = {"width": 8, "embedding": 4, "length": 64, "batch": 4, "steps": 3, "measure": 6}


def make(units="bars", length=64, **settings):
    torch.manual_seed(0)
    settings = {"attends": units != "whole", "width": 8, "embedding": 4} | settings
    return segments.SegmentAutoencoder((38,), length, 16, units=units, **settings).double().eval()


def windows(n=5, length=64, seed=0):
    return torch.as_tensor(np.random.default_rng(seed).integers(0, 38, (n, length)))


def read(network, rows):
    begins, lengths = network.cut(rows)
    return network.read(segments.gather(rows, begins, lengths)[0], begins, lengths)


def make_data(n=3, bars=8):
    rng = np.random.default_rng(0)
    pieces = {
        s: [rng.integers(0, 38, bars * 16) for _ in range(n)] for s in ("train", "valid", "test")
    }
    return MelodyEventData("dice", "melody_events", (38,), [[]], pieces, "none")


def begin(**changes):
    card = systems.find("li2015")
    config = card.configure("bars", "smoke", "chorales", **TINY | changes)
    return card.game, config, card.game.build(config, make_data(), 0)


@torch.no_grad()
def test_a_bar_is_read_by_itself_and_is_the_same_wherever_it_returns():
    network, rows = make(), windows()
    rows[:, 48:] = rows[:, :16]
    vectors = read(network, rows)
    alone = read(make(length=16), rows[:, 16:32])
    assert torch.allclose(vectors[:, 1], alone[:, 0]) and torch.equal(vectors[:, 0], vectors[:, 3])
    moved = read(make("random"), rows)
    assert not torch.isclose(moved[:, 0], moved[:, 3]).all(1).any()


def test_a_random_cut_keeps_every_step_and_its_number_of_segments_and_is_a_window_s_own():
    network, rows = make("random"), windows(200)
    begins, lengths = network.cut(rows)
    assert begins.shape == (200, 4) and (begins[:, 0] == 0).all()
    assert (lengths.sum(1) == 64).all() and lengths.min() >= 2
    assert torch.equal(begins[:, 1:], begins[:, :-1] + lengths[:, :-1])
    assert ((begins - torch.arange(0, 64, 16)).abs() <= segments.FAR).all()
    assert torch.equal(network.cut(rows.flip(0))[0].flip(0), begins)
    assert len(begins.unique(dim=0)) > 150
    assert (begins % 16 == 0)[:, 1:].double().mean() == pytest.approx(1 / 15, abs=0.04)
    cells, inside = segments.gather(rows, begins, lengths)
    assert torch.equal(cells[inside].view_as(rows), rows)


def test_a_mean_is_of_the_steps_inside_alone():
    network, rows = make("random"), windows()
    begins, lengths = network.cut(rows)
    cells, inside = segments.gather(rows, begins, lengths)
    other = torch.where(inside, cells, 37 - cells)
    with torch.no_grad():
        assert torch.equal(
            network.read(cells, begins, lengths), network.read(other, begins, lengths)
        )


@torch.no_grad()
def test_what_a_writer_looks_at_by_hand():
    network = make()
    state, bars = torch.randn(2, 8).double(), torch.randn(2, 4, 8).double()
    context, look = network.attend(state, bars, 2)
    for n in range(2):
        asked = network.asks(state[n] + network.which.weight[2])
        scores = [
            network.weighs(torch.tanh(asked + network.answers(bar))).item() for bar in bars[n]
        ]
        shares = np.exp(scores) / np.exp(scores).sum()
        assert look[n].tolist() == pytest.approx(shares.tolist())
        wanted = sum(share * bar for share, bar in zip(shares, bars[n]))
        assert torch.allclose(context[n], wanted)


@torch.no_grad()
@pytest.mark.parametrize("units", segments.UNITS)
def test_what_is_written_is_the_likeliest_given_what_was_written_before(units):
    network, rows = make(units), windows(3)
    written = network.write(rows)
    assert torch.equal(written, network.write(rows))
    begins, lengths = network.cut(rows)
    first = int(lengths[:, 0].min())
    assert torch.equal(network(rows)[:, :first].argmax(-1), written[:, :first])
    drawn = network.write(rows, torch.Generator().manual_seed(0))
    assert drawn.shape == rows.shape and not torch.equal(drawn, written)


@torch.no_grad()
def test_a_bar_that_was_written_wrong_is_heard_as_it_was_written():
    network, rows = make(attends=False), windows(3)
    written = network.write(rows)
    begins, lengths = network.cut(rows)
    vectors = read(network, rows)
    heard = read(network, written)
    told, _ = network.plan(vectors, lambda i, told: heard[:, i])
    logits = network.write_rows(told.flatten(0, 1), begins.flatten(), 16)
    assert torch.equal(logits.argmax(-1).view_as(rows), written)


def test_the_flat_network_has_as_many_weights():
    card, counts = systems.find("li2015"), []
    for profile in ("smoke", "cpu"):
        for variant in ("bars", "flat"):
            config = card.configure(variant, profile)
            network = card.game.build(config, make_data(), 0).modules["network"]
            counts.append(sum(p.numel() for p in network.parameters()))
    assert all(abs(a / b - 1) < 0.05 for a, b in (counts[:2], counts[2:]))
    assert (
        card.configure("flat_2", "cpu").length == 32 and card.configure("bars", "cpu").length == 128
    )


def test_two_melodies_are_learned_by_heart():
    rows = torch.randint(0, 36, (2, 32), generator=torch.Generator().manual_seed(0))
    rows[:, 1::2] = 36
    network = make(length=32, width=16).float().train()
    optimiser = torch.optim.Adam(network.parameters(), 0.02)
    for _ in range(80):
        loss = network.nll(rows)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert compare_events(rows, network.write(rows))["right_onsets"] > 0.9


def test_a_run_is_measured_on_each_split_and_writes_made_tunes_back():
    game, config, state = begin()
    data = make_data()
    for number, split in enumerate(("train", "valid", "test")):
        data.pieces[split] = [np.full(64, number) for _ in range(3)]
    network = state.modules["network"]
    network.nll = lambda batch: batch.double().mean()
    network.write = lambda batch, *more: batch if batch[0, 0] else batch + 1
    found, samples = game.measure(state, config, data, None)
    assert [found[f"nll_{s}"] for s in ("train", "valid", "test")] == [0, 1, 2]
    assert found["right_onsets"] == 1 and found["train_onsets"] == 0 and (samples == 2).all()
    assert 0 < found["looked_own"] < 1
    assert game.draw(network, config, 2, torch.Generator().manual_seed(0)).shape == (2, 64)


def test_the_best_weights_are_chosen_on_validation_music():
    game, config, state = begin()
    evaluate, every = game.make_evaluation(config, make_data())
    told = evaluate(state)
    batch = game.cut(config, make_data(), "valid")
    assert told["nll_valid"] == pytest.approx(state.modules["network"].nll(batch).item(), rel=1e-4)
    assert every == config.check_every and math.isfinite(told["nll_valid"])


REFUSED = [
    ({"length": 40}, "whole bars"),
    ({"beyond": 16}, "leave beyond 0"),
    ({"units": "words"}, "no units"),
    ({"units": "whole"}, "no segments to look at"),
    ({"width": 0}, "1 or more"),
]


@pytest.mark.parametrize(("changes", "said"), REFUSED)
def test_what_does_not_fit_is_refused_with_a_sentence(changes, said):
    with pytest.raises(ValueError, match=said):
        begin(**changes)


def test_music_that_is_too_short_is_refused():
    game, config, _ = begin()
    with pytest.raises(ValueError, match="choose length=16 or less"):
        game.cut(config, make_data(bars=1), "test")
