"""A reward of two parts: mixed by hand, paid as it is said, refused where it would be ignored."""

import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.learning import melody_rules, objectives

CARD = systems.find("guimaraes2017")
TINY = {
    "pretrain": 2,
    "pretrain_discriminator": 1,
    "adversarial": 2,
    "hidden": 8,
    "measure": 8,
    "batch": 6,
}


def test_a_reward_mixed_by_hand():
    melodies = torch.tensor([[0, 2, 2], [0, 1, 0], [0, 2, 2], [0, 5, 9]])
    copies = objectives.count_copies(melodies)
    assert copies.tolist() == [2, 1, 2, 1]
    worth = melody_rules.share_steps(melodies)
    assert worth.tolist() == [0.5, 1.0, 0.5, 0.0]
    verdict = torch.tensor([0.2, 0.4, 0.6, 0.8])
    paid = objectives.mix_rewards(verdict, worth, 0.25, copies)
    assert torch.allclose(paid, torch.tensor([0.2125, 0.85, 0.2625, 0.2]))
    assert torch.equal(objectives.mix_rewards(verdict, worth, 1.0), verdict)
    assert torch.equal(objectives.mix_rewards(verdict, worth, 0.0), worth)
    with pytest.raises(ValueError, match="choose 0"):
        objectives.mix_rewards(verdict, worth, 1.5)
    with pytest.raises(ValueError, match="no finite number"):
        objectives.mix_rewards(verdict, worth * float("nan"), 0.5)


def make_signal(variant, **changes):
    config = CARD.configure(variant, "smoke", "tunes", **TINY | changes)
    data = CARD.game.encode(config, "tunes")
    state = CARD.game.build(config, data, 0)
    material = CARD.game.choose_material(config, data)
    return CARD.game.choose_signal(config)(config, material), state


def test_a_melody_is_paid_for_its_own_steps_and_under_the_control_for_another_ones():
    melodies = torch.randint(0, 12, (6, 16), generator=torch.Generator().manual_seed(0))
    melodies[1] = melodies[0]
    signal, state = make_signal("organ")
    verdict = state.modules["discriminator"].eval().score(melodies).sigmoid()
    worth, copies = melody_rules.share_steps(melodies), torch.tensor([2, 2, 1, 1, 1, 1])
    assert torch.allclose(signal.value(state, melodies), (verdict + worth) / 2 / copies)
    assert torch.allclose(signal.pay(state, melodies)[:, -1], (verdict + worth) / 2 / copies)
    assert not signal.pay(state, melodies)[:, :-1].any()
    other, _ = make_signal("organ", matched=False, penalty=False)
    assert torch.allclose(other.value(state, melodies), (verdict + worth.roll(1)) / 2)
    alone, _ = make_signal("no_penalty")
    assert torch.allclose(alone.value(state, melodies), worth)


@pytest.mark.parametrize(
    ("variant", "changes", "message"),
    [
        ("organ", {"share": 1.2}, "choose 0"),
        ("organ", {"share": float("nan")}, "choose 0"),
        ("likelihood", {"share": 0.2}, "leave share"),
        ("organ", {"rollouts": 2}, "paid once"),
        ("organ", {"reward": "prefix"}, "paid once"),
        ("adversary", {"matched": False}, "leave matched"),
        ("organ", {"all_keys": True}, "pitches in one key"),
        ("organ", {"form": "factored"}, "pitches in one key"),
    ],
)
def test_what_would_be_ignored_is_refused(variant, changes, message):
    with pytest.raises(ValueError, match=message):
        CARD.configure(variant, "smoke", "tunes", **changes)


def test_controls_that_take_nothing_away_are_refused():
    with pytest.raises(ValueError, match="no discriminator is asked"):
        CARD.configure_control("frozen_discriminator", "objective", "smoke", "tunes")
    with pytest.raises(ValueError, match="leave matched"):
        CARD.configure_control("shuffled_objective", "adversary", "smoke", "tunes")


def test_the_less_the_verdict_counts_the_more_steps_there_are():
    """A short run on chorales; paid for another melody's steps it makes no more of its own."""
    found = {}
    for name, control, changes in (
        ("organ", None, {}),
        ("objective", None, {}),
        ("shuffled", "shuffled_objective", {}),
    ):
        variant = "organ" if name == "shuffled" else name
        config = CARD.configure_control(control, variant, "smoke", "chorales", **changes)
        data = CARD.game.encode(config, "chorales")
        state = CARD.game.build(config, data, 0)
        step = CARD.game.make_step(config, data)
        for state.step in range(config.steps):
            step(state)
        state.step = config.steps
        found[name], samples = CARD.game.measure(
            state, config, data, torch.Generator().manual_seed(0)
        )
        assert samples.shape == (200, 16)
    steps = {name: numbers["steps"] for name, numbers in found.items()}
    assert steps["objective"] > steps["organ"] + 0.03 > steps["shuffled"] + 0.06
    assert found["organ"]["unique"] > 0.95
