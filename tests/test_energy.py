"""Boltzmann machines of music: each estimate against a sum over all states, and what makes an RNN-RBM one."""

import itertools
import math

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import frames as music
from musicgan_lib.games import energy, relations
from musicgan_lib.learning import constraints
from musicgan_lib.learning.annealed import anneal
from musicgan_lib.models import rbm
from musicgan_lib.models.conv_rbm import ConvRBM
from musicgan_lib.models.gated_autoencoder import GatedAutoencoder, PairRBM
from musicgan_lib.models.rnn_rbm import RNNRBM
from musicgan_lib.notes import Piece


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def make_machine(visible, hidden, rows=(), spread=1.0, seed=0):
    """Weights and biases in double precision, ``(H, V), (..., V), (..., H)``."""
    draw = dice(seed)
    shapes = (hidden, visible), (*rows, visible), (*rows, hidden)
    return [spread * torch.randn(s, generator=draw, dtype=torch.float64) for s in shapes]


def make_network(pitches=4, hidden=3, units=5, memory="whole", spread=0.8):
    """An RNN-RBM whose weights all matter, in double precision."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = RNNRBM(pitches, hidden, units, memory).double()
        for weight in network.parameters():
            torch.nn.init.normal_(weight, std=spread)
    return network


def sum_all(weight, b, c):
    """``log Z`` over every pair of states."""
    hidden, visible = weight.shape
    v, h = (rbm.list_states(n).double() for n in (visible, hidden))
    return torch.logsumexp(-rbm.energy(v[:, None], h[None], weight, b, c).flatten(), 0)


def test_a_free_energy_sums_the_hidden_states():
    weight, b, c = make_machine(6, 4)
    v, h = rbm.list_states(6).double(), rbm.list_states(4).double()
    by_sum = -torch.logsumexp(-rbm.energy(v[:, None], h[None], weight, b, c), 1)
    assert torch.allclose(rbm.free_energy(v, weight, b, c), by_sum, atol=1e-12)
    by_hand = -(2 * 1 + 1 * 0.5 + 3 * 1 * 2)  # -(b v) - (c h) - (h W v), one unit on each side
    one = [torch.tensor(x) for x in ([1.0], [1.0], [[6.0]], [2.0], [0.5])]
    assert rbm.energy(*one).item() == by_hand


@pytest.mark.parametrize("sizes", [(6, 4), (3, 5)])
def test_log_z_is_exact_from_either_side_and_a_row_at_a_time(sizes):
    weight, b, c = make_machine(*sizes, rows=(2, 3))
    found = rbm.log_partition(weight, b, c, most=40)  # in several parts
    assert found.shape == (2, 3)
    for row in itertools.product(range(2), range(3)):
        assert found[row].item() == pytest.approx(sum_all(weight, b[row], c[row]).item(), abs=1e-10)
    one = rbm.log_partition(weight, b[0, 0], c)  # the same visible biases for all
    assert torch.allclose(one[1, 2], sum_all(weight, b[0, 0], c[1, 2]))
    with pytest.raises(ValueError, match="annealing"):
        rbm.log_partition(*make_machine(17, 17))
    with pytest.raises(ValueError, match="too many to list"):
        rbm.list_states(21)


def test_a_machine_is_a_distribution_and_its_slope_is_that_of_contrastive_divergence_at_rest():
    """With chains that have forgotten the music, the contrast has the gradient of the likelihood."""
    machine = rbm.RBM(3, 2).double()
    for own, value in zip(machine.parameters(), make_machine(3, 2, spread=0.7)):
        own.data = value
    assert machine.log_prob(rbm.list_states(3).double()).exp().sum().item() == pytest.approx(1)
    v = torch.tensor([[1.0, 0, 1], [0, 0, 1]], dtype=torch.float64)
    exact = torch.autograd.grad(-machine.log_prob(v).mean(), list(machine.parameters()))
    found = torch.autograd.grad(
        machine.contrast(v.repeat(20_000, 1), 12, dice()), list(machine.parameters())
    )
    for one, other in zip(exact, found):
        assert torch.allclose(one, other, atol=0.02)


def test_sweeps_of_gibbs_draw_what_the_machine_says():
    weight, b, c = make_machine(3, 2, seed=3)
    states = rbm.list_states(3).double()
    chance = (-rbm.free_energy(states, weight, b, c) - sum_all(weight, b, c)).exp()
    drawn = rbm.gibbs(torch.zeros(20_000, 3).double(), weight, b, c, 30, dice())
    counted = (
        torch.bincount((drawn @ torch.tensor([1.0, 2, 4]).double()).long(), minlength=8) / 20_000
    )
    assert (counted - chance).abs().max() < 0.015
    cold = rbm.gibbs(torch.zeros(2000, 3).double(), weight, b, c, 30, dice(), temperature=0.02)
    (lowest,) = torch.unique(cold, dim=0)[:1]
    assert len(torch.unique(cold, dim=0)) <= 2 and lowest.shape == (3,)
    assert torch.equal(rbm.gibbs(states, weight, b, c, 0, dice()), states)
    with pytest.raises(ValueError, match="steps is -1"):
        rbm.gibbs(states, weight, b, c, -1, dice())


def test_annealing_finds_log_z_on_six_pitches():
    weight, b, c = make_machine(6, 5, rows=(3,), spread=1.2)
    exact = rbm.log_partition(weight, b, c)
    far = [(anneal(weight, b, c, k, 100, dice()).log_z - exact).abs().mean() for k in (1, 1000)]
    assert far[1] < 0.03 and far[1] < far[0] / 2
    for options, name in (((0, 5), "temperatures is 0"), ((5, 0), "chains is 0")):
        with pytest.raises(ValueError, match=name):
            anneal(weight, b, c, *options, dice())


@pytest.mark.parametrize("temperatures", [1, 2, 5])
def test_annealed_weights_are_right_on_average_however_few_steps(temperatures):
    """The mean of the weights is Z itself; only its log is too low where chains are few."""
    weight, b, c = make_machine(4, 3, spread=0.9, seed=5)
    base = b + 0.5
    found = anneal(weight, b, c, temperatures, 40_000, dice(), base=base)
    ratio = (found.log_z - sum_all(weight, b, c)).exp().item()
    error = found.log_weights.exp().std() / found.log_weights.exp().mean() / 200
    assert abs(ratio - 1) < 4 * error.item()
    few = anneal(
        weight, b.expand(4000, -1), c.expand(4000, -1), 1, 2, dice(), base=base.expand(4000, -1)
    )
    assert few.log_z.mean() < sum_all(weight, b, c) - 0.01


@pytest.mark.parametrize("memory", ["whole", "frame", "none"])
def test_all_pieces_of_two_frames_have_probability_one(memory):
    network = make_network(memory=memory)
    frames = rbm.list_states(8).double().reshape(-1, 2, 4)
    total = torch.logsumexp(-network.nll(frames).sum(1), 0)
    assert total.item() == pytest.approx(0, abs=1e-10)


def test_biases_hear_what_was_before_and_nothing_else():
    frames = torch.randint(0, 2, (2, 7, 4), generator=dice()).double()
    changed = frames.clone()
    changed[:, 3] = 1 - changed[:, 3]
    for memory, reach in (("whole", {4, 5, 6}), ("frame", {4}), ("none", set())):
        network = make_network(memory=memory)
        (b, c), (other_b, other_c) = network(frames), network(changed)
        for one, other in ((b, other_b), (c, other_c)):
            assert set((one != other).any(2).any(0).nonzero()[:, 0].tolist()) == reach
        u = network.begin(2)
        for t in range(7):
            assert torch.allclose(network.set_biases(u)[0], b[:, t], atol=1e-12)
            u = network.remember(u, frames[:, t])
    with pytest.raises(ValueError, match="memory is 'long'"):
        make_network(memory="long")


def test_pieces_are_drawn_as_likely_as_they_are():
    network = make_network(pitches=2, hidden=2, units=3)
    drawn = network.sample(20_000, 2, dice(), sweeps=30)
    frames = rbm.list_states(4).double().reshape(-1, 2, 2)
    chance = (-network.nll(frames).sum(1)).exp()
    number = (drawn.flatten(1) @ torch.tensor([1.0, 2, 4, 8]).double()).long()
    counted = torch.bincount(number, minlength=16) / 20_000
    assert (counted - chance).abs().max() < 0.015
    with pytest.raises(ValueError, match="temperature is 0"):
        network.sample(1, 2, dice(), temperature=0)


def test_frames_by_hand():
    piece = Piece([(0, 1, 60), (0.5, 1, 64), (1, 2, 62), (2.5, 0.25, 70)])
    found = music.cut_frames(piece, 60, 70)
    assert [np.flatnonzero(f).tolist() for f in found] == [
        [0],
        [2, 4],
        [2],
    ]  # 64 from .5 to 1.5, at 1
    assert [np.flatnonzero(f).tolist() for f in music.keep_top(found)] == [[0], [4], [2]]
    for wrong, says in (
        ((Piece([]),), "without notes"),
        ((piece, 61, 80), "pitch 60 is outside of 61 to 80"),
        ((piece, 0, 80), "keys of a piano"),
        ((piece, 80, 60), "keys of a piano"),
    ):
        with pytest.raises(ValueError, match=says):
            music.cut_frames(*wrong)
    for semitones in (-2, 0, 3):
        if semitones == -2:
            with pytest.raises(ValueError, match="push a pitch out"):
                music.move(found, semitones)
            continue
        moved = music.move(found, semitones)
        assert np.array_equal(np.argwhere(moved), np.argwhere(found) + [0, semitones])
    with pytest.raises(ValueError, match="move by less"):
        music.move(found, 11)


def test_a_corpus_as_frames():
    data = music.encode_frames("tunes", spare=3)
    rows = np.concatenate([p for part in data.pieces.values() for p in part])
    assert (
        not rows[:, :3].any() and not rows[:, -3:].any() and rows[:, 3].any() and rows[:, -4].any()
    )
    again = music.cut_frames(data.decode(data.pieces["train"][0]), data.low, data.options["high"])
    assert np.array_equal(again, data.pieces["train"][0][: len(again)])
    top = music.encode_frames("tunes", part="top")
    assert max(p.sum(1).max() for part in top.pieces.values() for p in part) == 1
    with pytest.raises(ValueError, match="choose all or top"):
        music.encode_frames("tunes", part="bass")


def test_counts_of_frames_are_a_distribution():
    pieces = [np.array([[1, 0], [1, 0], [0, 1]], np.uint8)]
    counts = music.learn_frame_counts(pieces, pieces[0])
    every = rbm.list_states(2).numpy().astype(np.uint8)
    assert np.exp(-music.price_frames(counts, every)).sum() == pytest.approx(1)
    alone = counts | {"trust": 0.0}
    assert music.price_frames(alone, every[:1])[0] == pytest.approx(
        -math.log((1.5 / 4) * (2.5 / 4))
    )
    only = counts | {"trust": 1 - 1e-9}
    assert music.price_frames(only, pieces[0])[0] == pytest.approx(-math.log(2 / 3), abs=1e-6)


def test_frames_of_pieces_are_priced_as_the_network_says_and_annealing_agrees():
    system = systems.find("boulanger2012")
    config = system.configure("rnn_rbm", "smoke", "tunes", temperatures=100, steps=20, length=8)
    data = system.game.encode(config, "tunes")
    state = system.game.build(config, data, 0)
    step = system.game.make_step(config, data)
    for state.step in range(config.steps):
        step(state)
    network, pieces = state.modules["network"], data.pieces["test"]
    paid = energy.price(network, pieces, config, None)
    by_piece = [network.nll(torch.as_tensor(p, dtype=torch.float32)[None])[0] for p in pieces]
    assert torch.allclose(paid, torch.cat(by_piece), atol=1e-4)
    assert energy.compare_estimates(network, pieces, config, dice()) < 0.05
    one = system.configure_control("disconnected", "rnn_rbm", "smoke", "tunes", length=8)
    alone = system.game.build(one, data, 0).modules["network"]
    paid = energy.price(alone, pieces, one, None)
    assert torch.allclose(
        paid, alone.nll(torch.as_tensor(np.concatenate(pieces))[None].float())[0], atol=1e-4
    )


def make_waves(pitches=12):
    """A gated autoencoder set by hand: waves round a circle of pitches, whose products know the distance alone."""
    network = GatedAutoencoder(pitches, 4 * (pitches - 1), 4 * (pitches - 1)).double()
    angle = (
        2
        * math.pi
        * torch.outer(torch.arange(1, pitches), torch.arange(pitches)).double()
        / pitches
    )
    cosine, sine = angle.cos(), angle.sin()  # (waves, pitches)
    one = torch.tensor(
        [[1.0, 1, 0, 0], [0, 0, 1, -1]]
    ).double()  # of cc, ss, cs, sc: cos and sin of the distance
    with torch.no_grad():
        network.read_x.copy_(torch.stack([cosine, sine, cosine, sine], 1).flatten(0, 1))
        network.read_y.copy_(torch.stack([cosine, sine, sine, cosine], 1).flatten(0, 1))
        network.pool.copy_(torch.block_diag(*[torch.cat([one, -one])] * (pitches - 1)))
    return network


def test_a_product_of_waves_knows_how_far_a_note_moved_and_not_which_note():
    """The exact case: one note on a circle. The code is that of the distance, and answers every analogy."""
    network, notes = make_waves(), torch.eye(12).double()
    index = torch.arange(12)
    codes = torch.stack(
        [network.relate(notes, notes[(index + k) % 12]) for k in index]
    )  # (move, note, M)
    assert torch.allclose(codes, codes[:, :1].expand_as(codes), atol=1e-9)
    assert (codes[0, 0] - codes[1:, 0]).abs().amax(1).min() > 0.1
    for move, code in enumerate(codes[:, 0]):
        assert (network.answer(notes, code).argmax(1) == (index + move) % 12).all()
        assert (network.undo(notes, code).argmax(1) == (index - move) % 12).all()


def test_products_are_linear_in_each_melody_and_sums_are_not_a_relation():
    network = make_waves()
    x, y = torch.rand(2, 5, 12, generator=dice()).double()
    asked = network.relate(2 * x, 3 * y).logit(), 6 * network.relate(x, y).logit()
    assert torch.allclose(*asked, atol=1e-6)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        rival = PairRBM(12, 6).double()
        torch.nn.init.normal_(rival.weight)
    apart = rival.relate(x, y).logit() + rival.relate(0 * x, 0 * y).logit()
    assert torch.allclose(apart, rival.relate(x, 0 * y).logit() + rival.relate(0 * x, y).logit())
    code = rival.relate(x, y)
    assert torch.equal(rival.answer(x, code), rival.answer(y, code))  # x is not asked


def test_pairs_are_one_melody_moved_or_two():
    system = systems.find("lattner2017")
    config = system.configure("gated", "smoke", "tunes")
    data = system.game.encode(config, "tunes")
    melodies = relations.cut_melodies(data, "train", 8)
    pairs = relations.draw_pairs(melodies, 300, config, dice())
    place = [p.argmax(-1) for p in (pairs.x, pairs.y)]
    sounds = pairs.x.sum(-1) > 0
    moved = pairs.moved[:, None].expand_as(sounds)
    assert ((place[1] - place[0])[sounds] == moved[sounds]).all()
    assert set(pairs.moved.tolist()) == set(range(-6, 7))
    strangers = relations.draw_pairs(melodies, 300, config, dice(), related=False)
    assert torch.equal(strangers.x, pairs.x) and not torch.equal(strangers.y, pairs.y)
    with pytest.raises(ValueError, match="has 999 quarters"):
        relations.cut_melodies(data, "train", 999)


def test_a_relation_is_read_and_counted_right():
    label = torch.tensor([-1, 0, 2]).repeat(50)
    code = torch.nn.functional.one_hot(torch.arange(3).repeat(50), 4).float()
    noisy = code + 0.1 * torch.randn(code.shape, generator=dice())
    assert torch.equal(relations.read_linearly(noisy, label, code), label)
    assert relations.share_within(code, label) == pytest.approx(0, abs=1e-9)
    same = torch.arange(150).float()[:, None]
    assert relations.share_within(same, torch.zeros(150)) == pytest.approx(1)
    logits = torch.tensor([[[0.0, 1, 0], [5, 0, 0], [0, 0, 1]]])
    melody = torch.tensor([[[0.0, 1, 0], [0, 1, 0], [0, 0, 0]]])  # right, wrong, a rest
    assert relations.share_right(logits, melody) == 0.5
    assert relations.keep_likeliest(logits, melody)[0].tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    even = relations.price_notes(torch.zeros(1, 9), melody)
    assert even.item() == pytest.approx(math.log(3))


def test_settings_of_relations_that_move_nothing_are_refused():
    system = systems.find("lattner2017")
    for wrong, says in (
        ({"sweeps": 2}, "sweeps moves nothing"),
        ({"network": "rbm", "noise": 0.1}, "noise moves nothing"),
        ({"noise": 1.0}, "share of the notes"),
        ({"network": "sum"}, "no network"),
        ({"lr": 0.0}, "above 0"),
    ):
        with pytest.raises(ValueError, match=says):
            system.configure("gated", "smoke", "tunes", **wrong)
    config = system.configure("gated", "smoke", "tunes")
    data = system.game.encode(config, "tunes")
    network = system.game.build(config, data, 0).modules["network"]
    drawn = system.game.draw(network, config, 3, dice())
    assert drawn.shape == (3, 32, data.width) and drawn.sum(-1).max() == 1
    with pytest.raises(ValueError, match="leave it at 1"):
        system.game.draw(network, config, 1, dice(), temperature=0.5)


def test_where_states_are_too_many_frames_are_spread_and_annealed():
    system = systems.find("boulanger2012")
    config = system.configure("hundred_hidden", "smoke", "tunes", length=8, hidden=17, asked=7)
    data = system.game.encode(config, "tunes")
    network = system.game.build(config, data, 0).modules["network"]
    pieces = data.pieces["test"]
    paid = energy.price(network, pieces, config, dice())
    frames, b, c = energy.set_all_biases(network, pieces)
    kept = energy.spread(len(frames), 7)
    assert len(paid) == 7 and kept[0] == 0 and kept[-1] == len(frames) - 1
    plain = (
        torch.nn.functional.softplus(b).sum(1)
        + 17 * math.log(2)
        - (frames * b).sum(1)
        - 17 * math.log(2)
    )
    assert torch.allclose(
        paid, plain[kept], atol=0.3
    )  # first weights are small: nearly independent pitches


def make_filters(pitches=2, filters=2, width=2):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        machine = ConvRBM(pitches, filters, width).double()
        for weight in machine.parameters():
            torch.nn.init.normal_(weight)
    return machine


def test_filters_over_time_are_one_large_machine_whose_weights_recur():
    """The same free energies as a machine that sees all frames at once, and log Z by a sum over all music."""
    machine, length = make_filters(), 3
    weight = torch.zeros(2, 2, length, 2).double()  # place, filter; frame, pitch
    for place in range(2):
        weight[place, :, place : place + 2] = machine.weight.transpose(1, 2)
    dense = weight.reshape(4, 6), machine.b.repeat(length), machine.c.repeat(2)
    every = rbm.list_states(6).double()
    found = machine.free_energy(every.reshape(-1, length, 2))
    assert torch.allclose(found, rbm.free_energy(every, *dense), atol=1e-10)
    assert torch.logsumexp(-found, 0).item() == pytest.approx(sum_all(*dense).item())
    h = torch.rand(1, 2, 2, generator=dice()).double()
    v = torch.rand(1, length, 2, generator=dice(1)).double()
    up, down = machine.push_up(v) - machine.c, machine.push_down(h) - machine.b
    assert (up * h).sum().item() == pytest.approx((down * v).sum().item())  # one weight, both ways


def test_what_filters_see_moves_with_the_music():
    machine = make_filters(pitches=4, filters=3, width=3)
    v = torch.rand(2, 9, 4, generator=dice()).double()
    assert torch.allclose(machine.push_up(v)[:, 1:], machine.push_up(v[:, 1:]), atol=1e-12)
    drawn = machine.gibbs(torch.zeros(20_000, 3, 4).double(), 20, dice())
    again = machine.gibbs(torch.ones(20_000, 3, 4).double(), 20, dice(1))
    assert (drawn.mean(0) - again.mean(0)).abs().max() < 0.02
    with pytest.raises(ValueError, match="1 frame or more"):
        ConvRBM(4, width=0)


def test_likeness_by_hand_and_its_slope_by_differences():
    v = torch.tensor([[[1.0, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 1]]]).double()
    like = constraints.compare_frames(v)[0]
    assert like[0, 1].item() == pytest.approx(1 / math.sqrt(2)) and like[
        0, 0
    ].item() == pytest.approx(1)
    assert like[2].abs().max() == 0 and like[0, 3] == 0
    target = constraints.make_form("AB", 4)[None].double()
    v = torch.rand(1, 4, 3, generator=dice()).double()
    slope, step = constraints.find_slope(v, target), 1e-6
    for place in ((0, 0, 0), (0, 2, 1), (0, 3, 2)):
        more = v.clone()
        more[place] += step
        change = constraints.price_likeness(more, target) - constraints.price_likeness(v, target)
        assert slope[place].item() == pytest.approx(4 * change.item() / step, rel=1e-3, abs=1e-6)
    own = constraints.compare_frames(v)
    assert constraints.correlate_likeness(v, own).item() == pytest.approx(1)
    assert constraints.correlate_likeness(v, 1 - own).item() == pytest.approx(-1)


def test_a_form_as_a_template():
    found = constraints.make_form("ABA", 6, least=0.0)
    assert found[0].tolist() == [1, 0, 0, 0, 1, 0] and found[3].tolist() == [0, 0, 0, 1, 0, 0]
    constraints.check_target(constraints.make_form("AABA", 33)[None])
    for wrong in ("", "ABCD"):
        with pytest.raises(ValueError, match="parts"):
            constraints.make_form(wrong, 3)


def test_what_no_music_satisfies_is_refused_and_a_spent_budget_is_told():
    machine = make_filters(pitches=3, filters=2, width=2)
    start, target = (
        torch.zeros(2, 4, 3).double(),
        constraints.make_form("AB", 4).double().expand(2, 4, 4),
    )
    broken = target.clone()
    broken[:, 0, 1] = 1.0
    torn = torch.eye(4).double().expand(2, 4, 4).clone()
    for a, b in ((0, 1), (1, 2)):
        torn[:, a, b] = torn[:, b, a] = 1.0
    for wrong, says in (
        ((start, target[:, :2], 1, 1, 1), "each frame against each"),
        ((start, target - 1, 1, 1, 1), "from 0 to 1"),
        ((start, broken, 1, 1, 1), "not symmetric"),
        ((start, torn, 1, 1, 1), "contradicts itself"),
        ((start[:1], target, 1, 1, 1), "chains and frames"),
        ((start, target, -1, 1, 1), "rounds is -1"),
        ((start, target, 1, -1, 1), "strength is -1"),
        ((start, target, 1, 1, 1, 0), "block is 0"),
    ):
        given = wrong if len(wrong) == 5 else wrong[:5]
        with pytest.raises(ValueError, match=says):
            constraints.compose(machine, *given, dice(), *wrong[5:])
    none = constraints.compose(machine, start, target, 0, 1, 1, dice())
    assert torch.equal(none.frames, start) and not none.reached.any() and none.accepted == 0
    easy = constraints.compose(machine, start, target, 0, 1, 1, dice(), wanted=1.0)
    assert easy.reached.all()


def test_a_constraint_is_met_better_with_it_than_without():
    machine = make_filters(pitches=5, filters=2, width=2)
    machine.weight.data *= 0.2
    target = constraints.make_form("ABAC", 8, least=0.2).double().expand(16, 8, 8)
    start = machine.gibbs(torch.zeros(16, 8, 5).double(), 20, dice())
    made = [
        constraints.compose(machine, start, target, 300, s, p, dice())
        for s, p in ((200, 5), (0, 0))
    ]
    likeness = [constraints.correlate_likeness(m.frames, target).mean().item() for m in made]
    assert likeness[0] > 0.45 > 0.25 > likeness[1]
    loss = made[0].loss
    assert loss.shape == (301, 16) and (loss[-1] < loss[0]).all() and made[1].accepted == 1
    assert torch.allclose(loss[-1], constraints.price_likeness(made[0].frames, target))


def test_without_a_push_what_is_composed_has_the_chance_that_it_should():
    """All music of two frames and two pitches: the machine's chance times that of the constraint."""
    machine = make_filters()
    machine.weight.data *= 0.5
    target = constraints.make_form("AA", 2).double().expand(20_000, 2, 2)
    every = rbm.list_states(4).double().reshape(-1, 2, 2)
    loss = constraints.price_likeness(every, target[:16])
    chance = torch.softmax(-machine.free_energy(every) - 3 * 2 * loss, 0)
    start = torch.zeros(20_000, 2, 2).double()
    made = constraints.compose(machine, start, target, 60, 3, 0, dice(), block=1, cool=False).frames
    number = (made.flatten(1) @ torch.tensor([1.0, 2, 4, 8]).double()).long()
    assert (torch.bincount(number, minlength=16) / 20_000 - chance).abs().max() < 0.015


def test_any_frame_is_as_likely_to_be_proposed_as_another():
    chosen = constraints.choose_block(60_000, 5, 3, dice())[..., 0]
    assert (chosen.double().mean(0) - 3 / 7).abs().max() < 0.01
    assert chosen.sum(1).max() == 3 and chosen.sum(1).min() == 1


def test_settings_of_composing_that_move_nothing_are_refused():
    system = systems.find("lattner2016")
    for wrong, says in (
        ({"template": "other", "strength": 0.0, "push": 0.0}, "no template is asked"),
        ({"width": 40}, "does not fit"),
        ({"template": "none"}, "no template 'none'"),
        ({"lr": 0.0}, "above 0"),
    ):
        with pytest.raises(ValueError, match=says):
            system.configure("repetition", "smoke", "tunes", **wrong)
    config = system.configure("repetition", "smoke", "tunes", rounds=3)
    data = system.game.encode(config, "tunes")
    network = system.game.build(config, data, 0).modules["network"]
    assert system.game.draw(network, config, 2, dice()).shape == (2, 32, data.width)
    with pytest.raises(ValueError, match="leave it at 1"):
        system.game.draw(network, config, 1, dice(), temperature=0.5)
