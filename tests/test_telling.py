"""A discriminator alone: it equals a convolution by hand, and hears order and copies where it can."""

import itertools

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data.pitch_lines import encode_lines
from musicgan_lib.games import telling
from musicgan_lib.games.telling import Config, count_restored, label, list_orders, plant
from musicgan_lib.models.batch_discriminator import BatchDiscriminator
from musicgan_lib.models.seqgan import TextCNN

KIM, SALIMANS = systems.find("kim2015"), systems.find("salimans2016")


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def make(network=TextCNN, **settings):
    torch.manual_seed(0)
    return network((7,), embedding=3, widths=(1, 3), channels=(4, 5), **settings).double().eval()


@torch.no_grad()
def answer_by_hand(net, notes):
    """Filters slid by loops, the largest answer of each, the highway layer and the last one, in plain sums."""
    x = net.embed(torch.tensor([notes]))[0].numpy()  # (T, E)
    peaks = []
    for conv in net.convolutions:
        weight, bias = conv.weight.numpy(), conv.bias.numpy()  # (C, E, width)
        width = weight.shape[2]
        slid = [
            [bias[c] + (weight[c].T * x[t : t + width]).sum() for t in range(len(x) - width + 1)]
            for c in range(len(bias))
        ]
        peaks += [max(0.0, max(row)) for row in slid]
    h = np.array(peaks)
    if net.gate is not None:
        gate = 1 / (1 + np.exp(-(net.gate.weight.numpy() @ h + net.gate.bias.numpy())))
        new = np.maximum(net.transform.weight.numpy() @ h + net.transform.bias.numpy(), 0)
        h = gate * new + (1 - gate) * h
    return float(net.decide.weight.numpy()[0] @ h + net.decide.bias.numpy()[0])


@pytest.mark.parametrize("highway", [True, False])
def test_a_score_is_the_convolution_by_hand(highway):
    net = make(highway=highway)
    for notes in ([0, 1, 2, 3, 4, 5, 6, 0], [3, 3, 3, 1]):
        assert net.score(torch.tensor([notes])).item() == pytest.approx(answer_by_hand(net, notes))
    assert ("gate.weight" in dict(net.named_parameters())) == highway


def test_filters_of_one_note_hear_no_order():
    torch.manual_seed(0)
    deaf = TextCNN((7,), 3, (1,), (9,)).double().eval()
    hears = make()
    notes = torch.tensor([[0, 1, 2, 3, 4, 5]])
    turned = notes.flip(1)
    assert torch.equal(deaf.score(notes), deaf.score(turned))
    assert not torch.allclose(hears.score(notes), hears.score(turned))


@torch.no_grad()
def test_closeness_by_hand_and_copies_have_all_of_it():
    net = make(BatchDiscriminator, kernels=2)
    batch = torch.tensor([[0, 1, 2, 3], [4, 5, 6, 0], [0, 1, 2, 3]])
    features = net.features(batch)
    rows = (features @ net.kernels.weight.T).reshape(3, 2, 10).numpy()
    near = [
        [
            sum(np.exp(-abs(rows[i, k] - rows[j, k]).sum()) for j in range(3) if j != i)
            for k in (0, 1)
        ]
        for i in range(3)
    ]
    assert np.allclose(net.closeness(features), near)
    alike = net.closeness(net.features(batch[:1].expand(6, -1)))
    assert torch.allclose(alike, torch.full_like(alike, 5.0))
    plain = torch.cat([features, torch.tensor(near)], 1)
    assert torch.allclose(net.score(batch), net.decide(plain)[:, 0])


@torch.no_grad()
def test_a_stretch_is_judged_by_its_batch_only_where_it_is_compared():
    one = torch.tensor([[0, 1, 2, 3]])
    others = torch.tensor([[4, 5, 6, 0], [6, 6, 1, 2], [5, 0, 5, 0]])
    mixed, copies = torch.cat([one, others]), one.expand(4, -1)
    alone, compared = make(), make(BatchDiscriminator, kernels=4)
    assert torch.allclose(alone.score(mixed)[0], alone.score(copies)[0])
    assert not torch.allclose(compared.score(mixed)[0], compared.score(copies)[0])


def test_blocks_are_the_same_notes_in_another_order():
    config = Config(length=8, block=2)
    real = torch.arange(8) + 8 * torch.arange(300)[:, None]  # (300, 8): no two notes alike
    fake = plant(config, real, dice())
    assert torch.equal(fake.sort(1).values, real)
    assert (fake != real).any(1).all()
    pairs = fake.unflatten(1, (4, 2))
    assert (pairs[..., 1] - pairs[..., 0] == 1).all()  # inside a block nothing moves
    orders = {tuple(row) for row in (fake - real[:, :1]).tolist()}
    assert len(orders) == 23  # every order of four blocks but the true one


def test_copies_are_real_ones_again_and_again():
    real = torch.arange(24).reshape(6, 4)
    assert torch.equal(plant(Config(fakes="copies"), real, dice()), real[:1].expand(6, -1))
    two = plant(Config(fakes="copies", modes=2), real, dice())
    assert torch.equal(two, real[[0, 1, 0, 1, 0, 1]])


def test_labels_say_which_are_real_or_are_dealt_out_anew():
    assert label(3, False, dice()).tolist() == [1, 1, 1, 0, 0, 0]
    dealt = torch.stack([label(50, True, dice(seed)) for seed in range(40)])
    assert (dealt.sum(1) == 50).all()
    assert abs(dealt[:, :50].mean() - 0.5) < 0.05


def test_orders_are_all_there_and_the_first_is_the_true_one():
    orders = list_orders(6, 2)
    assert orders[0].tolist() == [0, 1, 2, 3, 4, 5] and len(orders) == 6
    pairs = itertools.permutations([(0, 1), (2, 3), (4, 5)])
    assert {tuple(row) for row in orders.tolist()} == {(*a, *b, *c) for a, b, c in pairs}
    logits = torch.tensor([[2.0, 1.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.0]])
    assert count_restored(logits).tolist() == [1, 0, 0.5]


def learn(card, variant, control=None, **changes):
    config = card.configure_control(control, variant, "smoke", "chorales", measure=6, **changes)
    data = card.game.encode(config, "chorales")
    state = card.game.build(config, data, 1)
    step = card.game.make_step(config, data)
    evaluate, every = card.game.make_evaluation(config, data)
    for state.step in range(config.steps):
        step(state)
        if (state.step + 1) % every == 0:
            evaluate(state)
    return card.game.measure(state, config, data, dice())


def test_order_is_learned_from_filters_that_hear_it():
    found, samples = learn(KIM, "no_highway")
    deaf, _ = learn(KIM, "no_highway", "one_note")
    assert found["verdict_nats"] < deaf["verdict_nats"] - 0.01
    assert found["accuracy"] > 0.55 > deaf["accuracy"] + 0.01
    assert found["restored"] > 2 / 24 and deaf["restored"] == pytest.approx(1 / 24, rel=0.2)
    assert samples.shape == (64, 16)


def test_a_collapse_is_seen_by_comparing_and_not_otherwise():
    found, samples = learn(SALIMANS, "one_mode", steps=100)
    alone, _ = learn(SALIMANS, "one_mode", "each_alone", steps=100)
    assert found["accuracy"] == 1 and found["verdict_nats"] < 0.1
    assert alone["accuracy"] < 0.65 and alone["verdict_nats"] > 0.65
    assert len(np.unique(samples, axis=0)) == 1


def test_what_learned_from_dealt_labels_is_not_chosen_by_true_ones(monkeypatch):
    config = Config(dealt=True, length=8, batch=4)
    data, asked = encode_lines("tunes"), []
    state = KIM.game.build(config, data, 0)
    monkeypatch.setattr(
        telling, "label", lambda n, dealt, g: asked.append(dealt) or label(n, dealt, g)
    )
    KIM.game.make_evaluation(config, data)[0](state)
    assert asked and all(asked)
    asked.clear()
    KIM.game.measure(state, config, data, dice())
    assert asked and not any(asked)


def test_a_phrase_is_put_in_order():
    config = Config()
    state = KIM.game.build(config, encode_lines("tunes"), 0)
    drawn = KIM.game.draw(state.modules["network"], config, 5, dice())
    wanted = sorted(np.array(telling.PHRASE) - telling.LOWEST)
    assert drawn.shape == (5, 16) and all(sorted(row) == wanted for row in drawn)
    line = encode_lines("tunes").decode(drawn[0])
    assert sorted(line.notes["pitch"]) == sorted(telling.PHRASE)


def test_lines_are_the_pitches_that_are_sung():
    data = encode_lines("chorales")
    tune = data.pieces["test"][0]
    assert (data.decode(tune).notes["pitch"] == tune + 48).all()
    assert all(
        0 <= line.min() and line.max() < 48 for part in data.pieces.values() for line in part
    )


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (lambda: Config(fakes="noise"), "no fakes 'noise'"),
        (lambda: Config(length=15), "15 notes are not 2 to 5 blocks of 4"),
        (lambda: Config(length=4), "4 notes are not 2 to 5 blocks of 4"),
        (lambda: Config(length=32), "32 notes are not 2 to 5 blocks of 4"),
        (lambda: Config(modes=3), "only copies have modes"),
        (lambda: Config(fakes="copies", modes=65), "a batch has 64 stretches"),
        (lambda: Config(widths=(2, 3)), "widths and channels are as many"),
        (lambda: Config(widths=(0,), channels=(4,)), "each is 1 or more"),
        (lambda: Config(widths=(), channels=()), "each is 1 or more"),
        (lambda: Config(dropout=1.0), "dropout is 1.0"),
        (lambda: Config(batch=1), "batch is 1"),
        (lambda: Config(lr=float("inf")), "lr is inf"),
        (lambda: BatchDiscriminator((5,), kernels=0), "nothing would be compared"),
    ],
)
def test_what_does_not_go_together_is_a_sentence(ask, why):
    with pytest.raises(ValueError, match=why):
        ask()
