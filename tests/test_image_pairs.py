"""pix2pix: a patch is as large as it says, true pairs are told from strangers, and without an adversary all blurs."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from musicgan_lib import systems
from musicgan_lib.data import column_pairs
from musicgan_lib.games import image_pairs
from musicgan_lib.models.unet import PatchDiscriminator, UNet

CARD = systems.find("isola2017")


def seeded(make, seed=0):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


@pytest.mark.parametrize(("halvings", "size"), [(0, 7), (1, 16), (2, 34)])
def test_a_verdict_depends_on_a_patch_of_the_stated_size(halvings, size):
    """34 and 16 are the paper's own sizes, of its patches of 70, 16 and 1; 7 is two layers of 4."""
    discriminator = seeded(lambda: PatchDiscriminator(2, 4, halvings))
    picture = torch.rand(1, 2, 96, 80, generator=torch.Generator().manual_seed(1)).requires_grad_()
    verdicts = discriminator(picture)
    t, p = (n // 2 for n in verdicts.shape[1:])
    (slope,) = torch.autograd.grad(verdicts[0, t, p], picture)
    felt = slope.abs().sum((0, 1)) > 0
    rows, columns = felt.any(1).nonzero(), felt.any(0).nonzero()
    assert discriminator.patch() == size
    assert [int(x.max() - x.min()) + 1 for x in (rows, columns)] == [size, size]


def test_dropout_is_the_noise_and_the_dice_are_an_argument():
    net = seeded(UNet)
    picture = torch.zeros(2, 1, 16, 48)
    picture[:, 0, :, 30] = 1
    with torch.no_grad():
        one, same, other = (net(picture, torch.Generator().manual_seed(s)) for s in (1, 1, 2))
        still = net(picture)
    assert one.shape == (2, 3, 16, 48)
    assert torch.equal(one, same) and not torch.allclose(one, other)
    assert torch.equal(still, net(picture).detach()) and not torch.allclose(one, still)
    x = torch.ones(200, 4, 5, 5)
    dropped = net.drop(x, torch.Generator().manual_seed(0))
    assert (
        len(dropped.unique()) == 2
        and abs((dropped == 0).float().mean() - 0.25) < 0.03
        and abs(dropped.mean() - 1) < 0.03
    )


def test_pictures_by_hand():
    """Two voices of three pitches, numbered 0 to 2, and 3 for a rest."""
    columns = np.array([[[2, 0], [3, 1]], [[1, 3], [1, 0]]])
    given, wanted = image_pairs.paint(columns, 3, "cpu")
    assert given.shape == wanted.shape == (2, 1, 2, 8)
    assert given[0, 0].nonzero().tolist() == [[0, 2]]  # then a rest
    assert wanted[1, 0].nonzero().tolist() == [[1, 0]]
    strangers = column_pairs.shuffle_partners(columns)
    assert strangers.tolist() == [[[1, 0], [1, 1]], [[2, 3], [3, 0]]]
    tokens = column_pairs.write_tokens(columns, 2, 3)
    assert tokens.tolist() == [[2, 0, 3, 3, 4, 1, 4, 3], [1, 4, 3, 4, 3, 0, 3, 3]]
    with pytest.raises(ValueError, match="one window has no stranger"):
        column_pairs.shuffle_partners(columns[:1])


def test_agreement_and_likeness_by_hand():
    wanted = torch.tensor([[1.0, 1, 0, 0]])
    assert image_pairs.agree(torch.tensor([[1.0, 0, 1, 0]]), wanted) == 0.5
    assert image_pairs.agree(wanted, wanted) == 1 and image_pairs.agree(0 * wanted, wanted) == 0
    logits, picture = torch.zeros(1, 3, 2, 8), torch.zeros(1, 3, 2, 8)
    picture[0, 0, 0, 5] = 1
    assert image_pairs.measure_likeness("l1", logits, picture).item() == pytest.approx(12)
    nats = image_pairs.measure_likeness("cross_entropy", logits, picture).item()
    assert nats == pytest.approx(24 * np.log(2), rel=1e-5)


def test_the_best_answer_by_l1_is_silence_and_by_cross_entropy_the_share():
    """A pixel that is lit in three of ten pictures: each loss is tried at every chance."""
    wanted = torch.zeros(10, 1, 1, 1)
    wanted[:3] = 1
    chances = torch.linspace(0.01, 0.99, 99)
    best = {}
    for name in image_pairs.LOSSES:
        paid = [
            image_pairs.measure_likeness(name, c.logit().expand(10, 1, 1, 1), wanted)
            for c in chances
        ]
        best[name] = chances[int(torch.stack(paid).argmin())].item()
    assert best["l1"] == pytest.approx(0.01) and best["cross_entropy"] == pytest.approx(0.3)


def test_the_discriminator_learns_from_pairs_and_its_loss_is_halved():
    config = CARD.configure("gan_l1", "smoke", filters=8, discriminator_filters=4)
    data = CARD.game.encode(config, "chorales")
    state = CARD.game.build(config, data, 0)
    columns = state.modules["generator"].columns[:4].numpy()
    given, wanted = image_pairs.paint(columns, data.hold, "cpu")
    discriminator = state.modules["discriminator"]
    with torch.no_grad():
        real, fake = (discriminator(torch.cat([given, p], 1)) for p in (wanted, 0 * wanted))
        by_hand = [
            F.binary_cross_entropy_with_logits(v, torch.full_like(v, y))
            for v, y in ((real, 1.0), (fake, 0.0))
        ]
    told = CARD.game.teach(state, config, given, wanted, 0 * wanted)["discriminator_loss"]
    assert told == pytest.approx(float(sum(by_hand)) / 2, rel=1e-5)


def test_what_the_painter_is_told_passes_the_discriminator_and_leaves_no_slope_in_it():
    discriminator = seeded(lambda: PatchDiscriminator(2, 4))
    given, made = torch.rand(2, 3, 1, 16, 24, generator=torch.Generator().manual_seed(1))
    slopes = []
    for ask in (image_pairs.judge, lambda d, *pair: d(torch.cat(pair, 1))):
        asked = made.clone().requires_grad_()
        ask(discriminator, given, asked).square().sum().backward()
        slopes.append(asked.grad)
        if ask is image_pairs.judge:
            assert all(p.grad is None and p.requires_grad for p in discriminator.parameters())
    assert torch.equal(*slopes) and slopes[0].abs().sum() > 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"likeness": 0.0, "adversary": 0.0}, "nothing is learned"),
        ({"loss": "l2"}, "no loss"),
        ({"noise": 1.0}, "below 1"),
        ({"length": 12}, "a multiple of 8"),
        ({"filters": 12}, "a multiple of 8"),
        ({"lr": float("nan")}, "lr"),
        ({"batch": 1}, "batch"),
    ],
)
def test_what_cannot_be_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        CARD.configure("gan_l1", "smoke", **changes)


def test_with_an_adversary_pictures_are_sharper_and_with_strangers_the_melody_is_not_heard():
    found = {}
    for control in (None, "no_adversary", "shuffled_pairs"):
        config = CARD.configure_control(control, "gan_cross_entropy", "smoke", "chorales")
        data = CARD.game.encode(config, "chorales")
        state = CARD.game.build(config, data, 0)
        step = CARD.game.make_step(config, data)
        for state.step in range(config.steps):
            step(state)
        dice = torch.Generator().manual_seed(0)
        found[control], samples = CARD.game.measure(state, config, data, dice)
        assert samples.shape == (config.measure, config.length * config.every * 4)
        drawn = CARD.game.draw(state.modules["generator"], config, 2, dice)
        assert (
            drawn[:, ::4] == samples[:2, ::4]
        ).mean() < 1  # the windows that are measured are spread
        assert len(data.decode(samples[0])) > 16
    own = found[None]
    assert own["entropy"] < 0.8 * found["no_adversary"]["entropy"]
    assert own["f1_gain"] > found["no_adversary"]["f1_gain"] + 0.01
    assert own["f1_gain"] > found["shuffled_pairs"]["f1_gain"] + 0.02
