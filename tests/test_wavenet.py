"""WaveNet: what a sample is drawn from, the sampler that remembers, and what predicts samples without a network."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data.waves import WaveData
from musicgan_lib.games.sound import SoundGame
from musicgan_lib.metrics import clarity, samples
from musicgan_lib.models.token_model import TokenModel
from musicgan_lib.models.wavenet import GatedLayer, WaveNet
from musicgan_lib.representations import mu_law

BORDERS = samples.find_borders(mu_law.decode(np.arange(256)))


def make(**settings):
    torch.manual_seed(0)
    return WaveNet((16,), **{"channels": 4, "layers": 4} | settings).double().eval()


def find_past(network, length=64):
    """Which of the samples before the last one its logits depend on, by the gradient at what enters."""
    entered = []
    hook = network.embed.register_forward_hook(
        lambda m, i, o: entered.append(o.requires_grad_()) or o
    )
    logits = network(torch.randint(16, (1, length), generator=torch.Generator().manual_seed(1)))
    hook.remove()
    (slope,) = torch.autograd.grad(logits[0, -1].square().sum(), entered[0])
    return slope[0].abs().sum(1) > 0  # row t is what entered for step t: sample t - 1


@pytest.mark.parametrize(
    ("settings", "span"), [({}, 16), ({"stacks": 2}, 31), ({"gaps": "none"}, 5)]
)
def test_a_sample_is_drawn_from_as_many_as_the_gaps_add_up_to_and_one(settings, span):
    network = make(**settings)
    heard = find_past(network)
    assert heard[-span:].all() and not heard[:-span].any()
    assert network.span == span == int(heard.sum())


def test_no_sample_hears_itself_or_what_comes_after_it():
    network = make()
    tokens = torch.randint(16, (2, 24), generator=torch.Generator().manual_seed(2))
    other = tokens.clone()
    other[:, 10:] = 15 - other[:, 10:]
    assert torch.equal(network(tokens)[:, :11], network(other)[:, :11])
    assert not torch.allclose(network(tokens)[:, 11:], network(other)[:, 11:])


def test_a_layer_by_hand():
    layer = GatedLayer(1, 2).double()
    with torch.no_grad():
        layer.taps.weight.copy_(torch.tensor([[1.0, 2.0], [0.5, -1.0]]))
        layer.taps.bias.zero_()
        layer.out.weight.copy_(torch.tensor([[3.0], [5.0]]))
        layer.out.bias.zero_()
    x = torch.tensor([0.1, 0.2, 0.3]).double().reshape(1, 3, 1)
    onward, told = layer(x)
    then = [0, 0, 0.1]
    for t, now in enumerate((0.1, 0.2, 0.3)):
        gated = math.tanh(now + 2 * then[t]) / (1 + math.exp(-(0.5 * now - then[t])))
        assert onward[0, t, 0].item() == pytest.approx(now + 3 * gated)
        assert told[0, t, 0].item() == pytest.approx(5 * gated)


@pytest.mark.parametrize("settings", [{}, {"stacks": 2}, {"gaps": "none"}])
def test_the_sampler_that_remembers_says_what_the_whole_network_says(settings):
    network = make(**settings)
    drawn = network.sample(3, 50, torch.Generator().manual_seed(3))
    whole = network.log_prob(drawn.actions)
    assert torch.allclose(drawn.log_prob, whole.log_prob, atol=1e-10)
    for method in ("begin", "advance", "next_logits"):  # the plain way of every network
        setattr(network, method, getattr(TokenModel, method).__get__(network))
    assert torch.equal(
        network.sample(3, 50, torch.Generator().manual_seed(3)).actions, drawn.actions
    )


def test_gaps_are_taken_away_and_no_weight():
    count = [sum(p.numel() for p in make(gaps=g).parameters()) for g in ("doubling", "none")]
    assert count[0] == count[1]
    with pytest.raises(ValueError, match="doubling or none"):
        make(gaps="some")
    with pytest.raises(ValueError, match="16 at most"):
        make(layers=17)


def test_counts_by_hand():
    train = np.array([[0, 1, 0, 1, 1, 0, 1]])
    weight = samples.PSEUDO * 2
    alone = (4 + weight / 2) / (7 + weight)  # four of seven are 1
    assert samples.count_bits(train, np.array([[1]]), 0, 2) == pytest.approx(-math.log2(alone))
    follows = (3 + weight * alone) / (3 + weight)  # after 0 came 1, all three times
    assert samples.count_bits(train, np.array([[0, 1]]), 1, 2) == pytest.approx(-math.log2(follows))
    one = (2 + weight * (1 - alone)) / (3 + weight)  # after 1 came 0, two times of three
    assert samples.count_bits(train, np.array([[1, 0]]), 1, 2) == pytest.approx(-math.log2(one))
    assert one < follows
    with pytest.raises(ValueError, match="0, 1 or 2"):
        samples.count_bits(train, train, 3)


def test_counts_of_higher_order_know_more_of_a_song_that_repeats():
    rng = np.random.default_rng(0)
    song = np.tile([3, 1, 3, 7, 1, 1, 7], 300)[None]
    noise = rng.integers(0, 8, (4, 500))
    bits = [samples.count_bits(song, song, k, 8) for k in range(3)]
    assert bits[0] > bits[1] > bits[2] and bits[2] < 0.1
    assert samples.count_bits(noise, rng.integers(0, 8, (4, 500)), 0, 8) == pytest.approx(
        3, abs=0.05
    )


def test_a_line_finds_the_recursion_that_made_a_sound():
    rng = np.random.default_rng(0)
    wave = np.zeros((2, 4000))
    for t in range(2, 4000):
        wave[:, t] = 1.6 * wave[:, t - 1] - 0.9 * wave[:, t - 2] + 0.01 * rng.laplace(size=2)
    found = samples.fit_line(wave, 2)
    assert found == pytest.approx([1.6, -0.9], abs=0.02)
    bits = samples.price_line(wave, wave, BORDERS, 2)
    assert bits < samples.count_bits(mu_law.encode(wave), mu_law.encode(wave), 0) - 1
    assert samples.price_adapted(wave, BORDERS, 2) == pytest.approx(bits, abs=0.2)
    with pytest.raises(ValueError, match="at least so many"):
        samples.price_adapted(wave, BORDERS, 2, first=10)


def test_a_line_that_adapts_follows_each_tone_and_one_for_all_cannot():
    t = np.arange(4000) / 4000
    rng = np.random.default_rng(1)
    tones = np.stack([0.3 * np.sin(2 * np.pi * f * t) for f in (131, 262, 311, 440, 523, 587)])
    tones = tones + 1e-3 * rng.standard_normal(tones.shape)
    assert samples.price_adapted(tones, BORDERS, 4) + 2 < samples.price_line(
        tones, tones, BORDERS, 4
    )


def test_all_levels_together_are_certain():
    levels = mu_law.decode(np.arange(256)).astype(float)
    assert BORDERS[0] == -np.inf and BORDERS[-1] == np.inf and len(BORDERS) == 257
    p = [
        2 ** -samples._price(np.array([0.1]), np.array([0.05]), np.array([x]), BORDERS)
        for x in levels
    ]
    assert sum(p) == pytest.approx(1, abs=1e-6)


def test_what_repeats_is_clear_and_noise_is_not():
    t = np.arange(4000) / 4000
    tone = 0.2 * np.sin(2 * np.pi * 262 * t) + 0.1 * np.sin(2 * np.pi * 524 * t)
    noise = 0.2 * np.random.default_rng(0).standard_normal(4000)
    assert np.nanmedian(clarity.find_clarity(tone, 4000, 64)) > 0.97
    assert np.nanmax(clarity.find_clarity(noise, 4000, 64)) < clarity.CLEAR
    assert np.isnan(clarity.find_clarity(np.zeros(4000), 4000, 64)).all()
    slow = 0.2 * np.sin(2 * np.pi * 10 * t)  # like itself a moment later, and no pitch
    assert np.nanmax(clarity.find_clarity(slow, 4000, 64)) < clarity.CLEAR
    told = clarity.describe_sounds([tone, np.zeros(4000)], 4000)
    assert told["in_key"] == 1 and told["pitched"] > 0.9
    assert np.isnan(clarity.describe_sounds([np.zeros(4000)], 4000)["pitched"])
    with pytest.raises(ValueError, match="each a number"):
        clarity.find_clarity([np.nan] * 100, 4000, 64)


def make_data(levels=("train", "valid", "test")):
    pieces = {s: [np.full(600, 100 + k) for _ in range(3)] for k, s in enumerate(levels)}
    beside = {s: [np.zeros(8, np.int64)] * 3 for s in pieces}
    return WaveData("dice", "wave.4000", (256,), [[]], pieces, "none", beside=beside, rate=4000)


def test_bits_are_of_the_second_half_of_windows_of_their_own_split():
    card = systems.find("oord2016")
    config = card.configure("doubling", "smoke", "chorales", drawn=64)
    state = card.game.build(config, make_data(), 0)
    network = state.modules["network"]

    def priced(actions, entropy=False):
        cost = torch.where(torch.arange(actions.shape[1]) < config.length // 2, 9.0, 1.0)
        return SimpleNamespace(log_prob=-cost * (actions - 99) * math.log(2))

    network.log_prob = priced
    found, made = card.game.measure(state, config, make_data(), torch.Generator().manual_seed(0))
    assert [found[f"bits_{s}"] for s in ("train", "valid", "test")] == pytest.approx([1, 2, 3])
    assert made.shape == (2, 64) and found["span"] == 32


def test_what_does_not_fit_is_refused_with_a_sentence():
    game = SoundGame("wavenet.WaveNet")
    for changes, said in (
        ({"tokens": "grid"}, "sound is wave.RATE"),
        ({"beyond": 8}, "leave beyond 0"),
        ({"drawn": 1}, "at least 2"),
        ({"gaps": "wide"}, "doubling or none"),
    ):
        with pytest.raises(ValueError, match=said):
            systems.find("oord2016").configure("doubling", "smoke", "chorales", **changes)
    assert game.generator == "network"
