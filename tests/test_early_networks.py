"""Todd's plans and the blues of Eck and Schmidhuber: what makes each the system that it is, and what breaks it."""

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import blues
from musicgan_lib.data.encode import encode_tokens
from musicgan_lib.data.plan_tunes import SLICES, encode_plan_tunes
from musicgan_lib.games import form, plans
from musicgan_lib.metrics import forms
from musicgan_lib.models.chord_melody import ChordMelody
from musicgan_lib.models.jordan import PlanNet

BLUES, TUNES = encode_tokens("blues", "blues"), encode_plan_tunes()


def make(**settings):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return ChordMelody(BLUES.sizes, **settings).eval()


@pytest.mark.parametrize("hears", [False, True])
def test_chords_lead_and_a_melody_cannot_move_them(hears):
    """The gradient of each chord's logits by the melody: 0 unless the link that the paper leaves out is there."""
    network = make(hears_melody=hears)
    inside = []
    network.embed.register_forward_hook(
        lambda module, given, made: inside.append(made) or made.requires_grad_()
    )
    logits = network(torch.as_tensor(BLUES.windows("test", 64)[:2]))
    (slope,) = torch.autograd.grad(logits[:, 0::2, :3].pow(2).sum(), inside)  # (B, T / 2, 2, E)
    assert slope[:, :, 0].abs().max() > 1e-4
    assert (slope[:, :, 1].abs().max() > 1e-4) == hears
    (slope,) = torch.autograd.grad(
        network(torch.as_tensor(BLUES.windows("test", 64)[:2]))[:, 1::2, 3:].sum(), inside[-1:]
    )
    assert slope[:, :, 0].abs().max() > 1e-4  # the melody hears the chords


@pytest.mark.parametrize("cell", ["lstm", "tanh"])
@pytest.mark.parametrize("hears", [False, True])
def test_step_by_step_as_at_once(cell, hears):
    network = make(cell=cell, hears_melody=hears)
    tokens = torch.as_tensor(BLUES.windows("test", 41)[:3])
    at_once, memory = network(tokens), network.begin(3)
    for t in range(41):
        assert torch.allclose(network.next_logits(memory), at_once[:, t], atol=1e-5)
        memory = network.advance(memory, tokens[:, t])
    drawn = network.sample(64, 40, torch.Generator().manual_seed(0)).actions
    assert (drawn[:, 0::2] < 3).all() and (drawn[:, 1::2] >= 3).all()
    with pytest.raises(ValueError, match="two whole choruses"):
        systems.find("eck2002").configure("blocks", "smoke", length=192)


class Knows(torch.nn.Module):
    """Whoever knows the form and the bars."""

    def log_prob(self, tokens, entropy=True):
        bars = blues.make_bars()
        cost = torch.zeros(tokens.shape)
        for row, piece in enumerate(tokens.numpy()):
            for at in range(0, len(piece), 2 * blues.STEPS):
                chord, bar = piece[at], piece[at + 1 : at + 2 * blues.STEPS : 2] - len(blues.ROOTS)
                assert chord == blues.FORM[at // (2 * blues.STEPS) % len(blues.FORM)]
                left = bars[chord]
                for step, symbol in enumerate(bar):
                    kept = left[left[:, step] == symbol]
                    cost[row, at + 1 + 2 * step] = np.log(len(kept) / len(left))
                    left = kept
        return type("Trajectory", (), {"log_prob": cost})


def test_the_floor_of_the_blues_is_what_its_maker_pays():
    tokens = torch.as_tensor(BLUES.windows("train", 2 * blues.CHORUS)[:40])
    paid = -Knows().log_prob(tokens).log_prob.mean().item()
    assert paid == pytest.approx(blues.floor(), rel=1e-5)
    assert len(np.unique(blues.make_bars().reshape(-1, blues.STEPS), axis=0)) == 3 * blues.BARS
    assert BLUES.data_hash == "e744e534ef957151"


def test_blues_are_music():
    piece = BLUES.decode(BLUES.pieces["test"][0][: blues.CHORUS])
    assert [t.name for t in piece.tracks] == ["Melody", *["Chords"] * 4]
    bass = piece.notes[piece.notes["track"] == 4]
    assert bass["pitch"].tolist() == [48 + blues.ROOTS[c] for c in blues.FORM]
    assert (bass["duration"] == 4).all()
    assert len(BLUES.decode([0, 99, 77, 3])) and not len(
        BLUES.decode([])
    )  # any row of tokens is music
    with pytest.raises(ValueError, match="change none"):
        encode_tokens("blues", "grid")


def test_form_and_scale_are_counted():
    real = np.stack(BLUES.pieces["test"])
    assert set(form.measure_form(real).values()) == {1.0}
    late = np.concatenate([real[:, : 2 * blues.STEPS], real], 1)  # a bar too late
    right = np.mean(
        [a == b for a, b in zip((blues.FORM[0], *blues.FORM * 4), blues.FORM * 5)][1 : 4 * 12 + 1]
    )
    assert form.measure_form(late)["form_kept"] == pytest.approx(right)
    broken = real.copy()
    broken[:, -blues.CHORUS :: 2] = 2  # the dominant throughout the last chorus
    assert form.measure_form(broken)["form_kept_last"] == pytest.approx(1 / 12)
    assert forms.share_in_scale([[0, 0]], [[3, 4]], blues.list_scales()) == 0.5  # E flat, E over C
    assert np.isnan(forms.share_in_scale([[0]], [[99]], blues.list_scales()))
    with pytest.raises(ValueError, match="none is left"):
        forms.share_in_form([[0, 0]], [0], 2)


def test_a_context_fades_and_a_plan_decides():
    network = PlanNet(4, 2, hidden=3, decay=0.5)
    context = torch.zeros(1, 4)
    for played in (2, 0, 0):
        context = network.remember(context, torch.tensor([played]))
    assert context.tolist() == [[1.5, 0, 0.25, 0]]
    logits = network(torch.tensor([[2, 0, 0, 1]]), torch.eye(2)[:1])
    assert torch.allclose(logits[:, 3], network.answer(context, torch.eye(2)[:1]))
    with pytest.raises(ValueError, match="decay is 1"):
        PlanNet(4, 2, decay=1)


def test_six_tunes_come_back_from_their_plans_and_not_without():
    card, kept = systems.find("todd1989"), {}
    for control in (None, "no_plan", "no_memory"):
        config = card.configure_control(control, "plans", "smoke")
        state = card.game.build(config, TUNES, 0)
        step = card.game.make_step(config, TUNES)
        for _ in range(config.steps):
            step(state)
        found, played = card.game.measure(state, config, TUNES, None)
        kept[control] = found["tunes_kept"]
        if control is None:
            assert found["mixed_new"] == 1 and played.shape == (6 + 15, SLICES)
            drawn = card.game.draw(
                state.modules["network"], config, 8, torch.Generator().manual_seed(0)
            )
            assert np.array_equal(drawn[:6], TUNES.pieces["train"])
    assert kept[None] == 1 and kept["no_plan"] <= 1 / 6 and kept["no_memory"] == 0


def test_nats_a_slice_by_hand():
    """A sum over tunes and slices, each context faded anew, against what a run records."""
    config = plans.Config(hidden=5, steps=0)
    state = plans.PlanGame().build(config, TUNES, 1)
    network, tunes, paid = state.modules["network"], TUNES.pieces["train"], []
    for k, tune in enumerate(tunes):
        for t, slice_ in enumerate(tune):
            context = torch.zeros(network.symbols)
            for s in range(t):
                context[tune[s]] += config.decay ** (t - 1 - s)
            logits = network.answer(context, torch.eye(len(tunes))[k]).detach().double()
            paid.append((logits.exp().sum().log() - logits[slice_]).item())
    found, _ = plans.PlanGame().measure(state, config, TUNES, None)
    assert found["slice_nll"] == pytest.approx(np.mean(paid), rel=1e-5)


def test_two_tunes_with_one_beginning_need_a_plan():
    """Without a plan the first slice after a common beginning is the same, whatever was learnt."""
    two = [
        TUNES.pieces["train"][k] for k in (0, 4)
    ]  # Twinkle and Auld Lang Syne begin with C, held
    assert (two[0][:2] == two[1][:2]).all() and two[0][2] != two[1][2]
    network = PlanNet(TUNES.sizes[0], 2)
    same = network.play(torch.zeros(2, 2), SLICES)
    assert (same[0] == same[1]).all()


def test_a_given_beginning_is_kept_and_heard():
    """After it each slice is the likeliest by the context of all before it, the given ones as well."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = PlanNet(4, 2, hidden=6, decay=0.5)
        for weights in network.parameters():
            weights.data.mul_(8)  # so that what was heard matters
    plan, start = torch.eye(2), torch.tensor([[3, 3, 1], [0, 2, 2]])
    played = network.play(plan, 8, start)
    assert torch.equal(played[:, :3], start)
    assert not torch.equal(network.play(plan, 8, (start + 1) % 4)[:, 3:], played[:, 3:])
    with torch.no_grad():
        assert torch.equal(network(played, plan).argmax(-1)[:, 3:], played[:, 3:])
    assert torch.equal(network.play(plan, 2, start), start[:, :2])
    by_game = plans.play(network, plan, 8, start.numpy())
    assert np.array_equal(by_game, played)


def test_half_way_is_half_way():
    found = plans.mix_plans(plans.Config(), 3, [(0, 2), (1, 2)], 0.25)
    assert found.tolist() == [[0.75, 0, 0.25], [0, 0.75, 0.25]]
    with pytest.raises(ValueError, match="nothing is drawn"):
        plans.PlanGame().draw(PlanNet(4, 2), plans.Config(), 1, None, temperature=0.5)
    with pytest.raises(ValueError, match="no short tunes"):
        encode_plan_tunes("chorales")
