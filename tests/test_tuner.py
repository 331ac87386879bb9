"""Tuning by values where straying has a price: targets by hand, optima by enumeration, and what a run says."""

import itertools

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.games import tuner
from musicgan_lib.learning import kl_control, melody_rules

V, T = 2, 3
ALL = torch.tensor(list(itertools.product(range(V), repeat=T)))


def make_world():
    """A frozen model over all pasts, rewards of all sequences' steps, and the tables of its log-probabilities."""
    g = torch.Generator().manual_seed(0)
    said = {
        p: torch.randn(V, generator=g).double()
        for k in range(T)
        for p in itertools.product(range(V), repeat=k)
    }
    paid = {p: torch.randn(V, generator=g).double() for p in said}
    rows = [[tuple(x[:t].tolist()) for t in range(T)] for x in ALL]
    start = torch.stack([torch.stack([said[p] for p in row]) for row in rows])  # (n, T, V)
    rewards = torch.stack(
        [torch.stack([paid[p][x[t]] for t, p in enumerate(row)]) for row, x in zip(rows, ALL)]
    )
    return start, rewards, said, paid, rows


def find_best(said, paid, soft):
    """Optimal values with the model's log-probability in them, by working back from the end."""
    value = {}
    for k in reversed(range(T)):
        for past in itertools.product(range(V), repeat=k):
            after = [0.0 if k + 1 == T else soft(value[(*past, a)]) for a in range(V)]
            value[past] = said[past].log_softmax(0) + paid[past] + torch.tensor(after).double()
    return value


@pytest.mark.parametrize("kind", kl_control.KINDS)
def test_at_the_optimum_values_are_their_own_targets(kind):
    start, rewards, said, paid, rows = make_world()
    soft = torch.amax if kind == "q" else torch.logsumexp
    best = find_best(said, paid, lambda q: soft(q, 0).item())
    values = torch.stack([torch.stack([best[p] for p in row]) for row in rows])
    log_p = start.log_softmax(-1)
    if kind == "g":  # counted from what the model said at the start
        values = values - log_p + start
    target = kl_control.list_targets(kind, values, log_p, start, ALL, rewards)
    taken = kl_control.take_values(kind, values, start, ALL)
    assert torch.allclose(target, taken)
    worse = kl_control.list_targets(kind, values, log_p, start, ALL, rewards, discount=0.5)
    assert not torch.allclose(worse, taken)


def test_the_best_policy_is_the_model_times_what_is_paid():
    """The softmax of the optimum of psi and of g: as likely as ``p exp R``, summed over all sequences."""
    start, rewards, said, paid, rows = make_world()
    best = find_best(said, paid, lambda q: q.logsumexp(0).item())
    values = torch.stack([torch.stack([best[p] for p in row]) for row in rows])
    log_p = start.log_softmax(-1).gather(-1, ALL[..., None])[..., 0].sum(1)
    wanted = (log_p + rewards.sum(1)).log_softmax(0)
    chosen = values.log_softmax(-1).gather(-1, ALL[..., None])[..., 0].sum(1)
    assert torch.allclose(chosen, wanted)
    g = values - start.log_softmax(-1) + start  # what the network of g says there
    assert torch.allclose(g.log_softmax(-1), values.log_softmax(-1))


def test_fines_by_hand():
    # C#, C (up a leap), A (on upwards, another leap), back by step, A A A A
    tune = torch.tensor([[1, 12, 21, 19, 21, 21, 21, 21]])
    broken = {name: of[0].int().tolist() for name, of in melody_rules.fine(tune).items()}
    assert broken["key"] == [1, 0, 0, 0, 0, 0, 0, 0]
    assert broken["leap"] == [0, 0, 1, 0, 0, 0, 0, 0]
    assert broken["repeat"] == [0, 0, 0, 0, 0, 0, 0, 1]
    assert broken["start"] == [1, 0, 0, 0, 0, 0, 0, 0] and not any(broken["end"])
    assert melody_rules.charge(tune).sum() == -(1 + 1 + 1 + 2)
    onward = torch.tensor(
        [[0, 9, 11, 2]]
    )  # a leap that goes on upwards, and one down that is not turned: B to D
    assert melody_rules.fine(onward)["leap"][0].tolist() == [False, False, True, False]
    assert melody_rules.fine(onward)["end"][0].tolist() == [False, False, False, True]


def test_steps_and_leaps_by_hand():
    tunes = torch.tensor(
        [[0, 2, 2, 1, 13], [0, 3, 0, 3, 0]]
    )  # up, again, down, a leap; no step at all
    assert melody_rules.share_steps(tunes).tolist() == [0.5, 0.0]
    assert melody_rules.count_leaps(tunes).tolist() == [1.0, 0.0]
    assert melody_rules.count_leaps(torch.tensor([[0, 8, 0, 7]])).tolist() == [2.0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rules": False, "prior": False, "learner": "psi"}, "nothing is paid"),
        ({"rules": False, "adversarial": 0}, "while the model is tuned"),
        ({"prior": False}, "choose psi or q"),
        ({"explore": 0.3}, "draws its notes anyway"),
        ({"learner": "sarsa"}, "learner"),
        ({"discount": 1.5}, "discount"),
        ({"price": 0.0}, "price"),
    ],
)
def test_what_moves_nothing_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        systems.find("jaques2016").configure("g", "smoke", "tunes", **changes)


def test_tuning_begins_with_the_weights_that_were_best_in_all_three_networks():
    card = systems.find("jaques2016")
    config = card.configure("g", "smoke", "tunes", pretrain=3, adversarial=1)
    data = card.game.encode(config, "tunes")
    state, step = card.game.build(config, data, 0), card.game.make_step(config, data)
    for state.step in range(config.pretrain):
        step(state)
    tuner.begin_tuning(state)
    policy = state.modules["policy"].state_dict()
    for name in ("reference", "lagging"):
        same = state.modules[name].state_dict()
        assert all(torch.equal(same[key], weights) for key, weights in policy.items())


def test_a_model_that_is_tuned_breaks_fewer_rules_and_without_rules_as_many():
    """A short run on chorales; the frozen model is the one that likelihood left."""
    card, found = systems.find("jaques2016"), {}
    for control in (None, "no_rules"):
        config = card.configure_control(control, "g", "smoke", "chorales", measure=300)
        data = card.game.encode(config, "chorales")
        state = card.game.build(config, data, 0)
        step = card.game.make_step(config, data)
        for state.step in range(config.steps):
            step(state)
        state.step = config.steps
        found[control], samples = card.game.measure(
            state, config, data, torch.Generator().manual_seed(0)
        )
        assert samples.shape == (300, 16)
    own, other = found[None], found["no_rules"]
    assert own["fines"] < 0.85 * own["fines_start"] and own["fines_start"] == other["fines_start"]
    assert abs(other["fines"] - other["fines_start"]) < 0.2 * other["fines_start"]
    assert abs(other["log_p"] - other["log_p_start"]) < 0.2


def test_q_plays_what_is_best_and_learns_from_throws():
    card = systems.find("jaques2016")
    config = card.configure(
        "q", "smoke", "tunes", pretrain=1, adversarial=1, explore=0.5, batch=200
    )
    data = card.game.encode(config, "tunes")
    policy = card.game.build(config, data, 0).modules["policy"].eval()
    played = tuner.play(policy, config, 3, torch.Generator().manual_seed(0))
    with torch.no_grad():
        assert torch.equal(policy(played).argmax(-1), played)
    thrown = tuner.explore(policy, config, torch.Generator().manual_seed(0))
    other = (thrown[:, 0] != played[0, 0]).float().mean().item()
    assert abs(other - 0.5 * (1 - 1 / policy.symbols)) < 0.12
    drawn = card.game.draw(policy, config, 2, torch.Generator().manual_seed(1))
    assert np.array_equal(drawn, played[:2].numpy())
