"""Transformer-GAN with a token for major or minor: its relaxed choice against a sum, its token against other tokens."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from musicgan_lib import systems
from musicgan_lib.data.moods import read_moods
from musicgan_lib.learning.relaxations import gumbel_softmax
from musicgan_lib.models.relaxed_transformer import RowDiscriminator, WishedTransformer

CARD = systems.find("neves2022")


def seeded(make, seed=0):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize(("soft", "near"), [(0.1, 0.02), (1.0, 0.5)])
def test_the_slope_of_a_relaxed_choice_against_a_sum_over_symbols(soft, near):
    """Two symbols: the difference of two Gumbel numbers is logistic, so the mean over all noise is an integral."""
    worth = torch.tensor([1.0, 3.0], dtype=torch.float64)
    logits = torch.tensor([0.3, -0.5], dtype=torch.float64, requires_grad=True)
    (exact,) = torch.autograd.grad((logits.softmax(-1) * worth).sum(), logits)
    u = (torch.arange(200_000, dtype=torch.float64) + 0.5) / 200_000
    noise = torch.stack([u.logit(), torch.zeros_like(u)], 1)
    mean = (gumbel_softmax(logits.expand(len(u), 2), noise, soft) * worth).sum(1).mean()
    (relaxed,) = torch.autograd.grad(mean, logits)
    apart = ((relaxed - exact).abs().max() / exact.abs().max()).item()
    assert apart < near and (soft < 0.5 or apart > 0.05)  # the colder, the nearer


def test_what_is_written_softly_is_what_is_drawn_and_a_slope_passes_through_it():
    writer = seeded(lambda: WishedTransformer(7, 2, 5, 8, 2, 1)).eval()
    asked = torch.tensor([0, 1, 1])
    hard = writer.write(asked, 5, dice())
    soft = writer.write(asked, 5, dice(), soft=0.5)
    assert hard.shape == (3, 5, 7) and torch.allclose(hard, soft, atol=1e-6)
    assert set(hard.detach().unique().tolist()) == {0.0, 1.0}
    (slope,) = torch.autograd.grad(soft[:, -1, 3].sum(), writer.embed.weight)
    assert slope[7:9].abs().sum() > 0  # back to the wish, through all that was written since


def test_symbols_are_drawn_as_likely_as_the_network_says_after_its_wish():
    writer = seeded(lambda: WishedTransformer(4, 2, 1, 8, 2, 1)).eval()
    drawn = writer.write(torch.ones(20_000, dtype=torch.int64), 1, dice()).argmax(-1)[:, 0]
    often = torch.bincount(drawn, minlength=4) / len(drawn)
    with torch.no_grad():
        paid = [writer.nll(torch.tensor([[4 + 1, k]])) for k in range(4)]
    assert torch.allclose(often, (-torch.stack(paid)).exp(), atol=0.015)


def test_moods_by_hand():
    scale = [0, 2, 4, 5, 7, 9, 11, 0]  # up from C
    minor = [9, 11, 0, 2, 4, 5, 8, 9]  # up from A, with its leading tone
    chords = [[0, 4, 7, 0], [9, 0, 4, 9]]
    assert read_moods([scale, minor]).tolist() == [0, 1]
    assert read_moods(chords).tolist() == [0, 1]
    assert read_moods(np.array(chords) + 24).tolist() == [0, 1]


def test_a_judge_is_taught_pairs_and_true_melodies_with_the_other_token_are_false():
    config = CARD.configure("gan", "smoke", width=8, heads=2, layers=1)
    data = CARD.game.encode(config, "tunes")
    state = CARD.game.build(config, data, 0)
    notes = torch.as_tensor(np.stack(data.pieces["train"]))
    asked = torch.as_tensor(read_moods(notes.numpy()))
    discriminator = state.modules["discriminator"]
    made = F.one_hot(notes.flip(1), data.sizes[0]).float()
    real = F.one_hot(notes, data.sizes[0]).float()
    with torch.no_grad():
        true, false, other = (
            discriminator(asked, real),
            discriminator(asked, made),
            discriminator(1 - asked, real),
        )
    by_hand = F.softplus(-true).mean() + (F.softplus(false).mean() + F.softplus(other).mean()) / 2
    told = CARD.game.teach(state, config, asked, notes, made)["discriminator_loss"]
    assert told == pytest.approx(by_hand.item() / 2, rel=1e-5)


def test_the_last_step_of_a_judge_hears_every_row_and_the_wish():
    discriminator = seeded(lambda: RowDiscriminator(5, 2, 8, 2, 1))
    rows = torch.rand(1, 6, 5, generator=dice()).requires_grad_()
    (slope,) = torch.autograd.grad(discriminator(torch.tensor([0]), rows).sum(), rows)
    assert (slope.abs().sum(-1) > 0).all()
    assert discriminator(torch.tensor([0]), rows) != discriminator(torch.tensor([1]), rows)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"soft": 0.0}, "soft"),
        ({"width": 10}, "4 heads cannot share"),
        ({"dropout": 1.0}, "below 1"),
        ({"adversary": -1.0}, "adversary"),
        ({"lr": float("inf")}, "lr"),
    ],
)
def test_what_cannot_be_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        CARD.configure("gan", "smoke", **changes)


def test_a_token_is_obeyed_and_a_shuffled_one_is_not():
    found = {}
    for control in (None, "shuffled_mood"):
        config = CARD.configure_control(control, "gan", "smoke", "chorales")
        data = CARD.game.encode(config, "chorales")
        state = CARD.game.build(config, data, 0)
        step = CARD.game.make_step(config, data)
        for state.step in range(config.steps):
            step(state)
        found[control], samples = CARD.game.measure(state, config, data, dice())
        assert samples.shape == (config.measure, 16) and samples.max() < data.sizes[0]
    own, other = found[None], found["shuffled_mood"]
    assert own["mood_gain"] > 0.15 > 0.1 > abs(other["mood_gain"])
    assert own["obeyed_other"] == other["obeyed_other"] == 0.5
    assert own["nll_test_other"] > own["nll_test"] + 0.05
