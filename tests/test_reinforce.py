"""REINFORCE against exact sums: its estimate has no bias, and a baseline takes noise away and no truth."""

import itertools

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data.four_tones import encode_four_tones
from musicgan_lib.games.reinforce import BASELINES, Config, plant, weigh
from musicgan_lib.lab.four_tones import FourTones
from musicgan_lib.learning import enumeration
from musicgan_lib.learning.planted_reward import PlantedReward
from musicgan_lib.learning.policy_gradient import reinforce_loss
from musicgan_lib.models.tabular import TabularPolicy

#: Moves among three tones: from 0 mostly to 1, from 1 as often to either, from 2 home
MOVES = [[0, 4, 2], [3, 0, 3], [5, 1, 0]]
CARD = systems.find("williams1992")


@pytest.fixture
def world():
    """A policy over the nine tunes of two notes, and what each tune earns."""
    torch.manual_seed(0)
    policy = TabularPolicy(3, 2).double()
    policy.logits.data.normal_()
    return policy, PlantedReward(MOVES, 1, 2)


def gradients(policy, reward, batch, subtract):
    """The gradient of every batch that could be drawn, and how likely each is."""
    p = enumeration.sequence_log_prob(policy, reward.tunes).exp().detach()
    for rows in itertools.product(range(len(p)), repeat=batch):
        actions, paid = reward.tunes[list(rows)], reward.returns[list(rows)]
        loss = reinforce_loss(policy.log_prob(actions).log_prob, weigh(paid, 2, subtract))
        yield -enumeration.gradient(loss, policy), p[list(rows)].prod()


def measure_noise(policy, reward, subtract):
    """Exact mean of the estimate of two tunes, ``(P,)``, and its variance: the mean squared distance to it."""
    found, chance = zip(*gradients(policy, reward, 2, subtract))
    found, chance = torch.stack(found), torch.stack(chance)
    mean = chance @ found
    return mean, float(chance @ (found - mean).square().sum(1))


def half_of_its_own(returns):
    """No baseline: it looks at the tune that it is subtracted from."""
    return returns - returns * (returns > returns.mean(0))


def test_the_estimate_is_the_gradient_and_a_baseline_takes_noise_away_alone(world):
    policy, reward = world
    exact = enumeration.gradient(
        enumeration.exact_objective(policy, reward.tunes, reward.returns), policy
    )
    plain, noise = measure_noise(policy, reward, BASELINES["none"])
    other, less = measure_noise(policy, reward, BASELINES["others"])
    assert (plain - exact).abs().max() < 1e-12 and (other - exact).abs().max() < 1e-12
    assert exact.abs().max() > 0.01 and less < 0.8 * noise
    wrong, _ = measure_noise(policy, reward, half_of_its_own)
    assert (wrong - exact).abs().max() > 0.01  # what looks at its own tune is found out


def test_one_tune_is_enough_for_the_mean(world):
    policy, reward = world
    mean = sum(chance * g for g, chance in gradients(policy, reward, 1, BASELINES["none"]))
    exact = enumeration.exact_objective(policy, reward.tunes, reward.returns)
    assert (mean - enumeration.gradient(exact, policy)).abs().max() < 1e-12


def test_each_note_is_weighed_with_all_that_its_tune_earned():
    paid = torch.tensor([1.0, 0.0, 0.5])
    assert weigh(paid, 2, BASELINES["none"]).tolist() == [[1, 1], [0, 0], [0.5, 0.5]]
    assert weigh(paid, 2, BASELINES["others"]).tolist() == [[0.75] * 2, [-0.75] * 2, [0.0] * 2]


def test_what_a_tune_earns_by_hand():
    reward = PlantedReward(MOVES, 1, 2)
    assert reward.pay(torch.tensor([[0, 1], [2, 0]])).tolist() == [[0.25, 0.25], [0.25, 0.75]]
    assert reward.pay(torch.tensor([[1, 1]])).tolist() == [[0, 0]]  # a repeated note is no move
    assert torch.equal(reward.index(reward.tunes), torch.arange(9))
    assert reward.returns.max() == 1 and len(reward.returns) == 9


@pytest.mark.parametrize("corpus", ["chorales", "tunes"])
def test_the_world_is_that_of_the_lessons(corpus):
    data, lesson = encode_four_tones(corpus), FourTones(corpus, 4)
    assert data.tones == lesson.tones and data.opening == lesson.opening
    assert np.array_equal(data.moves, lesson.moves)
    reward = plant(Config(length=4), data)
    assert torch.equal(reward.returns, lesson.returns)
    assert data.decode([0, 7]).notes["pitch"].tolist() == [60, 67]


def learn(control=None, steps=60, variant="plain"):
    config = CARD.configure_control(control, variant, "smoke", "tunes", length=3, steps=steps)
    data = CARD.game.encode(config, "tunes")
    state = CARD.game.build(config, data, 2)
    step = CARD.game.make_step(config, data, CARD.choose_signal_control(control))
    for state.step in range(steps):
        step(state)
    return CARD.game.measure(state, config, data, torch.Generator().manual_seed(0))


@pytest.mark.parametrize("variant", ["plain", "baseline"])
def test_what_is_paid_is_learned_and_what_is_dealt_is_not(variant):
    found, samples = learn(variant=variant)
    assert found["expected_reward"] > found["start_reward"] + 0.3
    assert samples.shape == (64, 5) and samples.max() < 12
    for control in ("dealt_reward", "random_reward"):
        other, _ = learn(control, variant=variant)
        assert other["expected_reward"] < found["expected_reward"] - 0.2
        assert other["best_reward"] == found["best_reward"]


def test_dealt_rewards_are_the_same_rewards():
    config = Config(length=2, dealt=True)
    data = CARD.game.encode(config, "tunes")
    dealt = CARD.game.build(config, data, 5).memory["dealt"]
    assert sorted(dealt) == list(range(16)) and dealt != sorted(dealt)
    assert CARD.game.build(Config(length=2), data, 5).memory == {}


def test_a_step_follows_the_gradient_that_is_made_by_hand():
    config = Config(length=2, batch=3, baseline="others")
    data = CARD.game.encode(config, "tunes")
    state, other = (CARD.game.build(config, data, 1) for _ in range(2))
    CARD.game.make_step(config, data)(state)
    policy, reward = other.modules["policy"], plant(config, data)
    actions = policy.sample(3, 2, other.generator).actions
    paid = reward.returns[reward.index(actions)].float()
    score = policy.log_prob(actions).log_prob.sum(1)
    loss = -sum((paid[i] - (paid.sum() - paid[i]) / 2) * score[i] for i in range(3)) / 3
    loss.backward()
    torch.nn.utils.clip_grad_norm_(policy.parameters(), config.clip)
    other.optimisers["policy"].step()
    for mine, its in zip(policy.parameters(), state.modules["policy"].parameters(), strict=True):
        assert torch.allclose(mine, its, atol=1e-6)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Config(baseline="own"), "no baseline 'own'"),
        (lambda: Config(length=9), "too many to list: choose 8 or less"),
        (lambda: Config(length=0), "length is 0"),
        (lambda: Config(baseline="others", batch=1), "there are no other tunes"),
        (lambda: Config(lr=0.0), "lr is 0.0, and has to be above 0"),
        (lambda: Config(clip=float("nan")), "clip is nan"),
        (lambda: PlantedReward([[0, 1, 2]], 0, 2), "a square of counts"),
        (lambda: PlantedReward([[0, -1], [1, 0]], 0, 2), "a square of counts"),
        (lambda: PlantedReward(MOVES, 3, 2), "before is 3"),
        (lambda: PlantedReward(MOVES, 0, 0), "a tune has a note at least"),
        (lambda: PlantedReward(MOVES, 0, 30), "too many to list"),
    ],
)
def test_what_does_not_go_together_is_a_sentence(make, why):
    with pytest.raises(ValueError, match=why):
        make()
