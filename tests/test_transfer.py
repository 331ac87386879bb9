"""Much music first, then the little that is meant: one alphabet for both, the turns, and what controls take away."""

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import transfer
from musicgan_lib.data.grid import GridData


def make_grid(name, lowest, pitches, seed, pieces=4):
    rng = np.random.default_rng(seed)
    symbols = [[[float(s)] for s in (*range(lowest, lowest + pitches), 128, 129)]]
    made = {
        split: [rng.integers(0, pitches + 2, 4 * 40) for _ in range(pieces)]
        for split in ("train", "valid", "test")
    }
    return GridData(name, "grid", (pitches + 2,), symbols, made, name)


MEANT, OTHER = make_grid("meant", 50, 10, 0), make_grid("other", 45, 12, 1)
DATA = transfer.join_grids(MEANT, OTHER, 3)


def test_both_keep_their_pitches_holds_and_rests():
    def cells(data, piece):
        return np.array(data.symbols[0])[piece, 0]

    assert (DATA.lowest, DATA.hold, DATA.rest, DATA.sizes) == (45, 15, 16, (17,))
    for split in ("train", "valid", "test"):
        for mine, was in zip(DATA.pieces[split], MEANT.pieces[split]):
            assert np.array_equal(cells(DATA, mine), cells(MEANT, was))
    others = [piece for part in OTHER.pieces.values() for piece in part]
    assert len(DATA.pieces["train"]) == 3 and len(DATA.pieces[transfer.BEFORE]) == len(others)
    for mine, was in zip(DATA.pieces[transfer.BEFORE], others):
        assert np.array_equal(cells(DATA, mine), cells(OTHER, was))


def test_more_pieces_than_there_are_are_refused():
    with pytest.raises(ValueError, match="few is 9, and meant has 4"):
        transfer.join_grids(MEANT, OTHER, 9)


def test_shuffled_sixteenths_are_the_same_sixteenths_elsewhere():
    shuffled = transfer.shuffle_rows(DATA)
    assert shuffled.pieces["train"] is DATA.pieces["train"]
    for mine, was in zip(shuffled.pieces[transfer.BEFORE], DATA.pieces[transfer.BEFORE]):
        rows, others = mine.reshape(-1, 4).tolist(), was.reshape(-1, 4).tolist()
        assert rows != others and sorted(rows) == sorted(others)


def hear(control):
    """The windows of each of six turns, three of them before."""
    card = systems.find("donahue2019")
    config = card.configure_control(control, "palestrina", "smoke", steps=6, pretrain=3)
    state, heard, rates = card.game.build(config, DATA, 0), [], []
    network = state.modules["network"]
    network.register_forward_pre_hook(lambda m, given: heard.append(given[0]))
    step = card.game.make_step(config, DATA)
    for state.step in range(6):
        rates.append(state.optimisers["network"].param_groups[0]["lr"])
        step(state)
    return heard, rates


def stands_in(windows, pieces):
    """The share of windows that are a stretch of a piece."""
    rows = [p[a : a + 32].tolist() for p in pieces for a in range(0, len(p) - 31, 4)]
    return np.mean([window in rows for window in windows.tolist()])


@pytest.mark.parametrize(
    ("control", "first"), [(None, 1), ("shuffled_pretraining", 0), ("no_pretraining", 0)]
)
def test_who_is_heard_when(control, first):
    heard, rates = hear(control)
    before, after = torch.cat(heard[:3]), torch.cat(heard[3:])
    assert stands_in(before, DATA.pieces[transfer.BEFORE]) == first
    assert stands_in(before, DATA.pieces["train"]) == (control == "no_pretraining")
    assert stands_in(after, DATA.pieces["train"]) == 1
    assert rates[:3] == rates[3:] and rates[0] > rates[1] > rates[2]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"pretrain": 31}, "not so many"),
        ({"keys": 3}, "moves nothing"),
        ({"tokens": "midi.REMI"}, "share a grid"),
        ({"few": 0}, "at least 1"),
    ],
)
def test_what_would_move_nothing_is_refused(changes, why):
    with pytest.raises(ValueError, match=why):
        systems.find("donahue2019").configure("palestrina", "smoke", **changes)
