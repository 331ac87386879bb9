"""Scores filled in: chains and likelihoods against enumeration, and fixed notes that stay whatever is drawn."""

import itertools

import numpy as np
import pytest
import torch

from musicgan_lib.data import columns, pieces_padded, wishes
from musicgan_lib.data.grid import GridData, encode_grid
from musicgan_lib.games import filling
from musicgan_lib.learning import orders
from musicgan_lib.models import sweeps
from musicgan_lib.models.masked_convs import MaskedConvs
from musicgan_lib.models.voice_networks import VoiceNetworks
from musicgan_lib.notes import Piece


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def make(network_type, *sizes, spread=0.6, **more):
    """A network whose weights all matter."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = network_type(*sizes, **more)
        for weight in network.parameters():
            torch.nn.init.normal_(weight, std=spread)
    return network.eval()


def make_grid(*pieces, lowest=60, pitches=12):
    """Four voices ``(4, T)`` of tokens a piece, the same in every split."""
    symbols = [[[float(s)] for s in (*range(lowest, lowest + pitches), 128, 129)]]
    tokens = [np.asarray(p).T.ravel() for p in pieces]
    beside = [np.zeros((len(t) // 4, 6), np.int64).ravel() for t in tokens]
    parts = ("train", "valid", "test")
    return GridData(
        "made",
        "grid",
        (pitches + 2,),
        symbols,
        {s: tokens for s in parts},
        "0",
        beside={s: beside for s in parts},
    )


# two voices of two sixteenths; a cell is one of two pitches, a hold or a rest: 256 states
STATES = torch.tensor(list(itertools.product(range(4), repeat=4))).view(-1, 2, 2)


def list_moves(network, beside, apart):
    """The chance of every move of each group of cells that are drawn together, ``(groups, 256, 256)``."""
    every = torch.arange(len(STATES))
    moves = []
    for voice, first in itertools.product(range(2), range(apart)):
        cells = list(range(first, 2, apart))
        chance = torch.ones(len(STATES), len(STATES))
        kept = torch.ones(2, 2, dtype=torch.bool)
        for step in cells:
            at = torch.full_like(every, step)
            said = network(STATES, beside, voice, every, at).softmax(-1)
            chance *= said[:, STATES[:, voice, step]]
            kept[voice, step] = False
        same = (STATES[:, None] == STATES[None])[:, :, kept].all(-1)
        moves.append(chance * same)
    return torch.stack(moves).double()


def rest_of(matrix):
    """The distribution that a chain comes to."""
    power = torch.linalg.matrix_power(matrix, 512)
    assert torch.allclose(power[0], power[-1], atol=1e-9)
    return power[0]


@pytest.mark.parametrize("apart", [1, 2])
@torch.no_grad()
def test_a_chain_of_two_voices_comes_to_the_distribution_that_enumeration_gives(apart):
    network = make(VoiceNetworks, 4, voices=2, places=2, past=1, future=1, embedding=3, hidden=6)
    moves = list_moves(network, torch.zeros(256, 2, 2, dtype=torch.int64), apart)
    ways = list(itertools.permutations(range(2 * apart)))
    whole = sum(torch.linalg.multi_dot([moves[k] for k in way]) for way in ways) / len(ways)
    exact = rest_of(whole)
    n, draws = 600, dice()
    chains = torch.randint(4, (n, 2, 2), generator=draws)
    beside, free = torch.zeros(n, 2, 2, dtype=torch.int64), torch.ones(n, 2, 2) > 0
    seen = torch.zeros(256)
    for k in range(150):
        chains = sweeps.sweep(network, chains, beside, free, draws, apart)
        if k >= 20:
            seen += torch.bincount(chains.flatten(1) @ torch.tensor([64, 16, 4, 1]), minlength=256)
    assert (seen / seen.sum() - exact).abs().sum() < 0.08  # noise alone is some .05
    noise = torch.full((256,), 1 / 256)
    assert (noise - exact).abs().sum() > 0.5


@torch.no_grad()
def test_a_network_never_sees_the_cell_that_it_is_asked_about():
    network = make(VoiceNetworks, 14, past=3, future=3, hidden=8)
    tokens = torch.randint(14, (1, 4, 9), generator=dice())
    beside, zero = torch.zeros(1, 9, 2, dtype=torch.int64), torch.zeros(1, dtype=torch.int64)
    tokens[0, 1, 5:7] = 12  # held on from the cell at 4
    for voice, step in itertools.product(range(4), range(9)):
        said = network(tokens, beside, voice, zero, zero + step)
        other = tokens.clone()
        other[0, voice, step] = (tokens[0, voice, step] + 3) % 12
        assert torch.equal(said, network(other, beside, voice, zero, zero + step)), (voice, step)
    deaf = make(VoiceNetworks, 14, past=3, future=0, hidden=8)
    later = tokens.clone()
    later[..., 5:] = 0
    for voice in range(4):
        same = [deaf(t, beside, voice, zero, zero + 4) for t in (tokens, later)]
        assert torch.equal(*same)
        heard = [network(t, beside, voice, zero, zero + 4) for t in (tokens, later)]
        assert not torch.allclose(*heard)


def test_a_sweep_leaves_fixed_cells_alone():
    network = make(VoiceNetworks, 14, hidden=8, spread=0.1)
    tokens = torch.randint(14, (3, 4, 8), generator=dice())
    free = torch.rand(tokens.shape, generator=dice(1)) < 0.5
    beside = torch.zeros(3, 8, 2, dtype=torch.int64)
    drawn = sweeps.sweep(network, tokens, beside, free, dice())
    assert torch.equal(drawn[~free], tokens[~free]) and (drawn != tokens)[free].float().mean() > 0.5


def test_cells_are_read_as_what_sounds():
    network = VoiceNetworks(14, past=2, future=2)  # 12 holds, 13 rests
    line = torch.tensor([[[12, 5, 12, 13, 12, 3, 12, 14]]])
    assert network.mark_sounding(line).tolist() == [[[26, 5, 19, 13, 27, 3, 17, 29]]]
    zero = torch.zeros(1, dtype=torch.int64)
    four = line.expand(1, 4, 8)
    around = network.read_around(four, 0, zero, zero + 1)[0]
    assert around[0].tolist() == [
        29,
        26,
        28,
        28,
        13,
    ]  # the hold after the hidden cell is hidden, too
    assert around[1].tolist() == [29, 26, 5, 19, 13]


# two voices of two sixteenths, two pitches or a rest: 81 states, and 24 orders of four cells
CELLS = torch.tensor(list(itertools.product(range(3), repeat=4))).view(-1, 2, 2)
WAYS = [torch.tensor(way) for way in itertools.permutations(range(4))]


def test_in_every_order_the_chances_of_all_scores_add_up_to_one():
    network = make(MaskedConvs, 2, voices=2, filters=4, blocks=2)
    by_way = torch.stack([4 * orders.price_in_order(network, CELLS, way) for way in WAYS])
    assert torch.allclose((-by_way).exp().sum(1), torch.ones(24), atol=1e-4)
    assert (by_way - by_way[0]).abs().max() > 0.1  # and orders disagree: they are 24 distributions

    turned = (
        CELLS.transpose(1, 2).contiguous().transpose(1, 2)
    )  # the same cells, otherwise in memory
    assert torch.allclose(4 * orders.price_in_order(network, turned, WAYS[5]), by_way[5], atol=1e-4)

    def leaking(cells, hidden):  # a hidden cell that is seen
        return network(cells, torch.zeros_like(hidden))

    wrong = 4 * orders.price_in_order(leaking, CELLS, WAYS[0])
    assert abs((-wrong).exp().sum() - 1) > 0.1


@torch.no_grad()
def test_the_weighted_loss_is_the_chain_rule_over_all_orders():
    network = make(MaskedConvs, 2, voices=2, filters=4, blocks=2)
    some = CELLS[[5, 40, 77]]
    exact = torch.stack([orders.price_in_order(network, some, way) for way in WAYS]).mean(0)
    by_size = {True: [], False: []}
    for size, weigh in itertools.product(range(1, 5), (True, False)):
        told = []
        for places in itertools.combinations(range(4), size):
            hidden = torch.zeros(3, 4, dtype=torch.bool)
            hidden[:, list(places)] = True
            told.append(orders.price_hidden(network, some, hidden.view(3, 2, 2), weigh))
        by_size[weigh].append(torch.stack(told).mean(0))
    assert torch.allclose(torch.stack(by_size[True]).mean(0), exact, atol=1e-5)
    assert (torch.stack(by_size[False]).mean(0) - exact).abs().max() > 0.05
    found = orders.estimate_over_orders(network, some.repeat(2000, 1, 1), 4, dice())
    assert torch.allclose(found.view(2000, 3).mean(0), exact, rtol=0.03)


def test_masks_have_as_many_holes_as_they_say():
    sizes = orders.draw_masks((6000, 2, 3), dice(), "any").sum((1, 2))
    assert sorted(sizes.unique().tolist()) == [1, 2, 3, 4, 5, 6]
    assert (torch.bincount(sizes)[1:] / 6000 - 1 / 6).abs().max() < 0.02
    assert orders.draw_masks((9, 2, 3), dice(), "one").sum((1, 2)).tolist() == [1] * 9
    assert orders.draw_masks((9, 2, 3), dice(), "half").sum((1, 2)).tolist() == [3] * 9
    each = orders.draw_masks((6000, 2, 3), dice(), "any").float().mean(0)
    assert (each - 3.5 / 6).abs().max() < 0.03


@torch.no_grad()
def test_ancestral_samples_are_as_likely_as_all_orders_say():
    network = make(MaskedConvs, 2, voices=2, filters=4, blocks=2)
    chance = (
        (-4 * torch.stack([orders.price_in_order(network, CELLS, w) for w in WAYS])).exp().mean(0)
    )
    start = torch.zeros(30_000, 2, 2, dtype=torch.int64)
    drawn = sweeps.fill_in_order(network, start, start == 0, dice())
    seen = torch.bincount(drawn.flatten(1) @ torch.tensor([27, 9, 3, 1]), minlength=81) / 30_000
    assert (seen - chance).abs().sum() < 0.06


@torch.no_grad()
def test_a_hidden_cell_is_not_seen_and_a_fixed_one_is_not_touched():
    network = make(MaskedConvs, 5, filters=4, blocks=2, spread=0.2)
    cells = torch.randint(6, (8, 4, 6), generator=dice())
    hidden = orders.draw_masks(cells.shape, dice(1), "half")
    other = torch.where(hidden, (cells + 1) % 6, cells)
    assert torch.equal(network(cells, hidden), network(other, hidden))
    rates = sweeps.fall_linearly(8, 1.0, 0.1)
    for drawn in (
        sweeps.redraw_masks(network, cells, hidden, rates, dice()),
        sweeps.fill_in_order(network, cells, hidden, dice()),
    ):
        assert torch.equal(drawn[~hidden], cells[~hidden])
        assert (drawn != cells)[hidden].float().mean() > 0.3
    assert rates[0] == 1.0 and rates[-1] == 0.1 and sorted(rates, reverse=True) == rates


def test_a_thousand_random_wishes_are_kept_by_both():
    data = make_grid(np.full((4, 16), 3))
    rng, network = np.random.default_rng(0), make(VoiceNetworks, 14, hidden=8, spread=0.1)
    convs = make(MaskedConvs, 12, filters=4, blocks=1, spread=0.1)
    asked = 0
    for k in range(20):
        some = [
            wishes.Wish(int(rng.integers(4)), int(step), 1, int(rng.integers(60, 72)))
            for step in np.repeat(np.arange(16), 4)
        ]
        laid = wishes.place_wishes(data, some, 16)
        asked += int(laid.fixed.sum())
        for made in (
            filling.complete_by_sweeps(network, laid, dice(k), sweeps=2),
            filling.complete_by_masks(convs, data, laid, dice(k), redraws=3),
        ):
            assert np.array_equal(made[laid.fixed], laid.tokens[laid.fixed])
            assert made.shape == (4, 16) and made.max() <= 13
    assert asked > 500  # twice each, so more than a thousand


def test_what_contradicts_or_cannot_be_sung_is_told_and_the_rest_is_done():
    data = make_grid(np.full((4, 8), 3))
    laid = wishes.place_wishes(
        data,
        [
            wishes.Wish(0, 0, 4, 64),
            wishes.Wish(0, 2, 2, 65),  # while the 64 is held
            wishes.Wish(1, 0, 2, 40),
            wishes.Wish(2, 6, 4, 62),
            wishes.Wish(2, 9, 1, 62),
            wishes.Wish(3, 1, 2, None),
        ],
        8,
    )
    assert laid.tokens[0, :4].tolist() == [4, 12, 12, 12] and laid.fixed[0].sum() == 4
    assert laid.fixed[1].sum() == 0 and laid.fixed[2].tolist() == [False] * 6 + [True] * 2
    assert laid.tokens[3, 1:3].tolist() == [13, 13] and laid.fixed[3].sum() == 2
    for sentence, words in zip(
        laid.told,
        (
            "F4 contradicts what was asked",
            "nobody sings E2",
            "after 2 sixteenths",
            "does not begin",
        ),
    ):
        assert words in sentence
    assert len(laid.told) == 4
    same = wishes.place_wishes(data, [wishes.Wish(0, 0, 4, 64), wishes.Wish(0, 0, 4, 64)], 8)
    assert not same.told
    for wrong, why in (((7, 0, 1, 60), "no voice 7"), ((-1, 0, 1, 60), "no voice -1")):
        with pytest.raises(ValueError, match=why):
            wishes.place_wishes(data, [wishes.Wish(*wrong)], 8)
    with pytest.raises(ValueError, match="a sixteenth at least"):
        wishes.place_wishes(data, [], 0)


def write(*pitches, length=1.0):
    return Piece([(i * length, length, p, 80, 0) for i, p in enumerate(pitches)], title="mine")


def test_a_melody_is_moved_to_where_it_can_be_sung_and_the_rest_is_left_free():
    line = np.full((4, 16), 12)
    line[:, ::4] = [[0, 4, 7, 11]] * 4  # every voice sings C4 to B4
    data = make_grid(line)
    assert wishes.find_range(data, 0) == (60, 71)
    laid, moved = wishes.read_melody(data, write(48, 52, 55))
    assert moved == 12 and "+12 semitones" in laid.told[0] and len(laid.told) == 1
    assert laid.tokens[0, ::4].tolist() == [0, 4, 7] and laid.fixed[0].all()
    laid, moved = wishes.read_melody(data, write(60, 64, 90))
    assert moved == 0 and laid.fixed[0].sum() == 8 and "F#6" in laid.told[0]
    laid, moved = wishes.read_melody(data, write(66, 70, 74))  # no octave helps
    assert moved == -3 and laid.fixed[0].all()
    assert wishes.read_melody(data, write(62, 66))[1] == 0
    assert wishes.read_melody(data, write(57, 58, 59))[1] == 12  # an octave, though 3 would do
    with pytest.raises(ValueError, match="mine has no note"):
        wishes.read_melody(data, write())
    piece, told = filling.fill(
        data,
        write(48, 52, 55),
        lambda asked: filling.complete_by_sweeps(
            make(VoiceNetworks, 14, hidden=8), asked, dice(), 1
        ),
    )
    assert piece.select(0).notes["pitch"].tolist() == [60, 64, 67] and piece.title == "mine"
    assert len(piece.tracks) == 4 and told == [
        "The melody is sung +12 semitones from where it was written."
    ]


def test_columns_by_hand_and_back():
    line = [3, 12, 13, 13, 5, 5, 12, 12]
    data = make_grid(
        [line, [12, 4, 12, 12, 4, 12, 12, 12], [0] * 8, [13, 12, 2, 12, 12, 12, 12, 12]]
    )
    read = columns.read_columns(data, data.pieces["train"][0])
    assert read[0].tolist() == [3, 3, 12, 12, 5, 5, 5, 5]
    assert read[1].tolist() == [12, 4, 4, 4, 4, 4, 4, 4]
    assert read[3].tolist() == [12, 12, 2, 2, 2, 2, 2, 2]
    back = data.to_voices(columns.hold_columns(data, read))
    assert back[0].tolist() == [3, 12, 13, 13, 5, 12, 12, 12]  # the same pitch again is held
    assert np.array_equal(columns.read_columns(data, data.to_tokens(back)), read)


def test_rests_are_held_for_the_chain_and_written_out_for_the_page():
    line = np.array([[13, 13, 5, 12, 13, 13, 13, 12], [12, 12, 13, 3, 13, 13, 4, 4]])
    held = pieces_padded.hold_rests(line, 12)
    assert held.tolist() == [[13, 12, 5, 12, 13, 12, 12, 12], [12, 12, 13, 3, 13, 12, 4, 4]]
    back = pieces_padded.write_rests(held, 12)
    assert back.tolist() == [[13, 13, 5, 12, 13, 13, 13, 13], line[1].tolist()]


def test_pieces_are_padded_and_every_sixteenth_is_found():
    data = make_grid(np.zeros((4, 3)), np.ones((4, 5)))
    music = pieces_padded.pad_pieces(data, "train")
    assert music.lengths.tolist() == [3, 5] and (music.tokens[0, :, 3:] == 14).all()
    which, at = music.find(np.arange(8))
    assert which.tolist() == [0] * 3 + [1] * 5 and at.tolist() == [0, 1, 2, 0, 1, 2, 3, 4]
    assert pieces_padded.pad_pieces(data, "train", most=2).tokens.shape == (2, 4, 2)
    bars = pieces_padded.lay_bars(40)
    assert bars[:5, 0].tolist() == [0, 3, 4, 5, 2] and bars[16, 0] == 0
    assert bars[28:33, 1].tolist() == [1, 1, 1, 1, 0]


def test_real_chorales_survive_being_columns():
    data = encode_grid("chorales")
    tokens = data.pieces["test"][0]
    read = columns.read_columns(data, tokens)
    again = columns.read_columns(data, columns.hold_columns(data, read))
    assert np.array_equal(again, read)


def test_samplers_refuse_what_they_cannot_do():
    network = make(VoiceNetworks, 14, hidden=8)
    zeros = torch.zeros(1, 4, 4, dtype=torch.int64)
    with pytest.raises(ValueError, match="temperature is 0"):
        sweeps.sweep(network, zeros, zeros[:, :, :2], zeros == 0, dice(), temperature=0)
    with pytest.raises(ValueError, match="1 sixteenth apart or more, not 0"):
        sweeps.sweep(network, zeros, zeros[:, :, :2], zeros == 0, dice(), apart=0)
    with pytest.raises(ValueError, match="none would be counted"):
        filling.VoiceFiller(None, None, rounds=3, skip=3)
