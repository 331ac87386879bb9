"""The biaxial core: blind to the future and to higher notes, its sampler exact, its probabilities sum to one."""

import itertools

import pytest
import torch
from torch.nn import functional as F

from musicgan_lib.learning import policy_gradient as pg
from musicgan_lib.models import anokhin_nuzhin, biaxial, note_features
from musicgan_lib.models.note_features import PLAY, REPLAY, VOLUME

NOTES = 24


def a_roll(n=2, length=20, notes=NOTES, channels=2, seed=0, chance=0.3):
    """Random notes that keep the representation's rules: replay only in held notes, volume only in notes."""
    generator = torch.Generator().manual_seed(seed)
    dice = torch.rand(3, n, length, notes, generator=generator)
    play = (dice[0] < chance).float()
    held = play * F.pad(play, (0, 0, 1, 0))[:, :-1]
    cells = [play, held * (dice[1] < 0.5).float(), play * dice[2]]
    return torch.stack(cells[:channels], -1)


def build(kind="anokhin2018", channels=2, notes=NOTES, styles=0, **options):
    with torch.random.fork_rng():
        torch.manual_seed(1)
        if kind.startswith("anokhin2018"):
            model = anokhin_nuzhin.build_generator(
                notes,
                36,
                channels,
                (16, 12),
                (10, 8),
                filters=6,
                copy=kind != "anokhin2018",
                bars_back=(1, 2) if "bars" in kind else (),
                **options,
            ).eval()
            if model.copy is not None:
                torch.nn.init.normal_(model.copy.weight)
            return model
        seen = {
            "biaxial2015": note_features.JohnsonFeatures,
            "deepj2018": note_features.DeepJFeatures,
        }[kind]
        return biaxial.Biaxial(
            seen(notes, 36, channels), channels, (16, 12), (10, 8), styles=styles
        ).eval()


KINDS = [
    "biaxial2015",
    "deepj2018",
    "anokhin2018",
    "anokhin2018 with copy",
    "anokhin2018 with bars",
]


@pytest.mark.parametrize("channels", [2, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_the_sampler_says_what_the_parallel_model_says(kind, channels):
    model, opening = build(kind, channels), a_roll(3, 18, channels=channels)
    for prefix in (None, opening):
        drawn = model.sample(3, 41, torch.Generator().manual_seed(2), prefix=prefix)
        again = model.log_prob(drawn.actions)
        assert (again.log_prob - drawn.log_prob).abs().max() < 1e-4
        counts = biaxial.masks(drawn.actions)
        assert not (drawn.actions[..., REPLAY:] * (1 - counts[..., REPLAY:])).any()
    assert (drawn.actions[:, :18] == opening).all()
    if channels == 3:
        sounding = drawn.actions[:, 18:][..., PLAY] > 0
        level = model.logits(drawn.actions)[:, 18:][..., VOLUME].sigmoid()
        assert torch.allclose(
            drawn.actions[:, 18:][..., VOLUME][sounding], level[sounding], atol=1e-5
        )


@pytest.mark.parametrize("style", [0, 1, 2])
def test_a_style_reaches_the_sampler_and_changes_the_music(style):
    model = build("deepj2018", styles=3)
    styles = torch.eye(3)[[style, style]]
    drawn = model.sample(2, 12, torch.Generator().manual_seed(0), style=styles)
    own = model.log_prob(drawn.actions, styles).log_prob
    assert (own - drawn.log_prob).abs().max() < 1e-4
    other = model.log_prob(drawn.actions, torch.eye(3)[[(style + 1) % 3] * 2]).log_prob
    assert (own - other).abs().max() > 1e-3


@pytest.mark.parametrize("kind", KINDS)
def test_it_sees_no_later_step_and_no_higher_note(kind):
    model, roll = build(kind), a_roll(1, 40)
    changed = roll.clone()
    changed[:, 18, 9] = 1 - changed[:, 18, 9]
    moved = (model.logits(changed) - model.logits(roll)).abs().amax((0, 3)) > 0  # (T, N)
    assert not moved[:18].any() and not moved[18, :10].any()
    assert moved[18, 10:].any() and moved[19].any() and moved[32:].any()


def test_a_cell_hears_itself_bars_before_at_once():
    model, roll = build("anokhin2018 with bars"), a_roll(1, 40)
    heard = model.heard(roll)  # (1, 40, N, 3 * 2)
    assert (heard[:, 17, :, 2:4] == roll[:, 1]).all() and (heard[:, 33, :, 4:] == roll[:, 1]).all()
    assert not heard[:, :16, :, 2:].any() and not heard[:, :32, :, 4:].any()
    x = torch.cat([roll, torch.zeros(1, 1, NOTES, 2)], 1)
    for lag, far in ((16, True), (15, False)):
        silent, full = x.clone(), x.clone()
        silent[:, 40 - lag, 3], full[:, 40 - lag, 3] = 0, 1
        direct = [model.from_before(model.heard(r))[:, 40] for r in (silent, full)]
        assert ((direct[0] - direct[1]).abs().max() > 0) == far


def test_a_judge_is_told_what_each_step_repeats():
    judge = anokhin_nuzhin.HierarchicalDiscriminator(
        NOTES, units=8, filters=0, skip=4, bars_back=(1, 2)
    )
    bar = a_roll(2, 16) * (torch.arange(16) % 3 > 0)[:, None, None]
    x, y = bar.repeat(1, 2, 1, 1), bar.repeat(1, 2, 1, 1)
    filled = bar.any(3).any(2)[:, None].repeat(1, 2, 1).flatten(1).float()
    assert (judge.repeats(y, x) == filled[..., None]).all()
    alone = judge.repeats(y)  # its first bar has none before it
    assert (alone[:, 16:, 0] == filled[:, 16:]).all()
    assert not alone[:, :16, 0].any() and not alone[..., 1].any()
    up = y.roll(1, 2)  # a semitone higher, what was common is nearly gone
    common = (torch.minimum(up, y).sum((2, 3)) / torch.maximum(up, y).sum((2, 3)).clamp_min(1))[
        :, :16
    ]
    assert torch.allclose(judge.repeats(up, x)[:, :16, 0], common)
    with pytest.raises(ValueError, match="skip"):
        anokhin_nuzhin.HierarchicalDiscriminator(NOTES, units=8, bars_back=(1,))
    deaf = anokhin_nuzhin.HierarchicalDiscriminator(
        NOTES, units=8, filters=0, skip=4, conditional=False, bars_back=(1, 2)
    )
    assert (deaf.score(y, x) == deaf.score(y, x.roll(1, 2))).all(), "one of Y alone hears no X"


def test_the_published_global_module_sees_the_future_and_ours_does_not():
    roll = a_roll(1, 128)
    changed = roll.clone()
    changed[:, 100, 5, PLAY] = 1 - changed[:, 100, 5, PLAY]
    for causal in (True, False):
        model = build(causal=causal)
        early = (model.logits(changed) - model.logits(roll)).abs()[:, :100].max()
        assert (early == 0) if causal else (early > 1e-5)


@pytest.mark.parametrize("channels", [2, 3])
def test_what_training_lowers_is_the_likelihood_a_cell(channels):
    model, roll = build("anokhin2018 with copy", channels), a_roll(3, 20, channels=channels)
    said = -model.log_prob(roll).log_prob.sum() / roll[..., PLAY].numel()
    if channels == 3:
        level = model.logits(roll)[..., VOLUME].sigmoid()
        said += (roll[..., PLAY] * (level - roll[..., VOLUME]).square()).mean()
    assert torch.allclose(model.loss(roll), said, atol=1e-6)


def test_probabilities_of_all_rolls_sum_to_one_and_the_entropy_is_theirs():
    """Two notes, two steps: every roll that the rules allow, enumerated."""
    model = build("anokhin2018 with copy", notes=2, global_structure=False).double()
    rolls = set()
    for cells in itertools.product((0.0, 1.0), repeat=8):
        roll = torch.tensor(cells, dtype=torch.float64).view(1, 2, 2, 2)
        roll[..., REPLAY] *= biaxial.masks(roll)[..., REPLAY]
        rolls.add(tuple(roll.flatten().tolist()))
    every = torch.tensor(sorted(rolls), dtype=torch.float64).view(-1, 2, 2, 2)
    out = model.log_prob(every)
    log_p = out.log_prob.sum(1)
    assert log_p.exp().sum().item() == pytest.approx(1, abs=1e-9)
    entropy = -(log_p.exp() * log_p).sum()
    assert (log_p.exp() * out.entropy.sum(1)).sum().item() == pytest.approx(
        entropy.item(), abs=1e-9
    )
    drawn = model.float().sample(4000, 2, torch.Generator().manual_seed(0)).actions.double()
    seen = (drawn[:, None] == every[None]).flatten(2).all(2).double().mean(0)
    assert (seen - log_p.exp()).abs().sum() < 0.1


def test_reinforce_has_the_exact_gradient_on_a_toy():
    """Two notes, one step: the library's estimator, its mean over all rolls, is the gradient of the mean reward."""
    model = build("biaxial2015", notes=2).double()
    every = torch.tensor(list(itertools.product((0.0, 1.0), repeat=2)), dtype=torch.float64)
    rolls = torch.stack([every, torch.zeros_like(every)], -1)[:, None]  # (4, 1, 2, 2)
    reward = torch.tensor([0.1, 0.9, 0.4, 0.2], dtype=torch.float64)
    chance = model.log_prob(rolls).log_prob.sum(1).exp()
    weights = list(model.note.parameters()) + list(model.head.parameters())
    exact = torch.autograd.grad((chance * reward).sum(), weights)
    for baseline in (0.0, 0.37):
        mean = [torch.zeros_like(w) for w in weights]
        for roll, r, p in zip(rolls, reward, chance.detach()):
            loss = pg.reinforce_loss(model.log_prob(roll[None]).log_prob, (r - baseline).view(1, 1))
            found = torch.autograd.grad(loss, weights)
            mean = [m - p * g for m, g in zip(mean, found)]  # the loss is the reward's negative
        assert max((a - b).abs().max() for a, b in zip(exact, mean)) < 1e-12


def test_losses_count_only_what_says_something():
    model, roll = build(channels=3), a_roll(channels=3)
    found, chance = model.losses(roll), model.logits(roll).sigmoid()
    play, held = roll[..., PLAY], biaxial.masks(roll)[..., REPLAY] > 0
    right = torch.where(roll > 0, chance, 1 - chance)
    assert found["play"].item() == pytest.approx(-right[..., PLAY].log().mean().item(), rel=1e-4)
    by_hand = -right[..., REPLAY][held].log().mean().item()
    assert found["replay"].item() == pytest.approx(by_hand, rel=1e-4)
    wrong = (chance - roll)[..., VOLUME][play > 0]
    assert found["volume"].item() == pytest.approx(wrong.square().mean().item(), rel=1e-4)
    silent = model.losses(torch.zeros_like(roll))
    assert silent["replay"] == 0 and silent["volume"] == 0


def test_sampling_leaves_the_model_as_it_was_and_keeps_to_its_length():
    model = build("deepj2018").train()
    weights = [p.clone() for p in model.parameters()]
    drawn = model.sample(2, 8, torch.Generator().manual_seed(0), prefix=a_roll(2, 20))
    assert model.training and drawn.actions.shape == (2, 8, NOTES, 2)
    assert torch.equal(drawn.actions, a_roll(2, 20)[:, :8])
    assert all(torch.equal(a, b) for a, b in zip(weights, model.parameters()))


def test_a_style_that_no_layer_takes_is_refused():
    for styles, given in ((0, torch.eye(3)[:2]), (3, None)):
        with pytest.raises(ValueError, match="style"):
            build("deepj2018", styles=styles).log_prob(a_roll(2, 4), given)


def test_the_memory_along_time_is_tied_over_the_notes():
    """Without place and pitch class a melody moved by a fourth moves what is remembered,
    exactly, away from the edges.
    """
    model = build("biaxial2015", notes=60)
    model.features.place.zero_()
    model.features.above.zero_()
    roll = torch.zeros(1, 12, 60, 2)
    roll[:, :, 15:40] = a_roll(1, 12, 25)
    moved = roll.roll(5, 2)
    one, other = (model.along_time(r, [])[0] for r in (roll, moved))
    assert torch.equal(one[:, :, 12:43], other[:, :, 17:48])
    assert not torch.equal(one, other)


@pytest.mark.parametrize("low", [36, 21])
def test_usage_counts_the_sounding_notes_of_a_pitch_class(low):
    play = a_roll(1, 1, 48)[0, 0, :, PLAY]
    found = note_features.pitch_class_usage(play, low)
    for n in range(48):
        assert found[n] == sum(play[m] for m in range(48) if (m - n) % 12 == 0)


def test_what_notes_see_is_as_wide_as_published():
    assert note_features.DeepJFeatures().width == 94
    assert anokhin_nuzhin.NoteEmbedding().width == 97
    assert anokhin_nuzhin.NoteInput().width == 113
    assert note_features.JohnsonFeatures().width == 79  # and one zero in the program
    past = a_roll(2, 20, 48)
    for seen in (
        note_features.DeepJFeatures(),
        note_features.JohnsonFeatures(),
        note_features.AbsoluteFeatures(),
        anokhin_nuzhin.NoteInput(),
    ):
        assert seen(past, 3).shape == (2, 20, 48, seen.width)
        assert torch.equal(
            seen(past, 3)[:, 5:6], seen(past[:, 5:6], 8)
        )  # one step at a time is the same


@pytest.mark.parametrize(("make", "moves"), [("relative", True), ("absolute", False)])
def test_a_transposed_past_is_the_same_past_to_relative_features_alone(make, moves):
    """Away from the borders, and with place and pitch class set to none, a note hears what its neighbour heard."""
    if make == "relative":
        seen = note_features.JohnsonFeatures(48, 36)
        seen.place.zero_()
    else:
        seen = note_features.AbsoluteFeatures(48)
        seen.key.zero_()
    net = biaxial.Biaxial(seen, 2, (8,), (6,)).eval()
    past = torch.zeros(1, 6, 48, 2)
    past[:, :, 20:28] = a_roll(1, 6, 8)
    past[..., 0, 1:] = 0
    with torch.no_grad():
        here, above = (net.along_time(x, [])[0] for x in (past, past.roll(12, 2)))
    gap = (here[:, :, 14:30] - above[:, :, 26:42]).abs().max()
    assert (gap < 1e-6) == moves


def test_johnson_hears_pitch_classes_from_the_note_up():
    seen = note_features.JohnsonFeatures(24, 36)
    past = torch.zeros(1, 1, 24, 2)
    past[0, 0, 7, PLAY] = 1  # G
    usage = seen(past, 0)[0, 0, :, 1 + 12 + 50 : -4]
    assert usage[0].argmax() == 7 and usage[9].argmax() == 10 and usage[7].argmax() == 0


def test_attention_looks_along_the_notes_and_can_be_scaled():
    raw, scaled = (anokhin_nuzhin.NoteAttention(97, scaled=s) for s in (False, True))
    scaled.load_state_dict(raw.state_dict())
    x = torch.randn(2, 3, 12, 97, generator=torch.Generator().manual_seed(0))
    sharp, soft = raw.weights(x), scaled.weights(x)
    assert sharp.shape == (2, 3, 3, 12, 12) and torch.allclose(sharp.sum(-1), torch.ones(1))
    assert sharp.amax(-1).mean() > soft.amax(-1).mean() + 0.1
    assert not torch.allclose(raw(x), scaled(x), atol=1e-3)  # and the answer comes from there


def test_octaves_are_packed_by_pitch_class_and_not_as_published():
    numbers = torch.arange(48.0).view(1, 48, 1)
    ours = anokhin_nuzhin.Hierarchy(48, 36, 1, 4).pack(numbers)[0]
    theirs = anokhin_nuzhin.Hierarchy(48, 36, 1, 4, as_published=True).pack(numbers)[0]
    assert ours[1].tolist() == [1, 13, 25, 37] and theirs[1].tolist() == [4, 5, 6, 7]
    piano = anokhin_nuzhin.Hierarchy(88, 21, 1, 4).pack(torch.arange(1.0, 89).view(1, 88, 1))[0]
    assert piano.shape == (12, 9) and piano[9].tolist() == [1, 13, 25, 37, 49, 61, 73, 85, 0]
    assert (piano > 0).sum() == 88


def test_a_discriminator_of_pairs_hears_both_and_one_of_continuations_only_y():
    x, y, other = (a_roll(2, 16, seed=s) for s in range(3))
    for read in ("last", "mean"):
        judge = anokhin_nuzhin.HierarchicalDiscriminator(
            NOTES, units=12, filters=6, read=read, skip=8
        )
        judge = judge.eval()
        assert judge.score(y, x).shape == (2,)
        assert (judge.score(y, x) != judge.score(y, other)).all()
        assert (judge.score(y, x) != judge.score(other, x)).all()
    with pytest.raises(ValueError, match="as long as Y"):
        judge.score(y, x[:, :8])
    alone = anokhin_nuzhin.HierarchicalDiscriminator(NOTES, units=12, filters=6, conditional=False)
    assert torch.equal(alone.score(y), alone.score(y, x))
    with pytest.raises(ValueError, match="'last' or 'mean'"):
        anokhin_nuzhin.HierarchicalDiscriminator(read="first")
    expected = anokhin_nuzhin.HistoryCritic(NOTES)(x)
    assert expected.shape == (2,) and ((expected > 0) & (expected < 1)).all()


def test_what_is_switched_off_is_gone():
    whole = sum(p.numel() for p in build().parameters())
    for part in ("attention", "global_structure"):
        assert sum(p.numel() for p in build(**{part: False}).parameters()) < whole
