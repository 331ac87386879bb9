"""Rewards that are read off melodies, and a listener that is paid for its progress."""

import itertools
import math

import numpy as np
import pytest
import torch

from musicgan_lib import corpora, systems
from musicgan_lib.data import endings, stations
from musicgan_lib.data.encode import encode_tokens
from musicgan_lib.learning import curiosity
from musicgan_lib.learning.soft_q import SoftQ
from musicgan_lib.models.next_note import NextNote
from musicgan_lib.models.reward_chain import LEAP, RewardChain

P, T = 4, 3
ALL = torch.tensor(list(itertools.product(range(P), repeat=T)))


def make_chain(**settings):
    g, chain = torch.Generator().manual_seed(0), RewardChain((P,), T, **settings).double()
    for weight in chain.parameters():
        weight.data = torch.randn(weight.shape, generator=g, dtype=torch.float64)
    return chain


def pay_by_hand(chain, melody):
    """What a melody is paid, a note at a time."""
    paid = 0.0
    for t, q in enumerate(melody):
        height = 2 * q / (P - 1) - 1
        paid += chain.tone[q % 12] + chain.height[0] * height + chain.height[1] * height**2
        if t:
            paid += chain.interval[q - melody[t - 1] + LEAP]
        if t == T - 1:
            paid += chain.last[q % 12]
    return paid


def test_a_melody_is_as_likely_as_it_is_paid():
    """Against a sum over all melodies; and the slope of the likelihood is a difference of counts."""
    chain = make_chain()
    paid = torch.stack([pay_by_hand(chain, melody) for melody in ALL.tolist()])
    exact = paid.log_softmax(0)
    assert torch.allclose(chain.log_prob(ALL).log_prob.sum(1), exact)
    sung = ALL[[3, 17, 17, 40]]
    chain.nll(sung).backward()
    by_chance = exact.detach().exp()
    tones = torch.stack([torch.bincount(m, minlength=12) for m in ALL]).double()
    heard = torch.stack([torch.bincount(m, minlength=12) for m in sung]).double().mean(0)
    assert torch.allclose(chain.tone.grad * T, by_chance @ tones - heard)


def test_values_are_those_of_soft_q_learning():
    """The table of soft values that learns from transitions, at a price of 1 for a nat."""
    chain, table = make_chain().requires_grad_(False), SoftQ(P, T, alpha=1.0).double()
    rewards = torch.stack(
        [
            torch.stack([chain.pay(t)[m[t - 1] if t else 0, m[t]] for t in range(T)])
            for m in ALL.tolist()
        ]
    )
    for _ in range(T):
        table.learn(ALL, rewards)
    q, v = chain.list_values()
    known = table.values(ALL)  # (n, T, P)
    for t in range(T):
        before = ALL[:, t - 1] if t else torch.zeros(len(ALL), dtype=torch.int64)
        assert torch.allclose(known[:, t], q[t, before])
        assert torch.allclose(known[:, t].logsumexp(1), v[t, before])


def test_without_looking_ahead_each_note_is_drawn_by_its_own_reward():
    ahead, blind = make_chain(), make_chain(looks_ahead=False)
    assert not torch.allclose(ahead.log_prob(ALL).log_prob, blind.log_prob(ALL).log_prob)
    first = blind(ALL)[0, 0]
    own = torch.stack([blind.tone[q] + blind.height @ blind.of_height[q] for q in range(P)])
    assert torch.allclose(first, own)
    with pytest.raises(ValueError, match="4 notes"):
        ahead(torch.zeros(1, 4, dtype=torch.int64))


def test_a_reward_is_known_up_to_a_constant_in_each_block():
    chain = make_chain()
    before = chain.log_prob(ALL).log_prob.detach()
    with torch.no_grad():
        for block in (chain.tone, chain.interval, chain.last):
            block += 1.7
    assert torch.allclose(chain.log_prob(ALL).log_prob, before)


def test_its_sampler_draws_what_the_plain_one_does():
    chain = make_chain()
    memory = chain.begin(len(ALL))
    for t in range(T):
        assert torch.allclose(chain.next_logits(memory), chain(ALL)[:, t])
        memory = chain.advance(memory, ALL[:, t])


def test_planted_melodies_come_from_their_reward():
    """numpy's chances are the network's with the same weights, and the drawn ones cost what they must."""
    data, reward = encode_tokens("planted", "endings"), endings.plant_reward()
    chain = RewardChain(data.sizes, endings.LENGTH).double()
    for name, block in reward.items():
        getattr(chain, name).data = torch.as_tensor(block)
    q, _ = chain.list_values()
    by_hand = endings.list_chances(reward, data.sizes[0])
    assert np.allclose(q.softmax(2).detach(), by_hand)
    drawn = torch.as_tensor(np.stack(data.pieces["test"]))
    paid = -chain.log_prob(drawn).log_prob.mean(1).detach()
    assert abs(paid.mean() - endings.floor()) < 4 * paid.std() / math.sqrt(len(paid))
    assert np.array_equal(drawn, np.stack(endings.make_planted().pieces["test"]))


def test_endings_are_the_last_notes_of_melodies():
    data = encode_tokens("tunes", "endings")
    (tune,) = (p for p in corpora.load("tunes") if p.title == "Frère Jacques")
    sung = tune.notes[tune.notes["track"] == 0]["pitch"].astype(int)[-endings.LENGTH :]
    found = [line for part in data.pieces.values() for line in part]
    shapes = [np.diff(line).tolist() for line in found]  # the key is another
    assert np.diff(sung).tolist() in shapes and data.lowest % 12 == 0
    piece = data.decode(found[0])
    assert (piece.notes["pitch"] == found[0] + data.lowest).all()
    with pytest.raises(ValueError, match="one key: leave it 0"):
        encode_tokens("tunes", "endings", keys=6)


def test_the_stations_are_what_their_names_say():
    data = encode_tokens("stations", "grid")
    drone, tune, rule, noise = data.pieces["train"]
    assert len(set(drone)) == 1 and len(set(noise)) == stations.PITCHES
    assert (tune[:32] == tune[32:64]).all() and len(stations.read_tune()) == 32
    decides = {}
    for a, b, c in zip(rule, rule[1:], rule[2:]):
        decides.setdefault((a, b), []).append(c)
    most = sum(max(map(after.count, set(after))) for after in decides.values())
    kept = stations.KEPT + (1 - stations.KEPT) / stations.RULE
    assert abs(most / (len(rule) - 2) - kept) < 0.02


def test_progress_by_hand():
    falls = [4.0, 4, 2, 2]
    assert curiosity.measure_progress(falls, 2) == 2
    assert curiosity.measure_progress([9.0, *falls], 2) == 2  # what is older does not count
    assert curiosity.measure_progress(falls[::-1], 2) == 0  # getting worse pays nothing
    assert math.isnan(curiosity.measure_progress(falls[:3], 2))
    chances = curiosity.list_chances([0.0, math.log(3), math.nan], 1.0, 0.3)
    assert np.allclose(chances, 0.1 + 0.7 * np.array([1, 3, 3]) / 7)
    assert np.allclose(curiosity.list_chances([math.nan] * 4, 1.0, 0), 0.25)


def test_it_foretells_the_note_after_those_that_it_hears():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = NextNote(5, 2, context=2, hidden=7)
    notes, station = torch.tensor([[0, 3, 1, 4]]), torch.tensor([1])
    heard = torch.zeros(1, 12)
    heard[0, [3, 5 + 1, 10 + 1]] = 1  # notes 3 and 1, station 1
    logits = network.head(network.hidden(heard).tanh())
    assert torch.allclose(network(notes, station)[:, 1], logits)
    assert torch.allclose(network.nll(notes, station)[:, 1], -logits.log_softmax(1)[:, 4])
    g = torch.Generator().manual_seed(0)
    played = network.play(notes[:, :2], station, 3, g, temperature=1e-4)
    assert played[0, 0] == network(notes, station)[0, 0].argmax()


@pytest.mark.parametrize("reward", curiosity.REWARDS)
def test_what_pays_is_what_it_is_called(reward):
    """Two steps of the game against what they say: the loss, what one bar taught, or dice."""
    card = systems.find("schmidhuber2010")
    config = card.configure("progress", "smoke", reward=reward, explore=0.0)
    data = card.game.encode(config, "stations")
    state = card.game.build(config, data, 0)
    step = card.game.make_step(config, data)
    for state.step in range(40):
        before = {k: v.clone() for k, v in state.modules["predictor"].state_dict().items()}
        worth = list(state.memory["worth"])
        step(state)
    memory = state.memory
    pick, place = memory["picks"][-1], memory["places"][-1]
    notes = torch.as_tensor(data.pieces["train"][pick][place : place + config.context + config.bar])
    then = NextNote(data.sizes[0], 4, config.context, config.hidden)
    then.load_state_dict(before)
    now, station = state.modules["predictor"], torch.tensor([pick])
    loss, after = (net.nll(notes[None], station).mean().item() for net in (then, now))
    assert memory[f"losses of {stations.STATIONS[pick]}"][-1] == pytest.approx(loss, abs=1e-5)
    paid = {"error": loss, "same_bar": loss - after}
    if reward in paid:
        expected = (
            0.9 * worth[pick] + 0.1 * paid[reward] if not math.isnan(worth[pick]) else paid[reward]
        )
        assert memory["worth"][pick] == pytest.approx(expected, abs=1e-5)
    if reward == "dice":
        assert 0 <= np.nanmin(memory["worth"]) and np.nanmax(memory["worth"]) <= 1
    if reward == "progress":
        values = card.game.value(config, memory)
        losses = memory[f"losses of {stations.STATIONS[pick]}"]
        assert values[pick] == pytest.approx(
            curiosity.measure_progress(losses, config.window), nan_ok=True
        )


def test_what_pays_decides_what_is_heard():
    """Progress seeks what can be learned; surprise is caught by noise."""
    card, found = systems.find("schmidhuber2010"), {}
    for control in (None, "raw_error"):
        config = card.configure_control(control, "progress", "smoke")
        data = card.game.encode(config, "stations")
        state = card.game.build(config, data, 1)
        step = card.game.make_step(config, data)
        for state.step in range(config.steps):
            step(state)
        found[control], heard = card.game.measure(state, config, data, None)
        assert heard.shape == (config.steps, config.bar)
    assert found[None]["share_learnable"] > 0.6 > 0.2 > found["raw_error"]["share_learnable"]
    assert found["raw_error"]["share_noise"] > 0.7
    drawn = card.game.draw(state.modules["predictor"], config, 5, torch.Generator().manual_seed(0))
    assert drawn.shape == (5, 32)
    state.memory.clear()
    again, heard = card.measure(state, config, data, None)
    assert heard.shape == (0, config.bar) and not any(name.startswith("share") for name in again)
    assert again["nll_noise"] == found["raw_error"]["nll_noise"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reward": "fun"}, "reward"),
        ({"explore": 1.0}, "explore"),
        ({"temperature": 0.0}, "temperature"),
        ({"reward": "dice", "window": 3}, "only progress looks back"),
    ],
)
def test_what_a_listener_cannot_be_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        systems.find("schmidhuber2010").configure("progress", "smoke", **changes)
